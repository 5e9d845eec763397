"""Coding: what each coder makes of a publication, kept as it is typed, until all agree.

A publication is taken up under the id of its record to be. Each coder has a draft of their own;
an adjudication is the draft of all. Every save is an event, so that nothing typed is ever lost, and
a coder sees what others made of a publication only when their own coding is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from sqlite3 import Connection

import msgspec

from kg.anchors import MOST_WORDS, Anchor
from kg.bibliographies import Reference
from kg.errors import MembershipError, ReviewError
from kg.forms import Examined, Message, Sheet, examine
from kg.identifiers import is_slug
from kg.review.beginnings import sheet_of
from kg.review.events import Chapter, Entry, Event
from kg.review.journal import Writing
from kg.review.members import Role, require, role_of

__all__ = [
    "ADJUDICATION",
    "CHAPTER",
    "Coded",
    "Draft",
    "DraftDone",
    "DraftOpened",
    "DraftSaved",
    "TextKept",
    "WorkTaken",
    "begun",
    "coded_work",
    "coded_works",
    "draft",
    "drafts",
    "examined",
    "finish",
    "keep_text",
    "may_compare",
    "reopen",
    "save",
    "take",
]

ADJUDICATION = ""
"""Stands for the coder of the draft in which all agree; no member has an empty name."""

_MOST = 1_000_000  # characters of a draft as JSON, and of a text


class WorkTaken(Event, frozen=True):
    """A publication is to be coded; its number is that of this event."""

    slug: str
    sheet: dict[str, object]
    record: int | None = None


class TextKept(Event, frozen=True):
    """The text that passages are taken from; it is for the bench and never published."""

    work: int
    digest: str


class DraftSaved(Event, frozen=True):
    """What a coder has typed so far, with the passages of the claims by their ids.

    `sent` is when the coder's browser sent it, in its own milliseconds; 0 where none did.
    """

    work: int
    sheet: dict[str, object]
    anchors: dict[str, Anchor] = msgspec.field(default_factory=dict)
    is_adjudication: bool = False
    sent: int = 0


class DraftDone(Event, frozen=True):
    """A coder has done with a publication."""

    work: int
    is_adjudication: bool = False
    note: str = ""


class DraftOpened(Event, frozen=True):
    """A coder goes on with a publication that was done."""

    work: int
    is_adjudication: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A coding as it stands: whose, since which event, and whether it is done."""

    work: int
    coder: str
    number: int
    agent: str
    time: str
    sheet: Sheet
    anchors: Mapping[str, Anchor]
    is_done: bool
    note: str = ""
    sent: int = 0


@dataclass(frozen=True, slots=True)
class Coded:
    """A publication that is coded, and how far each coder is."""

    number: int
    slug: str
    record: int | None
    title: str
    coders: tuple[tuple[str, bool], ...]
    is_agreed: bool
    text: str | None

    @property
    def is_ready(self) -> bool:
        """Tell whether all who began have done."""
        return bool(self.coders) and all(is_done for _, is_done in self.coders)


def take(
    writing: Writing,
    *,
    record: int | None = None,
    reference: Reference | None = None,
    sheet: Sheet | None = None,
) -> int:
    """Take a publication up for coding, and return its number; one that was taken stays."""
    require(writing.db, writing.agent, Role.REVIEWER)
    begun = dict(sheet or {}) or (sheet_of(reference) if reference else {})
    slug = str(begun.get("id") or "")
    if not is_slug(slug):
        raise ReviewError(f"{slug[:60]!r} is no id of a record; write family-year-word")
    taken = {one.slug: one for one in coded_works(writing.db)}
    same = next(
        (one for one in taken.values() if record is not None and one.record == record), None
    )
    if same or (record is None and slug in taken):
        return (same or taken[slug]).number
    free = next(name for name in _numbered(slug) if name not in taken)
    return writing.add(WorkTaken(free, begun | {"id": free}, record))


