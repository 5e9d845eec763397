"""Screening: the votes of reviewers on items, conflicts between them, and what settles these.

A vote is a reviewer's judgement: who changes it votes again, and both votes stay. Two votes are
blind: `votes_on` shows nobody the vote of another before their own is given and both are in.
What the votes come to is in `kg.review.decisions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from sqlite3 import Connection

from kg.errors import ReviewError
from kg.review.duplicates import item_of, records_of
from kg.review.events import Chapter, Entry, Event
from kg.review.journal import Writing
from kg.review.members import Role, require
from kg.review.protocols import Protocol, Stage, protocol

__all__ = [
    "CHAPTER",
    "ConflictSettled",
    "RecordsRemoved",
    "RecordsRestored",
    "ScreeningStopped",
    "Verdict",
    "Vote",
    "VoteCast",
    "is_sealed",
    "next_items",
    "remove",
    "restore",
    "settle",
    "state_of",
    "stop",
    "vote",
    "votes_cast",
    "votes_on",
]


class Verdict(Enum):
    """What a reviewer thinks of an item; who is unsure leaves it for the next stage to tell."""

    INCLUDE = "include"
    UNSURE = "unsure"
    EXCLUDE = "exclude"


class VoteCast(Event, frozen=True):
    """A reviewer judges a record at a stage; the last of their votes holds."""

    record: int
    stage: Stage
    verdict: Verdict
    reason: str = ""
    note: str = ""


class ConflictSettled(Event, frozen=True):
    """An adjudicator decides a record at a stage, over the votes on it."""

    record: int
    stage: Stage
    verdict: Verdict
    reason: str = ""
    note: str = ""


class RecordsRemoved(Event, frozen=True):
    """Records are removed before screening, by a tool or for another reason."""

    records: tuple[int, ...]
    reason: str
    by_tool: bool = False


class RecordsRestored(Event, frozen=True):
    """Records that were removed before screening are screened after all."""

    records: tuple[int, ...]
    reason: str = ""


class ScreeningStopped(Event, frozen=True):
    """The items that nobody has decided at a stage are left out, on the word of the ranking."""

    stage: Stage
    reason: str


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote, or the ruling of an adjudicator."""

    reviewer: str
    verdict: Verdict
    reason: str
    note: str
    is_ruling: bool


def vote(
    writing: Writing,
    record: int,
    stage: Stage,
    verdict: Verdict,
    *,
    reason: str = "",
    note: str = "",
) -> None:
    """Judge a record at a stage."""
    require(writing.db, writing.agent, Role.REVIEWER)
    item = item_of(writing.db, record)
    state = state_of(writing.db, item, stage)
    plan = protocol(writing.db)
    _check(plan, stage, verdict, reason)
    mine = _own(writing.db, item, stage, writing.agent)
    if state is None:
        raise ReviewError(f"record {record} is not at {stage.label} now; nothing was kept")
    if state in {"removed", "not-retrieved"}:
        raise ReviewError(f"record {record} is {state.replace('-', ' ')}; restore it first")
    if mine is None and _count(writing.db, item, stage) >= plan.votes:
        message = f"{plan.votes} have voted on record {record} already"
        raise ReviewError(f"{message}; an adjudicator settles what they do not agree on")
    cast = VoteCast(record, stage, verdict, reason.strip(), note.strip())
    if mine is None or (mine.verdict, mine.reason, mine.note) != (
        verdict,
        cast.reason,
        cast.note,
    ):
        writing.add(cast)


def settle(
    writing: Writing,
    record: int,
    stage: Stage,
    verdict: Verdict,
    *,
    reason: str = "",
    note: str = "",
) -> None:
    """Decide a conflict."""
    require(writing.db, writing.agent, Role.ADJUDICATOR)
    if verdict is Verdict.UNSURE:
        raise ReviewError("a conflict is settled one way or the other; choose")
    state = state_of(writing.db, item_of(writing.db, record), stage)
    if state not in {"conflict", "included", "excluded"}:
        raise ReviewError(f"record {record} has no conflict at {stage.label}; nothing was kept")
    _check(protocol(writing.db), stage, verdict, reason)
    writing.add(ConflictSettled(record, stage, verdict, reason.strip(), note.strip()))


