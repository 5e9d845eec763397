"""The whole vocabulary for its page: classes as a tree, properties in a list, and their picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup
from rdflib import URIRef

from kg.ontology import KINDS, Term, terms
from server.pictures.model import Link, draw_model
from server.reading import Version

__all__ = ["Branch", "Vocabulary", "vocabulary"]

_PROPERTIES = tuple(kind for kind in KINDS.values() if kind != "class")


@dataclass(frozen=True, slots=True)
class Branch:
    """A class with those below it; one that is under several is told in full only once."""

    name: str
    address: str
    term: Term
    is_first: bool
    children: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the page of the ontology shows."""

    picture: Markup
    links: tuple[Link, ...]
    classes: tuple[Branch, ...]
    count: int
    properties: Mapping[str, tuple[Branch, ...]]


def vocabulary(version: Version) -> Vocabulary:
    """Arrange the terms of the ontology as a version has it."""
    known = {term.iri: term for term in terms(version.ontology)}
    classes = [term for term in known.values() if term.kind == "class"]
    links = tuple(_links(version, known))
    return Vocabulary(
        picture=Markup(draw_model(links)),  # noqa: S704  # it is made of escaped text
        links=links,
        classes=_tree(version, known, [t for t in classes if not known.keys() & set(t.broader)]),
        count=len(classes),
        properties={
            kind: tuple(
                _branch(version, term) for term in _sorted(known.values()) if term.kind == kind
            )
            for kind in _PROPERTIES
        },
    )


def _links(version: Version, known: Mapping[URIRef, Term]) -> Iterable[Link]:
    """Yield the properties that lead from one class to another."""
    for term in _sorted(known.values()):
        if term.kind != "object property":
            continue
        for domain in term.domains:
            for range_ in term.ranges:
                yield Link(*(version.thing(str(iri)) for iri in (domain, term.iri, range_)))


def _tree(
    version: Version, known: Mapping[URIRef, Term], roots: Iterable[Term]
) -> tuple[Branch, ...]:
    seen: set[URIRef] = set()

    def grow(term: Term) -> Branch:
        is_first = term.iri not in seen
        seen.add(term.iri)
        below = (known[iri] for iri in term.narrower if iri in known) if is_first else ()
        return _branch(version, term, is_first=is_first, children=tuple(map(grow, _sorted(below))))

    return tuple(map(grow, _sorted(roots)))


def _branch(
    version: Version, term: Term, *, is_first: bool = True, children: tuple[Branch, ...] = ()
) -> Branch:
    address = version.addresses.of(term.iri) or ""
    return Branch(term.label, address, term, is_first, children)


def _sorted(found: Iterable[Term]) -> list[Term]:
    return sorted(found, key=lambda term: (term.label.casefold(), term.iri))
