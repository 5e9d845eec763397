"""Describing: what the public dataset says of a review, and of who coded what in it.

The graph of a review has its question, protocol and searches, the flow of records, the agreement
of coders, appraisals and the confidence in its findings, every publication with what it added or
took back, and for each record who coded and who adjudicated it, with which software, from which
state of the sheet. Abstracts, texts and votes stay in the review.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rdflib import Literal, URIRef
from rdflib.namespace import XSD

from kg import anchors
from kg.agreement import Measure
from kg.identifiers import mint, slugify
from kg.namespaces import COVE, DCTERMS, LICENCE, PROV, RDF, RDFS, SCHEMA
from kg.review.appraisals import Appraised, Rated
from kg.review.judgements import describe_judgements, describe_passages, member_iri
from kg.review.prisma import EARLIER, Flow
from kg.review.proposals import Proposal, describe_proposals
from kg.review.protocols import Protocol
from kg.review.searches import Search
from kg.triples import record_graph
from kg.triples.writing import Triple

__all__ = ["Coding", "Published", "Released", "describe", "review_iri"]


@dataclass(frozen=True, slots=True)
class Coding:
    """Who coded a record: in which event, until when, and the checksum of the sheet."""

    number: int
    agent: str
    time: datetime
    digest: str
    is_adjudication: bool = False


@dataclass(frozen=True, slots=True)
class Released:
    """A record as it is published, its codings, and the passages of its claims."""

    slug: str
    source: str
    codings: tuple[Coding, ...]
    anchors: Mapping[str, anchors.Anchor]


@dataclass(frozen=True, slots=True)
class Published:
    """One publication of the review: what it put there and what it took back."""

    number: int
    agent: str
    time: datetime
    reason: str
    records: tuple[str, ...]
    withdrawn: tuple[str, ...]


def review_iri(slug: str) -> URIRef:
    """Return the IRI of a published review, which is also the name of its graph."""
    return mint("evidence-review", slug)


def describe(  # noqa: PLR0913  # each is a part of the description
    slug: str,
    *,
    protocol: Protocol,
    owners: Sequence[str],
    searches: Sequence[tuple[int, Search]],
    flow: Flow,
    agreement: Iterable[Measure],
    synthesis: Iterable[tuple[str, str]],
    publications: Sequence[Published],
    released: Sequence[Released],
    proposed: Sequence[Proposal],
    judged: Sequence[Appraised],
    rated: Sequence[Rated],
    software: str,
) -> Iterator[Triple]:
    """Yield everything that is said of a review."""
    review = review_iri(slug)
    yield review, RDF.type, SCHEMA.Review
    yield review, RDF.type, PROV.Collection
    yield review, RDFS.label, Literal(protocol.title)
    yield review, DCTERMS.title, Literal(protocol.title)
    yield review, DCTERMS.license, LICENCE
    if protocol.question:
        yield review, DCTERMS.description, Literal(protocol.question)
    for owner in owners:
        yield review, DCTERMS.creator, member_iri(owner)
        yield from _named(owner)
    yield from _protocol(review, protocol)
    for number, search in searches:
        yield from _search(review, number, search)
    yield from _flow(review, flow)
    for measure in agreement:
        if measure.alpha is not None:
            alpha = Literal(round(measure.alpha, 4), datatype=XSD.decimal)
            yield from _value(review, "agreement", measure.name, alpha)
    for outcome, said in synthesis:
        yield from _value(review, "synthesis", outcome, Literal(said))
    yield from _publications(review, publications)
    yield from describe_proposals(review, proposed)
    yield from describe_judgements(review, judged, rated)
    yield from describe_passages(review, judged)
    for name in {*(one.agent for one in judged), *(one.agent for one in rated)}:
        yield from _named(name)
    for one in released:
        yield review, PROV.hadMember, record_graph(one.slug)
        yield from _provenance(review, one, software)


def _protocol(review: URIRef, protocol: Protocol) -> Iterator[Triple]:
    plan = URIRef(f"{review}/protocol")
    yield review, DCTERMS.conformsTo, plan
    yield plan, RDF.type, PROV.Plan
    yield plan, RDFS.label, Literal(f"Protocol of {protocol.title}")
    if protocol.plan:
        yield plan, DCTERMS.description, Literal(protocol.plan)
    for kind, lines in (("inclusion", protocol.inclusion), ("exclusion", protocol.exclusion)):
        for position, line in enumerate(lines, 1):
            node = URIRef(f"{plan}/{kind}/{position}")
            yield plan, SCHEMA.additionalProperty, node
            yield node, RDF.type, SCHEMA.PropertyValue
            yield node, SCHEMA.name, Literal(kind)
            yield node, SCHEMA.value, Literal(line)
            yield node, SCHEMA.position, Literal(position)


def _search(review: URIRef, number: int, search: Search) -> Iterator[Triple]:
    node = URIRef(f"{review}/search/{number}")
    yield review, PROV.wasDerivedFrom, node
    yield node, RDF.type, PROV.Entity
    name = f"{search.name} ({search.interface})" if search.interface else search.name
    yield node, RDFS.label, Literal(name)
    if search.string:
        yield node, DCTERMS.description, Literal(search.string)
    if search.day:
        yield node, DCTERMS.date, Literal(search.day)
    if search.hits is not None:
        yield node, SCHEMA.value, Literal(search.hits)


def _flow(review: URIRef, found: Flow) -> Iterator[Triple]:
    """Yield the number of each box, and of what it parts into, such as reasons."""
    told = {name: (box.label, box.count, box.parts) for name, box in found.boxes.items()}
    if found.is_update:
        told |= {name: (label, getattr(found, name), {}) for name, label in EARLIER.items()}
    for position, (name, (label, count, parts)) in enumerate(told.items(), 1):
        yield from _value(review, "flow", name, Literal(count))
        node = URIRef(f"{review}/flow/{slugify(name)}")
        yield node, RDFS.label, Literal(label)
        yield node, SCHEMA.position, Literal(position)
        for place, (part, number) in enumerate(parts.items(), 1):
            yield from _value(node, "part", str(place), Literal(number))
            yield URIRef(f"{node}/part/{place}"), RDFS.label, Literal(part)


def _value(review: URIRef, kind: str, name: str, value: Literal) -> Iterator[Triple]:
    node = URIRef(f"{review}/{kind}/{slugify(name)}")
    yield review, SCHEMA.additionalProperty, node
    yield node, RDF.type, SCHEMA.PropertyValue
    yield node, SCHEMA.name, Literal(f"{kind}: {name}")
    yield node, SCHEMA.value, value


def _publications(review: URIRef, publications: Sequence[Published]) -> Iterator[Triple]:
    before: URIRef | None = None
    for one in publications:
        node = URIRef(f"{review}/publication/{one.number}")
        yield node, RDF.type, PROV.Entity
        yield node, RDFS.label, Literal(one.reason)
        yield node, PROV.specializationOf, review
        yield node, PROV.generatedAtTime, _time(one.time)
        yield node, PROV.wasAttributedTo, member_iri(one.agent)
        yield from _named(one.agent)
        if before is not None:
            yield node, PROV.wasRevisionOf, before
        for slug in one.records:
            yield node, PROV.hadMember, record_graph(slug)
        for slug in one.withdrawn:
            activity = URIRef(f"{node}/withdrawal")
            yield record_graph(slug), PROV.wasInvalidatedBy, activity
            yield activity, RDF.type, PROV.Activity
            yield activity, RDFS.label, Literal(one.reason)
            yield activity, PROV.wasAssociatedWith, member_iri(one.agent)
            yield activity, PROV.endedAtTime, _time(one.time)
        before = node


def _provenance(review: URIRef, one: Released, software: str) -> Iterator[Triple]:
    codings = [each for each in one.codings if not each.is_adjudication]
    for each in one.codings:
        node = URIRef(f"{review}/coding/{each.number}")
        yield record_graph(one.slug), PROV.wasGeneratedBy, node
        yield node, PROV.wasAssociatedWith, member_iri(each.agent)
        yield from _named(each.agent)
        yield node, PROV.endedAtTime, _time(each.time)
        if each.is_adjudication:
            yield node, RDF.type, PROV.Activity
            yield node, RDFS.label, Literal(f"Adjudication by {each.agent}")
            for other in codings:
                yield node, PROV.wasInformedBy, URIRef(f"{review}/coding/{other.number}")
            continue
        yield node, RDF.type, COVE.CodingActivity
        yield node, COVE.inputHash, Literal(each.digest)
        yield node, COVE.toolVersion, Literal(software)
    for id_, anchor in one.anchors.items():
        yield from anchors.to_triples(mint("claim", one.slug, id_), URIRef(one.source), anchor)


def _named(name: str) -> Iterator[Triple]:
    yield member_iri(name), RDF.type, PROV.Agent
    yield member_iri(name), RDFS.label, Literal(name)


def _time(time: datetime) -> Literal:
    return Literal(time.isoformat(), datatype=XSD.dateTime)