def remove(writing: Writing, records: Sequence[int], reason: str, *, by_tool: bool = False) -> None:
    """Remove records before they are screened."""
    require(writing.db, writing.agent, Role.REVIEWER)
    if not reason.strip():
        raise ReviewError("say why the records are removed before screening")
    for record in records:
        item_of(writing.db, record)
    writing.add(RecordsRemoved(tuple(sorted(set(records))), reason.strip(), by_tool))


def restore(writing: Writing, records: Sequence[int], reason: str = "") -> None:
    """Screen records after all that were removed."""
    require(writing.db, writing.agent, Role.REVIEWER)
    for record in records:
        item_of(writing.db, record)
    writing.add(RecordsRestored(tuple(sorted(set(records))), reason))


def stop(writing: Writing, stage: Stage, reason: str) -> None:
    """Leave out what nobody has decided at a stage; PRISMA counts it as left out by a tool."""
    require(writing.db, writing.agent, Role.OWNER)
    if not reason.strip():
        raise ReviewError("say why screening stops here: the figure, and what it was read from")
    if stage is not protocol(writing.db).stages[0]:
        raise ReviewError("only the first stage is stopped; reports are all read")
    writing.add(ScreeningStopped(stage, reason.strip()))


def state_of(db: Connection, item: int, stage: Stage) -> str | None:
    """Return how an item stands at a stage, None where it is not there."""
    row = db.execute(
        "SELECT state FROM decisions WHERE item = ? AND stage = ?", (item, stage.value)
    ).fetchone()
    return row[0] if row else None


def votes_on(db: Connection, item: int, stage: Stage, *, to: str) -> list[Vote]:
    """Return the votes on an item that somebody may see; the last of each reviewer."""
    found = votes_cast(db, item, stage)
    mine = [each for each in found if each.reviewer == to and not each.is_ruling]
    is_decided = state_of(db, item, stage) in {"conflict", "included", "excluded"}
    return found if is_decided else mine


def is_sealed(db: Connection, cast: VoteCast) -> bool:
    """Tell whether a vote is one that nobody else may see yet."""
    state = state_of(db, item_of(db, cast.record), cast.stage)
    return state not in {"conflict", "included", "excluded"}


def next_items(
    db: Connection, stage: Stage, name: str, *, most: int = 1, after: int = 0
) -> list[int]:
    """Return what a reviewer has to judge at a stage, what is ranked highest first."""
    rows = db.execute(
        "SELECT item FROM decisions LEFT JOIN ranks USING (item, stage)"
        " WHERE stage = ?1 AND state IN ('waiting', 'started') AND NOT EXISTS (SELECT 1 FROM votes"
        " JOIN items USING (record) WHERE items.item = decisions.item AND votes.stage = ?1"
        " AND reviewer = ?2) ORDER BY place IS NULL, place, item LIMIT ?3 OFFSET ?4",
        (stage.value, name, most, after),
    )
    return [item for (item,) in rows]


def votes_cast(db: Connection, item: int, stage: Stage) -> list[Vote]:
    """Return every vote and ruling on an item: for what they come to, never for a page."""
    rows = db.execute(
        "SELECT reviewer, verdict, reason, note, is_ruling, MAX(number) FROM"
        " (SELECT *, 0 AS is_ruling FROM votes UNION ALL SELECT *, 1 FROM rulings)"
        " JOIN items USING (record) WHERE item = ? AND stage = ?"
        " GROUP BY is_ruling, reviewer ORDER BY is_ruling, MAX(number)",
        (item, stage.value),
    )
    return [Vote(who, Verdict(v), reason, note, bool(r)) for who, v, reason, note, r, _ in rows]


