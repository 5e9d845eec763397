"""Duplicates: records that say the same of one publication, gathered in items and split again.

An item is what reviewers screen: one record, or several that were found to be duplicates. Each
record stays as it was imported, so that splitting an item gives back exactly what there was.
The number of an item is the smallest among its records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from sqlite3 import Connection

import msgspec
from msgspec.structs import replace

from kg.bibliographies import Reference
from kg.duplicates import Cluster
from kg.duplicates import merge as merge_fields
from kg.errors import ReviewError
from kg.review.events import Chapter, Entry, Event
from kg.review.journal import Writing
from kg.review.members import Role, require
from kg.review.records import RecordImported, references

__all__ = [
    "CHAPTER",
    "DuplicatesDenied",
    "DuplicatesSought",
    "Group",
    "Item",
    "RecordsMerged",
    "RecordsSplit",
    "Suspect",
    "deny",
    "item_of",
    "items_touched",
    "keep_found",
    "merge",
    "merged",
    "merged_items",
    "records_of",
    "split",
    "suspects",
    "whole",
]


class Group(msgspec.Struct, frozen=True, omit_defaults=True):
    """Records that a program takes for duplicates, how sure it is, and by what."""

    records: tuple[int, ...]
    reason: str
    score: float | None = None
    is_certain: bool = True


class DuplicatesSought(Event, frozen=True):
    """A program looked for duplicates: it merged what is certain, and asks about the rest."""

    software: str
    groups: tuple[Group, ...]


class RecordsMerged(Event, frozen=True):
    """Somebody says that records are duplicates."""

    records: tuple[int, ...]
    reason: str = ""


class RecordsSplit(Event, frozen=True):
    """Somebody says that records are no duplicates of any in their item."""

    records: tuple[int, ...]
    reason: str = ""


class DuplicatesDenied(Event, frozen=True):
    """Somebody says that records which a program asked about are no duplicates."""

    records: tuple[int, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of several records: why each was put there, how sure and by whom."""

    number: int
    records: tuple[int, ...]
    reason: str
    score: float | None
    by: str


@dataclass(frozen=True, slots=True)
class Suspect:
    """Records that a program asks about."""

    records: tuple[int, ...]
    reason: str
    score: float | None


def item_of(db: Connection, record: int) -> int:
    """Return the item of a record."""
    row = db.execute("SELECT item FROM items WHERE record = ?", (record,)).fetchone()
    if row is None:
        raise ReviewError(f"there is no record {record} in this review")
    return int(row[0])


def records_of(db: Connection, item: int) -> tuple[int, ...]:
    """Return the records of an item."""
    rows = db.execute("SELECT record FROM items WHERE item = ? ORDER BY record", (item,))
    return tuple(record for (record,) in rows)


def merged_items(db: Connection, *, after: int = 0, most: int = -1) -> list[Item]:
    """Return the items of several records, a page at a time."""
    rows = db.execute(
        "SELECT item, group_concat(record), MAX(cause), MIN(score), MAX(decider) FROM"
        " (SELECT * FROM items WHERE item > ? ORDER BY record)"
        " GROUP BY item HAVING COUNT(*) > 1 ORDER BY item LIMIT ?",
        (after, most),
    )
    return [
        Item(number, tuple(map(int, records.split(","))), reason or "", score, by or "")
        for number, records, reason, score, by in rows
    ]


def suspects(db: Connection, *, most: int = -1) -> list[Suspect]:
    """Return what a program asks about and nobody has answered, the surest first."""
    rows = db.execute(
        "SELECT records, reason, score FROM suspects ORDER BY score DESC, number LIMIT ?", (most,)
    )
    found = (Suspect(tuple(msgspec.json.decode(r)), reason, s) for r, reason, s in rows)
    return [each for each in found if len({item_of(db, r) for r in each.records}) > 1]


def merged(found: Mapping[int, Reference]) -> Reference:
    """Make one reference of several, each field from the best of them.

    >>> one = Reference(id="a", title="Made", doi="10.5555/a")
    >>> two = Reference(id="b", title="Made", volume="3", abstract="Made up.")
    >>> both = merged({1: one, 2: two})
    >>> both.doi, both.volume
    ('10.5555/a', '3')
    """
    if len(found) == 1:
        return next(iter(found.values()))
    named = [replace(each, id=str(number)) for number, each in found.items()]
    return merge_fields(Cluster("", tuple(each.id for each in named), ()), named).reference


def keep_found(writing: Writing, software: str, groups: Sequence[Group]) -> int:
    """Keep what a program found, and return the number of the event."""
    require(writing.db, writing.agent, Role.REVIEWER)
    for group in groups:
        _check(writing.db, group.records)
    return writing.add(DuplicatesSought(software, tuple(groups)))


def merge(writing: Writing, records: Sequence[int], reason: str = "") -> int:
    """Say that records are duplicates, and return their item."""
    require(writing.db, writing.agent, Role.REVIEWER)
    wanted = _check(writing.db, records)
    if len({item_of(writing.db, record) for record in wanted}) > 1:
        writing.add(RecordsMerged(wanted, reason))
    return item_of(writing.db, wanted[0])


def split(writing: Writing, records: Sequence[int], reason: str = "") -> None:
    """Say that records are no duplicates of the others in their item."""
    require(writing.db, writing.agent, Role.REVIEWER)
    wanted = _check(writing.db, records, least=1)
    if all(len(records_of(writing.db, item_of(writing.db, each))) == 1 for each in wanted):
        raise ReviewError("these records are not merged with others; there is nothing to split")
    writing.add(RecordsSplit(wanted, reason))


