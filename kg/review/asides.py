"""Asides: codings that an owner sets aside, as when a coder has left before they were done.

A coding that is set aside is kept whole, and counts no more: others are compared, agreed on and
published without it, until an owner takes it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from sqlite3 import Connection

from kg.errors import ReviewError
from kg.review.coding import coded_work
from kg.review.events import Chapter, Entry, Event
from kg.review.journal import Writing
from kg.review.members import Role, require

__all__ = [
    "CHAPTER",
    "Aside",
    "DraftSetAside",
    "DraftTakenBack",
    "asides",
    "set_aside",
    "take_back",
]


class DraftSetAside(Event, frozen=True):
    """An owner lets the coding of somebody count no more, and says why."""

    work: int
    coder: str
    reason: str


class DraftTakenBack(Event, frozen=True):
    """An owner lets a coding count again."""

    work: int
    coder: str


@dataclass(frozen=True, slots=True)
class Aside:
    """A coding that is set aside: of which publication, whose, by whom and why."""

    work: int
    coder: str
    agent: str
    reason: str


def set_aside(writing: Writing, work: int, coder: str, *, reason: str) -> None:
    """Let the coding of somebody count no more; it is kept, and can be taken back."""
    require(writing.db, writing.agent, Role.OWNER)
    if coder not in dict(coded_work(writing.db, work).coders):
        raise ReviewError(f"{coder[:80]!r} has no coding of this publication that counts")
    if not reason.strip():
        raise ReviewError("say in a sentence why the coding is set aside")
    writing.add(DraftSetAside(work, coder, reason.strip()[:500]))


def take_back(writing: Writing, work: int, coder: str) -> None:
    """Let a coding count again."""
    require(writing.db, writing.agent, Role.OWNER)
    if (work, coder) not in {(one.work, one.coder) for one in asides(writing.db)}:
        raise ReviewError(f"no coding of {coder[:80]!r} is set aside here")
    writing.add(DraftTakenBack(work, coder))


def asides(db: Connection) -> list[Aside]:
    """Return what is set aside, by publication and coder."""
    rows = db.execute("SELECT work, coder, agent, reason FROM asides ORDER BY work, coder")
    return [Aside(*row) for row in rows]


CHAPTER = Chapter(
    name="asides",
    tables="""
CREATE TABLE asides (
  work INTEGER NOT NULL REFERENCES coded, coder TEXT NOT NULL, agent TEXT NOT NULL,
  reason TEXT NOT NULL, PRIMARY KEY (work, coder)
) WITHOUT ROWID;
""",
)


@CHAPTER.on(DraftSetAside)
def _set_aside(db: Connection, entry: Entry[DraftSetAside]) -> None:
    one = entry.event
    row = (one.work, one.coder, entry.agent, one.reason)
    db.execute("INSERT INTO asides VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", row)


@CHAPTER.on(DraftTakenBack)
def _take_back(db: Connection, entry: Entry[DraftTakenBack]) -> None:
    one = entry.event
    db.execute("DELETE FROM asides WHERE work = ? AND coder = ?", (one.work, one.coder))
