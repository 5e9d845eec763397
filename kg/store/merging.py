"""The merge: the default graph, which holds each triple of the named graphs once.

SPARQL 1.1 §13.1 leaves open what the default graph is, and ours is the RDF merge of all named
graphs. The engine can also take their union while it answers, but then a triple that stands in
three graphs is found three times, so that counts come out wrong; and a join takes some five times
as long (measured on 500,000 quads). So the merge is stored, and follows every change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence, Set
from io import BufferedWriter, RawIOBase
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import QueryError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

__all__ = [
    "DEFAULT",
    "add_to_merge",
    "bare_merge_error",
    "count_named",
    "digest_graph",
    "merged",
    "settle_merge",
    "take_from_merge",
    "write",
]

_MANY = 5_000

DEFAULT = ox.DefaultGraph()


def merged(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Return each quad and its triple in the default graph."""
    for quad in quads:
        yield quad
        yield _in_default(quad)


def add_to_merge(engine: ox.Store, quads: Iterable[ox.Quad]) -> None:
    """Add to the default graph the triples of quads that were added to named graphs."""
    write(engine, [_in_default(quad) for quad in quads])


def write(engine: ox.Store, quads: Sequence[ox.Quad]) -> None:
    """Add quads to a database that nobody else reads: many by bulk, which is no transaction."""
    (engine.extend if len(quads) < _MANY else engine.bulk_extend)(quads)


def take_from_merge(engine: ox.Store, quads: Iterable[ox.Quad]) -> None:
    """Take from the default graph the triples of removed quads that no named graph holds."""
    for quad in quads:
        if next(_holders(engine, quad), None) is None:
            engine.remove(_in_default(quad))


def settle_merge(engine: ox.Store, triples: Iterable[ox.Triple]) -> None:
    """Make the default graph hold those of some triples that a named graph holds."""
    for triple in triples:
        if next(_holders(engine, triple), None) is None:
            engine.remove(_in_default(triple))
        else:
            engine.add(_in_default(triple))


def bare_merge_error(
    base: ox.Store | None, engine: ox.Store, settled: Set[ox.Triple]
) -> QueryError | None:
    """Say what an update wrote to the default graph that the named graphs do not follow.

    `base` is the state before, but for triples that were settled since.
    """
    before = ox.Store() if base is None else base
    for quad in engine.quads_for_pattern(None, None, None, DEFAULT):
        is_new = quad not in before and quad.triple not in settled
        if is_new and next(_holders(engine, quad), None) is None:
            return QueryError(
                f"cannot keep an update that adds <<{quad.triple}>> to no named graph; say GRAPH "
                "or WITH"
            )
    for quad in before.quads_for_pattern(None, None, None, DEFAULT):
        if quad not in engine:
            kept = [holder for holder in _holders(engine, quad) if holder in before]
            if kept:
                return QueryError(
                    f"cannot take <<{quad.triple}>> from the default graph, for it stays in "
                    f"{kept[0].graph_name}; say GRAPH or WITH"
                )
    return None


def _holders(engine: ox.Store, triple: ox.Triple | ox.Quad) -> Iterator[ox.Quad]:
    found = engine.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
    return (quad for quad in found if quad.graph_name != DEFAULT)


class _Digest(RawIOBase):
    """A file that keeps only the checksum of what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.checksum = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer) -> int:
        self.checksum.update(data)
        return len(memoryview(data))


def digest_graph(engine: ox.Store, graph: ox.NamedNode | ox.DefaultGraph = DEFAULT) -> str:
    """Return a checksum of a graph, without one of the default graph, reading it whole.

    The engine's indexes are sorted by term, so equal graphs are written alike.
    """
    output = _Digest()
    with BufferedWriter(output) as buffer:
        engine.dump(buffer, format=ox.RdfFormat.N_TRIPLES, from_graph=graph)
    return output.checksum.hexdigest()


def count_named(engine: ox.Store) -> int:
    """Count the quads of the named graphs, reading the database whole."""
    merge = sum(1 for _ in engine.quads_for_pattern(None, None, None, DEFAULT))
    return len(engine) - merge


def _in_default(quad: ox.Quad | ox.Triple) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, DEFAULT)
