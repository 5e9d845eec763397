"""What the documentation says of one class or property of the ontology."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from rdflib import URIRef

from kg.namespaces import RDFS
from kg.ontology import Part, Term, term
from kg.questions.binding import bind, without_header
from server.library import page_query
from server.reading import Value, Version

__all__ = ["Documentation", "document"]

Axiom = tuple[Value, ...]  # the pieces of an axiom in their order; some lead to a term


@dataclass(frozen=True, slots=True)
class Documentation:
    """A term with links in place of the IRIs that its documentation names."""

    term: Term
    broader: tuple[Value, ...]
    narrower: tuple[Value, ...]
    defined_as: tuple[Axiom, ...]
    implies: tuple[Axiom, ...]
    domains: tuple[Value, ...]
    ranges: tuple[Value, ...]
    inverse: Value | None
    disjoint: tuple[Value, ...]
    successor: Value | None
    properties: tuple[Value, ...]
    values: tuple[Value, ...]
    members: str

    @property
    def short(self) -> str:
        """The name of the term after the last separator of its IRI."""
        return self.term.iri.rpartition("#")[2]


def document(version: Version, iri: str) -> Documentation | None:
    """Document a term as a version has it; None where it is a term of another vocabulary."""
    graph = version.ontology
    found = term(graph, URIRef(iri))
    if found is None:
        return None
    return Documentation(
        term=found,
        broader=_links(version, found.broader),
        narrower=_links(version, found.narrower),
        defined_as=tuple(_axiom(version, parts) for parts in found.defined_as),
        implies=tuple(_axiom(version, parts) for parts in found.implies),
        domains=_links(version, found.domains),
        ranges=_links(version, found.ranges),
        inverse=version.thing(str(found.inverse)) if found.inverse else None,
        disjoint=_links(version, found.disjoint),
        successor=version.thing(str(found.successor)) if found.successor else None,
        properties=_links(version, graph.subjects(RDFS.domain, found.iri)),
        values=_links(version, graph.subjects(RDFS.range, found.iri)),
        members=_members(version, found.iri),
    )


def _links(version: Version, iris: Iterable[object]) -> tuple[Value, ...]:
    found = (version.thing(str(iri)) for iri in iris if isinstance(iri, URIRef))
    return tuple(sorted(found, key=lambda value: (value.text.casefold(), value.iri or "")))


def _axiom(version: Version, parts: Iterable[Part]) -> Axiom:
    return tuple(
        Value(part.text, str(part.iri), version.addresses.of(part.iri))
        if part.iri
        else Value(part.text)
        for part in parts
    )


def _members(version: Version, iri: URIRef) -> str:
    """Return the address of the query for everything that a count of members counted."""
    query = bind(without_header(page_query("term_things")), {"node": iri})
    return f"{version.addresses.start}/sparql?{urlencode({'query': query})}"
