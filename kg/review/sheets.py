"""Sheets: the codings of a review in a spreadsheet, down to fill in and up again."""

from __future__ import annotations

from io import BytesIO
from pathlib import PurePath
from sqlite3 import Connection
from typing import IO

import msgspec

from kg.errors import ReviewError, SourceError
from kg.forms import Sheet
from kg.readers import read_stream
from kg.readers.spreadsheets import write_xlsx
from kg.records import to_sheet
from kg.review.coding import begun, coded_works, draft, save, take
from kg.review.events import Chapter, Entry, Event
from kg.review.journal import Writing
from kg.review.members import Role, require

__all__ = ["CHAPTER", "SheetSent", "take_sheet", "write_sheet"]

_MOST_TOLD = 500


class SheetSent(Event, frozen=True):
    """A coder sent a file with codings: the works that were read, and what was refused and why."""

    name: str
    digest: str
    works: tuple[str, ...]
    refused: tuple[str, ...]


def write_sheet(db: Connection, coder: str, stream: IO[bytes]) -> None:
    """Write a workbook with every publication that is coded, as a coder has it so far."""
    sheets: list[Sheet] = []
    for one in coded_works(db):
        kept = draft(db, one.number, coder)
        sheets.append(kept.sheet if kept else begun(db, one.number))
    write_xlsx(sheets, stream)


def take_sheet(writing: Writing, name: str, content: bytes) -> int:
    """Keep the codings of a file as drafts of who sends it; return the number of the event.

    A work with a fault is told and stays as it was; the file is kept whole.
    """
    require(writing.db, writing.agent, Role.REVIEWER)
    works, refused = [], []
    for found in read_stream(BytesIO(content), PurePath(name).suffix, source=name):
        if isinstance(found, SourceError):
            refused.append(str(found))
            continue
        sheet: Sheet = msgspec.json.decode(to_sheet(found.work))
        try:
            save(writing, take(writing, sheet={"id": found.work.id} | sheet), sheet)
        except ReviewError as error:
            refused.append(f"{found.work.id}: {error}")
        else:
            works.append(found.work.id)
    told = tuple(refused[:_MOST_TOLD])
    return writing.add(SheetSent(name, writing.keep(content), tuple(works), told))


CHAPTER = Chapter(
    name="sheets",
    tables="""
CREATE TABLE sheets (number INTEGER PRIMARY KEY, coder TEXT NOT NULL, name TEXT NOT NULL);
""",
)


@CHAPTER.on(SheetSent)
def _send(db: Connection, entry: Entry[SheetSent]) -> None:
    row = (entry.number, entry.agent, entry.event.name)
    db.execute("INSERT INTO sheets VALUES (?, ?, ?)", row)
