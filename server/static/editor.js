// The query editor: takes the place of the form's text field, asks, and shows the answer below.
import Yasqe from "./vendor/yasqe.js";
import { complete } from "./editor-completion.js";
import { show } from "./editor-results.js";

const form = document.querySelector("form.sparql");
const field = form.querySelector("textarea");
const answer = document.querySelector("#answer");
const status = document.querySelector("#status");
const KEPT = "cove-query";
const GRAPH = /^(CONSTRUCT|DESCRIBE)$/;

const given = new URLSearchParams(location.search);
const isGiven = given.has("text") || given.has("describe") || form.hasAttribute("data-given");
const editor = begin(isGiven ? field.value : (recall() ?? field.value));
let running = null;
let mark = null;

form.addEventListener("submit", (event) => {
  field.value = editor.getValue();
  if (event.submitter?.hasAttribute("formaction")) return; // the permalink is a page of its own
  if (form.elements.format.value) return; // a file: the browser keeps or shows it
  event.preventDefault();
  ask();
});
document.querySelector("#stop").addEventListener("click", () => running?.abort());
for (const part of form.querySelectorAll(".scripted")) part.hidden = false;
loadVocabulary();

function begin(text) {
  const place = document.createElement("div");
  field.before(place);
  field.hidden = true;
  field.required = false; // a hidden field cannot say what it lacks
  Yasqe.defaults.autocompleters = [];
  const made = new Yasqe(place, {
    value: text,
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "20rem",
    prefixCcApi: null,
    screenReaderLabel: "SPARQL query",
    extraKeys: {
      Tab: false, // the Tab key leaves the editor, as everywhere on the page
      "Shift-Tab": false,
      "Ctrl-Enter": ask,
      "Cmd-Enter": ask,
      "Ctrl-Space": (cm) => cm.autocomplete(),
      "Ctrl-/": (cm) => cm.commentLines(),
      "Shift-Ctrl-F": (cm) => cm.autoformat(),
    },
  });
  made.setValue(text);
  made.on("change", () => {
    keep(made.getValue());
    unmark();
  });
  document.querySelector("label[for=query]").addEventListener("click", () => made.focus());
  return made;
}

// Some browsers keep nothing, and say so by throwing.
function recall() {
  try { return localStorage.getItem(KEPT); } catch { return null; }
}
function keep(text) {
  try { localStorage.setItem(KEPT, text); } catch { /* the query stays in the page */ }
}

async function loadVocabulary() {
  const response = await fetch(form.dataset.vocabulary);
  if (!response.ok) return; // it is being made: the editor works without
  const words = await response.json();
  complete(Yasqe, editor, words);
  const pick = document.querySelector("#example");
  pick.append(...words.examples.map(({ title }, place) => new Option(title, place)));
  pick.addEventListener("change", () => {
    if (!pick.value) return;
    editor.setValue(words.examples[pick.value].query); // Ctrl-Z brings back what was there
    pick.value = "";
    editor.focus();
  });
  pick.closest("p").hidden = false;
}

async function ask() {
  running?.abort();
  const own = (running = new AbortController());
  const query = editor.getValue();
  const number = form.elements.version.value.trim();
  const endpoint = number ? `/version/${encodeURIComponent(number)}/sparql` : "/sparql";
  unmark();
  say("Asking …", true);
  const began = performance.now();
  try {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: { "Content-Type": "application/sparql-query", Accept: accepted() },
      body: query,
      signal: own.signal,
    });
    const text = await response.text();
    const seconds = ((performance.now() - began) / 1000).toFixed(2);
    if (!response.ok) return fail(text, response.status);
    const version = response.headers.get("Cove-Version");
    const told = show(answer, text, response.headers.get("Content-Type"), { query, number });
    say(`${told} from version ${version} in ${seconds} s. The answer is whole.`);
  } catch (error) {
    answer.replaceChildren();
    say(error.name === "AbortError" ? "Stopped." : "The server did not answer; the query is kept. Ask again.");
  } finally {
    if (running === own) document.querySelector("#stop").hidden = true;
  }
}

function accepted() {
  return GRAPH.test(editor.getQueryType()) ? "application/n-triples" : "application/sparql-results+json";
}

function say(text, isBusy = false) {
  status.textContent = text;
  document.querySelector("#stop").hidden = !isBusy;
}

function fail(text, code) {
  let problem;
  try { problem = JSON.parse(text); } catch { problem = { title: `Error ${code}`, detail: "" }; }
  answer.replaceChildren();
  status.replaceChildren();
  const title = document.createElement("strong");
  title.textContent = problem.title;
  status.append(title, ` ${problem.detail ?? ""} `);
  if (problem.type?.startsWith("/problems/")) {
    const link = document.createElement("a");
    link.href = problem.type;
    link.textContent = "What this means, and what to do";
    status.append(link);
  }
  document.querySelector("#stop").hidden = true;
  if (problem.line) point(problem.line - 1, Math.max(0, (problem.column ?? 1) - 1));
}

// The problem's line and column count from 1, in characters.
function point(line, column) {
  const last = Math.min(line, editor.lineCount() - 1);
  const length = editor.getLine(last).length;
  const start = Math.min(column, Math.max(0, length - 1));
  editor.addLineClass(last, "wrap", "wrong-line");
  const spot = editor.markText({ line: last, ch: start }, { line: last, ch: start + 1 }, { className: "wrong-place" });
  mark = { last, spot };
  editor.setCursor({ line: last, ch: start });
  editor.focus();
}

function unmark() {
  if (!mark) return;
  editor.removeLineClass(mark.last, "wrap", "wrong-line");
  mark.spot.clear();
  mark = null;
}
