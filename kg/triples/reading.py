"""Reading: a record's named graph as the record it was made from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from msgspec import Struct
from rdflib import Graph, URIRef
from rdflib.term import Node

from kg import codes
from kg.errors import SourceError
from kg.identifiers import parts_of
from kg.namespaces import COVE, DCTERMS, RDF, RDFS
from kg.records import (
    Author,
    Case,
    Claim,
    ClaimLink,
    Effect,
    Participant,
    Process,
    ReportedLink,
    Study,
    Work,
)
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

__all__ = ["from_graph", "natural_order", "works"]

_RecordType = TypeVar("_RecordType", bound=Struct)


def works(graph: Graph) -> tuple[URIRef, ...]:
    """Return the IRIs of the works that a graph describes, sorted."""
    return tuple(sorted(_iris(graph.subjects(RDF.type, COVE.Work))))


def from_graph(graph: Graph, work: URIRef) -> Work:
    """Read one work from the asserted triples of its record; raise SourceError at a gap."""
    (work_id,) = parts_of(work)
    return _make(
        Work,
        work,
        _values(graph, work, WORK),
        id=work_id,
        title=_text(graph, work, DCTERMS.title),
        authors=tuple(
            _make(Author, authorship, _values(graph, authorship, AUTHOR))
            for authorship in _by_position(graph, _iris(graph.objects(work, COVE.hasAuthorship)))
        ),
        study=_study(graph, work),
        cases=tuple(
            _case(graph, case) for case in _by_id(graph.subjects(COVE.reportedInWork, work))
        ),
        claims=tuple(
            _claim(graph, claim) for claim in _by_id(graph.subjects(COVE.reportedIn, work))
        ),
    )


def _study(graph: Graph, work: URIRef) -> Study:
    return _make(Study, work, _values(graph, _link(graph, work, COVE.hasStudy), STUDY))


def _case(graph: Graph, case: URIRef) -> Case:
    labels: dict[str, object] = {
        name: _text(graph, thing, RDFS.label)
        for name, predicate in (
            ("service", COVE.concernsService),
            ("organisation", COVE.concernsOrganisation),
        )
        for thing in _iris(graph.objects(case, predicate))
    }
    return _make(
        Case,
        case,
        _values(graph, case, CASE),
        labels,
        id=parts_of(case)[-1],
        processes=tuple(
            _process(graph, process) for process in _by_id(graph.subjects(COVE.processOf, case))
        ),
    )


def _process(graph: Graph, process: URIRef) -> Process:
    sides = {
        involvement: side
        for side, (predicate, _) in SIDES.items()
        for involvement in _iris(graph.objects(process, predicate))
    }
    participants = tuple(
        _make(Participant, node, _values(graph, node, PARTICIPANT), side=sides[node])
        for node in _by_position(graph, sides)
    )
    values = _values(graph, process, PROCESS)
    return _make(Process, process, values, id=parts_of(process)[-1], participants=participants)


def _claim(graph: Graph, claim: URIRef) -> Claim:
    return _make(
        Claim,
        claim,
        _values(graph, claim, CLAIM),
        _setting(graph, claim),
        _proposition(graph, claim),
        id=parts_of(claim)[-1],
        effects=tuple(
            _make(Effect, node, _values(graph, node, EFFECT))
            for node in _by_position(graph, _iris(graph.objects(claim, COVE.reportsValueEffect)))
        ),
        links=_links(graph, claim),
        requires=tuple(
            sorted(
                codes.notation(feature)
                for definition in _iris(graph.objects(claim, COVE.statesDefinition))
                for requirement in _iris(graph.objects(definition, COVE.hasRequirement))
                for feature in _iris(graph.objects(requirement, COVE.requiresFeature))
            )
        ),
    )


def _setting(graph: Graph, claim: URIRef) -> dict[str, object]:
    found: dict[str, object] = {}
    for case in _iris(graph.objects(claim, COVE.aboutCase)):
        found["case"] = parts_of(case)[-1]
    for process in _iris(graph.objects(claim, COVE.aboutProcess)):
        found["process"] = parts_of(process)[-1]
    return found


def _proposition(graph: Graph, claim: URIRef) -> dict[str, object]:
    propositions = [
        node for stance in STANCES.values() for node in _iris(graph.objects(claim, stance))
    ]
    if len(propositions) != 1:
        raise SourceError(f"has {len(propositions)} propositions; give it one", source=claim)
    (proposition,) = propositions
    subject = _concept(graph, proposition, COVE.subjectConcept)
    object_ = _concept(graph, proposition, COVE.objectConcept)
    for _, bears in BEARINGS.values():
        for through in _iris(graph.objects(proposition, bears)):
            link = ReportedLink(from_=subject, to=object_)
            return {"subject": codes.notation(through), "object_": object_, "link": link}
    return {"subject": subject, "object_": object_}


def _links(graph: Graph, claim: URIRef) -> tuple[ClaimLink, ...]:
    return tuple(
        ClaimLink(to="#".join(parts_of(target)), type=name)
        for name, predicates in LINKS.items()
        for predicate in predicates
        for target in sorted(_iris(graph.objects(claim, predicate)))
    )


def _make(
    record: type[_RecordType], node: URIRef, *fields: dict[str, object], **more: object
) -> _RecordType:
    values: dict[str, object] = {}
    for some in (*fields, more):
        values |= some
    try:
        return record(**values)
    except TypeError as error:
        raise SourceError(f"{error}; add the property that carries it", source=node) from error


def _values(graph: Graph, node: URIRef, fields: tuple[Field, ...]) -> dict[str, object]:
    found: dict[str, object] = {}
    for field in fields:
        values = sorted(field.to_value(term) for term in graph.objects(node, field.predicate))
        if field.is_many and values:
            found[field.name] = tuple(values)
        elif len(values) > 1:
            raise SourceError(f"has {len(values)} values of {field.name}; keep one", source=node)
        elif values:
            found[field.name] = values[0]
    return found


def _text(graph: Graph, node: URIRef, predicate: URIRef) -> str:
    value = graph.value(node, predicate)
    if value is None:
        raise SourceError(f"has no {predicate}; add it", source=node)
    return str(value)


def _link(graph: Graph, node: URIRef, predicate: URIRef) -> URIRef:
    return URIRef(_text(graph, node, predicate))


def _concept(graph: Graph, node: URIRef, predicate: URIRef) -> str:
    return codes.notation(_link(graph, node, predicate))


def _iris(nodes: Iterable[Node]) -> list[URIRef]:
    return [node for node in nodes if isinstance(node, URIRef)]


def _by_position(graph: Graph, nodes: Iterable[URIRef]) -> list[URIRef]:
    return sorted(nodes, key=lambda node: int(_text(graph, node, COVE.position)))


def _by_id(nodes: Iterable[Node]) -> list[URIRef]:
    return sorted(_iris(nodes), key=natural_order)


def natural_order(text: str) -> list[tuple[int, str]]:
    """Return a key that sorts the numbers within a text by value.

    >>> sorted(["10", "9", "2a"], key=natural_order)
    ['2a', '9', '10']
    """
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", text)]
