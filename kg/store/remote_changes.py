"""A change of a remote store, with what is needed to undo it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from os import PathLike
from typing import TYPE_CHECKING, BinaryIO

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic

from kg.errors import StoreError
from kg.store.history import VersionInfo
from kg.store.protocol_requests import Endpoint
from kg.store.spool import blocks_of, parse_block
from kg.store.tables import Table
from kg.store.terms import (
    EngineTerm,
    QuadLike,
    TripleLike,
    engine_graph_name,
    engine_quad,
    engine_quads,
)
from kg.store.texts import text_of

if TYPE_CHECKING:
    from kg.store.protocol import Store

__all__ = ["RemoteChange"]


class RemoteChange:
    """Write through to an endpoint, keeping each graph as it was before its first change."""

    def __init__(self, store: Store, endpoint: Endpoint) -> None:
        self._store = store
        self._endpoint = endpoint
        self._before: dict[URIRef, Graph] = {}
        self._names: frozenset[URIRef] | None = None
        self.committed: VersionInfo | None = None

    @property
    def version(self) -> int | None:
        """The number of the version that the change is based on."""
        return self._store.version

    @property
    def touched(self) -> tuple[URIRef, ...]:
        """The names of the graphs that were written to, in that order."""
        return tuple(self._before)

    def replace(self, graph: URIRef, triples: Iterable[TripleLike]) -> None:
        """Make the triples the whole of a named graph; none of them removes the graph."""
        name = engine_graph_name(graph)
        quads = [engine_quad(triple, name) for triple in triples]
        self._remember(graph)
        self._put(graph, _n_triples(quads))

    def remove(self, graph: URIRef) -> None:
        """Remove a named graph with its triples, if it is there."""
        engine_graph_name(graph)
        self._remember(graph)
        self._put(graph, b"")

    def add(self, quads: Iterable[QuadLike]) -> None:
        """Add quads, each in a named graph."""
        for graph, chosen in _by_graph(engine_quads(quads)).items():
            self._remember(graph)
            if self._endpoint.graph_store_url is None:
                self._update("add-triples.ru", graph, _n_triples(chosen))
            else:
                self._endpoint.graph_store("POST", graph, body=_n_triples(chosen))

    def discard(self, quads: Iterable[QuadLike]) -> None:
        """Take quads away where they are there."""
        for graph, chosen in _by_graph(engine_quads(quads)).items():
            self._remember(graph)
            self._update("discard-triples.ru", graph, _n_triples(chosen))

    def bulk_load(self, source: bytes | PathLike[str] | Iterable[bytes]) -> None:
        """Add much data from N-Quads without blank nodes, block by block."""
        for block in blocks_of(source):
            self.add(parse_block(block))

    def sizes(self) -> tuple[int, int, int]:
        """Count the triples that were added and removed, and the graphs that differ."""
        added = removed = graphs = 0
        for name in self.changed_graphs():
            before, after = self._before[name], self._store.graph(name)
            added += len(after - before)
            removed += len(before - after)
            graphs += 1
        return added, removed, graphs

    def changed_graphs(self) -> tuple[URIRef, ...]:
        """Return the names of the graphs that really differ from before, sorted."""
        return tuple(
            sorted(
                name
                for name, before in self._before.items()
                if not isomorphic(before, self._store.graph(name))
            )
        )

    def undo(self) -> None:
        """Put every graph back as it was."""
        failed: list[str] = []
        cause: StoreError | None = None
        for name, before in self._before.items():
            engine_name = engine_graph_name(name)
            try:
                self._put(name, _n_triples(engine_quad(triple, engine_name) for triple in before))
            except StoreError as error:
                failed.append(str(name))
                cause = error
        if failed:
            raise StoreError(
                f"cannot undo the change of {', '.join(failed)}; replace these graphs by hand"
            ) from cause

    def select(
        self,
        query: str,
        *,
        default_graphs: Sequence[URIRef] | None = None,
        named_graphs: Sequence[URIRef] | None = None,
    ) -> Table:
        """Answer a SELECT query."""
        return self._store.select(query, default_graphs=default_graphs, named_graphs=named_graphs)

    def ask(
        self,
        query: str,
        *,
        default_graphs: Sequence[URIRef] | None = None,
        named_graphs: Sequence[URIRef] | None = None,
    ) -> bool:
        """Answer an ASK query."""
        return self._store.ask(query, default_graphs=default_graphs, named_graphs=named_graphs)

    def construct(
        self,
        query: str,
        *,
        default_graphs: Sequence[URIRef] | None = None,
        named_graphs: Sequence[URIRef] | None = None,
    ) -> Graph:
        """Answer a CONSTRUCT or DESCRIBE query."""
        return self._store.construct(
            query, default_graphs=default_graphs, named_graphs=named_graphs
        )

    def triples(self, query: str) -> Iterator[ox.Triple]:
        """Answer a CONSTRUCT query of the product with triples of the embedded engine."""
        return self._store.triples(query)

    def answer(
        self,
        query: str,
        media_type: str,
        *,
        default_graphs: Sequence[URIRef] | None = None,
        named_graphs: Sequence[URIRef] | None = None,
    ) -> bytes:
        """Answer any query in a media type, written by the engine."""
        return self._store.answer(
            query, media_type, default_graphs=default_graphs, named_graphs=named_graphs
        )

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
        self._store.write_answer(
            query, media_type, output, default_graphs=default_graphs, named_graphs=named_graphs
        )

    def describe(self, node: URIRef, *, incoming: bool = False) -> Graph:
        """Return the triples about a node, and with `incoming` those that point to it."""
        return self._store.describe(node, incoming=incoming)

    def graph(self, name: URIRef) -> Graph:
        """Return a named graph, empty where there is none of that name."""
        return self._store.graph(name)

    def graph_names(self) -> tuple[URIRef, ...]:
        """Return the names of the graphs that hold triples, sorted."""
        return self._store.graph_names()

    def digest(self, name: URIRef) -> str | None:
        """Return a checksum of a named graph, None where there is none of that name."""
        return self._store.digest(name)

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        object: EngineTerm | None,  # noqa: A002 - as the embedded store has it
        graph_name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None = None,
    ) -> Iterator[ox.Quad]:
        """Look quads of named graphs up by their terms, None standing for any."""
        return self._store.quads_for_pattern(subject, predicate, object, graph_name)

    def __len__(self) -> int:
        """Count the quads of the named graphs, reading them all."""
        return len(self._store)

    def _remember(self, graph: URIRef) -> None:
        if self._names is None:
            self._names = frozenset(self._store.graph_names())
        if graph not in self._before:
            is_there = graph in self._names
            self._before[graph] = self._store.graph(graph) if is_there else Graph()

    def _put(self, graph: URIRef, triples: bytes) -> None:
        if self._endpoint.graph_store_url is None:
            name = "replace-graph.ru" if triples else "remove-graph.ru"
            self._update(name, graph, triples)
        elif triples:
            self._endpoint.graph_store("PUT", graph, body=triples)
        else:
            self._endpoint.graph_store("DELETE", graph)

    def _update(self, name: str, graph: URIRef, triples: bytes) -> None:
        # The triples go in last, for they may hold the text of a parameter.
        text = text_of(name).replace("$graph", str(engine_graph_name(graph)))
        self._endpoint.update(text.replace("$triples", triples.decode()))


def _by_graph(quads: Iterable[ox.Quad]) -> dict[URIRef, list[ox.Quad]]:
    graphs: defaultdict[URIRef, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        graphs[URIRef(str(quad.graph_name)[1:-1])].append(quad)
    return dict(graphs)


def _n_triples(quads: Iterable[ox.Quad]) -> bytes:
    triples = (quad.triple for quad in quads)
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
