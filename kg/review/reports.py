"""Reports and studies: the documents behind records, and the investigations behind documents.

A record that passes screening stands for a report, which is sought, retrieved or not. Several
reports may be of one study; a report that nobody has put with others is a study of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from kg.errors import ReviewError
from kg.review.duplicates import item_of
from kg.review.events import Chapter, Entry, Event
from kg.review.journal import Writing
from kg.review.members import Role, require
from kg.review.protocols import Stage

__all__ = [
    "CHAPTER",
    "Report",
    "ReportMissed",
    "ReportRetrieved",
    "StudyNamed",
    "miss",
    "name_study",
    "report_of",
    "retrieve",
    "study_of",
]


class ReportRetrieved(Event, frozen=True):
    """Somebody has the document of a record; where from, or the checksum of the file kept here."""

    record: int
    source: str = ""
    file: str = ""


class ReportMissed(Event, frozen=True):
    """The document of a record cannot be had."""

    record: int
    reason: str


class StudyNamed(Event, frozen=True):
    """Reports are of one study, whose number is that of this event."""

    records: tuple[int, ...]
    title: str


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of the document of an item."""

    is_retrieved: bool
    source: str
    file: str


def report_of(db: Connection, item: int) -> Report | None:
    """Return what is known of the document of an item, None before anybody looked."""
    row = db.execute(
        "SELECT is_retrieved, source, file FROM reports JOIN items USING (record) WHERE item = ?"
        " ORDER BY number DESC LIMIT 1",
        (item,),
    ).fetchone()
    return Report(bool(row[0]), row[1], row[2]) if row else None


def study_of(db: Connection, item: int) -> tuple[int, str] | None:
    """Return the number and the title of the study that a report was put to."""
    row = db.execute(
        "SELECT study, title FROM studies JOIN items USING (record) WHERE item = ?"
        " ORDER BY study DESC LIMIT 1",
        (item,),
    ).fetchone()
    return (row[0], row[1]) if row else None


def retrieve(writing: Writing, record: int, *, source: str = "", content: bytes = b"") -> None:
    """Say that the document of a record is there, and keep it where it is given."""
    require(writing.db, writing.agent, Role.REVIEWER)
    _check(writing.db, record)
    digest = writing.keep(content) if content else ""
    writing.add(ReportRetrieved(record, source.strip()[:2_000], digest))


def miss(writing: Writing, record: int, reason: str) -> None:
    """Say that the document of a record cannot be had."""
    require(writing.db, writing.agent, Role.REVIEWER)
    _check(writing.db, record)
    if not reason.strip():
        raise ReviewError("say why the report is not retrieved: where it was sought")
    writing.add(ReportMissed(record, reason.strip()[:2_000]))


def name_study(writing: Writing, records: Sequence[int], title: str) -> int:
    """Say that reports are of one study, and return its number."""
    require(writing.db, writing.agent, Role.REVIEWER)
    if not title.strip() or not records:
        raise ReviewError("a study has a name and at least one report; give both")
    for record in records:
        item_of(writing.db, record)
    return writing.add(StudyNamed(tuple(sorted(set(records))), title.strip()[:300]))


def _check(db: Connection, record: int) -> None:
    item = item_of(db, record)
    row = db.execute(
        "SELECT 1 FROM decisions WHERE item = ? AND stage = ?", (item, Stage.FULL_TEXT.value)
    ).fetchone()
    if row is None:
        raise ReviewError(f"record {record} has not passed screening; its report is not sought")


CHAPTER = Chapter(
    name="reports",
    tables="""
CREATE TABLE reports (
  record INTEGER PRIMARY KEY REFERENCES records, is_retrieved INTEGER NOT NULL,
  source TEXT NOT NULL, file TEXT NOT NULL, number INTEGER NOT NULL
);
CREATE TABLE studies (
  record INTEGER PRIMARY KEY REFERENCES records, study INTEGER NOT NULL, title TEXT NOT NULL
);
""",
)


@CHAPTER.on(ReportRetrieved)
def _retrieve(db: Connection, entry: Entry[ReportRetrieved]) -> None:
    event = entry.event
    row = (event.record, event.source, event.file, entry.number)
    db.execute("INSERT OR REPLACE INTO reports VALUES (?, 1, ?, ?, ?)", row)


@CHAPTER.on(ReportMissed)
def _miss(db: Connection, entry: Entry[ReportMissed]) -> None:
    row = (entry.event.record, entry.event.reason, entry.number)
    db.execute("INSERT OR REPLACE INTO reports VALUES (?, 0, ?, '', ?)", row)


@CHAPTER.on(StudyNamed)
def _name(db: Connection, entry: Entry[StudyNamed]) -> None:
    rows = [(record, entry.number, entry.event.title) for record in entry.event.records]
    db.executemany("INSERT OR REPLACE INTO studies VALUES (?, ?, ?)", rows)
