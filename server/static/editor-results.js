// An answer as a table, a chart, a network and as it was sent. Whatever it holds is written as
// text; only http(s) addresses become links.
import { chart } from "./editor-chart.js";
import { network } from "./editor-network.js";

const STEP = 200; // rows that are shown at once
const { base: BASE, prefixes } = document.querySelector("form.sparql").dataset;
const KNOWN = JSON.parse(prefixes);

export function show(place, text, type, asked) {
  const found = type.startsWith("application/n-triples") ? triples(text) : rows(text);
  const views = new Map();
  if (found.truth !== undefined) {
    views.set("Answer", () => made("p", { className: "lead" }, found.truth ? "Yes." : "No."));
  } else {
    views.set("Table", () => table(found, asked));
    const bars = chart(found, shown);
    if (bars) views.set("Chart", () => bars);
    const walk = network(found, shown, (term) => address(term, asked));
    if (walk) views.set("Network", () => walk);
  }
  views.set("As sent", () => made("pre", { tabIndex: 0 }, made("code", {}, text.slice(0, 1_000_000))));
  place.replaceChildren(...tabs(views));
  if (found.truth !== undefined) return "Answered";
  const count = found.rows.length;
  return `${count.toLocaleString("en")} ${found.isGraph ? "triple" : "row"}${count === 1 ? "" : "s"}`;
}

function rows(text) {
  const { head, results, boolean } = JSON.parse(text);
  if (boolean !== undefined) return { truth: boolean, rows: [] };
  return { columns: head.vars, rows: results.bindings.map((row) => head.vars.map((name) => row[name] ?? null)) };
}

const TERM = String.raw`<([^>]*)>|_:(\S+)|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?`;

function triples(text) {
  const found = [];
  for (const line of text.split("\n")) {
    const terms = [...line.matchAll(new RegExp(TERM, "g"))].slice(0, 3).map(term);
    if (terms.length === 3) found.push(terms);
  }
  return { columns: ["subject", "predicate", "object"], rows: found, isGraph: true };
}

function term([, iri, blank, literal, language, datatype]) {
  if (iri !== undefined) return { type: "uri", value: unescaped(iri) };
  if (blank !== undefined) return { type: "bnode", value: blank };
  return { type: "literal", value: unescaped(literal), "xml:lang": language, datatype };
}

const ESCAPES = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };

function unescaped(text) {
  return text.replace(/\\(?:u([0-9A-F]{4})|U([0-9A-F]{8})|(.))/gi, (_, four, eight, one) =>
    four || eight ? String.fromCodePoint(parseInt(four ?? eight, 16)) : (ESCAPES[one] ?? one));
}

export function shown(value) {
  if (!value) return "";
  if (value.type !== "uri") return value.value;
  const fitting = Object.entries(KNOWN).filter(([, iri]) => value.value.startsWith(iri));
  const [prefix, iri] = fitting.sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  const rest = iri && value.value.slice(iri.length);
  return rest ? `${prefix}:${rest}` : value.value;
}

function address(value, { number }) {
  if (value?.type !== "uri" || !/^https?:\/\//.test(value.value)) return null;
  if (!value.value.startsWith(BASE)) return value.value;
  const path = value.value.slice(BASE.length).replace(/^ontology#/, "ontology/");
  return `${number ? `/version/${encodeURIComponent(number)}` : ""}/${path}`;
}

function isNumber(value) {
  return value?.type !== "uri" && value?.value.trim() !== "" && Number.isFinite(Number(value?.value));
}

function table(found, asked) {
  const body = made("tbody");
  const more = made("button", { type: "button" });
  let order = found.rows;
  let length = 0;
  const extend = () => {
    for (const row of order.slice(length, length + STEP)) {
      body.append(made("tr", {}, ...row.map((value) => cell(value, asked))));
    }
    length = Math.min(length + STEP, order.length);
    more.hidden = length >= order.length;
    more.textContent = `Show more of ${order.length.toLocaleString("en")}`;
  };
  const restart = (next) => {
    order = next;
    length = 0;
    body.replaceChildren();
    extend();
  };
  more.addEventListener("click", extend);
  extend();
  const heads = found.columns.map((name, place) => sortable(name, place, found.rows, restart));
  const head = made("thead", {}, made("tr", {}, ...heads));
  const scroll = made("div", { className: "scroll", tabIndex: 0 }, made("table", {}, head, body));
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", "Table of the answer");
  return made("div", {}, scroll, more);
}

function sortable(name, place, all, restart) {
  const button = made("button", { type: "button", className: "sort" }, name);
  const head = made("th", { scope: "col" }, button);
  head.setAttribute("aria-sort", "none");
  button.addEventListener("click", () => {
    const next = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    for (const other of head.parentNode.children) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", next);
    const sign = next === "ascending" ? 1 : -1;
    restart([...all].sort((a, b) => sign * compare(a[place], b[place])));
  });
  return head;
}

function compare(a, b) {
  if (isNumber(a) && isNumber(b)) return Number(a.value) - Number(b.value);
  return shown(a).localeCompare(shown(b), "en");
}

function cell(value, asked) {
  const href = address(value, asked);
  const text = shown(value);
  const content = href ? made("a", { href }, text) : text;
  const made_ = made("td", { className: isNumber(value) ? "number" : "" }, content);
  if (value?.["xml:lang"]) made_.lang = value["xml:lang"];
  return made_;
}

// Tabs as the ARIA practices have them: arrows move, one panel is shown.
function tabs(views) {
  const list = made("div", { className: "tabs" });
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", "Show the answer as");
  const panel = made("div", { id: "view" });
  panel.setAttribute("role", "tabpanel");
  const names = [...views.keys()];
  const pick = (name, isMoved) => {
    for (const tab of list.children) {
      const is = tab.textContent === name;
      tab.setAttribute("aria-selected", is);
      tab.tabIndex = is ? 0 : -1;
      if (is) panel.setAttribute("aria-labelledby", tab.id);
      if (is && isMoved) tab.focus();
    }
    panel.replaceChildren(views.get(name)());
  };
  names.forEach((name, place) => {
    const tab = made("button", { type: "button", id: `tab-${place}` }, name);
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", "view");
    tab.addEventListener("click", () => pick(name));
    tab.addEventListener("keydown", ({ key }) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
      if (step) pick(names[(place + step + names.length) % names.length], true);
    });
    list.append(tab);
  });
  pick(names[0]);
  return [list, panel];
}

function made(name, properties = {}, ...content) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...content);
  return element;
}