def save(
    writing: Writing,
    work: int,
    sheet: Sheet,
    *,
    anchors: Mapping[str, Anchor] | None = None,
    is_adjudication: bool = False,
    sent: int = 0,
) -> int:
    """Keep what a coder has typed, whatever it is; return the number of the event.

    What was sent before the draft that is kept, and comes late, does not take its place.
    """
    _require(writing, is_adjudication=is_adjudication)
    one = coded_work(writing.db, work)
    before = draft(writing.db, work, _coder(writing, is_adjudication))
    if before and before.is_done:
        raise ReviewError("this coding is done; open it again to change it")
    if is_adjudication and not one.is_ready:
        raise ReviewError("coders are still at this publication; adjudicate when all have done")
    kept = {"id": one.slug} | sheet | {"id": one.slug}
    passages = dict(before.anchors if before and anchors is None else anchors or {})
    if before and sent and before.sent > sent:
        return before.number
    event = DraftSaved(work, kept, passages, is_adjudication, sent)
    if len(msgspec.json.encode(event)) > _MOST:
        raise ReviewError(f"a coding has at most {_MOST:,} characters; split the publication")
    if before and (before.sheet, dict(before.anchors)) == (kept, passages):
        return before.number
    return writing.add(event)


def finish(writing: Writing, work: int, *, is_adjudication: bool = False, note: str = "") -> None:
    """Say that a coding is done; what a rule forbids is raised, warnings do not hinder."""
    _require(writing, is_adjudication=is_adjudication)
    one = draft(writing.db, work, _coder(writing, is_adjudication))
    if one is None:
        raise ReviewError("nothing is coded yet; fill in the form first")
    if violations := examined(one.sheet, one.anchors).violations:
        first = violations[0]
        more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
        raise ReviewError(f"cannot be done yet: {first.way}: {first.text}{more}")
    if not one.is_done:
        writing.add(DraftDone(work, is_adjudication, note[:2000]))


def examined(sheet: Sheet, anchors: Mapping[str, Anchor]) -> Examined:
    """Examine a coding with its passages, which quote no more than the words that mark a place."""
    found = examine(sheet)
    claims = sheet.get("claims")
    ids = (
        [c.get("id") if isinstance(c, dict) else None for c in claims]
        if isinstance(claims, list)
        else []
    )
    said = tuple(
        Message(
            f"claims.{place}.passage",
            f"quotes {words} words; at most {MOST_WORDS} mark a place",
            is_violation=True,
        )
        for place, id_ in enumerate(ids)
        if (one := anchors.get(str(id_))) and (words := len(one.exact.split())) > MOST_WORDS
    )
    return Examined(said + found.messages, None if said else found.work)


def reopen(writing: Writing, work: int, *, is_adjudication: bool = False) -> None:
    """Go on with a coding that was done."""
    _require(writing, is_adjudication=is_adjudication)
    one = draft(writing.db, work, _coder(writing, is_adjudication))
    if one and one.is_done:
        writing.add(DraftOpened(work, is_adjudication))


def keep_text(writing: Writing, work: int, text: str) -> None:
    """Keep the text that passages of a publication are selected in."""
    require(writing.db, writing.agent, Role.REVIEWER)
    if len(text) > _MOST:
        raise ReviewError(f"a text has at most {_MOST:,} characters; keep the part that is coded")
    plain = text.replace("\r\n", "\n").strip()
    digest = writing.keep(plain.encode())
    if coded_work(writing.db, work).text != digest:
        writing.add(TextKept(work, digest))


def coded_works(db: Connection) -> list[Coded]:
    """Return the publications that are coded, in the order in which they were taken up."""
    rows = db.execute("SELECT number FROM coded ORDER BY number").fetchall()
    return [coded_work(db, number) for (number,) in rows]


def coded_work(db: Connection, number: int) -> Coded:
    """Return one of them by its number."""
    row = db.execute(
        "SELECT number, slug, record, title, text FROM coded WHERE number = ?", (number,)
    ).fetchone()
    if row is None:
        raise ReviewError(f"no publication {number} is coded in this review")
    states = db.execute(
        "SELECT coder, is_done FROM drafts WHERE work = ?"
        " AND coder NOT IN (SELECT coder FROM asides WHERE asides.work = drafts.work)"
        " ORDER BY coder",
        (number,),
    ).fetchall()
    coders = tuple((coder, bool(done)) for coder, done in states if coder != ADJUDICATION)
    is_agreed = any(done for coder, done in states if coder == ADJUDICATION)
    return Coded(row[0], row[1], row[2], row[3], coders, is_agreed, row[4])


def begun(db: Connection, work: int) -> Sheet:
    """Return what a publication was taken up with: what its bibliography said."""
    row = db.execute("SELECT payload FROM events WHERE number = ?", (work,)).fetchone()
    return msgspec.json.decode(row[0], type=WorkTaken).sheet if row else {}


