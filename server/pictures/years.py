"""The years: for each value a row of columns, one a year, all on one scale."""

from __future__ import annotations

from collections.abc import Sequence

from server.pictures.canvas import Canvas, shortened
from server.pictures.marks import Mark

__all__ = ["draw_years"]

_NAMES, _WIDTH, _HIGH, _ROOM, _TOP, _TOTAL = 210, 760, 46, 22, 24, 60


def draw_years(marks: Sequence[Mark], *, title: str) -> str:
    """Draw a row for each y of the marks, whose x is a year; the rows stand as they come."""
    rows = list(dict.fromkeys(mark.y for mark in marks))
    found = [int(mark.x) for mark in marks]
    years = range(min(found), max(found) + 1) if found else range(0)
    step = _WIDTH / max(1, len(years))
    greatest = max((mark.value for mark in marks), default=0) or 1
    canvas = Canvas(
        _NAMES + _WIDTH + _TOTAL,
        _TOP + (_HIGH + _ROOM) * len(rows) + 30,
        title=title,
        description=(
            f"{len(rows)} rows with a column for each of {len(years)} years; the greatest is "
            f"{greatest:g}. "
            "The table below has every value."
        ),
    )
    for place, name in enumerate(rows):
        base = _TOP + (_HIGH + _ROOM) * place + _HIGH
        canvas.unlink()
        canvas.text(_NAMES - 10, base - 4, shortened(name, 30), anchor="end")
        canvas.box(_NAMES, base, _WIDTH, 1, kind="axis")
        for mark in (each for each in marks if each.y == name):
            x = _NAMES + step * (int(mark.x) - years[0])
            height = max(2.0, _HIGH * mark.value / greatest)
            canvas.link(mark.address, mark.words)
            canvas.box(x + 1, base - height, max(2.0, step - 2), height, kind="bar")
            if step >= 13:
                at = x + step / 2
                canvas.text(at, base - height - 3, f"{mark.value:g}", anchor="middle", kind="faint")
    _draw_axis(canvas, years, step, _TOP + (_HIGH + _ROOM) * len(rows) - _ROOM)
    return str(canvas)


def _draw_axis(canvas: Canvas, years: range, step: float, base: float) -> None:
    canvas.unlink()
    every = next(each for each in (1, 2, 5, 10, 20, 50, 100) if each * step >= 40 or each == 100)
    for year in years:
        if year % every == 0:
            x = _NAMES + step * (year - years[0] + 0.5)
            canvas.text(x, base + 18, str(year), anchor="middle", kind="faint")
