"""Terms: the classes and properties of the ontology with their documentation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from kg.namespaces import ADMS, COVE, DCTERMS, OWL, RDF, RDFS, SKOS
from kg.ontology.expressions import Part, describe

__all__ = ["KINDS", "Term", "term", "terms"]

KINDS: Mapping[URIRef, str] = MappingProxyType(
    {
        OWL.Class: "class",
        OWL.ObjectProperty: "object property",
        OWL.DatatypeProperty: "datatype property",
        OWL.AnnotationProperty: "annotation property",
    }
)
"""What kinds of term there are, by their classes in OWL."""

_CHARACTERISTICS: Mapping[URIRef, str] = MappingProxyType(
    {
        OWL.TransitiveProperty: "transitive",
        OWL.SymmetricProperty: "symmetric",
        OWL.FunctionalProperty: "functional",
        OWL.InverseFunctionalProperty: "inverse functional",
        OWL.AsymmetricProperty: "asymmetric",
        OWL.IrreflexiveProperty: "irreflexive",
    }
)
_DEFINING = (OWL.equivalentClass, OWL.propertyChainAxiom)
_IMPLYING = (RDFS.subClassOf, RDFS.subPropertyOf)


@dataclass(frozen=True, slots=True)
class Term:
    """A class or property of the ontology, with what its documentation says.

    `defined_as` and `implies` are axioms in Manchester syntax: whatever meets one of the first is
    inferred to have the term, and whatever has the term is inferred to meet all of the second.
    """

    iri: URIRef
    kind: str
    label: str
    definition: str
    example: str
    negative_example: str | None
    scope_note: str | None
    editorial_note: str | None
    status: str
    sources: tuple[str, ...]
    broader: tuple[URIRef, ...]
    narrower: tuple[URIRef, ...]
    defined_as: tuple[tuple[Part, ...], ...]
    implies: tuple[tuple[Part, ...], ...]
    domains: tuple[URIRef, ...]
    ranges: tuple[URIRef, ...]
    inverse: URIRef | None
    characteristics: tuple[str, ...]
    disjoint: tuple[URIRef, ...]
    joins_records: bool
    successor: URIRef | None


def terms(graph: Graph) -> tuple[Term, ...]:
    """List the terms that the graph of an ontology declares, sorted by IRI."""
    return tuple(_term(graph, iri, kind) for iri, kind in sorted(_declared(graph)))


def term(graph: Graph, iri: URIRef) -> Term | None:
    """Return one term, None where the graph does not declare it.

    >>> from kg.ontology import core
    >>> term(core(), COVE.Claim).label
    'claim'
    """
    kind = next((kind for type_, kind in KINDS.items() if (iri, RDF.type, type_) in graph), None)
    return None if kind is None else _term(graph, iri, kind)


def _declared(graph: Graph) -> Iterator[tuple[URIRef, str]]:
    for type_, kind in KINDS.items():
        for subject in graph.subjects(RDF.type, type_):
            if isinstance(subject, URIRef) and subject.startswith(COVE._NS):
                yield subject, kind


def _term(graph: Graph, iri: URIRef, kind: str) -> Term:
    status = graph.value(iri, ADMS.status)
    return Term(
        iri=iri,
        kind=kind,
        label=str(graph.value(iri, SKOS.prefLabel)),
        definition=str(graph.value(iri, SKOS.definition)),
        example=str(graph.value(iri, SKOS.example)),
        negative_example=_text(graph.value(iri, COVE.negativeExample)),
        scope_note=_text(graph.value(iri, SKOS.scopeNote)),
        editorial_note=_text(graph.value(iri, SKOS.editorialNote)),
        status="stable" if status is None else str(status).rpartition("/")[2],
        sources=tuple(sorted(str(source) for source in graph.objects(iri, DCTERMS.source))),
        broader=_named(graph.objects(iri, name) for name in _IMPLYING),
        narrower=_named(graph.subjects(name, iri) for name in _IMPLYING),
        defined_as=_axioms(graph, iri, _DEFINING),
        implies=_axioms(graph, iri, _IMPLYING),
        domains=_named([graph.objects(iri, RDFS.domain)]),
        ranges=_named([graph.objects(iri, RDFS.range)]),
        inverse=next(iter(_both_ways(graph, iri, OWL.inverseOf)), None),
        characteristics=tuple(
            words for type_, words in _CHARACTERISTICS.items() if (iri, RDF.type, type_) in graph
        ),
        disjoint=_both_ways(graph, iri, OWL.disjointWith),
        joins_records=(iri, COVE.joinsRecords, Literal(True)) in graph,
        successor=next(iter(_named([graph.objects(iri, DCTERMS.isReplacedBy)])), None),
    )


def _axioms(
    graph: Graph, iri: URIRef, properties: tuple[URIRef, ...]
) -> tuple[tuple[Part, ...], ...]:
    """Describe what a term is related to, other than by a name alone."""
    related = (node for name in properties for node in graph.objects(iri, name))
    found = (describe(graph, node) for node in related if not isinstance(node, URIRef))
    return tuple(sorted(found, key=lambda parts: "".join(part.text for part in parts)))


def _both_ways(graph: Graph, iri: URIRef, name: URIRef) -> tuple[URIRef, ...]:
    return _named([graph.objects(iri, name), graph.subjects(name, iri)])


def _named(several: Iterable[Iterable[Node]]) -> tuple[URIRef, ...]:
    return tuple(sorted({node for each in several for node in each if isinstance(node, URIRef)}))


def _text(node: Node | None) -> str | None:
    return None if node is None else str(node)