def draft(db: Connection, work: int, coder: str) -> Draft | None:
    """Return the coding of one coder; ADJUDICATION names that of all."""
    found = [one for one in _drafts(db, work) if one.coder == coder]
    return found[0] if found else None


def drafts(db: Connection, work: int) -> list[Draft]:
    """Return the codings of a publication that are done and count, without the adjudication."""
    counting = dict(coded_work(db, work).coders)
    return [one for one in _drafts(db, work) if one.is_done and one.coder in counting]


def may_compare(db: Connection, work: int, name: str) -> bool:
    """Tell whether a member may see what others made of a publication: blinded until then."""
    one = coded_work(db, work)
    own = dict(one.coders).get(name)
    role = role_of(db, name)
    if not one.is_ready:
        return False
    return own is True or (own is None and role is not None and role.includes(Role.ADJUDICATOR))


def _drafts(db: Connection, work: int) -> list[Draft]:
    rows = db.execute(
        "SELECT work, coder, drafts.number, agent, time, payload, is_done, note FROM drafts"
        " JOIN events ON events.number = drafts.number WHERE work = ? ORDER BY coder",
        (work,),
    )
    found = []
    for number, coder, event, agent, time, payload, is_done, note in rows:
        saved = msgspec.json.decode(payload, type=DraftSaved)
        found.append(
            Draft(
                number,
                coder,
                event,
                agent,
                time,
                saved.sheet,
                saved.anchors,
                bool(is_done),
                note,
                saved.sent,
            )
        )
    return found


def _numbered(slug: str) -> Iterator[str]:
    yield slug
    yield from (f"{slug}-{number}" for number in count(2))


def _require(writing: Writing, *, is_adjudication: bool) -> None:
    role = Role.ADJUDICATOR if is_adjudication else Role.REVIEWER
    require(writing.db, writing.agent, role)


def _coder(writing: Writing, is_adjudication: bool) -> str:
    if not is_adjudication and writing.agent == ADJUDICATION:
        raise MembershipError("a coder has a name")
    return ADJUDICATION if is_adjudication else writing.agent


CHAPTER = Chapter(
    name="coding",
    tables="""
CREATE TABLE coded (
  number INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, record INTEGER UNIQUE,
  title TEXT NOT NULL, text TEXT
);
CREATE TABLE drafts (
  work INTEGER NOT NULL REFERENCES coded, coder TEXT NOT NULL, number INTEGER NOT NULL,
  is_done INTEGER NOT NULL, note TEXT NOT NULL, PRIMARY KEY (work, coder)
) WITHOUT ROWID;
""",
)


@CHAPTER.on(WorkTaken)
def _take(db: Connection, entry: Entry[WorkTaken]) -> None:
    event = entry.event
    title = str(event.sheet.get("title", event.slug))
    row = (entry.number, event.slug, event.record, title)
    db.execute("INSERT INTO coded VALUES (?, ?, ?, ?, NULL)", row)


@CHAPTER.on(TextKept)
def _text(db: Connection, entry: Entry[TextKept]) -> None:
    event = entry.event
    db.execute("UPDATE coded SET text = ? WHERE number = ?", (event.digest, event.work))


@CHAPTER.on(DraftSaved)
def _save(db: Connection, entry: Entry[DraftSaved]) -> None:
    event = entry.event
    coder = ADJUDICATION if event.is_adjudication else entry.agent
    db.execute(
        "INSERT INTO drafts VALUES (?1, ?2, ?3, 0, '') ON CONFLICT DO UPDATE SET number = ?3",
        (event.work, coder, entry.number),
    )


@CHAPTER.on(DraftDone)
def _done(db: Connection, entry: Entry[DraftDone]) -> None:
    event = entry.event
    coder = ADJUDICATION if event.is_adjudication else entry.agent
    db.execute(
        "UPDATE drafts SET is_done = 1, note = ? WHERE work = ? AND coder = ?",
        (event.note, event.work, coder),
    )


@CHAPTER.on(DraftOpened)
def _open(db: Connection, entry: Entry[DraftOpened]) -> None:
    event = entry.event
    coder = ADJUDICATION if event.is_adjudication else entry.agent
    db.execute("UPDATE drafts SET is_done = 0 WHERE work = ? AND coder = ?", (event.work, coder))
