"""Load the ontology: its modules, vocabularies, shapes and alignments as graphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kg import mappings as _mappings
from kg.errors import OntologyError
from kg.namespaces import (
    BASE,
    COVE,
    MAPPINGS_GRAPH,
    ONTOLOGY_GRAPH,
    OWL,
    PREFIXES,
    RDF,
    RDFS,
    SHAPES_GRAPH,
)
from kg.ontology.terms import KINDS

__all__ = ["alignments", "core", "dl", "mappings", "named_graphs", "shapes", "vocabularies"]

_CONSISTENCY_MODULE = "dl.ttl"
_DEFINITIONS = "definitions.ttl"
_SCHEME_IRI = BASE + "scheme/"
_NOT_DATA = frozenset({"ontology-style.ttl"})  # a shape about the ontology, not about evidence


@cache
def core() -> Graph:
    """Load what is reasoned with: all modules within OWL 2 RL, and the canonical definitions.

    The graphs of this module are shared by all callers: copy one before changing it.
    """
    modules = (f for f in _turtle("modules") if f.name != _CONSISTENCY_MODULE)
    graph = _graph([*modules, files("ontology") / "vocabularies" / _DEFINITIONS])
    return _released(graph, ONTOLOGY_GRAPH)


@cache
def dl() -> Graph:
    """Load the axioms beyond OWL 2 RL, which only checks of consistency use."""
    graph = _graph([files("ontology") / "modules" / _CONSISTENCY_MODULE])
    return _released(graph, URIRef(f"{ONTOLOGY_GRAPH}/dl"))


@cache
def alignments() -> Graph:
    """Load how the terms relate to those of other vocabularies."""
    return _graph(_turtle("alignments"))


@cache
def vocabularies() -> Graph:
    """Load all concept schemes in one graph."""
    merged = _empty()
    for _, graph in _schemes():
        merged += graph
    return merged


@cache
def shapes() -> Graph:
    """Load the shapes that evidence must conform to."""
    return _graph(f for f in _turtle("shapes") if f.name not in _NOT_DATA)


@cache
def mappings() -> Graph:
    """Load the mappings between concepts of different theories and vocabularies."""
    graph = _empty()
    for file in sorted(_files("alignments", ".sssom.tsv"), key=lambda f: f.name):
        graph += _mappings.read(file.read_text(encoding="utf-8"), name=file.name)
    return graph


def named_graphs() -> Iterator[tuple[URIRef, Graph]]:
    """List the named graphs that every version holds beside its evidence."""
    yield ONTOLOGY_GRAPH, core() + alignments()
    yield from _schemes()
    yield SHAPES_GRAPH, shapes()
    yield MAPPINGS_GRAPH, mappings()


@cache
def _schemes() -> tuple[tuple[URIRef, Graph], ...]:
    return tuple(
        (URIRef(_SCHEME_IRI + file.name.removesuffix(".ttl")), _graph([file]))
        for file in _turtle("vocabularies")
        if file.name != _DEFINITIONS
    )


def _released(graph: Graph, ontology: URIRef) -> Graph:
    """Add what a release adds to the source: its version, and where each term is defined."""
    release = version("cove-kg")
    graph.add((ontology, OWL.versionIRI, URIRef(f"{ontology}/{release}")))
    graph.add((ontology, OWL.versionInfo, Literal(release)))
    described = {
        subject
        for kind in KINDS
        for subject in graph.subjects(RDF.type, kind)
        if isinstance(subject, URIRef) and subject.startswith(COVE._NS)
    }
    for term in described:
        graph.add((term, RDFS.isDefinedBy, ontology))
    return graph


def _turtle(folder: str) -> list[Traversable]:
    found = sorted(_files(folder, ".ttl"), key=lambda file: file.name)
    if not found:
        raise OntologyError(f"no Turtle in ontology/{folder}: install the distribution whole")
    return found


def _files(folder: str, suffix: str) -> Iterator[Traversable]:
    return (f for f in (files("ontology") / folder).iterdir() if f.name.endswith(suffix))


def _graph(sources: Iterable[Traversable]) -> Graph:
    graph = _empty()
    for source in sources:
        for triple in _triples(source):
            graph.add((_node(triple.subject), _node(triple.predicate), _node(triple.object)))
    return graph


def _empty() -> Graph:
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph


def _triples(source: Traversable) -> Iterator[ox.Quad]:
    # pyoxigraph reads Turtle some twenty times faster than rdflib
    try:
        yield from ox.parse(
            source.read_bytes(), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True
        )
    except SyntaxError as error:
        raise OntologyError(f"cannot read {source.name}: {error}; mend the Turtle") from error


def _node(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    match term:
        case ox.NamedNode():
            return URIRef(term.value)
        case ox.BlankNode():
            return BNode(term.value)
        case ox.Literal():
            if term.language:
                return Literal(term.value, lang=term.language)
            return _literal(term)
    raise OntologyError(f"{term} is a quoted triple: the ontology is plain RDF 1.1")


def _literal(term: ox.Literal) -> Literal:
    # rdflib and SPARQL take a plain literal and an xsd:string for two terms
    datatype = term.datatype.value
    if datatype.endswith("#string"):
        return Literal(term.value)
    return Literal(term.value, datatype=URIRef(datatype))
