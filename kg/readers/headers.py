"""Headers: which column of a spreadsheet carries which column of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from kg.errors import SourceError
from kg.readers.drafts import Place, quote

__all__ = ["read_header"]


def read_header(
    names: Sequence[str], known: Iterable[str], place: Place, *, needed: Iterable[str]
) -> list[str]:
    """Return the names of a header row, or raise SourceError for the first that is unknown."""
    known = list(known)
    header = [name.strip() for name in names]
    while header and not header[-1]:
        header.pop()
    for position, name in enumerate(header, 1):
        if name not in known:
            raise _error(_unknown(name, position, known), place)
    for name, times in Counter(header).items():
        if times > 1:
            raise _error(f"column {name} is there {times} times; keep one", place)
    for name in needed:
        if name not in header:
            raise _error(f"column {name} is missing; add it, or take the template", place)
    return header


def _unknown(name: str, position: int, known: list[str]) -> str:
    if not name:
        return f"column {position} has no name; write its name in the first row, or remove it"
    near = get_close_matches(name[:60], known, n=1)
    remedy = f"did you mean {near[0]}?" if near else "remove it, or take the template"
    return f"column {quote(name)} is unknown; {remedy}"


def _error(what: str, place: Place) -> SourceError:
    return SourceError(what, source=place.source, line=place.line)
