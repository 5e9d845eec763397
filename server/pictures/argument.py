"""The argument map: what speaks for a proposition and what against it, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from server.pictures.canvas import Canvas, shortened
from server.pictures.ends import GLYPHS, draw_end

__all__ = ["Point", "Side", "draw_argument"]

_WIDTH, _COLUMN, _TOP, _HEAD, _BOX, _GAP = 1000, 456, 74, 44, 76, 8
_LINES, _LETTERS, _MOST = 3, 68, 6


@dataclass(frozen=True, slots=True)
class Point:
    """A claim: who makes it, on what grounds, and what it says."""

    source: str
    grounds: str
    statement: str
    address: str | None


@dataclass(frozen=True, slots=True)
class Side:
    """The claims that say the same of a proposition, with the list of all of them."""

    code: str
    name: str
    points: tuple[Point, ...]
    opens: str | None

    @property
    def words(self) -> str:
        """The side in words."""
        count = len(self.points)
        return f"{self.name}: {count} claim{'' if count == 1 else 's'}"


def draw_argument(proposition: str, sides: Sequence[Side], *, title: str) -> str:
    """Draw up to four sides in two columns, in pairs below the proposition."""
    pairs = [sides[start : start + 2] for start in range(0, len(sides), 2)]
    heights = [max(_height(side) for side in pair) for pair in pairs]
    canvas = Canvas(
        _WIDTH,
        _TOP + sum(heights) + 4,
        title=title,
        description=(
            f"{proposition}. {'; '.join(side.words for side in sides)}. "
            "The table below has every claim."
        ),
    )
    canvas.box(_WIDTH / 2 - 300, 2, 600, 40, kind="paper")
    canvas.text(_WIDTH / 2, 27, shortened(proposition, 80), anchor="middle", kind="strong")
    top = float(_TOP)
    for pair, height in zip(pairs, heights, strict=True):
        for column, side in enumerate(pair):
            _draw_side(canvas, side, column, top)
        top += height
    return str(canvas)


def _height(side: Side) -> float:
    shown = min(len(side.points), _MOST)
    return _HEAD + shown * (_BOX + _GAP) + (24 if len(side.points) > _MOST else 0) + 16


def _draw_side(canvas: Canvas, side: Side, column: int, top: float) -> None:
    left = column * (_WIDTH - _COLUMN)
    spine = _WIDTH / 2 + (14 if top == _TOP else 28) * (1 if column else -1)
    shown = side.points[:_MOST]
    bottom = top + _HEAD + len(shown) * (_BOX + _GAP) - _GAP - _BOX / 2
    canvas.unlink()
    canvas.path(f"M{spine:g} {bottom:g}V{42 + 3:g}", kind=f"edge edge-{side.code}")
    draw_end(canvas, side.code, spine, 43, (0, -1))
    canvas.link(side.opens, side.words)
    words = f"{GLYPHS.get(side.code, '·')} {side.words}"
    canvas.text(left + 4, top + 26, words, kind=f"strong say-{side.code}")
    for number, point in enumerate(shown):
        y = top + _HEAD + number * (_BOX + _GAP)
        canvas.link(point.address, f"{side.name}: {point.source}: {point.statement}")
        canvas.box(left + 1, y, _COLUMN - 2, _BOX, kind="paper")
        canvas.text(left + 12, y + 17, shortened(point.source, 44), kind="strong")
        grounds = shortened(point.grounds, 34)
        canvas.text(left + _COLUMN - 12, y + 17, grounds, anchor="end", kind="faint")
        for line, words in enumerate(_wrapped(point.statement)):
            canvas.text(left + 12, y + 35 + 15 * line, words)
        canvas.unlink()
        near = left + (1 if column else _COLUMN - 1)
        canvas.path(f"M{near:g} {y + _BOX / 2:g}H{spine:g}", kind=f"edge edge-{side.code}")
    if len(side.points) > _MOST:
        canvas.link(side.opens, side.words)
        y = top + _HEAD + len(shown) * (_BOX + _GAP) + 12
        canvas.text(left + 12, y, f"and {len(side.points) - _MOST} more", kind="strong")


def _wrapped(statement: str) -> list[str]:
    lines = wrap(statement, _LETTERS)
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], shortened(" ".join(lines[_LINES - 1 :]), _LETTERS)]
    return lines
