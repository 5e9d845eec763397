// Bars of the first column of numbers, named by the first column that is none.
import { drawn } from "./drawing.js";

const MOST = 40;
const ROW = 24;

export function chart({ columns, rows, isGraph }, shown) {
  if (isGraph || rows.length < 2) return null;
  const isCount = (place) => rows.every((row) => row[place] === null || isNumber(row[place]));
  const isFilled = (place) => rows.some((row) => row[place] !== null);
  const places = columns.map((_, place) => place);
  const measure = places.findLast((place) => isFilled(place) && isCount(place));
  const naming = places.filter((place) => place !== measure && isFilled(place) && !isCount(place));
  // A thing stands beside its label, which says more.
  const name = naming.find((place) => columns[place].endsWith("Label")) ?? naming[0];
  if (measure === undefined || name === undefined) return null;
  const bars = rows.filter((row) => row[measure] !== null).slice(0, MOST);
  const most = Math.max(...bars.map((row) => Number(row[measure].value)), 0);
  if (!(most > 0)) return null;
  return picture(bars.map((row) => [shown(row[name]), Number(row[measure].value)]), most, {
    title: `${columns[measure]} by ${columns[name]}`,
    rest: rows.length - bars.length,
  });
}

function isNumber(term) {
  return term.type !== "uri" && term.value.trim() !== "" && Number.isFinite(Number(term.value));
}

function picture(bars, most, { title, rest }) {
  const svg = drawn("svg", { class: "picture", viewBox: `0 0 900 ${bars.length * ROW + 4}`, width: 900, role: "img" });
  svg.setAttribute("aria-label", `Bar chart: ${title}. The table has the same numbers.`);
  bars.forEach(([name, value], place) => {
    const y = place * ROW;
    const width = Math.max(1, (Math.max(0, value) / most) * 480);
    const label = drawn("text", { x: 290, y: y + 16, "text-anchor": "end" }, short(name, 44));
    label.append(drawn("title", {}, name));
    svg.append(label, drawn("rect", { class: "bar", x: 300, y: y + 3, width, height: ROW - 7 }));
    svg.append(drawn("text", { class: "figure", x: 306 + width, y: y + 16 }, value.toLocaleString("en")));
  });
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  caption.textContent = rest ? `${title}: the first ${bars.length} rows, ${rest} more in the table.` : title;
  const scroll = document.createElement("div");
  Object.assign(scroll, { className: "scroll", tabIndex: 0 });
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", "Chart of the answer");
  scroll.append(svg);
  figure.append(scroll, caption);
  return figure;
}

function short(text, most) {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
