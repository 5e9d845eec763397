"""Examination: a draft as a record, or everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator

from kg.errors import SourceError
from kg.readers.checks import check, normalise
from kg.readers.drafts import Draft, Reading, errors_of
from kg.readers.structure import build

__all__ = ["examine"]


def examine(draft: Draft) -> Iterator[Reading | SourceError]:
    """Yield the reading of a draft, or one error for each of its problems."""
    work, problems = build(draft.sheet)
    if work is not None:
        problems += check(work)
    if problems:
        yield from errors_of(draft, problems)
    elif work is not None and draft.is_whole:
        yield Reading(normalise(work), draft.place.source, draft.place.line)
