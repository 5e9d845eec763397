"""What really changed between a base and a candidate.

Only what was touched is compared, and what is compared is what the two hold,
so the change is exact whichever way it was made, and its cost is that of the change.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from pathlib import Path

import pyoxigraph as ox

from kg.store.patches import GraphChange, graph_of_statement

__all__ = ["changed_graphs", "compare_graphs", "compare_quads"]


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


def changed_graphs(base: ox.Store | None, candidate: ox.Store, folder: Path) -> set[str]:
    """Name the graphs that differ, from two readings side by side.

    The engine writes what is equal in one order, so the lines that wait for their like are about as
    many as those that differ: the memory follows the change, and no graph is looked up by name.
    """
    if base is None:
        return {name.value for name in candidate.named_graphs()}
    paths = [folder / "before.nq", folder / "after.nq"]
    try:
        for store, path in zip((base, candidate), paths, strict=True):
            store.dump(path, format=ox.RdfFormat.N_QUADS)
        with paths[0].open("rb") as old, paths[1].open("rb") as new:
            waiting: set[bytes] = set()
            for pair in zip_longest(old, new, fillvalue=b""):
                if pair[0] != pair[1]:
                    # What stands on both sides goes again as soon as its like has come.
                    waiting ^= {pair[0]}
                    waiting ^= {pair[1]}
    finally:
        for path in paths:
            path.unlink(missing_ok=True)
    lines = (line.rstrip(b"\n") for line in waiting)
    names = {graph_of_statement(line[:-2].decode()) for line in lines if line.endswith(b"> .")}
    # A line of the default graph ends with an object, which may look like the name of a graph.
    return {
        name
        for name in names
        if any(store.contains_named_graph(ox.NamedNode(name)) for store in (base, candidate))
    }
