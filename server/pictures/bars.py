"""Bars: one for each row, longest first as the answer has them, each with its number."""

from __future__ import annotations

from collections.abc import Sequence

from server.pictures.canvas import Canvas, shortened
from server.pictures.marks import Mark

__all__ = ["draw_bars"]

_ROW, _NAMES, _LENGTH, _MOST = 24, 300, 380, 40


def draw_bars(marks: Sequence[Mark], *, title: str) -> str:
    """Draw horizontal bars; a second series stands below the first, named in words."""
    shown = marks[:_MOST]
    greatest = max((abs(mark.value) for mark in shown), default=0) or 1
    left_out = f" The first {_MOST} of {len(marks)} rows." if len(marks) > _MOST else ""
    canvas = Canvas(
        _NAMES + _LENGTH + 80,
        _ROW * len(shown) + 8,
        title=title,
        description=f"Bars from 0 to {greatest:g}.{left_out} The table below has every value.",
    )
    for place, mark in enumerate(shown):
        top = _ROW * place + 4
        name = f"{mark.x} · {mark.y}" if mark.y else mark.x
        length = _LENGTH * abs(mark.value) / greatest
        canvas.link(mark.address, mark.words)
        canvas.text(_NAMES - 8, top + 15, shortened(name, 44), anchor="end")
        canvas.box(_NAMES, top + 2, max(length, 1), _ROW - 7, kind="bar")
        canvas.text(_NAMES + length + 6, top + 15, f"{mark.value:.3g}", kind="figure")
    return str(canvas)
