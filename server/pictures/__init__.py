"""Pictures: an answer drawn as its question says, always beside its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kg.questions import Answer, Display
from server.pictures.bars import draw_bars
from server.pictures.countries import draw_countries
from server.pictures.marks import Addresses, Mark, marks_of
from server.pictures.matrix import draw_matrix
from server.pictures.network import draw_network
from server.pictures.timeline import draw_timeline

__all__ = ["Addresses", "draw"]


def draw(answer: Answer, address: Addresses) -> str | None:
    """Return the picture of an answer as SVG; None where a table is all there is."""
    display = answer.question.header.display
    drawn = _DRAWN.get(display.kind)
    if drawn is None or not answer.rows:
        return None
    return drawn(answer, address, display)


def _bars(answer: Answer, address: Addresses, display: Display) -> str:
    segment = display.segment
    first = marks_of(answer, address, x=display.x, y=None, value=display.value)
    if segment is None:
        return draw_bars(first, title=_title(answer))
    if answer.column(segment).type in {"count", "integer", "number"}:
        # two numbers of one row, side by side: each bar says which it is
        second = marks_of(answer, address, x=display.x, y=None, value=segment)
        names = [answer.column(name).title for name in (display.value or "", segment)]
        pairs = zip(first, second, strict=True)
        both = [
            Mark(one.x, name, one.value, one.address)
            for pair in pairs
            for one, name in zip(pair, names, strict=True)
        ]
        return draw_bars(both, title=_title(answer))
    split = marks_of(answer, address, x=display.x, y=segment, value=display.value)
    return draw_bars(split, title=_title(answer))


def _matrix(answer: Answer, address: Addresses, display: Display) -> str:
    marks = marks_of(answer, address, x=display.x, y=display.y, value=display.value)
    return draw_matrix(marks, title=_title(answer))


def _timeline(answer: Answer, address: Addresses, display: Display) -> str:
    if display.segment:
        marks = marks_of(answer, address, x=display.x, y=display.segment, value=display.value)
        return draw_matrix(marks, title=_title(answer))
    marks = marks_of(answer, address, x=display.x, y=None, value=display.value)
    return draw_timeline(marks, title=_title(answer))


def _map(answer: Answer, address: Addresses, display: Display) -> str:
    marks = marks_of(answer, address, x=display.x, y=None, value=display.value)
    return draw_countries(marks, title=_title(answer))


def _network(answer: Answer, address: Addresses, display: Display) -> str:
    marks = marks_of(answer, address, x=display.source, y=display.target, value=display.value)
    return draw_network(_once(marks), title=_title(answer))


def _once(marks: Sequence[Mark]) -> list[Mark]:
    """Keep one mark for each link, for a link may be a step of many chains."""
    return list({(mark.x, mark.y): mark for mark in marks}.values())


def _title(answer: Answer) -> str:
    return answer.question.header.summary


_DRAWN: Mapping[str, Callable[[Answer, Addresses, Display], str]] = {
    "bars": _bars,
    "map": _map,
    "matrix": _matrix,
    "network": _network,
    "timeline": _timeline,
}
