"""Records: what databases say of publications, each kept whole as it was imported.

A record is not yet a report (a document), and a report is not a study: see `kg.review.reports`.
The number of a record is that of the event which imported it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection

import msgspec

from kg.bibliographies import Account, Import, Reference
from kg.errors import ReviewError
from kg.review.events import Chapter, Entry, Event
from kg.review.journal import Writing
from kg.review.members import Role, require
from kg.review.searches import find as find_search

__all__ = [
    "CHAPTER",
    "FileImported",
    "Imported",
    "RecordImported",
    "import_file",
    "imported",
    "reference",
    "references",
]


class FileImported(Event, frozen=True):
    """A file was imported from a search; its number is that of the import."""

    name: str
    digest: str
    search: int
    account: Account


class RecordImported(Event, frozen=True):
    """One record of a file."""

    source: int
    position: int
    reference: Reference


@dataclass(frozen=True, slots=True)
class Imported:
    """An import that was made."""

    number: int
    search: int
    round: int
    name: str
    digest: str
    account: Account
    agent: str
    time: str


def import_file(writing: Writing, search: int, content: bytes, found: Import) -> int:
    """Import a file that was read, whole or not at all, and return the number of the import."""
    require(writing.db, writing.agent, Role.REVIEWER)
    find_search(writing.db, search)
    references, account = found
    if not account.is_balanced or account.read != len(references):
        raise ReviewError(f"cannot import: the account does not balance: {account.summary}")
    if not references:
        raise ReviewError(f"cannot import {account.source}: no record in it can be read")
    digest = writing.keep(content)
    number = writing.add(FileImported(account.source, digest, search, account))
    for position, each in enumerate(references, start=1):
        writing.add(RecordImported(number, position, each))
    return number


def imported(db: Connection) -> list[Imported]:
    """Return the imports, the oldest first."""
    rows = db.execute(
        "SELECT imports.*, agent, time FROM imports JOIN events"
        " ON events.number = imports.number ORDER BY imports.number"
    )
    return [
        Imported(n, search, turn, name, digest, msgspec.json.decode(a, type=Account), who, when)
        for n, search, turn, name, digest, a, who, when in rows
    ]


def reference(db: Connection, number: int) -> Reference:
    """Return a record as it was imported."""
    found = references(db, [number])
    if not found:
        raise ReviewError(f"there is no record {number} in this review")
    return found[number]


def references(db: Connection, numbers: Sequence[int] | None = None) -> dict[int, Reference]:
    """Return records as they were imported, by their numbers; without any, all."""
    statement = "SELECT number, payload FROM events WHERE kind = 'record-imported'"
    given: tuple[str, ...] = ()
    if numbers is not None:  # apart, so that these few are looked up and not all events read
        statement += " AND number IN (SELECT value FROM json_each(?))"
        given = (msgspec.json.encode(list(numbers)).decode(),)
    rows = db.execute(f"{statement} ORDER BY number", given)
    return {n: msgspec.json.decode(text, type=RecordImported).reference for n, text in rows}


CHAPTER = Chapter(
    name="records",
    tables="""
CREATE TABLE imports (
  number INTEGER PRIMARY KEY, search INTEGER NOT NULL REFERENCES searches, round INTEGER NOT NULL,
  name TEXT NOT NULL, digest TEXT NOT NULL, account TEXT NOT NULL
);
CREATE TABLE records (
  number INTEGER PRIMARY KEY, import INTEGER NOT NULL REFERENCES imports,
  position INTEGER NOT NULL, round INTEGER NOT NULL, is_left INTEGER NOT NULL,
  title TEXT NOT NULL, authors TEXT NOT NULL, year INTEGER, container TEXT NOT NULL,
  doi TEXT NOT NULL
);
CREATE INDEX records_of_imports ON records (import);
""",
)


@CHAPTER.on(FileImported)
def _import(db: Connection, entry: Entry[FileImported]) -> None:
    event = entry.event
    account = msgspec.json.encode(event.account).decode()
    turn = find_search(db, event.search).round
    row = (entry.number, event.search, turn, event.name, event.digest, account)
    db.execute("INSERT INTO imports VALUES (?, ?, ?, ?, ?, ?)", row)


@CHAPTER.on(RecordImported)
def _record(db: Connection, entry: Entry[RecordImported]) -> None:
    event, read = entry.event, entry.event.reference
    db.execute(
        "INSERT INTO records SELECT ?1, imports.number, ?3, imports.round,"
        " searches.source IN ('database', 'register'), ?4, ?5, ?6, ?7, ?8"
        " FROM imports JOIN searches ON searches.number = imports.search WHERE imports.number = ?2",
        (
            entry.number,
            event.source,
            event.position,
            read.title,
            "; ".join(name.whole for name in read.author),
            read.year,
            read.container_title,
            read.doi,
        ),
    )
