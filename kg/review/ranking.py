"""Ranking: in which order a program would screen what is left, and how much it may have missed.

The order and the figure are kept as events, with what they were made from. How they are made is
in `kg.review.learning`, which takes a second to load.
"""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection

import msgspec

from kg.review.events import Chapter, Entry, Event
from kg.review.journal import Writing
from kg.review.members import Role, require
from kg.review.protocols import Stage

__all__ = ["ASSUMPTIONS", "CHAPTER", "Figure", "RecordsRanked", "keep_ranking", "ranked"]

ASSUMPTIONS = (
    "The votes are right: a record is relevant if the first who judged it did not exclude it.",
    "Each of the records screened last was at least as likely to be relevant as those that are "
    "left, so that they stand for a sample drawn at random, or for a luckier one. A ranking that "
    "finds relevant records late breaks this.",
    "The figure is looked at once. Who looks after every vote and stops at the first good one is "
    "more often wrong than it says.",
    "It says nothing of records that the searches did not find.",
)
"""What has to be so for the figure to hold (Callaghan, Müller-Hansen 2020,
doi:10.1186/s13643-020-01521-4)."""


class Figure(msgspec.Struct, frozen=True):
    """How sure it is that a share of the relevant records has been found.

    `chance` is the largest probability of what was seen, were the recall below `target`.
    """

    target: float
    seen: int
    relevant: int
    all: int
    chance: float

    @property
    def is_reached(self) -> bool:
        """Tell whether a recall below the target is rejected at 95 %."""
        return self.chance < 0.05


class RecordsRanked(Event, frozen=True):
    """A program orders what is left at a stage, by what it learned from the votes so far."""

    stage: Stage
    order: tuple[int, ...]
    relevant: int
    irrelevant: int
    software: str
    figure: Figure | None = None


def keep_ranking(writing: Writing, found: RecordsRanked) -> int:
    """Keep an order of what is left, and return the number of the event."""
    require(writing.db, writing.agent, Role.REVIEWER)
    return writing.add(found)


def ranked(db: Connection, stage: Stage) -> tuple[int, RecordsRanked] | None:
    """Return the last ranking of a stage, with its number."""
    row = db.execute("SELECT number FROM rankings WHERE stage = ?", (stage.value,)).fetchone()
    if row is None:
        return None
    text = db.execute("SELECT payload FROM events WHERE number = ?", row).fetchone()[0]
    return row[0], msgspec.json.decode(text, type=RecordsRanked)


CHAPTER = Chapter(
    name="ranking",
    tables="""
CREATE TABLE rankings (stage TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE ranks (
  item INTEGER NOT NULL, stage TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (item, stage)
) WITHOUT ROWID;
""",
)


@CHAPTER.on(RecordsRanked)
def _rank(db: Connection, entry: Entry[RecordsRanked]) -> None:
    stage = entry.event.stage.value
    db.execute("INSERT OR REPLACE INTO rankings VALUES (?, ?)", (stage, entry.number))
    db.execute("DELETE FROM ranks WHERE stage = ?", (stage,))
    places: Sequence[tuple[int, str, int]] = [
        (item, stage, place) for place, item in enumerate(entry.event.order, start=1)
    ]
    db.executemany("INSERT INTO ranks VALUES (?, ?, ?)", places)
