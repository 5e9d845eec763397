// A network of the triples, or of the first two columns that hold things: never more than one can
// see. The layout is worked out before it is shown, and is the same each time.
import { drawn } from "./drawing.js";

const MOST = 80;
const WIDTH = 1000;
const HEIGHT = 640;
const ROUNDS = 250;

export function network({ columns, rows, isGraph }, shown, addressOf) {
  const places = isGraph ? [0, 2] : thingColumns(columns, rows);
  if (places.length < 2) return null;
  const [from, to] = places;
  const edges = rows.filter((row) => isThing(row[from]) && isThing(row[to]) && row[from].value !== row[to].value);
  if (!edges.length) return null;
  const nodes = new Map();
  const kept = [];
  for (const row of edges) {
    const ends = [row[from], row[to]];
    const fresh = ends.filter(({ value }) => !nodes.has(value));
    if (nodes.size + fresh.length > MOST) continue;
    for (const end of fresh) nodes.set(end.value, { term: end, place: nodes.size, degree: 0 });
    ends.forEach(({ value }) => (nodes.get(value).degree += 1));
    kept.push({ ends: ends.map(({ value }) => nodes.get(value)), name: isGraph ? shown(row[1]) : "" });
  }
  layOut([...nodes.values()], kept);
  return picture([...nodes.values()], kept, edges.length - kept.length, shown, addressOf);
}

function isThing(term) {
  return term?.type === "uri" || term?.type === "bnode";
}

function thingColumns(columns, rows) {
  const places = columns.map((_, place) => place);
  return places.filter((place) => rows.some((row) => isThing(row[place]))).slice(0, 2);
}

// Fruchterman and Reingold (1991), from a circle, with a temperature that falls evenly.
function layOut(nodes, edges) {
  const distance = Math.sqrt((WIDTH * HEIGHT) / nodes.length) * 0.75;
  nodes.forEach((node, place) => {
    const turn = (2 * Math.PI * place) / nodes.length;
    Object.assign(node, { x: WIDTH / 2 + 300 * Math.cos(turn), y: HEIGHT / 2 + 220 * Math.sin(turn) });
  });
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const node of nodes) Object.assign(node, { dx: (WIDTH / 2 - node.x) * 0.2, dy: (HEIGHT / 2 - node.y) * 0.35 });
    for (const node of nodes) {
      for (const other of nodes) {
        if (node.place >= other.place) continue;
        push(node, other, (length) => (distance * distance) / length);
      }
    }
    for (const { ends: [node, other] } of edges) push(node, other, (length) => -(length * length) / distance);
    const heat = 60 * (1 - round / ROUNDS);
    for (const node of nodes) {
      const length = Math.hypot(node.dx, node.dy) || 1;
      node.x += (node.dx / length) * Math.min(length, heat);
      node.y += (node.dy / length) * Math.min(length, heat);
    }
  }
  fit(nodes, "x", 20, WIDTH - 190);
  fit(nodes, "y", 30, HEIGHT - 20);
}

function push(node, other, force) {
  const length = Math.hypot(node.x - other.x, node.y - other.y) || 0.1;
  const amount = force(length) / length;
  node.dx += (node.x - other.x) * amount;
  node.dy += (node.y - other.y) * amount;
  other.dx -= (node.x - other.x) * amount;
  other.dy -= (node.y - other.y) * amount;
}

function fit(nodes, axis, least, most) {
  const all = nodes.map((node) => node[axis]);
  const [first, last] = [Math.min(...all), Math.max(...all)];
  const scale = (most - least) / (last - first || 1);
  for (const node of nodes) node[axis] = least + (node[axis] - first) * scale;
}

function picture(nodes, edges, rest, shown, addressOf) {
  const svg = drawn("svg", { class: "picture", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, role: "group" });
  svg.setAttribute("aria-label", "Network of the answer. The table has the same pairs.");
  for (const { ends: [from, to], name } of edges) {
    const line = drawn("line", { class: "edge", x1: from.x, y1: from.y, x2: to.x, y2: to.y });
    if (name) line.append(drawn("title", {}, name));
    svg.append(line);
  }
  for (const node of nodes) {
    const name = shown(node.term);
    const href = addressOf(node.term);
    const disc = drawn("circle", { class: "node", cx: node.x, cy: node.y, r: Math.min(14, 5 + node.degree) });
    const label = drawn("text", { x: node.x + 10, y: node.y - 8 }, name.length > 28 ? `${name.slice(0, 27)}…` : name);
    const group = href ? drawn("a", { href }) : drawn("g", {});
    group.append(disc, label, drawn("title", {}, name));
    svg.append(group);
  }
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  const all = `${nodes.length} things, ${edges.length} links`;
  caption.textContent = rest ? `${all}; ${rest} more links are in the table: narrow the query to see them here.` : `${all}.`;
  const scroll = document.createElement("div");
  Object.assign(scroll, { className: "scroll", tabIndex: 0 });
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", "Network of the answer");
  scroll.append(svg);
  figure.append(scroll, caption);
  return figure;
}
