"""The evidence map: rows by columns, in each cell a bubble for every direction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from xml.etree.ElementTree import SubElement

from server.pictures.canvas import Canvas, shortened

__all__ = ["Bubble", "Cell", "draw_map"]

_WIDE, _HIGH, _NAMES, _HEAD, _LEGEND = 84, 62, 210, 150, 34
_LEAST, _GREATEST = 8.5, 15.0
# Where in its cell the bubble of a direction stands, so that place tells it too.
_PLACES = ((0.27, 0.34), (0.73, 0.34), (0.2, 0.76), (0.5, 0.76), (0.8, 0.76))


@dataclass(frozen=True, slots=True)
class Bubble:
    """The claims of a cell that point one way; `shape` is the place of the direction in the key."""

    shape: int
    name: str
    count: int
    address: str | None


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a row and a column meet: what is there, and what is missing.

    `state` is "gap" without any claim, "both" where claims point both ways, "single" where all
    are from one work.
    """

    row: str
    column: str
    claims: int
    works: int
    address: str | None
    works_address: str | None
    bubbles: tuple[Bubble, ...]
    state: str

    @property
    def words(self) -> str:
        """The cell in words."""
        said = {"gap": "no claims", "single": "one work only", "both": "claims point both ways"}
        note = f" ({said[self.state]})" if self.state and self.claims else ""
        return f"{self.row}, {self.column}: {self.claims} claims in {self.works} works{note}"


class _Map(Canvas):
    """A canvas with a hatch."""

    def prepare(self) -> None:
        """Define what the marks are filled with."""
        defs = SubElement(self._svg, "defs")
        size = {"width": "5", "height": "5", "patternUnits": "userSpaceOnUse"}
        hatch = SubElement(
            defs, "pattern", {"id": "hatch", **size, "patternTransform": "rotate(45)"}
        )
        SubElement(hatch, "rect", {"class": "hatch", "width": "5", "height": "5"})
        SubElement(hatch, "path", {"class": "lines", "d": "M0 0V5"})

    def shape(self, number: int, x: float, y: float, radius: float) -> None:
        """Draw the shape of a direction: disc, hatched diamond, square, ring or triangle."""
        kind, r = f"shape-{number}", radius
        if number in {0, 3}:
            self.circle(x, y, r, kind=kind)
        elif number == 1:
            d = r * 1.2
            self.path(
                f"M{x:g} {y - d:g}L{x + d:g} {y:g}L{x:g} {y + d:g}L{x - d:g} {y:g}Z", kind=kind
            )
            self._at[-1].set("fill", "url(#hatch)")
        elif number == 2:
            self.box(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8, kind=kind)
        else:
            d = r * 1.3
            self.path(f"M{x:g} {y - d:g}L{x + d:g} {y + r:g}L{x - d:g} {y + r:g}Z", kind=kind)


def draw_map(cells: Sequence[Cell], key: Sequence[str], *, title: str) -> str:
    """Draw the cells in the order of their rows and columns, below the key of the shapes."""
    rows = list(dict.fromkeys(cell.row for cell in cells))
    columns = list(dict.fromkeys(cell.column for cell in cells))
    top = _LEGEND + _HEAD
    width = max(_NAMES + _WIDE * len(columns) + 100, 30 + 150 * len(key))
    canvas = _Map(
        width,
        top + _HIGH * len(rows) + 6,
        title=title,
        description=f"{len(rows)} rows by {len(columns)} columns; the table below says the same.",
    )
    canvas.prepare()
    for place, name in enumerate(key):
        canvas.shape(place, 14 + 150 * place, 16, 8)
        canvas.text(30 + 150 * place, 20, name)
    for place, name in enumerate(columns):
        canvas.slanted(_NAMES + _WIDE * (place + 0.5), top - 8, shortened(name, 26))
    for place, name in enumerate(rows):
        y = top + _HIGH * (place + 0.5) + 4
        canvas.text(_NAMES - 8, y, shortened(name, 30), anchor="end")
    greatest = max((bubble.count for cell in cells for bubble in cell.bubbles), default=1)
    for cell in cells:
        x = _NAMES + _WIDE * columns.index(cell.column)
        _draw_cell(canvas, cell, x, top + _HIGH * rows.index(cell.row), greatest)
    return str(canvas)


def _draw_cell(canvas: _Map, cell: Cell, x: float, y: float, greatest: int) -> None:
    canvas.link(cell.address, cell.words)
    canvas.box(x + 1.5, y + 1.5, _WIDE - 3, _HIGH - 3, kind=f"cell cell-{cell.state or 'some'}")
    if not cell.claims:
        canvas.text(x + _WIDE / 2, y + _HIGH / 2 + 4, "gap", anchor="middle", kind="faint")
        return
    if not cell.bubbles:
        words = f"{cell.claims} uncoded"
        canvas.text(x + _WIDE / 2, y + _HIGH / 2 + 4, words, anchor="middle", kind="faint")
    for bubble in cell.bubbles:
        right, down = _PLACES[bubble.shape]
        at, height = x + _WIDE * right, y + _HIGH * down
        share = sqrt(bubble.count / greatest)
        canvas.link(bubble.address, f"{cell.row}, {cell.column}, {bubble.name}: {bubble.count}")
        most = _GREATEST if bubble.shape < 2 else 11.0
        canvas.shape(bubble.shape, at, height, max(_LEAST, most * share))
        light = "light" if bubble.shape in {0, 2} else ""
        canvas.text(at, height + 4, str(bubble.count), anchor="middle", kind=light)
