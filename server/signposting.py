"""Signposts: links that lead a machine from a thing's page to its parts, authors and kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

import msgspec
import pyoxigraph as ox
from rdflib import URIRef

from kg.entailment.placing import is_inferred
from kg.namespaces import COVE, FOAF, RDF, SCHEMA, SKOS
from server.linking import FORMATS, Link
from server.pages import reading
from server.reading import Version

__all__ = ["LINKSET", "WORK_TYPES", "linkset_address", "signposts"]

LINKSET = "application/linkset+json"
"""The media type of the document that has all links of a thing (RFC 9264 §4.2)."""

WORK_TYPES: Mapping[str, URIRef] = MappingProxyType(
    {
        "article-journal": SCHEMA.ScholarlyArticle,
        "book": SCHEMA.Book,
        "chapter": SCHEMA.Chapter,
        "paper-conference": SCHEMA.ScholarlyArticle,
        "report": SCHEMA.Report,
        "thesis": SCHEMA.Thesis,
    }
)
"""What schema.org calls the types of works."""

_TYPES: Mapping[str, URIRef] = MappingProxyType(
    {
        str(COVE.Work): SCHEMA.ScholarlyArticle,
        str(COVE.Claim): SCHEMA.Claim,
        str(COVE.Record): SCHEMA.Dataset,
        str(SKOS.Concept): SCHEMA.DefinedTerm,
        str(SKOS.ConceptScheme): SCHEMA.DefinedTermSet,
        str(FOAF.Agent): SCHEMA.Person,
    }
)
_TYPE = ox.NamedNode(str(RDF.type))


def signposts(version: Version, iri: str) -> tuple[Link, ...]:
    """Return the links of a thing beyond its formats, found once for each version."""
    key = (version.number, version.addresses, iri, "signposts")
    body = reading().pages.get(key)
    if body is None:
        found = tuple(_found(version, iri))
        reading().pages.put(key, msgspec.json.encode(found))
        return found
    return msgspec.json.decode(body, type=tuple[Link, ...])


def linkset_address(version: Version, address: str) -> str:
    """Return where all links of the thing at an address are.

    >>> from server.addresses import Addresses
    >>> from unittest.mock import Mock
    >>> linkset_address(Mock(addresses=Addresses("https://w3id.org/cove/", 3)), "/version/3/work/x")
    '/version/3/linkset/work/x'
    """
    start = version.addresses.start
    return f"{start}/linkset{address.removeprefix(start)}"


def _found(version: Version, iri: str) -> Iterator[Link]:
    yield Link(linkset_address(version, version.addresses.of(iri) or ""), "linkset", LINKSET)
    yield Link(str(SCHEMA.AboutPage), "type")
    yield from (Link(found, "type") for found in sorted(set(_kinds(version, iri))))
    roles = _named(quad.object for quad in version.objects(iri, COVE.hasAuthorship))
    authors = _named(q.object for each in roles for q in version.objects(each, COVE.hasAuthor))
    yield from (Link(author, "author") for author in sorted(authors))
    yield Link(_collection(version, iri), "collection", FORMATS["html"])
    yield from (
        Link(address, "item", FORMATS["html"])
        for member in _members(version, iri)
        if (address := version.addresses.of(member))
    )


def _kinds(version: Version, iri: str) -> Iterator[str]:
    for quad in version.objects(iri, COVE.workType):
        code = getattr(quad.object, "value", "").rpartition("/")[2]
        if code in WORK_TYPES:
            yield str(WORK_TYPES[code])
            return
    for quad in version.objects(iri, _TYPE):
        if found := _TYPES.get(getattr(quad.object, "value", "")):
            yield str(found)


def _collection(version: Version, iri: str) -> str:
    """Return where a thing belongs: the graph that describes it, else the dataset."""
    named = version.snapshot.quads_for_pattern(ox.NamedNode(iri), None, None)
    graphs = {
        quad.graph_name.value
        for quad in named
        if isinstance(quad.graph_name, ox.NamedNode) and not is_inferred(quad.graph_name)
    } - {iri}
    base = version.addresses.base
    if len(graphs) == 1 and (graph := graphs.pop()).startswith(base):
        return version.addresses.of(graph) or "/dataset"
    return "/dataset"


def _members(version: Version, iri: str) -> list[str]:
    """Return the things that the graph of this name describes."""
    quads = version.snapshot.quads_for_pattern(None, _TYPE, None, ox.NamedNode(iri))
    found = _named(quad.subject for quad in quads) - {iri}
    return sorted(each for each in found if each.startswith(version.addresses.base))


def _named(terms: Iterable[object]) -> set[str]:
    return {term.value for term in terms if isinstance(term, ox.NamedNode)}
