"""Proposals: concepts that coders miss, each under the one that stands in for it until then.

A claim is coded with the broader concept; the proposal says what is finer about it, and where. It
is published with the review, so that whoever keeps the vocabulary can take it in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from sqlite3 import Connection

import msgspec
from rdflib import Literal, URIRef

from kg.codes import CONCEPT, codes, nearest, resolve
from kg.errors import ReviewError
from kg.identifiers import slugify
from kg.namespaces import RDF, SKOS
from kg.review.events import Chapter, Entry, Event
from kg.review.journal import Writing
from kg.review.members import Role, require
from kg.thesaurus import entries
from kg.triples.writing import Triple

__all__ = ["CHAPTER", "ConceptProposed", "Proposal", "describe_proposals", "proposals", "propose"]

_LONGEST = 1_000


class Proposal(msgspec.Struct, frozen=True):
    """A concept that is missing: its name, its definition, and the one above it."""

    label: str
    definition: str
    broader: str

    @property
    def code(self) -> str:
        """The code that it would have."""
        return slugify(self.label)


class ConceptProposed(Event, frozen=True):
    """Somebody misses a concept."""

    proposal: Proposal


def propose(writing: Writing, wanted: Proposal) -> None:
    """Propose a concept; one that is there under a like name is named instead."""
    require(writing.db, writing.agent, Role.REVIEWER)
    if not wanted.code or not wanted.definition.strip():
        raise ReviewError("a concept has a name and a definition in a sentence; give both")
    if len(wanted.label) > 100 or len(wanted.definition) > _LONGEST:
        raise ReviewError(f"a name has at most 100 characters, a definition {_LONGEST:,}")
    if wanted.broader not in codes(CONCEPT):
        raise ReviewError(
            f"{wanted.broader[:60]!r} is no concept; choose the one above from the list"
        )
    names = {name.casefold() for e in entries().values() for name in (e.label, *e.alternatives)}
    if wanted.code in codes(CONCEPT) or wanted.label.strip().casefold() in names:
        near = ", ".join(nearest(CONCEPT, wanted.label)) or wanted.code
        raise ReviewError(f"there is such a concept already; see {near}")
    if wanted not in proposals(writing.db):
        writing.add(ConceptProposed(wanted))


def proposals(db: Connection) -> list[Proposal]:
    """Return what is proposed, by name; of two under one name the newer."""
    rows = db.execute("SELECT proposal FROM proposals ORDER BY code")
    return [msgspec.json.decode(text, type=Proposal) for (text,) in rows]


def describe_proposals(review: URIRef, proposed: Sequence[Proposal]) -> Iterator[Triple]:
    """Yield proposals as concepts that are in no scheme yet."""
    for one in proposed:
        node = URIRef(f"{review}/proposal/{one.code}")
        yield node, RDF.type, SKOS.Concept
        yield node, SKOS.prefLabel, Literal(one.label, lang="en")
        yield node, SKOS.definition, Literal(one.definition, lang="en")
        yield node, SKOS.broadMatch, resolve(CONCEPT, one.broader)


CHAPTER = Chapter(
    name="proposals",
    tables="CREATE TABLE proposals (code TEXT PRIMARY KEY, proposal TEXT NOT NULL) WITHOUT ROWID;",
)


@CHAPTER.on(ConceptProposed)
def _propose(db: Connection, entry: Entry[ConceptProposed]) -> None:
    one = entry.event.proposal
    text = msgspec.json.encode(one).decode()
    statement = "INSERT INTO proposals VALUES (?1, ?2) ON CONFLICT DO UPDATE SET proposal = ?2"
    db.execute(statement, (one.code, text))
