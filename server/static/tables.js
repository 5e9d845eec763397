// Tables without waiting: one that the server sorts, finds in and pages stays in its place; one
// that stands whole in the page is sorted here. Without this script the first works by links, and
// the second stands as the page has it.

const answer = "#answer";
const WORTH = 6; // rows that are worth sorting

function stay() {
  const section = document.querySelector(`section[aria-labelledby="answer"]`);
  if (!section) return;
  section.addEventListener("click", (event) => {
    const link = event.target.closest("thead a, nav a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    load(link.href, selectorOf(link));
  });
  section.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "get" || !form.matches(".find")) return;
    event.preventDefault();
    load(`?${new URLSearchParams(new FormData(form))}${answer}`, "#find");
  });
}

// What had the focus has it again in the new table.
function selectorOf(link) {
  const head = link.closest("th");
  if (!head) return `nav a[rel="${link.rel}"]`;
  return `thead th:nth-child(${[...head.parentNode.children].indexOf(head) + 1}) a`;
}

async function load(address, focus) {
  const section = document.querySelector(`section[aria-labelledby="answer"]`);
  section.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" } });
    if (!response.ok) throw new Error(response.statusText);
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    section.replaceChildren(...fresh.querySelector(`section[aria-labelledby="answer"]`).children);
    history.pushState({}, "", address);
    (section.querySelector(focus) ?? section.querySelector("#find"))?.focus({ preventScroll: true });
  } catch {
    location.href = address; // as without this script
  } finally {
    section.removeAttribute("aria-busy");
  }
}

function sortHere(table) {
  const body = table.tBodies[0];
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  if (!body || body.rows.length < WORTH || table.tHead.rows.length > 1) return;
  if (table.matches(".grid") || table.querySelector("thead a, thead button, [rowspan], [colspan]")) return;
  const first = [...body.rows];
  heads.forEach((head, place) => {
    if (!head.textContent.trim()) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const next = { ascending: "descending", descending: "" }[head.ariaSort] ?? "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      if (next) head.ariaSort = next;
      const sign = next === "descending" ? -1 : 1;
      const order = next ? [...first].sort((a, b) => sign * compare(a.cells[place], b.cells[place])) : first;
      body.append(...order);
    });
  });
}

// Empty cells stand last, numbers by their value, all else by the alphabet.
function compare(a, b) {
  const [one, other] = [a, b].map((cell) => cell?.textContent.trim() ?? "");
  if (!one || !other) return Number(!one) - Number(!other);
  const [x, y] = [one, other].map((text) => Number(text.replaceAll(",", "")));
  return Number.isNaN(x) || Number.isNaN(y) ? one.localeCompare(other, "en", { numeric: true }) : x - y;
}

stay();
window.addEventListener("popstate", () => location.reload());
document.querySelectorAll("main table").forEach(sortHere);
