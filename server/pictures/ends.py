"""Ends: the shape in which a line ends says what claims say of the link."""

from __future__ import annotations

from server.pictures.canvas import Canvas

__all__ = ["GLYPHS", "draw_end"]

GLYPHS = {"increases": "▲", "decreases": "▼", "mixed": "◆", "no-effect": "○", "none": "\N{EN DASH}"}
"""The sign of each direction, as the pages have it."""


def draw_end(canvas: Canvas, kind: str, x: float, y: float, along: tuple[float, float]) -> None:
    """End a line that comes along a direction: in arrow, bar, ring, diamond or nothing."""
    u, v = along
    style = f"end-{kind}"
    if kind == "increases":
        back_x, back_y = x - 10 * u, y - 10 * v
        left = f"{back_x - 5 * v:.1f} {back_y + 5 * u:.1f}"
        right = f"{back_x + 5 * v:.1f} {back_y - 5 * u:.1f}"
        canvas.path(f"M{x:.1f} {y:.1f}L{left}L{right}Z", kind=style)
    elif kind == "decreases":
        at_x, at_y = x - 2 * u, y - 2 * v
        start = f"{at_x - 7 * v:.1f} {at_y + 7 * u:.1f}"
        canvas.path(f"M{start}L{at_x + 7 * v:.1f} {at_y - 7 * u:.1f}", kind=style)
    elif kind == "no-effect":
        canvas.circle(x - 5 * u, y - 5 * v, 4.5, kind=style)
    elif kind == "mixed":
        mid_x, mid_y = x - 6 * u, y - 6 * v
        corners = ((6, 0), (0, 5), (-6, 0), (0, -5))
        places = (f"{mid_x + a * u - b * v:.1f} {mid_y + a * v + b * u:.1f}" for a, b in corners)
        canvas.path(f"M{'L'.join(places)}Z", kind=style)
