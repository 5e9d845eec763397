"""Following: which documents a change between two versions concerns."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from kg.namespaces import COVE, DCTERMS, RDFS, SKOS
from kg.search.documents import RESTS_ON
from kg.search.graph import Graph

__all__ = ["concerned"]

_NAMING = frozenset({str(SKOS.prefLabel), str(RDFS.label)})
_READ = frozenset(map(str, RESTS_ON))
# What a change to a thing concerns: its values of these properties, …
_ONWARD = (COVE.reportedIn, COVE.assertsProposition, COVE.reportedInWork, COVE.processOf)
# … and the things of which it is a value of these.
_BACK = (DCTERMS.creator, COVE.hasStudy, COVE.reportedIn, COVE.reportedInWork)


def concerned(before: Graph, after: Graph, touched: Iterable[ox.Quad]) -> set[str] | None:
    """Return the things whose documents may differ, None where that may be any.

    `touched` are the quads that were added or removed. Which documents there
    are is decided by both versions. A concept that is named otherwise may be spoken of anywhere.
    """
    found: set[str] = set()
    waiting: set[str] = set()
    for quad in touched:
        if quad.predicate.value in _READ and isinstance(quad.subject, ox.NamedNode):
            iri = quad.subject.value
            if quad.predicate.value in _NAMING and _is_renamed(iri, before, after):
                return None
            waiting.add(iri)
    while waiting:
        found |= waiting
        waiting = {
            each for graph in (before, after) for iri in waiting for each in _next(graph, iri)
        } - found
    return found


def _is_renamed(iri: str, before: Graph, after: Graph) -> bool:
    classes = (SKOS.Concept, SKOS.ConceptScheme)
    is_concept = any(graph.is_a(iri, each) for graph in (before, after) for each in classes)
    return is_concept and before.label(iri) != after.label(iri)


def _next(graph: Graph, iri: str) -> Iterable[str]:
    for prop in _ONWARD:
        yield from graph.get(iri, prop)
    for prop in _BACK:
        yield from graph.subjects(prop, iri)
