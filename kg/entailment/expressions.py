"""Class and property expressions of OWL 2 RL as the triple patterns that they stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from pyoxigraph import Literal, NamedNode, Variable
from rdflib import Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.term import Node

from kg.entailment.rules import RDF_TYPE, Atom
from kg.errors import OntologyError
from kg.namespaces import OWL, RDF, RDFS, XSD
from kg.ontology.expressions import members, phrase

__all__ = ["Body", "Draft", "bodies", "constant", "drafts", "edge", "unequal"]

Body = tuple[Atom, ...]

_DIFFERENT_FROM = NamedNode(str(OWL.differentFrom))
_NO_LOGIC = (OWL.Thing, RDFS.Resource)


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule that does not know its axiom yet; no head means a clash."""

    body: Body
    head: Atom | None
    different: tuple[Variable, Variable] | None = None


def bodies(graph: Graph, expression: Node, x: Variable, fresh: Iterator[Variable]) -> list[Body]:
    """Say when `x` is in the class: any one of the bodies that are returned."""
    if expression in _NO_LOGIC or expression == OWL.Nothing:
        return [()] if expression in _NO_LOGIC else []
    if isinstance(expression, URIRef) and not _is_datatype(graph, expression):
        return [(Atom(x, RDF_TYPE, constant(expression)),)]
    if each := graph.value(expression, OWL.intersectionOf):
        parts = [bodies(graph, part, x, fresh) for part in members(graph, each)]
        return [tuple(atom for body in choice for atom in body) for choice in product(*parts)]
    if each := graph.value(expression, OWL.unionOf):
        return [body for part in members(graph, each) for body in bodies(graph, part, x, fresh)]
    prop = graph.value(expression, OWL.onProperty)
    value = graph.value(expression, OWL.hasValue)
    if prop is not None and value is not None:
        return [(edge(graph, prop, x, constant(value)),)]
    filler = graph.value(expression, OWL.someValuesFrom)
    if prop is not None and filler is not None and not _is_datatype(graph, filler):
        y = next(fresh)
        link = edge(graph, prop, x, y)
        return [(link, *body) for body in bodies(graph, filler, y, fresh)]
    raise OntologyError(f"'{phrase(graph, expression)}' cannot be the condition of a rule")


def drafts(graph: Graph, expression: Node, x: Variable, fresh: Iterator[Variable]) -> list[Draft]:
    """Say what follows from `x` being in the class: every draft that is returned."""
    if expression in _NO_LOGIC or _is_datatype(graph, expression):
        return []  # nothing follows about a named thing; literals are the shapes' business
    if expression == OWL.Nothing:
        return [Draft((), None)]
    if isinstance(expression, URIRef):
        return [Draft((), Atom(x, RDF_TYPE, constant(expression)))]
    if each := graph.value(expression, OWL.intersectionOf):
        return [draft for part in members(graph, each) for draft in drafts(graph, part, x, fresh)]
    if (each := graph.value(expression, OWL.complementOf)) is not None:
        return [Draft(body, None) for body in bodies(graph, each, x, fresh)]
    prop = graph.value(expression, OWL.onProperty)
    for constructor, restriction in _RESTRICTIONS.items():
        argument = graph.value(expression, constructor)
        if prop is not None and argument is not None:
            return restriction(graph, expression, prop, argument, x, fresh)
    raise OntologyError(f"'{phrase(graph, expression)}' cannot be the conclusion of a rule")


def edge(
    graph: Graph,
    prop: Node,
    subject: NamedNode | Variable,
    obj: NamedNode | Literal | Variable,
) -> Atom:
    """Link two ends by a property, or the other way round by the inverse of one."""
    if isinstance(prop, URIRef):
        return Atom(subject, NamedNode(str(prop)), obj)
    inverse = graph.value(prop, OWL.inverseOf)
    if inverse is None or isinstance(obj, Literal):
        raise OntologyError(f"'{phrase(graph, prop)}' is not a property that a rule can follow")
    return edge(graph, inverse, obj, subject)


def unequal(body: Body, y: Variable, z: Variable, *, literals: bool) -> list[Draft]:
    """Make a clash of two values that are one thing by the body and two by what is known.

    That two names without `owl:differentFrom` are then one thing is not inferred: published data
    has no `owl:sameAs`, and a value coded twice is the shapes' business.
    """
    known = Draft((*body, Atom(y, _DIFFERENT_FROM, z)), None)
    return [known, Draft(body, None, (y, z))] if literals else [known]


def constant(term: Node) -> NamedNode | Literal:
    """Take a constant of the ontology into a rule."""
    if isinstance(term, URIRef):
        return NamedNode(str(term))
    if isinstance(term, RdfLiteral) and term.language:
        return Literal(str(term), language=term.language)
    if isinstance(term, RdfLiteral):
        return Literal(str(term), datatype=NamedNode(str(term.datatype or XSD.string)))
    raise OntologyError(f"'{term}' has no IRI, so that no rule can name it; give it one")


_Restriction = Callable[
    [Graph, Node, Node, Node, Variable, Iterator[Variable]], list[Draft]
]  # graph, expression, property, argument, x, fresh


def _has_value(
    graph: Graph, _: Node, prop: Node, value: Node, x: Variable, __: Iterator[Variable]
) -> list[Draft]:
    return [Draft((), edge(graph, prop, x, constant(value)))]


def _all_values(
    graph: Graph, _: Node, prop: Node, filler: Node, x: Variable, fresh: Iterator[Variable]
) -> list[Draft]:
    y = next(fresh)
    link = edge(graph, prop, x, y)
    return [
        Draft((link, *draft.body), draft.head, draft.different)
        for draft in drafts(graph, filler, y, fresh)
    ]


def _at_most(
    graph: Graph, whole: Node, prop: Node, number: Node, x: Variable, fresh: Iterator[Variable]
) -> list[Draft]:
    filler = graph.value(whole, OWL.onClass) or OWL.Thing
    limit = int(str(number))
    if limit > 1 or graph.value(whole, OWL.onDataRange) is not None:
        raise OntologyError(f"'{phrase(graph, whole)}' counts beyond what a rule can")
    values = [next(fresh) for _ in range(limit + 1)]
    choices = [
        [(edge(graph, prop, x, value), *body) for body in bodies(graph, filler, value, fresh)]
        for value in values
    ]
    found = [tuple(a for part in choice for a in part) for choice in product(*choices)]
    if limit == 0:
        return [Draft(body, None) for body in found]
    literals = filler == OWL.Thing
    return [draft for body in found for draft in unequal(body, *values, literals=literals)]


_RESTRICTIONS: dict[URIRef, _Restriction] = {
    OWL.hasValue: _has_value,
    OWL.allValuesFrom: _all_values,
    OWL.maxCardinality: _at_most,
    OWL.maxQualifiedCardinality: _at_most,
}


def _is_datatype(graph: Graph, term: Node) -> bool:
    return (
        term in (RDFS.Literal, RDF.langString, RDF.PlainLiteral)
        or (isinstance(term, URIRef) and term in XSD)
        or (term, RDF.type, RDFS.Datatype) in graph
    )
