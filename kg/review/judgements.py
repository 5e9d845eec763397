"""Judgements: what the public dataset says of appraisals and of the confidence in findings.

Each is attributed to who judged and stands for itself: answers are neither summed nor averaged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import XSD

from kg import anchors
from kg.appraisal import Answer, Concern, Confidence, instruments
from kg.codes import resolve
from kg.errors import ConformanceError
from kg.identifiers import mint, slugify
from kg.namespaces import COVE, DCTERMS, PROV, RDF
from kg.review.appraisals import Appraised, Rated
from kg.triples.writing import Triple
from kg.validation import validate

__all__ = ["describe_judgements", "describe_passages", "member_iri"]

_CONCERNS = dict(zip(Concern, ("none", "minor", "moderate", "serious"), strict=True))
_LEVELS = dict(zip(Confidence, ("high", "moderate", "low", "very-low"), strict=True))


def member_iri(name: str) -> URIRef:
    """Name a member of a review; members are no authors, even where they are namesakes.

    >>> member_iri("Rita")
    rdflib.term.URIRef('https://w3id.org/cove/agent/reviewer/rita')
    """
    return mint("agent", "reviewer", slugify(name) or "unnamed")


def describe_judgements(
    review: URIRef, judged: Sequence[Appraised], rated: Sequence[Rated]
) -> list[Triple]:
    """Return appraisals and ratings as triples; raise ConformanceError where they break a rule."""
    triples = [
        *(triple for one in judged for triple in _appraisal(review, one)),
        *(triple for one in rated for triple in _finding(review, one)),
    ]
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    report = validate(graph)
    if not report.conforms:
        message = f"an appraisal breaks a rule: {report.violations[0]}; give it anew"
        raise ConformanceError(message, report=report)
    return triples


def describe_passages(review: URIRef, judged: Iterable[Appraised]) -> Iterator[Triple]:
    """Yield where in the works the support of answers stands."""
    for one in judged:
        for answer in one.appraisal.answers:
            if answer.anchor:
                node = _answer_iri(_appraisal_iri(review, one), answer)
                work = mint("work", one.appraisal.study)
                yield from anchors.to_triples(node, work, answer.anchor)


def _appraisal(review: URIRef, one: Appraised) -> Iterator[Triple]:
    node, given = _appraisal_iri(review, one), one.appraisal
    yield node, RDF.type, COVE.Appraisal
    yield from _attributed(node, review, one.agent, one.time)
    yield node, COVE.appraises, mint("work", given.study)
    yield node, COVE.usesInstrument, resolve("instrument", given.instrument)
    if given.overall:
        yield node, COVE.overallJudgement, resolve("appraisal-answer", given.overall)
    groups = instruments()[given.instrument].groups
    subjects = {item.id: item.subject for group in groups for item in group.items}
    for answer in given.answers:
        each = _answer_iri(node, answer)
        yield node, COVE.hasAnswer, each
        yield each, RDF.type, COVE.AppraisalAnswer
        yield each, COVE.itemCode, Literal(answer.item)
        yield each, COVE.itemText, Literal(subjects[answer.item])
        yield each, COVE.givesAnswer, resolve("appraisal-answer", answer.answer)
        if answer.support:
            yield each, COVE.explanation, Literal(answer.support)


def _finding(review: URIRef, one: Rated) -> Iterator[Triple]:
    node, rating = URIRef(f"{review}/finding/{one.number}"), one.finding
    yield node, RDF.type, COVE.ReviewFinding
    yield from _attributed(node, review, one.agent, one.time)
    yield node, COVE.conclusion, Literal(rating.text)
    yield node, COVE.hasConfidence, resolve("cerqual-confidence", _LEVELS[rating.confidence])
    if rating.explanation:
        yield node, COVE.explanation, Literal(rating.explanation)
    for study in rating.studies:
        yield node, COVE.restsOnWork, mint("work", study)
    for judged in rating.components:
        each = URIRef(f"{node}/{judged.component}")
        yield node, COVE.hasAssessment, each
        yield each, RDF.type, COVE.ConfidenceAssessment
        yield each, COVE.assessesComponent, resolve("cerqual-component", judged.component)
        yield each, COVE.hasConcern, resolve("cerqual-concern", _CONCERNS[judged.concern])
        if judged.explanation:
            yield each, COVE.explanation, Literal(judged.explanation)


def _attributed(node: URIRef, review: URIRef, agent: str, time: datetime) -> Iterator[Triple]:
    yield node, DCTERMS.isPartOf, review
    yield node, PROV.wasAttributedTo, member_iri(agent)
    yield node, PROV.generatedAtTime, Literal(time.isoformat(), datatype=XSD.dateTime)


def _appraisal_iri(review: URIRef, one: Appraised) -> URIRef:
    return URIRef(f"{review}/appraisal/{one.event}")


def _answer_iri(appraisal: URIRef, answer: Answer) -> URIRef:
    return URIRef(f"{appraisal}/{answer.item}")
