"""Decisions: how each item stands at each stage, as votes, rulings and reports make it.

| state | means |
|---|---|
| waiting, started | fewer votes than decide; started has one |
| conflict | the votes do not agree, and nobody has settled it |
| included, excluded | decided |
| removed | left out before screening |
| not-retrieved | the report cannot be had |

An item is at the first stage, and at a later one when the stage before includes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from sqlite3 import Connection

from kg.review.duplicates import (
    DuplicatesSought,
    RecordsMerged,
    RecordsSplit,
    item_of,
    items_touched,
)
from kg.review.events import Chapter, Entry, Event
from kg.review.protocols import Protocol, ProtocolSet, Stage, protocol
from kg.review.records import RecordImported
from kg.review.reports import ReportMissed, ReportRetrieved, report_of
from kg.review.screening import (
    ConflictSettled,
    RecordsRemoved,
    RecordsRestored,
    ScreeningStopped,
    Verdict,
    Vote,
    VoteCast,
    votes_cast,
)

__all__ = ["CHAPTER", "OPEN", "Progress", "decided", "progress"]

OPEN = ("waiting", "started", "conflict")


@dataclass(frozen=True, slots=True)
class Progress:
    """How many items stand how at a stage."""

    stage: Stage
    states: dict[str, int]

    @property
    def all(self) -> int:
        """How many have come to the stage."""
        return sum(self.states.values())

    @property
    def open(self) -> int:
        """How many are not decided."""
        return sum(self.states.get(state, 0) for state in OPEN)


def progress(db: Connection) -> list[Progress]:
    """Return how far each stage is, in their order."""
    found: dict[str, dict[str, int]] = {stage.value: {} for stage in protocol(db).stages}
    rows = db.execute("SELECT stage, state, COUNT(*) FROM decisions GROUP BY stage, state")
    for stage, state, count in rows:
        found[stage][state] = count
    return [Progress(Stage(stage), states) for stage, states in found.items()]


def decided(db: Connection, stage: Stage, state: str, *, most: int = -1) -> list[int]:
    """Return the items that stand so at a stage."""
    rows = db.execute(
        "SELECT item FROM decisions WHERE stage = ? AND state = ? ORDER BY item LIMIT ?",
        (stage.value, state, most),
    )
    return [item for (item,) in rows]


CHAPTER = Chapter(
    name="decisions",
    tables="""
CREATE TABLE decisions (
  item INTEGER NOT NULL, stage TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
  by_tool INTEGER NOT NULL, round INTEGER NOT NULL, is_left INTEGER NOT NULL,
  PRIMARY KEY (item, stage)
) WITHOUT ROWID;
CREATE INDEX decisions_by_state ON decisions (stage, state);
""",
)


@CHAPTER.on(RecordImported)
def _import(db: Connection, entry: Entry[RecordImported]) -> None:
    stage = protocol(db).stages[0].value
    db.execute(
        "INSERT INTO decisions SELECT number, ?, 'waiting', '', 0, round, is_left FROM records"
        " WHERE number = ?",
        (stage, entry.number),
    )


@CHAPTER.on(ProtocolSet)
def _change_protocol(db: Connection, _: Entry[ProtocolSet]) -> None:
    _follow(db, [item for (item,) in db.execute("SELECT DISTINCT item FROM items").fetchall()])


def _regroup(db: Connection, entry: Entry[Event]) -> None:
    db.execute(
        "DELETE FROM decisions WHERE item IN (SELECT record FROM items WHERE item <> record)"
    )
    _follow(db, items_touched(db, entry.event))


_GROUPING: tuple[type[Event], ...] = (DuplicatesSought, RecordsMerged, RecordsSplit)
for _kind in _GROUPING:
    CHAPTER.on(_kind)(_regroup)


def _decide(db: Connection, entry: Entry[Event]) -> None:
    match entry.event:
        case VoteCast() | ConflictSettled() | ReportRetrieved() | ReportMissed() as event:
            _follow(db, [item_of(db, event.record)])
        case RecordsRemoved() | RecordsRestored() as event:
            _follow(db, {item_of(db, record) for record in event.records})


_DECIDING: tuple[type[Event], ...] = (
    VoteCast,
    ConflictSettled,
    ReportRetrieved,
    ReportMissed,
    RecordsRemoved,
    RecordsRestored,
)
for _kind in _DECIDING:
    CHAPTER.on(_kind)(_decide)


@CHAPTER.on(ScreeningStopped)
def _stop(db: Connection, entry: Entry[ScreeningStopped]) -> None:
    stage = entry.event.stage
    _follow(db, decided(db, stage, "waiting") + decided(db, stage, "started"))


def _follow(db: Connection, items: Iterable[int]) -> None:
    """Make the decisions on items again."""
    plan = protocol(db)
    for item in items:
        db.execute("DELETE FROM decisions WHERE item = ?", (item,))
        turn, is_left = db.execute(
            "SELECT round, MAX(is_left) FROM records JOIN items ON record = number WHERE item = ?"
            " GROUP BY round ORDER BY round LIMIT 1",
            (item,),
        ).fetchone()
        for position, stage in enumerate(plan.stages):
            state, reason, by_tool = _state(db, item, stage, plan, is_first=not position)
            row = (item, stage.value, state, reason, by_tool, turn, is_left)
            db.execute("INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            if state != "included":
                break


def _state(
    db: Connection, item: int, stage: Stage, plan: Protocol, *, is_first: bool
) -> tuple[str, str, bool]:
    if is_first and (found := _removal(db, item)):
        return "removed", *found
    report = report_of(db, item) if stage is Stage.FULL_TEXT else None
    if report and not report.is_retrieved:
        return "not-retrieved", report.source, False
    votes = votes_cast(db, item, stage)
    rulings = [each for each in votes if each.is_ruling]
    votes = rulings[-1:] or [each for each in votes if not each.is_ruling]
    if not rulings and len(votes) < plan.votes:
        return ("started" if votes else "waiting"), "", False
    return (*_agreed(votes, stage, plan), False)


def _agreed(votes: list[Vote], stage: Stage, plan: Protocol) -> tuple[str, str]:
    """Say what votes come to: before the full text, who is unsure would rather read on."""
    is_against = {each.verdict is Verdict.EXCLUDE for each in votes}
    if len(is_against) > 1:
        return "conflict", ""
    if is_against == {False}:
        return "included", ""
    reasons = {each.reason for each in votes if each.reason}
    if stage is Stage.FULL_TEXT and len(reasons) > 1:
        return "conflict", ""
    ordered = [reason for reason in plan.exclusion if reason in reasons] or sorted(reasons)
    return "excluded", ordered[0] if ordered else ""


def _removal(db: Connection, item: int) -> tuple[str, bool] | None:
    """Return why an item is removed: what is said of one record is said of its duplicates."""
    row = db.execute(
        "SELECT reason, by_tool FROM removed JOIN items USING (record) WHERE item = ?"
        " ORDER BY record LIMIT 1",
        (item,),
    ).fetchone()
    return (row[0], bool(row[1])) if row else None
