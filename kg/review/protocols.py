"""Protocols: what a review asks, and how it decides what belongs to it."""

from __future__ import annotations

from enum import Enum
from sqlite3 import Connection

import msgspec

from kg.errors import ReviewError
from kg.review.events import Chapter, Entry, Event
from kg.review.journal import Writing
from kg.review.members import Role, require

__all__ = ["CHAPTER", "Protocol", "ProtocolSet", "Stage", "check", "protocol", "set_protocol"]

_LONGEST = 100_000


class Stage(Enum):
    """A stage of screening; the last reads reports, those before it records."""

    TITLE = "title"
    ABSTRACT = "abstract"
    TITLE_ABSTRACT = "title-abstract"
    FULL_TEXT = "full-text"

    @property
    def label(self) -> str:
        """What people call it."""
        return {"title-abstract": "title and abstract", "full-text": "full text"}.get(
            self.value, self.value
        )


class Protocol(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a review asks, what it takes in and what not, and how many votes decide.

    The lines of `exclusion` are the reasons that a reviewer gives with a vote against.
    """

    title: str
    question: str = ""
    plan: str = ""
    inclusion: tuple[str, ...] = ()
    exclusion: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = (Stage.TITLE_ABSTRACT, Stage.FULL_TEXT)
    votes: int = 2
    previous_studies: int = 0
    previous_reports: int = 0

    @property
    def has_criteria(self) -> bool:
        """Tell whether reviewers know what to decide by."""
        return bool(self.question and self.inclusion and self.exclusion)


class ProtocolSet(Event, frozen=True):
    """The protocol is this from now on."""

    protocol: Protocol


def protocol(db: Connection) -> Protocol:
    """Return the protocol that holds."""
    row = db.execute("SELECT protocol FROM protocol").fetchone()
    if row is None:
        raise ReviewError("the review has no protocol yet")
    return msgspec.json.decode(row[0], type=Protocol)


def set_protocol(writing: Writing, wanted: Protocol) -> None:
    """Let another protocol hold; each one that held stays in the history."""
    check(wanted)
    if writing.number:
        require(writing.db, writing.agent, Role.OWNER)
        before = protocol(writing.db)
        if before == wanted:
            return
        if (before.stages, before.votes) != (wanted.stages, wanted.votes) and _has_votes(writing):
            message = "stages and votes stay as they are once somebody has voted"
            raise ReviewError(f"cannot change how the review decides: {message}")
    writing.add(ProtocolSet(wanted))


def check(wanted: Protocol) -> None:
    """Raise ReviewError where a protocol cannot be."""
    if not wanted.title.strip() or len(wanted.title) > 300 or "\n" in wanted.title:
        raise ReviewError("a review has a title of one line, at most 300 characters; give it one")
    texts = (wanted.question, wanted.plan, *wanted.inclusion, *wanted.exclusion)
    if any(len(text) > _LONGEST for text in texts):
        raise ReviewError(f"a text of a protocol has at most {_LONGEST:,} characters; shorten it")
    if any(not line.strip() or "\n" in line for line in (*wanted.inclusion, *wanted.exclusion)):
        raise ReviewError("a criterion is one line of text; write each on its own")
    if len(set(wanted.exclusion)) < len(wanted.exclusion):
        raise ReviewError("two reasons for exclusion are the same; leave one out")
    if wanted.votes not in {1, 2}:
        raise ReviewError("one vote or two decide; give 1 or 2")
    order = list(Stage)
    in_order = sorted(set(wanted.stages), key=order.index)
    if list(wanted.stages) != in_order or wanted.stages[-1:] != (Stage.FULL_TEXT,):
        raise ReviewError("stages go from title to full text, which is the last; put them so")
    if Stage.TITLE_ABSTRACT in wanted.stages and len(wanted.stages) != 2:
        raise ReviewError("title and abstract are screened together or apart; choose")
    if min(wanted.previous_studies, wanted.previous_reports) < 0:
        raise ReviewError("an earlier version has 0 or more studies and reports")


def _has_votes(writing: Writing) -> bool:
    row = writing.db.execute("SELECT 1 FROM events WHERE kind = 'vote-cast' LIMIT 1").fetchone()
    return row is not None


CHAPTER = Chapter(
    name="protocol", tables="CREATE TABLE protocol (title TEXT NOT NULL, protocol TEXT NOT NULL);"
)


@CHAPTER.on(ProtocolSet)
def _set(db: Connection, entry: Entry[ProtocolSet]) -> None:
    text = msgspec.json.encode(entry.event.protocol).decode()
    db.execute("DELETE FROM protocol")
    db.execute("INSERT INTO protocol VALUES (?, ?)", (entry.event.protocol.title, text))
