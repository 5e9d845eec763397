"""RDF terms, triples and quads carried between rdflib and the Oxigraph engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TypeAlias

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kg.errors import StoreError
from kg.namespaces import XSD

__all__ = [
    "EngineTerm",
    "QuadLike",
    "Term",
    "TripleLike",
    "engine_graph_name",
    "engine_quad",
    "engine_quads",
    "engine_term",
    "engine_triple",
    "graph_of",
    "rdflib_term",
]

Term: TypeAlias = URIRef | BNode | Literal
_SUBJECTS = (ox.NamedNode, ox.BlankNode)
EngineTerm: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

TripleLike: TypeAlias = "ox.Triple | ox.Quad | tuple[Node, Node, Node]"
"""A triple of either library; of an engine's quad the graph name is left out."""

QuadLike: TypeAlias = "ox.Quad | tuple[Node, Node, Node, URIRef]"
"""A quad of either library, in a named graph."""


def engine_term(term: Node) -> EngineTerm:
    """Convert a term of rdflib for the engine.

    >>> engine_term(Literal("01", datatype=XSD.integer, normalize=False)).value
    '01'
    """
    try:
        match term:
            case URIRef():
                return _named_node(str(term))
            case BNode():
                return ox.BlankNode(str(term))
            case Literal() if term.language:
                return ox.Literal(str(term), language=term.language)
            case Literal() if term.datatype is not None:
                return ox.Literal(str(term), datatype=_named_node(str(term.datatype)))
            case Literal():
                return ox.Literal(str(term))
    except ValueError as error:
        raise StoreError(f"cannot store the term {term!r}: {error}; correct it") from error
    raise StoreError(
        f"cannot store {term!r}: it is no IRI, blank node or literal; give a term of rdflib"
    )


@lru_cache(maxsize=20_000)
def _named_node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def rdflib_term(term: EngineTerm) -> Term:
    """Convert a term of the engine for rdflib, its lexical form untouched.

    A string literal comes back plain, as rdflib's own parsers make it (RDF 1.1 §3.3:
    a plain literal is one with the datatype xsd:string).
    """
    match term:
        case ox.NamedNode():
            return URIRef(term.value)
        case ox.BlankNode():
            return BNode(term.value)
        case ox.Literal() if term.direction is None:
            if term.language:
                return Literal(term.value, lang=term.language)
            datatype = URIRef(term.datatype.value)
            if datatype == XSD.string:
                return Literal(term.value)
            return Literal(term.value, datatype=datatype, normalize=False)
    raise StoreError(
        f"cannot read {term}: rdflib has no triple terms and no base directions (RDF 1.2); "
        "ask for the parts apart, or for the answer as bytes"
    )


def engine_graph_name(name: URIRef) -> ox.NamedNode:
    """Convert the name of a graph for the engine."""
    term = engine_term(name)
    if not isinstance(term, ox.NamedNode):
        raise StoreError(f"cannot name a graph {name!r}; give it an IRI")
    return term


def engine_triple(triple: TripleLike) -> ox.Triple:
    """Convert a triple for the engine."""
    if isinstance(triple, ox.Triple):
        return triple
    if isinstance(triple, ox.Quad):
        return triple.triple
    subject, predicate, value = map(engine_term, triple)
    if not isinstance(subject, _SUBJECTS) or not isinstance(predicate, ox.NamedNode):
        raise StoreError(
            f"cannot store the triple {triple!r}: the subject must be an IRI or a blank node "
            "and the predicate an IRI"
        )
    return ox.Triple(subject, predicate, value)


def engine_quad(triple: TripleLike, graph: ox.NamedNode) -> ox.Quad:
    """Put a triple into a graph of the engine."""
    found = engine_triple(triple)
    return ox.Quad(found.subject, found.predicate, found.object, graph)


def engine_quads(quads: Iterable[QuadLike]) -> Iterator[ox.Quad]:
    """Convert quads for the engine; each must be in a named graph."""
    for quad in quads:
        if not isinstance(quad, ox.Quad):
            yield engine_quad(quad[:3], engine_graph_name(quad[3]))
        elif isinstance(quad.graph_name, ox.NamedNode):
            yield quad
        else:
            raise StoreError(f"cannot store {quad}: it is in no named graph; name one")


def graph_of(triples: Iterable[ox.Triple | ox.Quad]) -> Graph:
    """Collect triples of the engine in a graph of rdflib."""
    graph = Graph()
    for triple in triples:
        graph.add(
            (
                rdflib_term(triple.subject),
                rdflib_term(triple.predicate),
                rdflib_term(triple.object),
            )
        )
    return graph
