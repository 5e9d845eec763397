"""Differences: what an answer has gained and lost between two versions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.questions.answers import Answer, Row, Value

__all__ = ["Difference", "compare"]

_SEPARATOR = re.compile(r"[,;] ")


@dataclass(frozen=True, slots=True)
class Difference:
    """The rows that only the later answer has, and those that only the earlier one had.

    A row of which one value changed is in both.
    """

    gained: tuple[Row, ...]
    lost: tuple[Row, ...]


def compare(earlier: Answer, later: Answer) -> Difference:
    """Compare two answers to one question, asked with the same parameters of two versions."""
    joined = later.question.joined
    before = {_key(row, joined): row for row in earlier.rows}
    after = {_key(row, joined): row for row in later.rows}
    return Difference(
        tuple(row for key, row in after.items() if key not in before),
        tuple(row for key, row in before.items() if key not in after),
    )


def _key(row: Row, joined: frozenset[str]) -> tuple[Value | tuple[str, ...], ...]:
    """Return what makes a row what it is; values that are joined have no order of their own."""
    return tuple(
        tuple(sorted(_SEPARATOR.split(value)))
        if name in joined and isinstance(value, str)
        else value
        for name, value in row.items()
    )