def deny(writing: Writing, records: Sequence[int], reason: str = "") -> None:
    """Say that records which a program asked about are no duplicates."""
    require(writing.db, writing.agent, Role.REVIEWER)
    writing.add(DuplicatesDenied(_check(writing.db, records), reason))


def items_touched(db: Connection, event: Event) -> set[int]:
    """Return the items that an event of this module has made or changed."""
    match event:
        case DuplicatesSought():
            records = {record for group in event.groups for record in group.records}
        case RecordsMerged() | RecordsSplit():
            records = set(event.records)
        case _:
            return set()
    touched = {item_of(db, record) for record in records}
    if isinstance(event, RecordsSplit):
        rows = (
            db.execute("SELECT b FROM apart WHERE a = ?1 UNION SELECT a FROM apart WHERE b = ?1", r)
            for r in ((record,) for record in records)
        )
        touched |= {item_of(db, other) for found in rows for (other,) in found}
    return touched


def _check(db: Connection, records: Sequence[int], least: int = 2) -> tuple[int, ...]:
    wanted = tuple(sorted(set(records)))
    if len(wanted) < least:
        raise ReviewError(f"name {least} records or more")
    for record in wanted:
        item_of(db, record)
    return wanted


CHAPTER = Chapter(
    name="duplicates",
    tables="""
CREATE TABLE items (
  record INTEGER PRIMARY KEY REFERENCES records, item INTEGER NOT NULL, cause TEXT, score REAL,
  decider TEXT
);
CREATE INDEX records_of_items ON items (item);
CREATE TABLE suspects (
  number INTEGER PRIMARY KEY, records TEXT NOT NULL UNIQUE, reason TEXT NOT NULL, score REAL
);
CREATE TABLE apart (a INTEGER NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (a, b)) WITHOUT ROWID;
""",
)


@CHAPTER.on(RecordImported)
def _import(db: Connection, entry: Entry[RecordImported]) -> None:
    db.execute("INSERT INTO items (record, item) VALUES (?1, ?1)", (entry.number,))


@CHAPTER.on(DuplicatesSought)
def _seek(db: Connection, entry: Entry[DuplicatesSought]) -> None:
    db.execute("DELETE FROM suspects")
    for group in entry.event.groups:
        if _is_apart(db, group.records):
            continue
        if group.is_certain:
            _gather(db, group, entry.event.software)
        else:
            row = (_listed(group.records), group.reason, group.score)
            statement = "INSERT INTO suspects (records, reason, score) VALUES (?, ?, ?)"
            db.execute(f"{statement} ON CONFLICT DO NOTHING", row)


@CHAPTER.on(RecordsMerged)
def _merge(db: Connection, entry: Entry[RecordsMerged]) -> None:
    for a, b in combinations(entry.event.records, 2):
        db.execute("DELETE FROM apart WHERE (a, b) = (?, ?)", (a, b))
    _gather(db, Group(entry.event.records, entry.event.reason or "decided"), entry.agent)


@CHAPTER.on(RecordsSplit)
def _split(db: Connection, entry: Entry[RecordsSplit]) -> None:
    for record in entry.event.records:
        others = [each for each in records_of(db, item_of(db, record)) if each != record]
        statement = "UPDATE items SET item = record, cause = NULL, score = NULL, decider = NULL"
        db.execute(f"{statement} WHERE record = ?", (record,))
        if others:
            db.executemany(
                "UPDATE items SET item = ? WHERE record = ?",
                [(others[0], other) for other in others],
            )
        if len(others) == 1:
            db.execute(f"{statement} WHERE record = ?", (others[0],))
        _set_apart(db, [(record, other) for other in others])


@CHAPTER.on(DuplicatesDenied)
def _deny(db: Connection, entry: Entry[DuplicatesDenied]) -> None:
    db.execute("DELETE FROM suspects WHERE records = ?", (_listed(entry.event.records),))
    _set_apart(db, combinations(entry.event.records, 2))


def _gather(db: Connection, group: Group, by: str) -> None:
    """Put the items of records together under the smallest number."""
    every = {record for each in group.records for record in records_of(db, item_of(db, each))}
    item = min(every)
    db.executemany("UPDATE items SET item = ? WHERE record = ?", [(item, r) for r in every])
    db.executemany(
        "UPDATE items SET cause = ?, score = ?, decider = ? WHERE record = ?",
        [(group.reason, group.score, by, record) for record in group.records],
    )


def _set_apart(db: Connection, pairs: Iterable[tuple[int, int]]) -> None:
    ordered = [(min(pair), max(pair)) for pair in pairs]
    db.executemany("INSERT INTO apart VALUES (?, ?) ON CONFLICT DO NOTHING", ordered)


def _is_apart(db: Connection, records: Sequence[int]) -> bool:
    """Tell whether somebody has said that two of the records are no duplicates."""
    return any(
        db.execute("SELECT 1 FROM apart WHERE (a, b) = (?, ?)", pair).fetchone()
        for pair in combinations(sorted(records), 2)
    )


def _listed(records: Iterable[int]) -> str:
    return msgspec.json.encode(sorted(records)).decode()


def whole(db: Connection, item: int) -> Reference:
    """Return what is known of an item: the one reference, or what several make together."""
    return merged(references(db, records_of(db, item)))
