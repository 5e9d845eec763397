"""The walk: opened concepts in the middle, what leads to them left, what they lead to right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot

from server.pictures.canvas import Canvas, shortened
from server.pictures.ends import GLYPHS, draw_end

__all__ = ["Edge", "Node", "draw_walk"]

_WIDTH, _LEFT, _RIGHT, _MIDDLE = 1040, 300, 740, 520
_LINE, _ROOM, _BOX, _TOP = 17, 14, 150, 40


@dataclass(frozen=True, slots=True)
class Node:
    """A concept: its name, whether it is opened, and what a click on it leads to."""

    name: str
    is_open: bool
    address: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Edge:
    """A link between two concepts: what most claims say of it, and the number that say each."""

    source: str
    target: str
    kind: str
    counts: tuple[tuple[str, int], ...]
    opens: str | None
    words: str

    @property
    def said(self) -> str:
        """The counts as signs and numbers."""
        return "  ".join(f"{GLYPHS.get(code, '·')} {count}" for code, count in self.counts)


_Place = tuple[float, float]


def draw_walk(nodes: Mapping[str, Node], edges: Sequence[Edge], *, title: str) -> str:
    """Draw the opened concepts and their neighbours; every edge opens its claims."""
    near: dict[str, list[Edge]] = defaultdict(list)
    inner = []
    for edge in edges:
        ends = [key for key in (edge.source, edge.target) if not nodes[key].is_open]
        near[ends[0]].append(edge) if ends else inner.append(edge)
    sides = {True: [key for key in near if near[key][0].source == key]}
    sides[False] = [key for key in near if key not in sides[True]]
    places, depth = _placed(nodes, near, sides)
    canvas = Canvas(
        _WIDTH,
        depth,
        title=title,
        description=(
            f"{len(nodes)} concepts and {len(edges)} links. A line ends in an arrow where most "
            "claims say increases, in a bar where they say decreases, in a ring where they find no "
            "effect, in a diamond where they are mixed. The table below has every link."
        ),
    )
    canvas.text(_LEFT, 18, "what leads to them", anchor="end", kind="faint")
    canvas.text(_RIGHT, 18, "what they lead to", kind="faint")
    ys = sorted(places[key][1] for key, node in nodes.items() if node.is_open)
    step = ys[1] - ys[0] if len(ys) > 1 else depth
    for edge in inner:
        _draw_inner(canvas, edge, places, step)
    for key, found in near.items():
        _draw_near(canvas, nodes, key, found, places)
    for key, node in nodes.items():
        if node.is_open:
            _draw_open(canvas, node, places[key])
    return str(canvas)


def _placed(
    nodes: Mapping[str, Node], near: Mapping[str, list[Edge]], sides: Mapping[bool, list[str]]
) -> tuple[dict[str, _Place], float]:
    """Place the neighbours near to what they are linked with, and the opened in the middle."""
    opened = [key for key, node in nodes.items() if node.is_open]
    order = {key: number for number, key in enumerate(opened)}

    def middle(key: str) -> float:
        ends = [e.target if e.source == key else e.source for e in near[key]]
        return sum(order[end] for end in ends) / len(ends)

    places: dict[str, _Place] = {}
    depths = []
    for is_left, keys in sides.items():
        y = float(_TOP)
        for key in sorted(keys, key=middle):
            places[key] = (_LEFT if is_left else _RIGHT, y)
            y += _LINE * (1 + len(near[key])) + _ROOM
        depths.append(y)
    depth = max(*depths, _TOP + 76.0 * len(opened))
    for is_left, keys in sides.items():
        slack = (depth - depths[0 if is_left else 1]) / 2
        places |= {key: (places[key][0], places[key][1] + slack) for key in keys}
    step = (depth - _TOP) / max(1, len(opened))
    for key, number in order.items():
        places[key] = (_MIDDLE, _TOP + step * (number + 0.5) - 6)
    return places, depth + 8


def _draw_near(
    canvas: Canvas,
    nodes: Mapping[str, Node],
    key: str,
    edges: Sequence[Edge],
    places: Mapping[str, _Place],
) -> None:
    x, y = places[key]
    is_left = x < _MIDDLE
    anchor, out = ("end", -1) if is_left else ("start", 1)
    for number, edge in enumerate(edges):
        other = edge.target if edge.source == key else edge.source
        line = y + _LINE * (number + 1)
        to_x, to_y = places[other]
        start, end = (x + 8 * -out, line - 2), (to_x + out * _BOX / 2, to_y)
        if edge.source != key:
            start, end = end, start
        canvas.link(edge.opens, edge.words)
        _draw_line(canvas, edge.kind, start, end)
        partner = f" · {shortened(nodes[other].name, 18)}" if _opened(nodes) > 1 else ""
        canvas.text(x, line + 3, edge.said + partner, anchor=anchor, kind=f"say-{edge.kind}")
    canvas.link(nodes[key].address, nodes[key].words)
    canvas.text(x, y, shortened(nodes[key].name, 40), anchor=anchor, kind="strong")


def _draw_inner(canvas: Canvas, edge: Edge, places: Mapping[str, _Place], step: float) -> None:
    (x0, y0), (x1, y1) = places[edge.source], places[edge.target]
    down = 1 if y1 > y0 else -1
    start, end = (x0 + 40 * down, y0 + 20 * down), (x1 + 40 * down, y1 - 20 * down)
    canvas.link(edge.opens, edge.words)
    is_past = abs(y1 - y0) > 1.5 * step
    if abs(y1 - y0) > 160:  # past the concepts between them
        bend = _MIDDLE + (_BOX / 2 + 24 + 60 * is_past) * down
        course = f"M{start[0]:.1f} {start[1]:.1f}C{bend:.1f} {start[1] + 30 * down:.1f} "
        course += f"{bend:.1f} {end[1] - 30 * down:.1f} {end[0]:.1f} {end[1]:.1f}"
        canvas.path(course, kind=f"edge edge-{edge.kind}")
        draw_end(canvas, edge.kind, *end, (-0.4 * down, 0.9 * down))
    else:
        _draw_line(canvas, edge.kind, start, end)
    is_right = (down > 0) == is_past  # outside of what a long curve passes, inside of a short one
    aside = _BOX / 2 + 58 if is_past else 72.0 if abs(y1 - y0) > 160 else 30.0
    canvas.text(
        _MIDDLE + aside * down,
        (start[1] + end[1]) / 2 + 4,
        edge.said,
        anchor="start" if is_right else "end",
        kind="halo",
    )


def _draw_open(canvas: Canvas, node: Node, place: _Place) -> None:
    x, y = place
    canvas.link(node.address, node.words)
    canvas.box(x - _BOX / 2, y - 20, _BOX, 40, kind="paper")
    first, rest = _halves(node.name)
    canvas.text(x, y - 2 if rest else y + 4, first, anchor="middle", kind="strong")
    if rest:
        canvas.text(x, y + 13, rest, anchor="middle", kind="strong")


def _draw_line(canvas: Canvas, kind: str, start: _Place, end: _Place) -> None:
    (x0, y0), (x1, y1) = start, end
    half = (x0 + x1) / 2
    canvas.path(
        f"M{x0:.1f} {y0:.1f}C{half:.1f} {y0:.1f} {half:.1f} {y1:.1f} {x1:.1f} {y1:.1f}",
        kind=f"edge edge-{kind}",
    )
    u, v = (x1 - half, 0.0) if x1 != half else (0.0, y1 - y0)
    length = hypot(u, v) or 1
    draw_end(canvas, kind, x1, y1, (u / length, v / length))


def _opened(nodes: Mapping[str, Node]) -> int:
    return sum(node.is_open for node in nodes.values())


def _halves(name: str) -> tuple[str, str]:
    """Break a name into two lines that a box can hold.

    >>> _halves("Trust"), _halves("Value co-creation in public services")
    (('Trust', ''), ('Value co-creation in', 'public services'))
    """
    if len(name) <= 22:
        return name, ""
    words = name.split()
    first = words.pop(0)
    while words and len(first) + len(words[0]) < 22:
        first += f" {words.pop(0)}"
    return shortened(first, 22), shortened(" ".join(words), 22)
