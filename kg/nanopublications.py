"""Nanopublications: one claim with its source and its publication, each a graph of its own.

The form is that of the nanopublication guidelines (https://nanopub.net/guidelines/working_draft/);
the name ends with a checksum of the content (trusty URIs, https://arxiv.org/abs/1401.5775).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import pyoxigraph as ox
from rdflib import URIRef

from kg.entailment.placing import is_record
from kg.namespaces import (
    BASE,
    COVE,
    DCTERMS,
    FOAF,
    LICENCE,
    NP,
    NPX,
    PAV,
    PREFIXES,
    PROV,
    RDF,
    RDFS,
    XSD,
)
from kg.references.datasets import CREATOR
from kg.store import OpenVersion

__all__ = ["Nanopublication", "nanopublication"]

_HASH = "~checksum~"  # stands for the checksum while it is worked out
_PREFIXES = {
    **{name: PREFIXES[name] for name in ("cove", "dct", "foaf", "pav", "prov", "rdfs", "xsd")},
    "np": str(NP),
    "npx": str(NPX),
}
_OF_CLAIM = (COVE.reportsValueEffect, COVE.affirms, COVE.denies, COVE.findsNoEffect)
_MORE = (COVE.findsMixed, COVE.assertsProposition)
_SOURCE = (RDFS.label, DCTERMS.title, COVE.readLevel, COVE.hasIdentifier, PAV.sourceAccessedAt)


@dataclass(frozen=True, slots=True)
class Nanopublication:
    """The quads of a nanopublication, and the checksum with which its name ends."""

    quads: tuple[ox.Quad, ...]
    checksum: str

    def trig(self) -> bytes:
        """Write it as TriG."""
        prefixes = {"this": f"{self.quads[0].subject.value}#", **_PREFIXES}  # type: ignore[union-attr]  # the head names it
        return ox.serialize(self.quads, format=ox.RdfFormat.TRIG, prefixes=prefixes) or b""


def nanopublication(
    version: OpenVersion, claim: URIRef, created: datetime
) -> Nanopublication | None:
    """Make the nanopublication of a claim as a version has it; None where it has no such claim."""
    node = _node(claim)
    typed = version.quads_for_pattern(node, _node(RDF.type), _node(COVE.Claim))
    graphs = {quad.graph_name for quad in typed}
    records = [g for g in graphs if isinstance(g, ox.NamedNode) and is_record(g)]
    if len(records) != 1:
        return None
    reading = _Reading(version, node, records.pop())
    start = f"{BASE}version/{version.version}/{claim.removeprefix(BASE)}/nanopub/"
    draft = list(_quads(reading, start + _HASH, created))
    checksum = _checksum(draft)
    return Nanopublication(tuple(_renamed(quad, checksum) for quad in draft), checksum)


class _Reading:
    """What a record says of a claim."""

    def __init__(self, version: OpenVersion, claim: ox.NamedNode, record: ox.NamedNode) -> None:
        self.version = version
        self.claim = claim
        self.record = record

    def triples(self, subject: ox.NamedNode) -> list[ox.Triple]:
        found = self.version.quads_for_pattern(subject, None, None, self.record)
        return sorted({quad.triple for quad in found}, key=str)

    def objects(self, subject: ox.NamedNode, predicate: URIRef) -> list[ox.Triple]:
        return [each for each in self.triples(subject) if each.predicate.value == str(predicate)]


def _quads(reading: _Reading, name: str, created: datetime) -> Iterator[ox.Quad]:
    head, assertion, provenance, pubinfo = (
        ox.NamedNode(f"{name}#{part}") for part in ("Head", "assertion", "provenance", "pubinfo")
    )
    this = ox.NamedNode(name)
    for predicate, value in (
        (RDF.type, _node(NP.Nanopublication)),
        (NP.hasAssertion, assertion),
        (NP.hasProvenance, provenance),
        (NP.hasPublicationInfo, pubinfo),
    ):
        yield ox.Quad(this, _node(predicate), value, head)
    yield from (_placed(triple, assertion) for triple in _asserted(reading))
    yield from (_placed(triple, provenance) for triple in _sourced(reading, assertion))
    yield from (_placed(triple, pubinfo) for triple in _published(reading, this, created))


def _asserted(reading: _Reading) -> Iterator[ox.Triple]:
    """Give what is claimed: the claim, its proposition and the value effects that it reports."""
    yield from reading.triples(reading.claim)
    for predicate in (*_OF_CLAIM, *_MORE):
        for link in reading.objects(reading.claim, predicate):
            if isinstance(link.object, ox.NamedNode):
                yield from reading.triples(link.object)


def _sourced(reading: _Reading, assertion: ox.NamedNode) -> Iterator[ox.Triple]:
    """Give where it comes from: the work, the passage, and how far the work was read."""
    for link in reading.objects(reading.claim, COVE.reportedIn):
        if isinstance(link.object, ox.NamedNode):
            yield ox.Triple(assertion, _node(PROV.wasDerivedFrom), link.object)
            for predicate in _SOURCE:
                yield from reading.objects(link.object, predicate)
    for passage in reading.objects(reading.claim, COVE.locator):
        yield ox.Triple(assertion, passage.predicate, passage.object)


def _published(reading: _Reading, this: ox.NamedNode, created: datetime) -> Iterator[ox.Triple]:
    """Give who published it, when, from which version of the dataset, on what terms."""
    creator = ox.NamedNode(BASE)
    source = ox.NamedNode(f"{BASE}version/{reading.version.version}")
    moment = ox.Literal(created.isoformat(), datatype=_node(XSD.dateTime))
    yield ox.Triple(this, _node(DCTERMS.created), moment)
    yield ox.Triple(this, _node(DCTERMS.creator), creator)
    yield ox.Triple(this, _node(DCTERMS.license), _node(LICENCE))
    yield ox.Triple(this, _node(PROV.wasDerivedFrom), source)
    yield ox.Triple(this, _node(NPX.introduces), reading.claim)
    yield ox.Triple(creator, _node(FOAF.name), ox.Literal(CREATOR))


def _placed(triple: ox.Triple, graph: ox.NamedNode) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def _checksum(quads: Iterable[ox.Quad]) -> str:
    """Work out the artefact code of module RA: SHA-256 over the sorted quads, in base 64."""
    lines = sorted({_ordered(quad) for quad in quads})
    text = "".join(
        f"{graph}\n{subject}\n{predicate}\n{_line(value)}\n"
        for graph, subject, predicate, value in lines
    )
    digest = hashlib.sha256(text.encode()).digest()
    return "RA" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


_Value = tuple[bool, str, str, str]  # whether it is a literal, its text, datatype and language


def _ordered(quad: ox.Quad) -> tuple[str, str, str, _Value]:
    term = quad.object
    value: _Value = (False, _iri(term), "", "")
    if isinstance(term, ox.Literal):
        datatype = "" if term.language else term.datatype.value
        value = (True, term.value, datatype, (term.language or "").lower())
    return _iri(quad.graph_name), _iri(quad.subject), quad.predicate.value, value


def _line(value: _Value) -> str:
    is_literal, text, datatype, language = value
    if not is_literal:
        return text
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n")
    return f"@{language} {escaped}" if language else f"^{datatype} {escaped}"


def _renamed(quad: ox.Quad, checksum: str) -> ox.Quad:
    """Put the checksum in its place."""

    def renamed(term: object) -> object:
        if isinstance(term, ox.NamedNode) and _HASH in term.value:
            return ox.NamedNode(term.value.replace(_HASH, checksum))
        return term

    parts = (quad.subject, quad.predicate, quad.object, quad.graph_name)
    return ox.Quad(*map(renamed, parts))  # type: ignore[arg-type]  # each is of the kind it was


def _iri(term: object) -> str:
    """Return an IRI with a space for the checksum, as the checksum is made of it."""
    return str(getattr(term, "value", "")).replace(_HASH, " ")


def _node(iri: URIRef) -> ox.NamedNode:
    return ox.NamedNode(str(iri))
