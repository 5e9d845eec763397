"""The statements of an ontology that have rules, put in words, and those that are refused."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode
from rdflib import BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kg.entailment.rules import Axiom
from kg.errors import OntologyError
from kg.namespaces import DCTERMS, OWL, RDF, RDFS, SKOS
from kg.ontology.expressions import phrase

__all__ = ["describe", "refuse_what_has_no_rule"]

_SENTENCES: dict[Node, str] = {
    # by the property that states it
    RDFS.subClassOf: "every {s} is {o}",
    RDFS.subPropertyOf: "'{s}' implies '{o}'",
    RDFS.domain: "every subject of '{s}' is {o}",
    RDFS.range: "every value of '{s}' is {o}",
    OWL.equivalentClass: "{s} means {o}",
    OWL.disjointWith: "nothing is both {s} and {o}",
    OWL.equivalentProperty: "'{s}' means '{o}'",
    OWL.inverseOf: "'{s}' is the inverse of '{o}'",
    OWL.propertyChainAxiom: "{o} implies '{s}'",
    OWL.propertyDisjointWith: "no two things are linked by both '{s}' and '{o}'",
    OWL.hasKey: "no two of {s} share {o}",
    # by the class of what is stated
    OWL.SymmetricProperty: "'{s}' holds both ways",
    OWL.TransitiveProperty: "'{s}' carries over from link to link",
    OWL.AsymmetricProperty: "'{s}' never holds both ways",
    OWL.IrreflexiveProperty: "'{s}' never links a thing to itself",
    OWL.FunctionalProperty: "'{s}' has one value at most",
    OWL.InverseFunctionalProperty: "a value of '{s}' belongs to one thing at most",
    OWL.AllDisjointClasses: "nothing is two of {members}",
    OWL.AllDisjointProperties: "no two things are linked by two of {members}",
    OWL.NegativePropertyAssertion: "it is not so that {denied}",
}
_EXPRESSIONS = frozenset(
    {
        *(OWL.intersectionOf, OWL.unionOf, OWL.complementOf, OWL.oneOf),
        *(OWL.onProperty, OWL.hasValue, OWL.someValuesFrom, OWL.allValuesFrom, OWL.hasSelf),
        *(OWL.cardinality, OWL.minCardinality, OWL.maxCardinality, OWL.qualifiedCardinality),
        *(OWL.minQualifiedCardinality, OWL.maxQualifiedCardinality, OWL.onClass),
        *(OWL.onDataRange, OWL.onDatatype, OWL.withRestrictions, OWL.members),
        *(OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget),
        *(OWL.sourceIndividual, OWL.assertionProperty, OWL.targetIndividual, OWL.targetValue),
    }
)
_ANNOTATIONS = frozenset(
    {
        *(RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy),
        *(OWL.versionInfo, OWL.versionIRI, OWL.priorVersion, OWL.deprecated),
        *(OWL.backwardCompatibleWith, OWL.incompatibleWith),
        OWL.differentFrom,  # a fact: the rules for clashes look for it
    }
)
_DECLARATIONS = frozenset(
    {
        *(OWL.Ontology, OWL.Class, OWL.Restriction, OWL.Axiom, OWL.Annotation),
        *(OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty),
        *(OWL.NamedIndividual, OWL.DeprecatedClass, OWL.DeprecatedProperty),
        *(RDFS.Class, RDFS.Datatype, RDF.Property, RDF.List),
    }
)
_REMEDIES: dict[Node, str] = {
    OWL.sameAs: "merge the two IRIs; identity is not inferred",
    OWL.AllDifferent: "write pairwise owl:differentFrom",
    OWL.imports: "redeclare the few terms that are used",
    OWL.disjointUnionOf: "keep it in the module that only the consistency check reads",
}


def refuse_what_has_no_rule(graph: Graph) -> None:
    """Raise OntologyError for the first statement of OWL or RDFS that no rule speaks for."""
    for subject, predicate, obj in sorted(graph, key=str):
        term = obj if predicate == RDF.type else predicate
        if not str(term).startswith((str(OWL), str(RDFS))):
            continue
        named_expression = predicate in _EXPRESSIONS and isinstance(subject, URIRef)
        known = _DECLARATIONS if predicate == RDF.type else _ANNOTATIONS | _EXPRESSIONS
        if (term in _SENTENCES or term in known) and not named_expression:
            continue
        remedy = _REMEDIES.get(term, "write it within OWL 2 RL, or leave it out")
        raise OntologyError(
            f"cannot compile '{phrase(graph, subject)} {phrase(graph, predicate)}"
            f" {phrase(graph, obj)}': no rule for {phrase(graph, term)}; {remedy}"
        )


def describe(graph: Graph, subject: Node, predicate: Node, obj: Node) -> Axiom:
    """Say what an axiom states, which terms it names and whom it is attributed to."""
    stated = obj if predicate == RDF.type else predicate
    sentence = _SENTENCES[stated]
    words = {"s": phrase(graph, subject), "o": phrase(graph, obj)}
    if predicate == OWL.propertyChainAxiom:
        words["o"] = " followed by ".join(f"'{phrase(graph, p)}'" for p in Collection(graph, obj))
    elif predicate == OWL.hasKey:
        words["o"] = " and ".join(phrase(graph, p) for p in Collection(graph, obj))
    elif obj in (OWL.AllDisjointClasses, OWL.AllDisjointProperties):
        group = graph.value(subject, OWL.members)
        parts = Collection(graph, group) if group is not None else ()
        words["members"] = ", ".join(phrase(graph, part) for part in parts)
    elif obj == OWL.NegativePropertyAssertion:
        ends = (OWL.sourceIndividual, OWL.assertionProperty, OWL.targetIndividual, OWL.targetValue)
        found = [end for prop in ends if (end := graph.value(subject, prop)) is not None]
        words["denied"] = " ".join(phrase(graph, end) for end in found)
    return Axiom(
        kind=str(stated).rpartition("#")[2],
        text=sentence.format(**words),
        terms=tuple(dict.fromkeys(_terms(graph, subject, predicate, obj))),
        sources=tuple(sorted(_sources(graph, subject, predicate, obj))),
    )


def _terms(graph: Graph, subject: Node, predicate: Node, obj: Node) -> Iterator[NamedNode]:
    ends = (subject,) if predicate == RDF.type else (subject, obj)
    for end in sorted(ends, key=lambda each: isinstance(each, BNode)):
        if isinstance(end, URIRef):
            if not str(end).startswith((str(OWL), str(RDF), str(RDFS))):
                yield NamedNode(str(end))
        elif isinstance(end, BNode):
            for _, argument in sorted(graph.predicate_objects(end)):
                yield from _terms(graph, argument, RDF.type, argument)


def _sources(graph: Graph, subject: Node, predicate: Node, obj: Node) -> Iterator[str]:
    for note in graph.subjects(OWL.annotatedSource, subject):
        if (note, OWL.annotatedProperty, predicate) in graph and (
            note,
            OWL.annotatedTarget,
            obj,
        ) in graph:
            for source in (DCTERMS.source, RDFS.comment, SKOS.note):
                yield from map(str, graph.objects(note, source))
