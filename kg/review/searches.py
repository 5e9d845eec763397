"""Searches: where records came from, each search kept word for word (PRISMA-S)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from sqlite3 import Connection

import msgspec

from kg.errors import ReviewError
from kg.review.events import Chapter, Entry, Event
from kg.review.journal import Writing
from kg.review.members import Role, require

__all__ = [
    "CHAPTER",
    "Found",
    "Search",
    "SearchCorrected",
    "SearchRecorded",
    "Source",
    "correct",
    "find",
    "last_round",
    "record",
    "searches",
]

_LONGEST = 200_000  # characters of a search string; published ones have a few thousand


class Source(Enum):
    """What was searched; the first two make the left column of a PRISMA diagram."""

    DATABASE = "database"
    REGISTER = "register"
    WEBSITE = "website"
    ORGANISATION = "organisation"
    CITATIONS = "citations"

    @property
    def is_left(self) -> bool:
        """Tell whether PRISMA counts it among databases and registers."""
        return self in {Source.DATABASE, Source.REGISTER}


class Search(msgspec.Struct, frozen=True, omit_defaults=True):
    """One search as it was made: of what, through what, when, with which words, how many hits."""

    name: str
    source: Source = Source.DATABASE
    interface: str = ""
    day: date | None = None
    string: str = ""
    hits: int | None = None
    note: str = ""
    round: int = 1


class SearchRecorded(Event, frozen=True):
    """A search was made; the number of this event is that of the search."""

    search: Search


class SearchCorrected(Event, frozen=True):
    """What was recorded of a search is this instead."""

    number: int
    search: Search


@dataclass(frozen=True, slots=True)
class Found:
    """A search, how many records were imported from it, and how many of them were new.

    New is what no earlier record is a duplicate of: what a search made again has brought.
    """

    number: int
    search: Search
    records: int
    new: int


def searches(db: Connection) -> list[Found]:
    """Return the searches in the order in which they were recorded."""
    rows = db.execute(
        "SELECT searches.number, searches.search, COUNT(record), COALESCE(SUM(item = record), 0)"
        " FROM searches LEFT JOIN imports ON imports.search = searches.number"
        " LEFT JOIN records ON records.import = imports.number"
        " LEFT JOIN items ON items.record = records.number"
        " GROUP BY searches.number ORDER BY searches.number"
    )
    return [Found(n, msgspec.json.decode(text, type=Search), *counts) for n, text, *counts in rows]


def find(db: Connection, number: int) -> Search:
    """Return a search by its number."""
    row = db.execute("SELECT search FROM searches WHERE number = ?", (number,)).fetchone()
    if row is None:
        raise ReviewError(f"there is no search {number} in this review; record it first")
    return msgspec.json.decode(row[0], type=Search)


def last_round(db: Connection) -> int:
    """Return the number of the round of searching that is the newest, 1 before there is one."""
    return int(db.execute("SELECT COALESCE(MAX(round), 1) FROM searches").fetchone()[0])


def record(writing: Writing, search: Search) -> int:
    """Keep a search, and return its number."""
    require(writing.db, writing.agent, Role.REVIEWER)
    _check(writing.db, search)
    return writing.add(SearchRecorded(search))


def correct(writing: Writing, number: int, search: Search) -> None:
    """Keep what should have been recorded of a search; the history has both."""
    require(writing.db, writing.agent, Role.REVIEWER)
    before = find(writing.db, number)
    _check(writing.db, search)
    if (search.round, search.source) != (before.round, before.source) and _is_used(writing, number):
        message = "its records are counted there; record another search instead"
        raise ReviewError(f"the round and the kind of search {number} stay: {message}")
    if search != before:
        writing.add(SearchCorrected(number, search))


def _check(db: Connection, search: Search) -> None:
    if not search.name.strip() or len(search.name) > 200:
        raise ReviewError("a search is of something: name the database, register or website")
    if search.hits is not None and search.hits < 0:
        raise ReviewError("a search has 0 hits or more")
    if len(search.string) > _LONGEST:
        raise ReviewError(f"a search string has at most {_LONGEST:,} characters")
    if not 1 <= search.round <= last_round(db) + 1:
        message = f"cannot search in round {search.round}; the newest is {last_round(db)}"
        raise ReviewError(f"{message}, and the next one can be begun")


def _is_used(writing: Writing, number: int) -> bool:
    statement = "SELECT 1 FROM imports WHERE search = ? LIMIT 1"
    return writing.db.execute(statement, (number,)).fetchone() is not None


CHAPTER = Chapter(
    name="searches",
    tables="""
CREATE TABLE searches (
  number INTEGER PRIMARY KEY, round INTEGER NOT NULL, source TEXT NOT NULL, name TEXT NOT NULL,
  search TEXT NOT NULL
);
""",
)


@CHAPTER.on(SearchRecorded)
def _record(db: Connection, entry: Entry[SearchRecorded]) -> None:
    _put(db, entry.number, entry.event.search)


@CHAPTER.on(SearchCorrected)
def _correct(db: Connection, entry: Entry[SearchCorrected]) -> None:
    _put(db, entry.event.number, entry.event.search)


def _put(db: Connection, number: int, search: Search) -> None:
    text = msgspec.json.encode(search).decode()
    row = {"n": number, "r": search.round, "s": search.source.value, "d": search.name, "t": text}
    db.execute(
        "INSERT INTO searches VALUES (:n, :r, :s, :d, :t) ON CONFLICT DO UPDATE"
        " SET round = :r, source = :s, name = :d, search = :t",
        row,
    )