def _own(db: Connection, item: int, stage: Stage, name: str) -> Vote | None:
    found = (v for v in votes_cast(db, item, stage) if v.reviewer == name and not v.is_ruling)
    return next(found, None)


def _count(db: Connection, item: int, stage: Stage) -> int:
    return sum(not each.is_ruling for each in votes_cast(db, item, stage))


def _check(plan: Protocol, stage: Stage, verdict: Verdict, reason: str) -> None:
    if stage not in plan.stages:
        raise ReviewError(f"this review does not screen by {stage.label}; see its protocol")
    if stage is Stage.FULL_TEXT and verdict is Verdict.UNSURE:
        raise ReviewError("a report is in or out: after the full text there is no other stage")
    if verdict is Verdict.EXCLUDE:
        if stage is Stage.FULL_TEXT and not reason.strip():
            raise ReviewError("say why a report is excluded: PRISMA counts the reasons")
    elif reason.strip():
        raise ReviewError("a reason goes with a vote to exclude; put other words in the note")
    if len(reason) > 300:
        raise ReviewError("a reason has at most 300 characters; put the rest in the note")


_COLUMNS = """
  record INTEGER NOT NULL REFERENCES records, stage TEXT NOT NULL, reviewer TEXT NOT NULL,
  verdict TEXT NOT NULL, reason TEXT NOT NULL, note TEXT NOT NULL, number INTEGER NOT NULL,
  PRIMARY KEY (record, stage, reviewer)
"""
CHAPTER = Chapter(
    name="screening",
    tables=f"""
CREATE TABLE votes ({_COLUMNS});
CREATE TABLE rulings ({_COLUMNS});
CREATE TABLE removed (
  record INTEGER PRIMARY KEY REFERENCES records, reason TEXT NOT NULL, by_tool INTEGER NOT NULL
);
""",
)


@CHAPTER.on(VoteCast)
def _vote(db: Connection, entry: Entry[VoteCast]) -> None:
    _put(db, "INSERT OR REPLACE INTO votes VALUES (?, ?, ?, ?, ?, ?, ?)", entry)


@CHAPTER.on(ConflictSettled)
def _settle(db: Connection, entry: Entry[ConflictSettled]) -> None:
    # One ruling holds, whoever gave it: the last.
    row = (entry.event.stage.value, entry.event.record)
    statement = (
        "DELETE FROM rulings WHERE stage = ? AND record IN (SELECT record FROM items WHERE item ="
        " (SELECT item FROM items WHERE record = ?))"
    )
    db.execute(statement, row)
    _put(db, "INSERT INTO rulings VALUES (?, ?, ?, ?, ?, ?, ?)", entry)


def _put(db: Connection, statement: str, entry: Entry[VoteCast] | Entry[ConflictSettled]) -> None:
    event = entry.event
    row = (event.record, event.stage.value, entry.agent, event.verdict.value)
    db.execute(statement, (*row, event.reason, event.note, entry.number))


@CHAPTER.on(RecordsRemoved)
def _remove(db: Connection, entry: Entry[RecordsRemoved]) -> None:
    event = entry.event
    rows = [(record, event.reason, event.by_tool) for record in event.records]
    db.executemany("INSERT OR REPLACE INTO removed VALUES (?, ?, ?)", rows)


@CHAPTER.on(RecordsRestored)
def _restore(db: Connection, entry: Entry[RecordsRestored]) -> None:
    items = {item_of(db, record) for record in entry.event.records}
    rows = [(record,) for item in items for record in records_of(db, item)]
    db.executemany("DELETE FROM removed WHERE record = ?", rows)


@CHAPTER.on(ScreeningStopped)
def _stop(db: Connection, entry: Entry[ScreeningStopped]) -> None:
    db.execute(
        "INSERT OR REPLACE INTO removed SELECT record, ?, 1 FROM items JOIN decisions USING (item)"
        " WHERE stage = ? AND state IN ('waiting', 'started')",
        (entry.event.reason, entry.event.stage.value),
    )
