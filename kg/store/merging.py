"""The merge: the default graph, which holds each triple of the named graphs once.

SPARQL 1.1 §13.1 leaves open what the default graph is, and ours is the RDF merge of all named
graphs. The engine can also take their union while it answers, but then a triple that stands in
three graphs is found three times, so that counts come out wrong; and a join takes some five times
as long (measured on 500,000 quads). So the merge is stored, and follows every change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from io import BufferedWriter, RawIOBase
from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

__all__ = [
    "DEFAULT",
    "add_to_merge",
    "count_named",
    "digest_merge",
    "merged",
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
        holders = engine.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        if all(holder.graph_name == DEFAULT for holder in holders):
            engine.remove(_in_default(quad))


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


def digest_merge(engine: ox.Store) -> str:
    """Return a checksum of the default graph, reading it whole.

    The engine's indexes are sorted by term, so equal graphs are written alike.
    """
    output = _Digest()
    with BufferedWriter(output) as buffer:
        engine.dump(buffer, format=ox.RdfFormat.N_TRIPLES, from_graph=DEFAULT)
    return output.checksum.hexdigest()


def count_named(engine: ox.Store) -> int:
    """Count the quads of the named graphs, reading the database whole."""
    merge = sum(1 for _ in engine.quads_for_pattern(None, None, None, DEFAULT))
    return len(engine) - merge


def _in_default(quad: ox.Quad) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, DEFAULT)
