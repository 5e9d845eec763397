"""The mapping: which property carries which field of the sheet, and in what form.

Writing and reading both follow these tables, so a field that one knows the other knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import unquote

from rdflib import Literal, URIRef
from rdflib.term import Node

from kg import codes
from kg.identifiers import doi_iri
from kg.namespaces import BIBO, COVE, DC, DOI, FOAF, PAV, RDFS

__all__ = [
    "AUTHOR",
    "BEARINGS",
    "CASE",
    "CLAIM",
    "EFFECT",
    "LINKS",
    "PARTICIPANT",
    "PROCESS",
    "SIDES",
    "STANCES",
    "STUDY",
    "WORK",
    "Field",
]

Value = str | int | bool


@dataclass(frozen=True)
class Field:
    """A field of a record, its property, and how its value becomes a term and comes back."""

    name: str
    predicate: URIRef
    to_term: Callable[[Any], Node]
    to_value: Callable[[Any], Value]
    is_many: bool = False
    scheme: str | None = None


def _code(name: str, predicate: URIRef, scheme: str, *, many: bool = False) -> Field:
    resolve = partial(codes.resolve, scheme)
    return Field(name, predicate, resolve, codes.notation, is_many=many, scheme=scheme)


def _text(name: str, predicate: URIRef, *, lang: str | None = None, many: bool = False) -> Field:
    return Field(name, predicate, partial(Literal, lang=lang), str, is_many=many)


def _number(name: str, predicate: URIRef) -> Field:
    return Field(name, predicate, Literal, int)


def _flag(name: str, predicate: URIRef) -> Field:
    return Field(name, predicate, Literal, bool)


WORK = (
    _code("type", COVE.workType, "work-type"),
    _number("year", COVE.year),
    _text("doi", BIBO.doi),
    _text("container", COVE.containerTitle),
    _text("volume", BIBO.volume),
    _text("issue", BIBO.issue),
    _text("pages", BIBO.pages),
    _text("isbn", BIBO.isbn),
    _text("publisher", COVE.publisherName),
    _text("language", DC.language),
    Field("read_at", PAV.sourceAccessedAt, URIRef, str),
    _code("read_level", COVE.readLevel, "read-level"),
    _flag("authors_incomplete", COVE.authorsIncomplete),
    Field(
        "cites",
        COVE.citesIdentifier,
        doi_iri,
        lambda iri: unquote(iri.removeprefix(DOI)),
        is_many=True,
    ),
    _text("note", COVE.note, lang="en"),
)
AUTHOR = (
    _text("family", FOAF.familyName),
    _text("given", FOAF.givenName),
    _text("literal", FOAF.name),
)
STUDY = (
    _code("design", COVE.hasDesign, "design"),
    _text("methods", COVE.method, many=True),
    _text("sample", COVE.sampleText),
    _number("participants", COVE.participants),
)
CASE = (
    _text("name", RDFS.label),
    _code("sector", COVE.inSector, "sector"),
    _code("countries", COVE.inCountry, "country", many=True),
    _text("place", COVE.place),
    _number("start", COVE.startYear),
    _number("end", COVE.endYear),
)
PROCESS = (
    _text("label", RDFS.label),
    _code("phase", COVE.hasPhase, "phase", many=True),
    _code("level", COVE.hasSocialLevel, "level", many=True),
    _code("embedding", COVE.hasEmbedding, "embedding"),
    _code("locus", COVE.hasLocus, "locus"),
    _code("initiated_by", COVE.initiatedBy, "initiator"),
    _code("planning_by", COVE.planningBy, "responsibility"),
    _code("delivery_by", COVE.deliveryBy, "responsibility"),
    _code("coreness", COVE.hasCoreness, "coreness"),
    _code("has", COVE.hasFeature, "concept", many=True),
    _code("lacks", COVE.lacksFeature, "concept", many=True),
)
PARTICIPANT = (
    _code("role", COVE.hasRole, "role"),
    _code("volition", COVE.hasVolition, "volition"),
    _code("awareness", COVE.hasAwareness, "awareness"),
    _code("acts_as", COVE.hasLayRole, "lay-role"),
)
CLAIM = (
    _code("kind", COVE.claimKind, "claim-kind"),
    _text("statement", COVE.statement, lang="en"),
    _code("relation", COVE.relationType, "relation"),
    _code("direction", COVE.direction, "direction"),
    _code("size", COVE.claimSize, "size"),
    _flag("hedged", COVE.hedged),
    _code("strength", COVE.claimStrength, "strength"),
    _text("effect", COVE.effectText),
    _text("condition", COVE.conditionText, lang="en"),
    _code("assessed_by", COVE.assessedBy, "role"),
    _text("locator", COVE.locator),
)
EFFECT = (
    _code("direction", COVE.effectDirection, "effect-direction"),
    _code("holder", COVE.effectHolder, "holder"),
    _code("dimension", COVE.valueDimension, "value-dimension"),
    _code("intent", COVE.effectIntent, "intent"),
    _code("moment", COVE.effectMoment, "moment"),
)

SIDES = {
    "lay": (COVE.hasLayInvolvement, COVE.LayInvolvement),
    "regular": (COVE.hasRegularInvolvement, COVE.RegularInvolvement),
}
# The sheet's words for the direction of a link, and the stance on the proposition that follows.
STANCES = {
    "increases": COVE.affirms,
    "decreases": COVE.denies,
    "no-effect": COVE.findsNoEffect,
    "mixed": COVE.findsMixed,
    "none": COVE.assertsProposition,
}
BEARINGS = {
    "moderates": ("moderated", COVE.moderatorConcept),
    "mediates": ("mediated", COVE.mediatorConcept),
}
LINKS = {
    "contradicts": (COVE.contradictsWork, COVE.contradictsClaim),
    "supports": (COVE.supportsWork, COVE.supportsClaim),
    "replicates": (COVE.replicatesWork, COVE.replicatesClaim),
    "fails-to-replicate": (COVE.failsToReplicateWork, COVE.failsToReplicateClaim),
    "extends": (COVE.extendsWork, COVE.extendsClaim),
    "qualifies": (COVE.qualifiesWork, COVE.qualifiesClaim),
}
