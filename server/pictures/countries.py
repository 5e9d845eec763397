"""The map: one tile a country, all of one size, about where the country lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import log2
from types import MappingProxyType

from server.pictures.canvas import Canvas
from server.pictures.marks import Mark

__all__ = ["draw_countries", "tiles"]

_TILE = 34
_SHADES = 5


@cache
def tiles() -> Mapping[str, tuple[int, int]]:
    """Return the column and row of each country, by its ISO 3166 code.

    >>> tiles()["CA"]
    (1, 1)
    """
    text = files("server").joinpath("pictures", "tiles.txt").read_text(encoding="ascii")
    return MappingProxyType(
        {
            code: (column, row)
            for row, line in enumerate(text.splitlines())
            for column, code in enumerate(line.split())
            if code != ".."
        }
    )


def draw_countries(marks: Sequence[Mark], *, title: str) -> str:
    """Draw a tile for every country, with its number where there is evidence.

    Countries without a tile of their own, mostly small islands, stand in a row below.
    """
    by_code = {mark.x: mark for mark in marks}
    greatest = max((mark.value for mark in marks), default=0) or 1
    place = dict(tiles())
    depth = max(row for _, row in place.values()) + 1
    elsewhere = sorted(code for code in by_code if code not in place)
    place |= {code: (column, depth + 1) for column, code in enumerate(elsewhere)}
    canvas = Canvas(
        _TILE * (max(column for column, _ in place.values()) + 1),
        _TILE * (depth + (2 if elsewhere else 0)),
        title=title,
        description=(
            f"A map of tiles, one a country; {len(by_code)} have evidence, at most {greatest:g}. "
            "Darker is more; every tile with evidence has its number. The table below has all."
        ),
    )
    for code, (column, row) in place.items():
        _draw_tile(canvas, code, by_code.get(code), column * _TILE, row * _TILE, greatest)
    return str(canvas)


def _draw_tile(
    canvas: Canvas, code: str, mark: Mark | None, x: float, y: float, greatest: float
) -> None:
    side = _TILE - 2
    if mark is None or not mark.value:
        canvas.unlink()
        canvas.box(x, y, side, side, kind="tile")
        canvas.text(x + side / 2, y + side / 2 + 4, code, anchor="middle", kind="faint")
        return
    shade = min(_SHADES, 1 + int(_SHADES * log2(1 + mark.value) / log2(2 + greatest)))
    canvas.link(mark.address, mark.words)
    canvas.box(x, y, side, side, kind=f"tile shade-{shade}")
    canvas.text(x + side / 2, y + 13, code, anchor="middle", kind=f"on-shade-{shade}")
    canvas.text(x + side / 2, y + 27, f"{mark.value:g}", anchor="middle", kind=f"on-shade-{shade}")
