"""What every store can do, whichever engine keeps the data.

A `Repository` is where the dataset lives: a home on disk, or a remote endpoint.
It opens a `Store`, which reads one state of the dataset, and it begins a `Candidate`,
which reads and changes the next state. Terms at this face are rdflib's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from os import PathLike
from typing import BinaryIO, Protocol, TypeAlias, runtime_checkable

from rdflib import Graph, URIRef

from kg.store.tables import Table
from kg.store.terms import QuadLike, TripleLike

__all__ = ["BulkSource", "Candidate", "Repository", "Store"]

BulkSource: TypeAlias = "bytes | PathLike[str] | Iterable[bytes]"
"""N-Quads as bytes, as a file, or as blocks of bytes cut anywhere."""


@runtime_checkable
class Store(Protocol):
    """One state of the dataset, for reading.

    Without a dataset clause in the query and without `default_graphs` or `named_graphs`
    a query sees the RDF merge of all named graphs as its default graph, and every named graph.
    The two arguments are the dataset parameters of SPARQL 1.1 Protocol §2.1.4: where one is
    given, the dataset is exactly what they name.
    """

    @property
    def version(self) -> int | None:
        """The number of the version, None where the engine keeps none."""
        ...

    def select(
        self,
        query: str,
        *,
        default_graphs: Sequence[URIRef] | None = None,
        named_graphs: Sequence[URIRef] | None = None,
    ) -> Table:
        """Answer a SELECT query."""
        ...

    def ask(
        self,
        query: str,
        *,
        default_graphs: Sequence[URIRef] | None = None,
        named_graphs: Sequence[URIRef] | None = None,
    ) -> bool:
        """Answer an ASK query."""
        ...

    def construct(
        self,
        query: str,
        *,
        default_graphs: Sequence[URIRef] | None = None,
        named_graphs: Sequence[URIRef] | None = None,
    ) -> Graph:
        """Answer a CONSTRUCT or DESCRIBE query."""
        ...

    def answer(
        self,
        query: str,
        media_type: str,
        *,
        default_graphs: Sequence[URIRef] | None = None,
        named_graphs: Sequence[URIRef] | None = None,
    ) -> bytes:
        """Answer any query in a media type, written by the engine."""
        ...

    def write_answer(
        self,
        query: str,
        media_type: str,
        output: BinaryIO,
        *,
        default_graphs: Sequence[URIRef] | None = None,
        named_graphs: Sequence[URIRef] | None = None,
    ) -> None:
        """Answer any query in a media type, written by the engine to a binary file."""
        ...

    def describe(self, node: URIRef, *, incoming: bool = False) -> Graph:
        """Return the triples about a node, and with `incoming` those that point to it."""
        ...

    def graph(self, name: URIRef) -> Graph:
        """Return a named graph, empty where there is none of that name."""
        ...

    def graph_names(self) -> tuple[URIRef, ...]:
        """Return the names of the graphs that hold triples, sorted."""
        ...


@runtime_checkable
class Candidate(Store, Protocol):
    """The next state of the dataset: it reads what it has already changed."""

    def replace(self, graph: URIRef, triples: Iterable[TripleLike]) -> None:
        """Make the triples the whole of a named graph; none of them removes the graph."""
        ...

    def remove(self, graph: URIRef) -> None:
        """Remove a named graph with its triples, if it is there."""
        ...

    def add(self, quads: Iterable[QuadLike]) -> None:
        """Add quads, each in a named graph."""
        ...

    def discard(self, quads: Iterable[QuadLike]) -> None:
        """Take quads away where they are there."""
        ...

    def bulk_load(self, source: BulkSource) -> None:
        """Add much data at full speed from N-Quads."""
        ...

    def changed_graphs(self) -> tuple[URIRef, ...]:
        """Return the names of the graphs that really differ from the base, sorted."""
        ...


@runtime_checkable
class Repository(Protocol):
    """Where the dataset lives."""

    def current(self) -> int | None:
        """Return the number of the newest version, None where there is none."""
        ...

    def open(self, number: int | None = None) -> Store:
        """Open a version for reading, without a number the newest."""
        ...

    def begin(
        self, *, agent: str, reason: str, expected: int | None = None
    ) -> AbstractContextManager[Candidate]:
        """Begin a change, which is kept when the block ends well and undone when it raises."""
        ...
