// The coding form: keeps what is typed, says what is wrong at its field, and takes passages from
// the text. Without this file the buttons of the form do the same.

const form = document.querySelector("#draft");
const state = document.querySelector("#state");
const text = document.querySelector("#text.source");
const signs = { violation: "✗", warning: "!", todo: "·" };
let timer = 0;
let sending = Promise.resolve();

function show(said) {
  for (const place of form.querySelectorAll("[data-said]")) {
    const messages = said[place.dataset.said] ?? [];
    place.replaceChildren(
      ...messages.map(({ kind, text }) => {
        const line = document.createElement("span");
        line.className = kind;
        line.textContent = `${signs[kind]} ${text}`;
        return line;
      }),
    );
    const input = document.getElementById(place.dataset.said);
    input?.toggleAttribute("aria-invalid", messages.some(({ kind }) => kind === "violation"));
  }
  const all = Object.values(said).flat();
  const blocking = all.filter(({ kind }) => kind !== "warning").length;
  const sum = document.querySelector("#sum");
  if (sum) {
    const looking = all.length - blocking;
    sum.textContent =
      (blocking ? `${blocking} to mend or to fill in` : "✓ Nothing is missing") +
      (looking ? `, ${looking} worth a look.` : ".");
  }
}

async function keep() {
  form.elements.sent.value = Date.now();
  const body = new URLSearchParams(new FormData(form));
  body.set("action", "save");
  state.textContent = " · keeping …";
  try {
    const answer = await fetch(form.dataset.save, {
      method: "POST",
      headers: { Accept: "application/json" },
      body,
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const { said, message } = await answer.json();
    show(said);
    state.textContent = message ? ` · not kept: ${message}` : " · kept";
  } catch {
    state.textContent = " · not kept yet: the server does not answer; what you typed stays here";
    timer = setTimeout(later, 5000);
  }
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    sending = sending.then(keep);
  }, 700);
}

function about(input) {
  const place = document.getElementById(`about-${input.id}`);
  if (!place) return;
  const option = [...document.querySelector("#concepts").options].find(
    ({ value }) => value === input.value.trim(),
  );
  place.textContent = option ? option.label : "";
}

// Where the selection begins in the text, in characters.
function selected() {
  const selection = getSelection();
  if (!text || !selection.rangeCount || !text.contains(selection.anchorNode)) return null;
  const range = selection.getRangeAt(0);
  const before = document.createRange();
  before.selectNodeContents(text);
  before.setEnd(range.startContainer, range.startOffset);
  return { quote: range.toString().trim(), start: before.toString().length };
}

function passageButtons() {
  for (const input of form.querySelectorAll("[data-passage]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "slight";
    button.textContent = "Take what is selected";
    button.addEventListener("click", () => {
      const found = selected();
      if (!found?.quote) {
        state.textContent = " · select some words of the text first";
        return;
      }
      input.value = found.quote;
      form.elements[`${input.name}.start`].value = found.start;
      later();
    });
    input.after(button);
  }
}

// Cases that are coded already, listed while their name is typed.
function listCases(input) {
  const place = document.querySelector("#known-cases");
  let waiting = 0;
  let asking = new AbortController();
  async function list() {
    asking.abort();
    asking = new AbortController();
    const address = `${input.dataset.cases}?${new URLSearchParams({ text: input.value })}`;
    try {
      const answer = await fetch(address, { signal: asking.signal });
      if (answer.ok) place.replaceChildren(...(await answer.json()).map(line));
    } catch {
      // left for another word, or the server is away: the button finds them all the same
    }
  }
  function line({ code, name, about }) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    Object.assign(button, { name: "action", value: `take:${code}`, className: "slight" });
    button.formNoValidate = true;
    button.textContent = "Take over";
    const told = document.createElement("span");
    told.className = "quiet";
    told.textContent = about;
    item.append(button, ` ${name} `, told);
    return item;
  }
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(list, 300);
  });
  if (input.value) list(); // typed before this was loaded
}

if (form && !form.inert) {
  const cases = form.querySelector("[data-cases]");
  if (cases) listCases(cases);
  form.addEventListener("input", (event) => {
    if (event.target.getAttribute("list") === "concepts") about(event.target);
    later();
  });
  form.addEventListener("change", later);
  // What is on its way may arrive after the form itself: the later one counts.
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    form.elements.sent.value = Date.now() + 1;
  });
  if (text) passageButtons();
}
