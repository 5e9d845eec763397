"""Writing: a record as the triples of its named graph."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from rdflib import Literal, URIRef
from rdflib.term import Node

from kg import codes
from kg.identifiers import agent_iri, doi_iri, mint, proposition_iri
from kg.namespaces import COVE, DCTERMS, FOAF, RDF, RDFS
from kg.records import Author, Case, Claim, Process, Work
from kg.triples.mapping import (
    AUTHOR,
    BEARINGS,
    CASE,
    CLAIM,
    EFFECT,
    LINKS,
    PARTICIPANT,
    PROCESS,
    SIDES,
    STANCES,
    STUDY,
    WORK,
    Field,
)

__all__ = ["Triple", "record_graph", "to_triples"]

Triple = tuple[URIRef, URIRef, Node]


def record_graph(work_id: str) -> URIRef:
    """Return the name of the graph that holds everything coded from a work."""
    return mint("record", work_id)


def to_triples(work: Work) -> Iterator[Triple]:
    """Yield what a coding sheet says of one work; raise CodeError at an unknown code.

    A triple may come twice, where two claims share a proposition or two authors a name.
    """
    node, record = mint("work", work.id), record_graph(work.id)
    yield record, RDF.type, COVE.Record
    yield record, FOAF.primaryTopic, node
    yield node, RDF.type, COVE.Work
    yield node, RDFS.label, Literal(work.short_form)
    yield node, DCTERMS.title, Literal(work.title, lang=work.language)
    yield from _fields(node, work, WORK)
    if work.doi:
        yield node, COVE.hasIdentifier, doi_iri(work.doi)
    for position, author in enumerate(work.authors, 1):
        yield from _author(work, position, author)
    study = mint("study", work.id)
    yield node, COVE.hasStudy, study
    yield study, RDF.type, COVE.Study
    yield from _fields(study, work.study, STUDY)
    for case in work.cases:
        yield from _case(work, case)
    for claim in work.claims:
        yield from _claim(work, claim)


def _fields(node: URIRef, record: Struct, fields: tuple[Field, ...]) -> Iterator[Triple]:
    for field in fields:
        value = getattr(record, field.name)
        if value is None or value is False:
            continue
        for one in value if field.is_many else (value,):
            yield node, field.predicate, field.to_term(one)


def _author(work: Work, position: int, author: Author) -> Iterator[Triple]:
    node, authorship = mint("work", work.id), mint("work", work.id, "author", position)
    agent = agent_iri(author.name)
    yield node, COVE.hasAuthorship, authorship
    yield node, DCTERMS.creator, agent
    yield authorship, RDF.type, COVE.Authorship
    yield authorship, COVE.position, Literal(position)
    yield authorship, COVE.hasAuthor, agent
    yield from _fields(authorship, author, AUTHOR)
    yield agent, RDF.type, FOAF.Agent
    yield agent, RDFS.label, Literal(author.name)


def _case(work: Work, case: Case) -> Iterator[Triple]:
    node = mint("case", work.id, case.id)
    yield node, RDF.type, COVE.Case
    yield node, COVE.reportedInWork, mint("work", work.id)
    yield from _fields(node, case, CASE)
    for kind, label, predicate, class_ in (
        ("service", case.service, COVE.concernsService, COVE.Service),
        ("organisation", case.organisation, COVE.concernsOrganisation, COVE.Organisation),
    ):
        if label:
            thing = mint(kind, work.id, case.id)
            yield node, predicate, thing
            yield thing, RDF.type, class_
            yield thing, RDFS.label, Literal(label)
    for process in case.processes:
        yield from _process(work, case, process)


def _process(work: Work, case: Case, process: Process) -> Iterator[Triple]:
    node = mint("process", work.id, case.id, process.id)
    yield node, RDF.type, COVE.CoProcess
    yield node, COVE.processOf, mint("case", work.id, case.id)
    yield from _fields(node, process, PROCESS)
    for position, participant in enumerate(process.participants, 1):
        involvement = mint("involvement", work.id, case.id, process.id, position)
        predicate, class_ = SIDES[participant.side]
        yield node, predicate, involvement
        yield involvement, RDF.type, class_
        yield involvement, COVE.position, Literal(position)
        yield from _fields(involvement, participant, PARTICIPANT)


def _claim(work: Work, claim: Claim) -> Iterator[Triple]:
    node = mint("claim", work.id, claim.id)
    yield node, RDF.type, COVE.Claim
    yield node, COVE.reportedIn, mint("work", work.id)
    yield from _fields(node, claim, CLAIM)
    if claim.kind == "empirical-finding":
        yield node, COVE.basedOnStudy, mint("study", work.id)
    if claim.case:
        yield node, COVE.aboutCase, mint("case", work.id, claim.case)
    if claim.case and claim.process:
        yield node, COVE.aboutProcess, mint("process", work.id, claim.case, claim.process)
    yield from _proposition(node, claim)
    for position, effect in enumerate(claim.effects, 1):
        value_effect = mint("effect", work.id, claim.id, position)
        yield node, COVE.reportsValueEffect, value_effect
        yield value_effect, RDF.type, COVE.ValueEffect
        yield value_effect, COVE.position, Literal(position)
        yield from _fields(value_effect, effect, EFFECT)
    for link in claim.links:
        target_work, target_claim = link.target
        to_work, to_claim = LINKS[link.type]
        if target_claim:
            yield node, to_claim, mint("claim", target_work, target_claim)
        else:
            yield node, to_work, mint("work", target_work)
    if claim.requires:
        yield from _definition(work, claim)


def _proposition(node: URIRef, claim: Claim) -> Iterator[Triple]:
    subject, object_ = claim.subject, claim.object_
    if claim.link:
        role, bears = BEARINGS[claim.relation]
        subject, object_ = claim.link.from_, claim.link.to
        iri = proposition_iri(subject, object_, role=role, through=claim.subject)
        yield iri, bears, codes.resolve("concept", claim.subject)
    else:
        iri = proposition_iri(subject, object_)
    yield node, STANCES[claim.direction], iri
    yield iri, RDF.type, COVE.Proposition
    yield iri, COVE.subjectConcept, codes.resolve("concept", subject)
    yield iri, COVE.objectConcept, codes.resolve("concept", object_)


def _definition(work: Work, claim: Claim) -> Iterator[Triple]:
    node = mint("definition", work.id, claim.id)
    yield mint("claim", work.id, claim.id), COVE.statesDefinition, node
    yield node, RDF.type, COVE.Definition
    yield node, COVE.definesConcept, codes.resolve("concept", claim.subject)
    yield node, COVE.statedIn, mint("work", work.id)
    for feature in claim.requires:
        requirement = mint("definition", work.id, claim.id, feature)
        yield node, COVE.hasRequirement, requirement
        yield requirement, RDF.type, COVE.FeatureRequirement
        yield requirement, COVE.requiresFeature, codes.resolve("concept", feature)
        yield requirement, DCTERMS.source, mint("work", work.id)
