"""Pairing: which part of one coder's record is about the same as which of another's.

Nobody gives two coders' claims common names, so they are paired by what they say, in their words
and at their place, and never by their codes: pairing by codes would find agreement everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from kg.records import Case, Claim, Process, Work

__all__ = ["Pairing", "by_id", "by_words", "pair"]

Part = TypeVar("Part", Case, Claim, Process)
Named = Case | Claim | Process | Work
Pairing = Callable[[Named, Named], float]
"""Tells how alike two parts are, from 0 to 1; those that are 0 are never paired."""

_WORD = re.compile(r"[^\W\d_]{4,}|\d+")
_STEM = 6  # letters that tell a word from another and not its endings
_LEAST = 0.2


def by_words(one: Named, other: Named) -> float:
    """Tell how many words two parts share, as Dice's share of both."""
    mine, theirs = _words(_text(one)), _words(_text(other))
    alike = 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine or theirs else 0.0
    return alike if alike >= _LEAST else 0.0


def by_id(one: Named, other: Named) -> float:
    """Tell whether two parts have the same id, as where both coders filled in one template."""
    return float(one.id == other.id)


def pair(
    coded: Sequence[Sequence[Part] | None], alike: Pairing
) -> tuple[tuple[Part | None, ...], ...]:
    """Line up the parts of several coders: a row a part, None where a coder has none like it.

    `coded` has the parts of each coder, None where a coder did not code this at all. The likest
    are paired first; ties go to the order of the sheets.
    """
    rows: list[list[Part | None]] = []
    for coder, parts in enumerate(coded):
        scored = sorted(
            (
                (-max(alike(one, part) for one in row if one is not None), place, position)
                for place, row in enumerate(rows)
                for position, part in enumerate(parts or ())
            ),
        )
        row_of: dict[int, int] = {}
        for score, place, position in scored:
            if score < 0 and position not in row_of and place not in row_of.values():
                row_of[position] = place
        for position, part in enumerate(parts or ()):
            if position in row_of:
                rows[row_of[position]][coder] = part
            else:
                rows.append([part if k == coder else None for k in range(len(coded))])
    return tuple(map(tuple, rows))


def _text(part: Named) -> str:
    if isinstance(part, Claim):
        return f"{part.statement} {part.condition or ''}"
    if isinstance(part, Case):
        return " ".join(filter(None, (part.name, part.place, part.service, part.organisation)))
    return part.label if isinstance(part, Process) else part.title


def _words(text: str) -> frozenset[Hashable]:
    return frozenset(word[:_STEM] for word in _WORD.findall(text.casefold()))
