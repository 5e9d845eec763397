"""The timeline: one column a year, empty years kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from server.pictures.canvas import Canvas
from server.pictures.marks import Mark

__all__ = ["draw_timeline"]

_HEIGHT, _LEFT, _FOOT, _WIDTH = 200, 20, 30, 720


def draw_timeline(marks: Sequence[Mark], *, title: str) -> str:
    """Draw a column for each year between the first and the last."""
    by_year: defaultdict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        if mark.x.lstrip("-").isdigit():
            by_year[int(mark.x)].append(mark)
    years = range(min(by_year), max(by_year) + 1) if by_year else range(0)
    totals = {year: sum(mark.value for mark in by_year.get(year, [])) for year in years}
    greatest = max(totals.values(), default=0) or 1
    step = _WIDTH / max(1, len(years))
    canvas = Canvas(
        _LEFT + _WIDTH + 20,
        _HEIGHT + _FOOT + 24,
        title=title,
        description=(
            f"Columns for {len(years)} years; the greatest is {greatest:g}. "
            "The table below has every value."
        ),
    )
    for place, year in enumerate(years):
        x, height = _LEFT + step * place, _HEIGHT * totals[year] / greatest
        here = by_year.get(year, [])
        canvas.link(here[0].address if len(here) == 1 else None, f"{year}: {totals[year]:g}")
        canvas.box(x + 1, _HEIGHT + 16 - height, max(1, step - 2), height, kind="bar")
        if step >= 22 and totals[year]:
            middle, top = x + step / 2, _HEIGHT + 12 - height
            canvas.text(middle, top, f"{totals[year]:.3g}", anchor="middle", kind="figure")
        canvas.unlink()
        if year % _every(step) == 0:
            canvas.text(x + step / 2, _HEIGHT + 34, str(year), anchor="middle")
    return str(canvas)


def _every(step: float) -> int:
    """Return how many years apart their names fit."""
    return next(each for each in (1, 2, 5, 10, 20, 50, 100) if each * step >= 40 or each == 100)
