"""The catalogue: every question of the library as RDF, so that queries can be queried."""

from __future__ import annotations

import json
import re

from rdflib import Graph, Literal, URIRef

from kg.namespaces import BASE, DCTERMS, PREFIXES, QUESTIONS_GRAPH, RDF, RDFS, SCHEMA, SH, SPL, XSD
from kg.questions.header import Parameter
from kg.questions.library import Question, questions

__all__ = ["catalogue", "question_iri", "runnable"]

_PREFIX = re.compile(r"^PREFIX (?P<prefix>\S*): <(?P<namespace>\S+)>$", re.MULTILINE)


def question_iri(name: str) -> URIRef:
    """Return the IRI of a question of the library.

    >>> question_iri("works-stating")
    rdflib.term.URIRef('https://w3id.org/cove/question/works-stating')
    """
    return URIRef(f"{BASE}question/{name}")


def catalogue() -> Graph:
    """Describe the library in the words of SHACL, as the query editors of SIB and others read it.

    `sh:select` holds the query with its parameters at their defaults, so that it runs as it is;
    a parameter without a default stays the variable that it is.
    """
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    declared: dict[str, str] = {}
    for one in questions().values():
        _describe(graph, one)
        declared |= dict(_PREFIX.findall(one.query))
    for prefix, namespace in sorted(declared.items()):
        declaration = URIRef(f"{QUESTIONS_GRAPH}/prefix/{prefix}")
        graph.add((QUESTIONS_GRAPH, SH.declare, declaration))
        graph.add((declaration, RDF.type, SH.PrefixDeclaration))
        graph.add((declaration, SH.prefix, Literal(prefix)))
        graph.add((declaration, SH.namespace, Literal(namespace, datatype=XSD.anyURI)))
    return graph


def _describe(graph: Graph, one: Question) -> None:
    node, header = question_iri(one.name), one.header
    graph.add((node, RDF.type, SH.SPARQLExecutable))
    graph.add((node, RDF.type, SH.SPARQLSelectExecutable))
    graph.add((node, RDFS.label, Literal(header.summary, lang="en")))
    graph.add((node, RDFS.comment, Literal(header.summary, lang="en")))
    graph.add((node, DCTERMS.description, Literal(header.description, lang="en")))
    graph.add((node, RDFS.isDefinedBy, QUESTIONS_GRAPH))
    graph.add((node, SH.prefixes, QUESTIONS_GRAPH))
    graph.add((node, SH.message, Literal(header.caution, lang="en")))
    graph.add((node, SH.select, Literal(runnable(one))))
    graph.add((node, SCHEMA.target, URIRef(f"{BASE}sparql")))
    graph.add((node, DCTERMS.identifier, Literal(one.name)))
    if header.question:
        graph.add((node, SCHEMA.position, Literal(header.question)))
    for tag in header.tags:
        graph.add((node, SCHEMA.keywords, Literal(tag)))
    for place, (name, parameter) in enumerate(header.parameters.items()):
        _parameter(graph, node, name, parameter, place)


def _parameter(graph: Graph, question: URIRef, name: str, about: Parameter, place: int) -> None:
    node = URIRef(f"{question}/parameter/{name}")
    graph.add((question, SH.parameter, node))
    graph.add((node, RDF.type, SH.Parameter))
    graph.add((node, SH.path, URIRef(f"{QUESTIONS_GRAPH}#{name}")))
    graph.add((node, SPL.predicate, URIRef(f"{QUESTIONS_GRAPH}#{name}")))
    graph.add((node, SH.name, Literal(about.label, lang="en")))
    graph.add((node, SH.order, Literal(place)))
    graph.add((node, SH.optional, Literal(not about.is_required)))
    graph.add((node, SH.description, Literal(_said(about), lang="en")))
    if about.default is not None:
        graph.add((node, SH.defaultValue, Literal(about.default)))
    if about.type == "integer":
        graph.add((node, SH.datatype, XSD.integer))
        for bound, value in (
            (SH.minInclusive, about.minimum),
            (SH.maxInclusive, about.maximum),
        ):
            if value is not None:
                graph.add((node, bound, Literal(value)))
    elif about.type == "text":
        graph.add((node, SH.datatype, XSD.string))
    else:
        graph.add((node, SH.nodeKind, SH.IRI))


def _said(about: Parameter) -> str:
    if about.choices:
        return f"{about.type}: one of {json.dumps(sorted(about.choices))}"
    return about.type


def runnable(one: Question) -> str:
    """Write the query of a question with its defaults; what has none stays a variable."""
    if any(parameter.is_required for parameter in one.header.parameters.values()):
        return one.query
    return one.bound(one.terms({}))
