"""Mapping: a work of OpenAlex as triples, and as suggestions of what it may be about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rdflib import Literal, URIRef

from kg import codes
from kg.bibliographies.json_records import Element
from kg.bibliographies.openalex import reference_of
from kg.bibliographies.reference import Reference
from kg.namespaces import BIBO, CITO, DCTERMS, FOAF, HARVEST_GRAPHS, OA, OPENALEX, RDF
from kg.suggestions.labels import matches, stems
from kg.triples import Triple

__all__ = ["HarvestedWork"]

_ID = re.compile(r"[WAS][1-9][0-9]{0,14}")
_MOST_SUGGESTED = 5


class HarvestedWork:
    """A work as OpenAlex has it."""

    def __init__(self, element: Element) -> None:
        self._values: Mapping[str, Any] = element.values
        self.reference: Reference = reference_of(element)
        self.id = _id(element.values.get("id"), "W")

    @property
    def graph(self) -> URIRef:
        """The name of the graph that describes the work."""
        return URIRef(f"{HARVEST_GRAPHS}{self.id}")

    @property
    def suggestions_graph(self) -> URIRef:
        """The name of the graph with the concepts that the work may be about."""
        return URIRef(f"{self.graph}/suggestions")

    @property
    def text(self) -> str:
        """Return the words that a search looks at: title, abstract and keywords."""
        found = self.reference
        return "\n".join((found.title, found.abstract, *found.keywords))

    def triples(self) -> Iterator[Triple]:
        """Describe work, authors, venue and citations; abstracts belong to their publishers."""
        work, found = OPENALEX[self.id], self.reference
        yield work, RDF.type, BIBO.Document
        if found.title:
            yield work, DCTERMS.title, Literal(found.title)
        if found.doi:
            yield work, BIBO.doi, Literal(found.doi)
        if found.year:
            yield work, DCTERMS.issued, Literal(str(found.year))
        if found.language:
            yield work, DCTERMS.language, Literal(found.language)
        yield from self._authors(work)
        yield from self._venue(work)
        for cited in _list(self._values.get("referenced_works")):
            if identifier := _id(cited, "W"):
                yield work, CITO.cites, OPENALEX[identifier]

    def suggestions(self) -> Iterator[Triple]:
        """Annotate the work with concepts that it names, those with the longest names first."""
        found = matches(stems(self.text), lambda _: 1.0)
        named = sorted((code for code in found if found[code].whole), key=_by(found))
        for code in named[:_MOST_SUGGESTED]:
            note = URIRef(f"{self.suggestions_graph}/{code}")
            yield note, RDF.type, OA.Annotation
            yield note, OA.hasTarget, OPENALEX[self.id]
            yield note, OA.hasBody, codes.resolve(codes.CONCEPT, code)
            yield note, OA.motivatedBy, OA.tagging

    def _authors(self, work: URIRef) -> Iterator[Triple]:
        for authorship in _list(self._values.get("authorships")):
            author = _mapping(_mapping(authorship).get("author"))
            name = author.get("display_name")
            identifier = _id(author.get("id"), "A")
            if identifier and isinstance(name, str):
                agent = OPENALEX[identifier]
                yield work, DCTERMS.creator, agent
                yield agent, RDF.type, FOAF.Agent
                yield agent, FOAF.name, Literal(name)

    def _venue(self, work: URIRef) -> Iterator[Triple]:
        venue = _mapping(_mapping(self._values.get("primary_location")).get("source"))
        identifier = _id(venue.get("id"), "S")
        if identifier:
            yield work, DCTERMS.isPartOf, OPENALEX[identifier]
            if self.reference.container_title:
                yield OPENALEX[identifier], DCTERMS.title, Literal(self.reference.container_title)


def _by(found: Mapping[str, Any]) -> Any:  # a key of `sorted`
    return lambda code: (-found[code].whole, code)


def _id(value: object, kind: str) -> str:
    """Return the identifier at the end of an IRI of OpenAlex, or nothing.

    >>> _id("https://openalex.org/W2741809807", "W"), _id("javascript:W1", "A")
    ('W2741809807', '')
    """
    name = str(value or "").rpartition("/")[2]
    return name if name.startswith(kind) and _ID.fullmatch(name) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
