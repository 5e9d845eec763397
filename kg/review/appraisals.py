"""Appraisals: how reviewers judge studies by an instrument, and rate the findings of the review.

Each appraiser has answers of their own; the newest of each counts. Nothing is summed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection

import msgspec

from kg.anchors import MOST_WORDS
from kg.appraisal import Appraisal, Finding, check, problems_of
from kg.errors import ReviewError
from kg.review.events import Chapter, Entry, Event
from kg.review.journal import Writing
from kg.review.members import Role, require

__all__ = [
    "CHAPTER",
    "Appraised",
    "FindingRated",
    "Rated",
    "StudyAppraised",
    "appraisals",
    "appraise",
    "findings",
    "publishable",
    "rate",
]


class StudyAppraised(Event, frozen=True):
    """Somebody has answered the items of an instrument for a study."""

    appraisal: Appraisal


class FindingRated(Event, frozen=True):
    """The confidence in a finding is rated; `number` is that of the finding it rates anew."""

    finding: Finding
    number: int = 0


@dataclass(frozen=True, slots=True)
class Appraised:
    """An appraisal that stands: in which event, by whom and when it was given."""

    event: int
    agent: str
    time: datetime
    appraisal: Appraisal


@dataclass(frozen=True, slots=True)
class Rated:
    """A finding with its rating that stands: in which event, by whom and when it was rated."""

    number: int
    event: int
    agent: str
    time: datetime
    finding: Finding


def appraise(writing: Writing, wanted: Appraisal) -> None:
    """Keep an appraisal; what is wrong with it is raised."""
    require(writing.db, writing.agent, Role.REVIEWER)
    _refuse(check(wanted))
    if not wanted.answers:
        raise ReviewError("no item is answered; answer those of the study's category")
    for one in wanted.answers:
        if one.anchor and len(one.anchor.exact.split()) > MOST_WORDS:
            raise ReviewError(f"item {one.item} quotes more than {MOST_WORDS} words; shorten it")
    writing.add(StudyAppraised(wanted))


def appraisals(db: Connection) -> list[Appraised]:
    """Return the appraisals, by study and appraiser."""
    rows = db.execute(
        "SELECT event, appraiser, time, appraisal FROM appraisals ORDER BY study, appraiser, event"
    )
    return [
        Appraised(
            event, who, datetime.fromisoformat(time), msgspec.json.decode(text, type=Appraisal)
        )
        for event, who, time, text in rows
    ]


def rate(writing: Writing, wanted: Finding, *, number: int = 0) -> int:
    """Keep a rating that follows the rules of GRADE-CERQual; return the number of the finding."""
    require(writing.db, writing.agent, Role.REVIEWER)
    if not wanted.text.strip():
        raise ReviewError("a finding is a sentence; write it")
    _refuse(problems_of(wanted))
    made = writing.add(FindingRated(wanted, number))
    return number or made


def findings(db: Connection) -> list[Rated]:
    """Return the findings with their ratings, in the order in which they were first rated."""
    rows = db.execute("SELECT number, event, rater, time, finding FROM findings ORDER BY number")
    return [
        Rated(
            number,
            event,
            who,
            datetime.fromisoformat(time),
            msgspec.json.decode(text, type=Finding),
        )
        for number, event, who, time, text in rows
    ]


def publishable(
    db: Connection, slugs: Collection[str]
) -> tuple[tuple[Appraised, ...], tuple[Rated, ...]]:
    """Return what can be public once these records are: a finding waits for all of its studies."""
    judged = tuple(one for one in appraisals(db) if one.appraisal.study in slugs)
    return judged, tuple(one for one in findings(db) if set(one.finding.studies) <= {*slugs})


def _refuse(problems: Iterable[str]) -> None:
    told = list(problems)
    if told:
        more = f" (and {len(told) - 3} more)" if len(told) > 3 else ""
        raise ReviewError(f"{'; '.join(told[:3])}{more}")


CHAPTER = Chapter(
    name="appraisals",
    tables="""
CREATE TABLE appraisals (
  study TEXT NOT NULL, instrument TEXT NOT NULL, appraiser TEXT NOT NULL, event INTEGER NOT NULL,
  time TEXT NOT NULL, appraisal TEXT NOT NULL,
  PRIMARY KEY (study, instrument, appraiser)
) WITHOUT ROWID;
CREATE TABLE findings (
  number INTEGER PRIMARY KEY, event INTEGER NOT NULL, rater TEXT NOT NULL, time TEXT NOT NULL,
  finding TEXT NOT NULL
);
""",
)


@CHAPTER.on(StudyAppraised)
def _appraise(db: Connection, entry: Entry[StudyAppraised]) -> None:
    one = entry.event.appraisal
    text = msgspec.json.encode(one).decode()
    db.execute(
        "INSERT INTO appraisals VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        " ON CONFLICT DO UPDATE SET event = ?4, time = ?5, appraisal = ?6",
        (one.study, one.instrument, entry.agent, entry.number, entry.time.isoformat(), text),
    )


@CHAPTER.on(FindingRated)
def _rate(db: Connection, entry: Entry[FindingRated]) -> None:
    number = entry.event.number or entry.number
    text = msgspec.json.encode(entry.event.finding).decode()
    db.execute(
        "INSERT INTO findings VALUES (?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT DO UPDATE SET event = ?2, rater = ?3, time = ?4, finding = ?5",
        (number, entry.number, entry.agent, entry.time.isoformat(), text),
    )
