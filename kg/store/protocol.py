"""What every store can do, whichever engine keeps the data.

A `Repository` is where the dataset lives: a home on disk, or a remote endpoint.
It opens a `Store`, which reads one state of the dataset, and it begins a `Candidate`,
which reads and changes the next state. Terms at this face are rdflib's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, TypeAlias, runtime_checkable

import pyoxigraph as ox
from rdflib import Graph, URIRef

from kg.entailment import Reader
from kg.store.history import VersionInfo
from kg.store.patches import Patch
from kg.store.tables import Table
from kg.store.terms import EngineTerm, QuadLike, TripleLike
from kg.updates import Step

__all__ = ["BulkSource", "Candidate", "OnChange", "OpenVersion", "Place", "Repository", "Store"]

OnChange: TypeAlias = Callable[[str], None]
"""Is told the name of a graph that an update changed, and may raise."""

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

    def triples(self, query: str) -> Iterator[ox.Triple]:
        """Answer a CONSTRUCT query of the product with triples of the embedded engine."""
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

    def digest(self, name: URIRef) -> str | None:
        """Return a checksum of a named graph, None where there is none of that name."""
        ...

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        object: EngineTerm | None,  # noqa: A002 - as the embedded engine has it
        graph_name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None = None,
        /,
    ) -> Iterator[ox.Quad]:
        """Look quads of named graphs up by their terms, None standing for any."""
        ...

    def __len__(self) -> int:
        """Count the quads of the named graphs, reading them all."""
        ...


@runtime_checkable
class OpenVersion(Store, Protocol):
    """A version of the dataset, open for reading."""

    def __enter__(self) -> OpenVersion:
        """Use the version for a block."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the version."""
        ...

    def close(self) -> None:
        """Close the version, which may then be pruned."""
        ...


@runtime_checkable
class Candidate(Store, Protocol):
    """The next state of the dataset: it reads what it has already changed.

    `committed` is the new version once the block of `begin` has ended, None where nothing changed.
    """

    committed: VersionInfo | None

    @property
    def before(self) -> Reader:
        """The state that the change began with, whatever was changed since."""
        ...

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

    def update(
        self, step: Step, *, base: str | None = None, on_change: OnChange = lambda _: None
    ) -> None:
        """Run a step of a SPARQL update, which says what it may change.

        `on_change` is told each graph that differs from before. Relative IRIs are resolved against
        `base`.
        """
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

    def open(self, number: int | None = None) -> OpenVersion:
        """Open a version for reading, without a number the newest."""
        ...

    def begin(
        self, *, agent: str, reason: str, expected: int | None = None
    ) -> AbstractContextManager[Candidate]:
        """Begin a change, which is kept when the block ends well and undone when it raises."""
        ...


@runtime_checkable
class Place(Repository, Protocol):
    """Where the dataset lives with its history: a home, or an engine that a folder goes with.

    `path` is the folder for what follows from the versions: search indexes, counts, dumps.
    """

    path: Path

    def info(self, number: int | None = None) -> VersionInfo:
        """Return what is known of a version, without a number of the newest."""
        ...

    def versions(self) -> list[VersionInfo]:
        """Return what is known of every version, the oldest first."""
        ...

    def diff(self, start: int | None, end: int) -> Patch:
        """Return the net patch from one version to another; None is the empty dataset."""
        ...

    def patch_path(self, number: int) -> Path:
        """Return the file with the patch that made a version."""
        ...

    def put_back(self) -> tuple[URIRef, ...]:
        """Undo a change that was cut off, if there is one; return the graphs that it had changed.

        What somebody is writing just now is left alone.
        """
        ...

    def prune(self, keep: int) -> tuple[int, ...]:
        """Remove old databases, and return the numbers of those that went."""
        ...

    def check(self, *, deep: bool = False) -> list[str]:
        """Say what is missing or wrong, nothing if all is whole."""
        ...
