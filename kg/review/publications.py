"""Publications: what of a review is in the public dataset, and what could be."""

from __future__ import annotations

from dataclasses import dataclass
from sqlite3 import Connection

import msgspec

from kg.review.appraisals import publishable
from kg.review.coding import ADJUDICATION, Coded, Draft, coded_works, draft
from kg.review.events import Chapter, Entry, Event

__all__ = [
    "CHAPTER",
    "Agreed",
    "PublicationAnnounced",
    "PublicationDone",
    "PublicationFailed",
    "agreed",
    "judged_anew",
    "publications",
    "published",
]


class PublicationAnnounced(Event, frozen=True):
    """Records are about to be published, each by the event of its coding, or taken back."""

    records: dict[str, int]
    withdrawn: tuple[str, ...]
    reason: str


class PublicationDone(Event, frozen=True):
    """A publication is in the dataset, as this version."""

    announced: int
    version: int


class PublicationFailed(Event, frozen=True):
    """Nothing of a publication is in the dataset, and why."""

    announced: int
    reason: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """A publication whose coding stands: by all, or by the one who coded it."""

    one: Coded
    draft: Draft
    is_new: bool


def agreed(db: Connection) -> list[Agreed]:
    """Return what could be published now: the adjudication, or the coding of the only coder."""
    there = published(db)
    found = []
    for one in coded_works(db):
        standing = draft(db, one.number, ADJUDICATION)
        if standing is None and len(one.coders) == 1:
            standing = draft(db, one.number, one.coders[0][0])
        if standing and standing.is_done and one.is_ready:
            found.append(Agreed(one, standing, there.get(one.slug) != standing.number))
    return found


def publications(db: Connection) -> list[tuple[int, PublicationAnnounced, int | None, str]]:
    """Return the publications, the oldest first: number, what, version, and why it failed."""
    rows = db.execute(
        "SELECT publications.number, payload, version, failure FROM publications"
        " JOIN events ON events.number = publications.number ORDER BY publications.number"
    )
    return [
        (number, msgspec.json.decode(payload, type=PublicationAnnounced), made, failure)
        for number, payload, made, failure in rows
    ]


def published(db: Connection) -> dict[str, int]:
    """Return the records that are in the dataset, each with the event of its coding."""
    there: dict[str, int] = {}
    for _, event, made, _ in publications(db):
        if made is not None:
            there |= event.records
            for slug in event.withdrawn:
                there.pop(slug, None)
    return there


def judged_anew(db: Connection) -> int:
    """Count the appraisals and ratings of published studies since the last publication."""
    done = [number for number, _, made, _ in publications(db) if made is not None]
    judged, rated = publishable(db, published(db).keys())
    events = [*(one.event for one in judged), *(one.event for one in rated)]
    return sum(event > max(done, default=0) for event in events)


CHAPTER = Chapter(
    name="publishing",
    tables="""
CREATE TABLE publications (
  number INTEGER PRIMARY KEY, version INTEGER, failure TEXT NOT NULL
);
""",
)


@CHAPTER.on(PublicationAnnounced)
def _begin(db: Connection, entry: Entry[PublicationAnnounced]) -> None:
    db.execute("INSERT INTO publications VALUES (?, NULL, '')", (entry.number,))


@CHAPTER.on(PublicationDone)
def _done(db: Connection, entry: Entry[PublicationDone]) -> None:
    statement = "UPDATE publications SET version = ? WHERE number = ?"
    db.execute(statement, (entry.event.version, entry.event.announced))


@CHAPTER.on(PublicationFailed)
def _failed(db: Connection, entry: Entry[PublicationFailed]) -> None:
    statement = "UPDATE publications SET failure = ? WHERE number = ?"
    db.execute(statement, (entry.event.reason, entry.event.announced))
