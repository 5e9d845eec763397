"""Marks: what a picture shows, read from the rows of an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kg.questions import Answer, Row

__all__ = ["Addresses", "Mark", "marks_of"]

Addresses = Callable[[Row, str], str | None]
"""Where the evidence behind a value of a row is, given the row and the column."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One value of a picture: where it stands, how much it is, and what it opens."""

    x: str
    y: str
    value: float
    address: str | None

    @property
    def words(self) -> str:
        """The mark in words, which is also what a reader without the picture is told."""
        place = ", ".join(part for part in (self.x, self.y) if part)
        return f"{place}: {self.value:g}"


def marks_of(
    answer: Answer, address: Addresses, *, x: str | None, y: str | None, value: str | None
) -> list[Mark]:
    """Return a mark for each row that has a value; where the values are words each counts 1."""
    found = []
    for row in answer.rows:
        amount = row[value] if value else 1
        if amount is None:
            continue
        if isinstance(amount, bool | str):
            amount = 1
        behind = address(row, value) if value else None
        found.append(Mark(_said(row, x), _said(row, y), float(amount), behind))
    return found


def _said(row: Row, column: str | None) -> str:
    value = row[column] if column else None
    return "" if value is None else str(value)
