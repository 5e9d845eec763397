"""The matrix: a disc for each cell, as large as its number, with the number in it."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from server.pictures.canvas import Canvas, shortened
from server.pictures.marks import Mark

__all__ = ["draw_matrix"]

_CELL, _NAMES, _HEAD = 46, 230, 150
_MOST_COLUMNS, _MOST_ROWS = 24, 40


def draw_matrix(marks: Sequence[Mark], *, title: str) -> str:
    """Draw rows by columns; a cell without evidence is a dot, and is told apart from a number."""
    columns = list(dict.fromkeys(mark.x for mark in marks))[:_MOST_COLUMNS]
    rows = list(dict.fromkeys(mark.y for mark in marks))[:_MOST_ROWS]
    greatest = max((mark.value for mark in marks), default=0) or 1
    canvas = Canvas(
        _NAMES + _CELL * len(columns) + 90,
        _HEAD + _CELL * len(rows) + 8,
        title=title,
        description=(
            f"{len(rows)} rows by {len(columns)} columns; the largest number is {greatest:g}. "
            "A dot is a cell without evidence. The table below has every value."
        ),
    )
    for place, name in enumerate(columns):
        x = _NAMES + _CELL * place + _CELL / 2
        canvas.slanted(x, _HEAD - 10, shortened(name, 26))
    for place, name in enumerate(rows):
        canvas.text(
            _NAMES - 8, _HEAD + _CELL * (place + 0.5) + 4, shortened(name, 34), anchor="end"
        )
    by_cell = {(mark.x, mark.y): mark for mark in marks}
    for row in rows:
        for column in columns:
            # an answer may leave out what was not found
            mark = by_cell.get((column, row), Mark(column, row, 0, None))
            _draw_cell(canvas, mark, columns.index(column), rows.index(row), greatest)
    return str(canvas)


def _draw_cell(canvas: Canvas, mark: Mark, column: int, row: int, greatest: float) -> None:
    x = _NAMES + _CELL * (column + 0.5)
    y = _HEAD + _CELL * (row + 0.5)
    canvas.link(mark.address, mark.words)
    if not mark.value:
        canvas.circle(x, y, 1.5, kind="nothing")
        return
    canvas.circle(x, y, max(9.0, (_CELL / 2 - 2) * sqrt(mark.value / greatest)), kind="disc")
    canvas.text(x, y + 4, f"{mark.value:.3g}", anchor="middle", kind="inside")
