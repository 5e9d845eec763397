"""The network: things on a circle, and an arrow for each link between two of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import cos, pi, sin

from server.pictures.canvas import Canvas, shortened
from server.pictures.marks import Mark

__all__ = ["draw_network"]

_RADIUS, _WIDTH, _MARGIN, _MOST = 230, 900, 60, 36


def draw_network(marks: Sequence[Mark], *, title: str) -> str:
    """Draw the most linked things and the links between them; x leads to y."""
    degree: Counter[str] = Counter()
    for mark in marks:
        degree.update((mark.x, mark.y))
    named = sorted(name for name, _ in sorted(degree.items(), key=_most_linked)[:_MOST])
    height = 2 * (_RADIUS + _MARGIN)
    at = {name: _place(number, len(named), height) for number, name in enumerate(named)}
    shown = [mark for mark in marks if mark.x in at and mark.y in at and mark.x != mark.y]
    left_out = len(degree) - len(named)
    rest = f" {left_out} less linked things are in the table only." if left_out else ""
    canvas = Canvas(
        _WIDTH,
        height,
        title=title,
        description=f"{len(named)} things and {len(shown)} links.{rest} The table has every link.",
    )
    for mark in shown:
        (x0, y0, _), (x1, y1, _) = at[mark.x], at[mark.y]
        canvas.link(mark.address, f"{mark.x} → {mark.y}: {mark.value:g}")
        canvas.path(_course(x0, y0, x1, y1, height), kind="edge")
    for name, (x, y, angle) in at.items():
        canvas.unlink()
        canvas.circle(x, y, 5, kind="node")
        is_right = cos(angle) >= 0
        anchor = "start" if is_right else "end"
        canvas.text(x + (9 if is_right else -9), y + 4, shortened(name, 34), anchor=anchor)
    return str(canvas)


def _most_linked(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _place(number: int, count: int, height: float) -> tuple[float, float, float]:
    angle = 2 * pi * number / max(1, count) - pi / 2
    return _WIDTH / 2 + _RADIUS * cos(angle), height / 2 + _RADIUS * sin(angle), angle


def _course(x0: float, y0: float, x1: float, y1: float, height: float) -> str:
    """Bend a line towards the middle, and end it in an arrow."""
    middle_x, middle_y = (x0 + x1 + _WIDTH) / 4, (y0 + y1 + height) / 4
    length = ((x1 - middle_x) ** 2 + (y1 - middle_y) ** 2) ** 0.5 or 1
    ux, uy = (x1 - middle_x) / length, (y1 - middle_y) / length
    tip_x, tip_y = x1 - 6 * ux, y1 - 6 * uy
    left = f"{tip_x - 8 * ux + 4 * uy:.1f} {tip_y - 8 * uy - 4 * ux:.1f}"
    right = f"{tip_x - 8 * ux - 4 * uy:.1f} {tip_y - 8 * uy + 4 * ux:.1f}"
    start = f"M{x0:.1f} {y0:.1f}Q{middle_x:.1f} {middle_y:.1f} {tip_x:.1f} {tip_y:.1f}"
    return f"{start}M{left}L{tip_x:.1f} {tip_y:.1f}L{right}"
