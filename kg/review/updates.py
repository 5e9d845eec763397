"""Updates: what an import brings that was not there before, for a review that is kept alive."""

from __future__ import annotations

from dataclasses import dataclass
from sqlite3 import Connection

from kg.identifiers import slugify

__all__ = ["Delta", "delta"]


@dataclass(frozen=True, slots=True)
class Delta:
    """The records of an import: those that are new, and those that an earlier import had."""

    new: tuple[int, ...]
    known: tuple[int, ...]


def delta(db: Connection, number: int) -> Delta:
    """Part the records of an import by DOI, or by title and year, from those before it.

    It says so before duplicates are sought; these find more.
    """
    before = {
        key for _, doi, title, year in _rows(db, "<", number) for key in _keys(doi, title, year)
    }
    new: list[int] = []
    known: list[int] = []
    for record, doi, title, year in _rows(db, "=", number):
        (known if _keys(doi, title, year) & before else new).append(record)
    return Delta(tuple(new), tuple(known))


def _rows(db: Connection, relation: str, number: int) -> list[tuple[int, str, str, int | None]]:
    statements = {
        "<": "SELECT number, doi, title, year FROM records WHERE import < ? ORDER BY number",
        "=": "SELECT number, doi, title, year FROM records WHERE import = ? ORDER BY number",
    }
    return db.execute(statements[relation], (number,)).fetchall()


def _keys(doi: str, title: str, year: int | None) -> set[str]:
    keys = {f"doi {doi.lower()}"} if doi else set()
    if title:
        keys.add(f"title {slugify(title)} {year or ''}")
    return keys
