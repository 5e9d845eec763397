"""Plots of votes as SVG text: a glyph and a word for each direction, never colour alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from kg.namespaces import SVG
from kg.synthesis.votes import DIRECTIONS, Vote

__all__ = ["effect_direction_plot", "harvest_plot"]

_GLYPHS = {"increases": "▲", "decreases": "▼", "mixed": "◄►", "no-effect": "○"}
_COLOURS = {
    "increases": "#0b6fa4",
    "decreases": "#b5480c",
    "mixed": "#6b4c9a",
    "no-effect": "#595959",
}
_WORDS = {
    "increases": "increases",
    "decreases": "decreases",
    "mixed": "mixed",
    "no-effect": "no effect",
}
_LABEL, _CELL, _ROW, _HEAD, _KEY = 230, 150, 26, 40, 60
_GRADES = "under 50 people or not coded, 50 to 300, over 300"
_HARVEST = ("decreases", "no-effect", "increases")


def effect_direction_plot(votes: Iterable[Vote], *, title: str = "Effect direction plot") -> str:
    """Draw one row a study and one column an outcome; larger glyphs are larger samples.

    The small number beside a glyph is the number of claims behind the vote.
    """
    cast = tuple(votes)
    outcomes = sorted({vote.outcome for vote in cast})
    studies = sorted({(vote.label, vote.study) for vote in cast})
    width = _LABEL + _CELL * max(1, len(outcomes))
    svg = _canvas(width, _HEAD + _ROW * len(studies) + _KEY, title, _told(cast))
    for column, outcome in enumerate(outcomes):
        _text(svg, _LABEL + _CELL * column + _CELL // 2, 24, _short(outcome, 22), anchor="middle")
    for row, (label, study) in enumerate(studies):
        y = _HEAD + _ROW * row + 17
        _text(svg, 8, y, _short(label, 34))
        for vote in cast:
            if vote.study == study and vote.label == label:
                x = _LABEL + _CELL * outcomes.index(vote.outcome) + _CELL // 2
                _glyph(svg, x, y, vote)
    _key(svg, _HEAD + _ROW * len(studies) + 20, f"Size: {_GRADES}")
    return _written(svg)


def harvest_plot(votes: Iterable[Vote], *, title: str = "Harvest plot") -> str:
    """Draw one row an outcome, with one bar a study under decreases, no effect or increases.

    A mixed vote stands under no effect with a dashed outline; the height of a bar is the sample.
    """
    cast = tuple(votes)
    by_outcome: defaultdict[str, list[Vote]] = defaultdict(list)
    for vote in cast:
        by_outcome[vote.outcome].append(vote)
    side = 14 * max([4, *(len(group) for group in by_outcome.values())])
    svg = _canvas(_LABEL + 3 * side, _HEAD + 60 * len(by_outcome) + _KEY, title, _told(cast))
    for column, direction in enumerate(_HARVEST):
        head = f"{_GLYPHS[direction]} {_WORDS[direction]}"
        _text(svg, _LABEL + side * column + side // 2, 24, head, anchor="middle")
    for row, (outcome, group) in enumerate(sorted(by_outcome.items())):
        base = _HEAD + 60 * row + 52
        _text(svg, 8, base - 18, _short(outcome, 34))
        _line(svg, _LABEL, base, _LABEL + 3 * side)
        for column, direction in enumerate(_HARVEST):
            _bars(svg, _LABEL + side * column, base, _standing(group, direction))
    _key(svg, _HEAD + 60 * len(by_outcome) + 20, f"Height: {_GRADES}")
    return _written(svg)


def _standing(group: Sequence[Vote], direction: str) -> list[Vote]:
    wanted = {direction, "mixed"} if direction == "no-effect" else {direction}
    return [vote for vote in group if vote.direction in wanted]


def _bars(svg: Element, left: int, base: int, votes: Iterable[Vote]) -> None:
    for place, vote in enumerate(votes):
        height = 14 + 12 * _size(vote)
        bar = SubElement(
            svg,
            "rect",
            x=str(left + 14 * place + 3),
            y=str(base - height),
            width="9",
            height=str(height),
            fill="none" if vote.direction == "mixed" else _COLOURS[vote.direction],
            stroke=_COLOURS[vote.direction],
        )
        if vote.direction == "mixed":
            bar.set("stroke-dasharray", "2 2")
        SubElement(bar, "title").text = _named(vote)


def _glyph(svg: Element, x: int, y: int, vote: Vote) -> None:
    text = _text(svg, x, y, _GLYPHS[vote.direction], anchor="middle")
    text.set("font-size", str(11 + 4 * _size(vote)))
    text.set("fill", _COLOURS[vote.direction])
    SubElement(text, "title").text = _named(vote)
    if vote.claims > 1:
        _text(svg, x + 16, y + 5, str(vote.claims)).set("font-size", "9")


def _size(vote: Vote) -> int:
    """Grade the sample as the published legend does; an unknown sample counts as small."""
    people = vote.participants or 0
    return (people >= 50) + (people > 300)


def _named(vote: Vote) -> str:
    people = "sample not coded" if vote.participants is None else f"{vote.participants} people"
    return f"{vote.label}, {vote.outcome}: {_WORDS[vote.direction]} ({people})"


def _told(votes: Sequence[Vote]) -> str:
    counts = (
        f"{sum(vote.direction == direction for vote in votes)} {_WORDS[direction]}"
        for direction in DIRECTIONS
    )
    return f"{len(votes)} votes of studies on outcomes: {', '.join(counts)}."


def _canvas(width: int, height: int, title: str, description: str) -> Element:
    svg = Element(
        "svg",
        {
            "xmlns": str(SVG),
            "viewBox": f"0 0 {width} {height}",
            "width": str(width),
            "height": str(height),
            "role": "img",
            "font-family": "sans-serif",
            "font-size": "12",
        },
    )
    SubElement(svg, "title").text = title
    SubElement(svg, "desc").text = description
    SubElement(svg, "rect", width="100%", height="100%", fill="#ffffff")
    return svg


def _key(svg: Element, y: int, sizes: str) -> None:
    words = "   ".join(f"{_GLYPHS[direction]} {_WORDS[direction]}" for direction in DIRECTIONS)
    _text(svg, 8, y, words)
    _text(svg, 8, y + 18, sizes)


def _line(svg: Element, left: int, y: int, right: int) -> None:
    SubElement(svg, "line", x1=str(left), y1=str(y), x2=str(right), y2=str(y), stroke="#767676")


def _text(svg: Element, x: int, y: int, words: str, *, anchor: str = "start") -> Element:
    node = SubElement(svg, "text", {"x": str(x), "y": str(y), "text-anchor": anchor})
    node.text = words
    return node


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _written(svg: Element) -> str:
    return tostring(svg, encoding="unicode")
