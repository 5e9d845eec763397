"""The model: the main classes in their places, and an arrow for each property between two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from kg.namespaces import COVE, FOAF
from server.pictures.canvas import Canvas
from server.reading import Value

__all__ = ["Link", "draw_model"]

# Column and row of each class: publications above, what they say in the middle, the world below.
_PLACES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        str(COVE._NS[name]): place
        for name, place in {
            "Record": (0, 0),
            "Work": (1, 0),
            "Authorship": (2, 0),
            "Study": (0, 1),
            "Claim": (1, 1),
            "Proposition": (2, 1),
            "Definition": (3, 1),
            "Service": (0, 2),
            "Case": (1, 2),
            "ValueEffect": (2, 2),
            "FeatureRequirement": (3, 2),
            "Organisation": (0, 3),
            "CoProcess": (1, 3),
            "Involvement": (2, 3),
            "Actor": (3, 3),
        }.items()
    }
    | {str(FOAF.Agent): (3, 0)}
)
_BOX, _TALL, _STEP, _DOWN, _EDGE = 148, 38, 272, 122, 12
_WIDTH, _HEIGHT = 3 * _STEP + _BOX + 2 * _EDGE, 3 * _DOWN + _TALL + 2 * _EDGE


@dataclass(frozen=True, slots=True)
class Link:
    """A property that leads from things of one class to things of another."""

    domain: Value
    name: Value
    range: Value


def draw_model(links: Sequence[Link]) -> str:
    """Draw the classes that have a place, and the links between them."""
    shown: dict[tuple[str, str], list[Link]] = defaultdict(list)
    named: dict[str, Value] = {}
    for link in links:
        start, end = link.domain.iri or "", link.range.iri or ""
        if start in _PLACES and end in _PLACES and start != end:
            shown[start, end].append(link)
            named |= {start: link.domain, end: link.range}
    canvas = Canvas(
        _WIDTH,
        _HEIGHT,
        title="The main classes and how they are linked",
        description="The table below has every link.",
    )
    arrows = [_Arrow(_PLACES[start], _PLACES[end], group) for (start, end), group in shown.items()]
    for arrow in arrows:
        arrow.draw(canvas)
    for arrow in arrows:
        arrow.name(canvas)
    for iri, value in named.items():
        x, y = _centre(_PLACES[iri])
        canvas.link(value.address, value.text)
        canvas.box(x - _BOX / 2, y - _TALL / 2, _BOX, _TALL, kind="class")
        canvas.text(x, y + 5, value.text, anchor="middle", kind="name")
    return str(canvas)


def _centre(place: tuple[int, int]) -> tuple[float, float]:
    return _EDGE + _BOX / 2 + place[0] * _STEP, _EDGE + _TALL / 2 + place[1] * _DOWN


class _Arrow:
    """An arrow from box to box, bent where a third box lies between."""

    def __init__(self, start: tuple[int, int], end: tuple[int, int], links: Sequence[Link]) -> None:
        self._links = links
        (x0, y0), (x1, y1) = _centre(start), _centre(end)
        self._is_level = start[1] == end[1]
        self._is_far = max(abs(end[0] - start[0]), abs(end[1] - start[1])) > 1
        bend_x, bend_y = _bend(start, end) if self._is_far else (0.0, 0.0)
        self._middle = (x0 + x1) / 2 + bend_x, (y0 + y1) / 2 + bend_y
        self._from, self._to = _border(x0, y0, *self._middle), _border(x1, y1, *self._middle)

    def draw(self, canvas: Canvas) -> None:
        """Draw the line and its head."""
        words = ", ".join(link.name.text for link in self._links)
        first = self._links[0]
        canvas.link(first.name.address, f"{first.domain.text} {words} {first.range.text}")
        ends = [f"{x:.1f} {y:.1f}" for x, y in (self._from, self._middle, self._to)]
        course = "M{}Q{} {}".format(*ends)
        canvas.path(course + _head(*self._middle, *self._to), kind="edge")

    def name(self, canvas: Canvas) -> None:
        """Write the names of the properties beside the line."""
        t = 0.3 if self._is_far and not self._is_level else 0.5
        weights = (1 - t) ** 2, 2 * t * (1 - t), t**2
        points = (self._from, self._middle, self._to)
        x = sum(weight * point[0] for weight, point in zip(weights, points, strict=True))
        y = sum(weight * point[1] for weight, point in zip(weights, points, strict=True))
        for number, link in enumerate(self._links):
            canvas.link(link.name.address, link.name.text)
            above = -7 if self._is_level else 4
            canvas.text(x, y + above + 13 * number, link.name.text, anchor="middle", kind="label")


def _bend(start: tuple[int, int], end: tuple[int, int]) -> tuple[float, float]:
    if start[0] == end[0]:
        return 1.05 * _BOX * (1 if end[1] > start[1] else -1), 0.0
    return 0.0, -1.35 * _TALL


def _border(x: float, y: float, to_x: float, to_y: float) -> tuple[float, float]:
    """Return where the line from the centre of a box to a point leaves the box."""
    dx, dy = to_x - x, to_y - y
    share = min(
        (_BOX / 2) / abs(dx) if dx else float("inf"),
        (_TALL / 2) / abs(dy) if dy else float("inf"),
    )
    return x + dx * share, y + dy * share


def _head(from_x: float, from_y: float, x: float, y: float) -> str:
    """Return the head of an arrow that comes from one point to another."""
    length = ((x - from_x) ** 2 + (y - from_y) ** 2) ** 0.5 or 1
    ux, uy = (x - from_x) / length, (y - from_y) / length
    left = f"{x - 9 * ux + 4.5 * uy:.1f} {y - 9 * uy - 4.5 * ux:.1f}"
    right = f"{x - 9 * ux - 4.5 * uy:.1f} {y - 9 * uy + 4.5 * ux:.1f}"
    return f"M{left}L{x:.1f} {y:.1f}L{right}"
