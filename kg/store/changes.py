"""What really changed between a base and a candidate.

Only what was touched is compared, and what is compared is what the two hold,
so the change is exact whichever way it was made, and its cost is that of the change.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from kg.store.patches import GraphChange

__all__ = ["compare_graphs", "compare_quads"]


def compare_graphs(base: ox.Store | None, candidate: ox.Store, graph: str) -> GraphChange:
    """Compare the whole of a graph."""
    name = ox.NamedNode(graph)
    before, after = _triples(base, name), _triples(candidate, name)
    if before == after:
        return GraphChange(graph, (), ())
    old, new = _statements(before, graph), _statements(after, graph)
    return GraphChange(graph, tuple(sorted(old - new)), tuple(sorted(new - old)))


def compare_quads(
    base: ox.Store | None, candidate: ox.Store, graph: str, quads: Iterable[ox.Quad]
) -> GraphChange:
    """Compare some quads of one graph."""
    old: set[str] = set()
    new: set[str] = set()
    for quad in quads:
        old.update(_stored(base, quad))
        new.update(_stored(candidate, quad))
    return GraphChange(graph, tuple(sorted(old - new)), tuple(sorted(new - old)))


def _triples(store: ox.Store | None, name: ox.NamedNode) -> bytes:
    if store is None:
        return b""
    return store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name) or b""


def _statements(triples: bytes, graph: str) -> set[str]:
    return {f"{line[:-2].decode()} <{graph}>" for line in triples.splitlines()}


def _stored(store: ox.Store | None, quad: ox.Quad) -> Iterable[str]:
    """Return the quad as the store has it, which may write a literal in its own way."""
    if store is None:
        return ()
    return map(
        str,
        store.quads_for_pattern(quad.subject, quad.predicate, quad.object, quad.graph_name),
    )
