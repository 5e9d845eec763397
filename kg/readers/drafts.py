"""Drafts: what a reader found in a file, before it is known to be a record."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.errors import SourceError
from kg.records import Work

__all__ = ["Draft", "Path", "Place", "Problem", "Reading", "errors_of", "quote"]

Path = tuple[str | int, ...]
"""The way to a part of a sheet: ("claims", 2, "effects", 0)."""

_TOLD = 50  # problems of one record; a record with more is not a coding sheet
_SINGULAR = {"processes": "process", "study": "study"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was read: a file, and in it a line or a row, both from 1."""

    source: str
    line: int | None = None

    def __str__(self) -> str:
        """Write the place as editors and compilers do."""
        return self.source if self.line is None else f"{self.source}:{self.line}"


@dataclass(frozen=True, slots=True)
class Reading:
    """A work and where it was read."""

    work: Work
    source: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A sheet as it stands in the file; `parts` says where, if they have places of their own.

    A draft that is not whole lost some of its parts on the way, and never becomes a record.
    """

    sheet: object
    place: Place
    parts: Mapping[Path, Place] = field(default_factory=dict)
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one part of a sheet, and what to do."""

    path: Path
    what: str


def errors_of(draft: Draft, problems: Iterable[Problem]) -> Iterator[SourceError]:
    """Tell each problem with the place and the name of the part that has it."""
    told = 0
    for told, problem in enumerate(problems, 1):  # counted to the end
        if told <= _TOLD:
            yield _error(draft, problem)
    if told > _TOLD:
        rest = f"has {told - _TOLD} more problems; correct these first"
        yield _error(draft, Problem((), rest))


def _error(draft: Draft, problem: Problem) -> SourceError:
    place = _place(draft, problem.path)
    part = _part(draft.sheet, problem.path)
    what = f"{part}: {problem.what}" if part else problem.what
    return SourceError(what, source=place.source, line=place.line, record=_name(draft.sheet))


def _place(draft: Draft, path: Path) -> Place:
    ways = (path[:length] for length in range(len(path), 0, -1))
    return next((draft.parts[way] for way in ways if way in draft.parts), draft.place)


def _part(sheet: object, path: Path) -> str:
    """Say the way to a part in words: `claim 3, effect 1`."""
    words: list[str] = []
    for step in path:
        sheet = _inside(sheet, step)
        if isinstance(step, str):
            words.append(_SINGULAR.get(step, step.removesuffix("s")))
        else:
            words[-1] += f" {_name(sheet) or step + 1}"
    return ", ".join(words)


def _inside(sheet: object, step: str | int) -> object:
    if isinstance(sheet, dict):
        return sheet.get(step)
    if isinstance(sheet, list | tuple) and isinstance(step, int):
        return sheet[step]
    return None


def _name(sheet: object) -> str | None:
    found = sheet.get("id") if isinstance(sheet, dict) else None
    if isinstance(found, str) and found.strip():
        return found if found.isprintable() and len(found) <= 80 else quote(found)
    return None


def quote(value: object) -> str:
    """Quote a value for a message, cut to a length that a line can bear.

    >>> quote("x" * 100)
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'"
    """
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:57] + "…")
    return reprlib.repr(value)
