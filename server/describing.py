"""Describe a thing: what is said about it, and what points to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urlencode

import pyoxigraph as ox

from kg.entailment.placing import is_inferred
from kg.namespaces import RDF, SCHEMES_INFERRED_GRAPH
from server.reading import Value, Version

__all__ = ["LINKS", "Description", "Property", "describe"]

_SCHEMES_INFERRED = ox.NamedNode(str(SCHEMES_INFERRED_GRAPH))

LINKS = 200
"""How many statements that point to a thing are on one page."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property and its values, or those that have the thing for a value."""

    name: Value
    things: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """What is said about a thing, and one page of what points to it."""

    thing: Value
    types: tuple[str, ...]
    said: tuple[Property, ...]
    links: tuple[Property, ...]
    has_more: bool
    page: int

    def __getitem__(self, local: str) -> tuple[Value, ...]:
        """Return the values of the property whose IRI ends so, asserted ones first."""
        for prop in self.said:
            if prop.name.iri and prop.name.iri.replace("#", "/").endswith(f"/{local}"):
                return prop.things
        return ()

    @property
    def names(self) -> frozenset[str]:
        """Name the properties by the last part of their IRIs."""
        iris = ((prop.name.iri or "").replace("#", "/") for prop in self.said)
        return frozenset(iri.rpartition("/")[2] for iri in iris)

    def first(self, local: str) -> Value | None:
        """Return the first value of a property."""
        return self[local][0] if self[local] else None


def describe(version: Version, iri: str, *, page: int = 1) -> Description | None:
    """Describe a thing, or return None where the version says nothing about it."""
    node = ox.NamedNode(iri)
    said = list(version.snapshot.quads_for_pattern(node, None, None))
    start = (page - 1) * LINKS
    pointing = version.snapshot.quads_for_pattern(None, None, node)
    links = list(islice(pointing, start, start + LINKS + 1))
    if not said and not links:
        return None
    return Description(
        thing=version.thing(iri),
        types=tuple(sorted(_types(said))),
        said=tuple(_grouped(version, said, is_outward=True)),
        links=tuple(_grouped(version, links[:LINKS], is_outward=False)),
        has_more=len(links) > LINKS,
        page=page,
    )


def _types(said: Iterable[ox.Quad]) -> set[str]:
    found = (quad.object for quad in said if quad.predicate.value == str(RDF.type))
    return {type_.value for type_ in found if isinstance(type_, ox.NamedNode)}


def _grouped(version: Version, quads: Iterable[ox.Quad], *, is_outward: bool) -> Iterator[Property]:
    """Group statements by property; one that is asserted and inferred is asserted."""
    groups: dict[ox.NamedNode, dict[ox.Triple, bool]] = defaultdict(dict)
    for quad in quads:
        inferred = is_inferred(quad.graph_name) or quad.graph_name == _SCHEMES_INFERRED
        known = groups[quad.predicate].get(quad.triple, True)
        groups[quad.predicate][quad.triple] = known and inferred
    named = [(version.thing(predicate.value), group) for predicate, group in groups.items()]
    for name, group in sorted(named, key=lambda pair: (pair[0].text.casefold(), pair[0].iri)):
        shown = [
            _shown(version, triple, inferred, is_outward) for triple, inferred in group.items()
        ]
        yield Property(name, tuple(sorted(shown, key=_order)))


def _order(value: Value) -> tuple[bool, str, str]:
    return value.is_inferred, value.text.casefold(), value.iri or ""


def _shown(version: Version, triple: ox.Triple, inferred: bool, is_outward: bool) -> Value:
    term = triple.object if is_outward else triple.subject
    if isinstance(term, ox.Literal):
        return Value(term.value, language=term.language, is_inferred=inferred)
    if not isinstance(term, ox.NamedNode):
        return Value(str(term), is_inferred=inferred)
    value = version.thing(term.value)
    why = _why(version, triple) if inferred else None
    return replace(value, is_inferred=inferred, why=why)


def _why(version: Version, triple: ox.Triple) -> str | None:
    if not isinstance(triple.subject, ox.NamedNode) or not isinstance(triple.object, ox.NamedNode):
        return None
    terms = {
        "subject": triple.subject.value,
        "predicate": triple.predicate.value,
        "object": triple.object.value,
    }
    return f"{version.addresses.start}/why?{urlencode(terms)}"
