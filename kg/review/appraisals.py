"""Appraisals: how reviewers judge studies by an instrument, and rate the findings of the review.

Each appraiser has answers of their own; the newest of each counts. Nothing is summed.
"""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection

import msgspec

from kg.appraisal import Appraisal, Finding, check, problems_of
from kg.errors import ReviewError
from kg.review.events import Chapter, Entry, Event
from kg.review.journal import Writing
from kg.review.members import Role, require

__all__ = [
    "CHAPTER",
    "FindingRated",
    "StudyAppraised",
    "appraisals",
    "appraise",
    "findings",
    "rate",
]


class StudyAppraised(Event, frozen=True):
    """Somebody has answered the items of an instrument for a study."""

    appraisal: Appraisal


class FindingRated(Event, frozen=True):
    """The confidence in a finding is rated; `number` is that of the finding it rates anew."""

    finding: Finding
    number: int = 0


def appraise(writing: Writing, wanted: Appraisal) -> None:
    """Keep an appraisal; what is wrong with it is raised."""
    require(writing.db, writing.agent, Role.REVIEWER)
    _refuse(check(wanted))
    if not wanted.answers:
        raise ReviewError("no item is answered; answer those of the study's category")
    writing.add(StudyAppraised(wanted))


def appraisals(db: Connection) -> list[tuple[str, Appraisal]]:
    """Return the appraisals, each with its appraiser, by study."""
    rows = db.execute("SELECT appraiser, appraisal FROM appraisals ORDER BY study, appraiser")
    return [(who, msgspec.json.decode(text, type=Appraisal)) for who, text in rows]


def rate(writing: Writing, wanted: Finding, *, number: int = 0) -> int:
    """Keep a rating that follows the rules of GRADE-CERQual; return the number of the finding."""
    require(writing.db, writing.agent, Role.REVIEWER)
    if not wanted.text.strip():
        raise ReviewError("a finding is a sentence; write it")
    _refuse(problems_of(wanted))
    made = writing.add(FindingRated(wanted, number))
    return number or made


def findings(db: Connection) -> list[tuple[int, Finding]]:
    """Return the findings with their ratings, in the order in which they were first rated."""
    rows = db.execute("SELECT number, finding FROM findings ORDER BY number")
    return [(number, msgspec.json.decode(text, type=Finding)) for number, text in rows]


def _refuse(problems: Iterable[str]) -> None:
    told = list(problems)
    if told:
        more = f" (and {len(told) - 3} more)" if len(told) > 3 else ""
        raise ReviewError(f"{'; '.join(told[:3])}{more}")


CHAPTER = Chapter(
    name="appraisals",
    tables="""
CREATE TABLE appraisals (
  study TEXT NOT NULL, instrument TEXT NOT NULL, appraiser TEXT NOT NULL, appraisal TEXT NOT NULL,
  PRIMARY KEY (study, instrument, appraiser)
) WITHOUT ROWID;
CREATE TABLE findings (number INTEGER PRIMARY KEY, finding TEXT NOT NULL);
""",
)


@CHAPTER.on(StudyAppraised)
def _appraise(db: Connection, entry: Entry[StudyAppraised]) -> None:
    one = entry.event.appraisal
    text = msgspec.json.encode(one).decode()
    db.execute(
        "INSERT INTO appraisals VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET appraisal = ?4",
        (one.study, one.instrument, entry.agent, text),
    )


@CHAPTER.on(FindingRated)
def _rate(db: Connection, entry: Entry[FindingRated]) -> None:
    text = msgspec.json.encode(entry.event.finding).decode()
    db.execute(
        "INSERT INTO findings VALUES (?1, ?2) ON CONFLICT DO UPDATE SET finding = ?2",
        (entry.event.number or entry.number, text),
    )
