"""Class and property expressions in words, close to the Manchester syntax of OWL 2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kg.namespaces import OWL, RDF, RDFS, SKOS

__all__ = ["Part", "describe", "members", "phrase"]

_JOINED = ((OWL.intersectionOf, " and "), (OWL.unionOf, " or "))
_TURNED = ((OWL.complementOf, "not "), (OWL.inverseOf, "the inverse of "))
_RESTRICTIONS = {
    OWL.hasValue: "value",
    OWL.someValuesFrom: "some",
    OWL.allValuesFrom: "only",
    OWL.maxCardinality: "at most",
    OWL.maxQualifiedCardinality: "at most",
    OWL.minCardinality: "at least",
    OWL.minQualifiedCardinality: "at least",
    OWL.cardinality: "exactly",
    OWL.qualifiedCardinality: "exactly",
    OWL.hasSelf: "self",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an expression: words, and the IRI that they name where they name one."""

    text: str
    iri: URIRef | None = None


def describe(graph: Graph, expression: Node) -> tuple[Part, ...]:
    """Put a class or property expression, or a chain of properties, in words.

    >>> from kg.namespaces import COVE
    >>> graph, node = Graph(), BNode()
    >>> _ = graph.add((node, OWL.complementOf, COVE.Claim))
    >>> [part.text for part in describe(graph, node)]
    ['not ', 'Claim']
    """
    return tuple(_parts(graph, expression))


def phrase(graph: Graph, expression: Node) -> str:
    """Put a class or property expression in words, as one text."""
    return "".join(part.text for part in _parts(graph, expression))


def members(graph: Graph, head: Node) -> list[Node]:
    """List the members of an RDF list."""
    return list(Collection(graph, head))


def _parts(graph: Graph, expression: Node) -> Iterator[Part]:
    if isinstance(expression, Literal):
        yield Part(f'"{expression}"')
    elif isinstance(expression, URIRef):
        label = graph.value(expression, SKOS.prefLabel) or graph.value(expression, RDFS.label)
        yield Part(str(label or _local_name(expression)), expression)
    elif (expression, RDF.first, None) in graph:
        yield from _between(graph, members(graph, expression), ", then ")
    else:
        yield from _composed(graph, expression)


def _composed(graph: Graph, expression: Node) -> Iterator[Part]:
    for constructor, word in _JOINED:
        if each := graph.value(expression, constructor):
            joined = _between(graph, members(graph, each), word)
            is_union = constructor == OWL.unionOf
            yield from (Part("("), *joined, Part(")")) if is_union else joined
            return
    for constructor, word in _TURNED:
        if (each := graph.value(expression, constructor)) is not None:
            yield Part(word)
            yield from _parts(graph, each)
            return
    prop = graph.value(expression, OWL.onProperty)
    for constructor, word in _RESTRICTIONS.items():
        argument = graph.value(expression, constructor)
        if prop is not None and argument is not None:
            yield from (Part("'"), *_parts(graph, prop), Part(f"' {word} "))
            yield from _parts(graph, argument)
            return
    parts = sorted(f"{_local_name(p)} {o}" for p, o in graph.predicate_objects(expression))
    yield Part(f"an expression with {', '.join(parts)}")


def _between(graph: Graph, nodes: Iterable[Node], word: str) -> Iterator[Part]:
    for number, node in enumerate(nodes):
        if number:
            yield Part(word)
        yield from _parts(graph, node)


def _local_name(term: Node) -> str:
    if isinstance(term, BNode):
        return "an unnamed thing"
    return str(term).rstrip("/").replace("#", "/").rpartition("/")[2]
