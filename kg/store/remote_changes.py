"""A change of a remote store, with what is needed to undo it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from http import HTTPStatus
from os import PathLike
from typing import TYPE_CHECKING, BinaryIO

import pyoxigraph as ox
from rdflib import Graph, URIRef

from kg.entailment import Reader
from kg.errors import QueryError, StoreError
from kg.namespaces import HISTORY_GRAPH
from kg.store.database import syntax_error
from kg.store.engines import Capability, missing
from kg.store.history import VersionInfo
from kg.store.labelling import label_blank_nodes
from kg.store.protocol_requests import Endpoint
from kg.store.remembering import Before, Remembered
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
from kg.updates import Step

if TYPE_CHECKING:
    from kg.store.endpoint import EndpointStore
    from kg.store.protocol import OnChange

__all__ = ["RemoteChange"]


class RemoteChange:
    """Write through to an endpoint, keeping each graph as it was before its first change."""

    def __init__(
        self, store: EndpointStore, endpoint: Endpoint, remembered: Remembered | None = None
    ) -> None:
        self._store = store
        self._endpoint = endpoint
        self._remembered = remembered or Remembered()
        self._names: frozenset[URIRef] | None = None
        self.committed: VersionInfo | None = None

    @property
    def version(self) -> int | None:
        """The number of the version that the change is based on."""
        return self._store.version

    @property
    def before(self) -> Reader:
        """The state that the change began with."""
        return Before(self._store, self._remembered)

    @property
    def touched(self) -> tuple[URIRef, ...]:
        """The names of the graphs that were written to, in that order."""
        return self._remembered.names

    def replace(self, graph: URIRef, triples: Iterable[TripleLike]) -> None:
        """Make the triples the whole of a named graph; none of them removes the graph."""
        name = engine_graph_name(graph)
        quads = [engine_quad(triple, name) for triple in triples]
        self._remember([graph])
        self._put(graph, quads)

    def remove(self, graph: URIRef) -> None:
        """Remove a named graph with its triples, if it is there."""
        self.replace(graph, ())

    def add(self, quads: Iterable[QuadLike]) -> None:
        """Add quads, each in a named graph."""
        graphs = _by_graph(engine_quads(quads))
        self._remember(graphs)
        for graph, chosen in graphs.items():
            if self._endpoint.graph_store_url is None:
                self._update("add-triples.ru", graph, chosen)
            else:
                self._endpoint.graph_store("POST", graph, body=_n_triples(chosen))

    def discard(self, quads: Iterable[QuadLike]) -> None:
        """Take quads away where they are there."""
        graphs = _by_graph(engine_quads(quads))
        if graphs:
            self._endpoint.require_update()
        self._remember(graphs)
        for graph, chosen in graphs.items():
            self._update("discard-triples.ru", graph, chosen)

    def bulk_load(self, source: bytes | PathLike[str] | Iterable[bytes]) -> None:
        """Add much data from N-Quads without blank nodes, block by block."""
        for block in blocks_of(source):
            self.add(parse_block(block))

    def update(
        self, step: Step, *, base: str | None = None, on_change: OnChange = lambda _: None
    ) -> None:
        """Run a step of a SPARQL update, which the engine does as one request.

        The graphs that it may change are remembered before. One of which nobody knows them, or that
        takes triples from the default graph, which is the union of all, is refused. `on_change` is
        told each graph that differs from before. Relative IRIs are resolved against `base`.
        """
        self._endpoint.require_update()
        _check_syntax(step.text, base)
        if step.graphs is None or step.takes_unnamed:
            attempt = "run an update of graphs that nobody can tell before"
            raise missing(attempt, Capability.UNBOUND_UPDATES)
        if step.names_dataset and Capability.DATASET_CLAUSES in self._endpoint.engine.lacks:
            raise missing("run an update with USING or WITH", Capability.DATASET_CLAUSES)
        names = [URIRef(name) for name in sorted(step.graphs)]
        self._remember(names)
        self._run(f"BASE <{base}>\n{step.text}" if base else step.text)
        for name in names:
            if any(self._difference(name)):
                on_change(name)

    def sizes(self) -> tuple[int, int, int]:
        """Count the triples that were added and removed, and the graphs that differ."""
        found = [self._difference(name) for name in self.touched]
        return (
            sum(added for added, _ in found),
            sum(removed for _, removed in found),
            sum(any(each) for each in found),
        )

    def changed_graphs(self) -> tuple[URIRef, ...]:
        """Return the names of the graphs that really differ from before, sorted."""
        return tuple(sorted(name for name in self.touched if any(self._difference(name))))

    def undo(self) -> None:
        """Put every graph back as it was, the last one first: that is what tells of the version."""
        failed: list[str] = []
        cause: StoreError | None = None
        for name in reversed(self.touched):
            try:
                self._put(name, self._remembered.of(name))
            except StoreError as error:
                failed.append(str(name))
                cause = error
        if failed:
            folder = self._remembered.folder
            remedy = f"the next write puts back what {folder} keeps" if folder else ""
            raise StoreError(
                f"cannot undo the change of {', '.join(failed)}; "
                f"{remedy or 'replace these graphs by hand'}"
            ) from cause
        self.finish()

    def finish(self) -> None:
        """Keep no longer what is needed to undo the change."""
        self._remembered.forget()

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

    def _remember(self, graphs: Iterable[URIRef]) -> None:
        new = [graph for graph in graphs if graph not in self._remembered]
        if not new:
            return
        self._endpoint.require_writing()
        if self._names is None:
            # The history is no graph of the dataset, and so not among the names.
            self._names = frozenset((*self._store.graph_names(), HISTORY_GRAPH))
        self._remembered.keep({graph: self._now(graph) for graph in new})

    def _now(self, graph: URIRef) -> list[ox.Quad]:
        """Read a graph, without a request where there is none of that name."""
        is_known = graph in self._remembered or self._names is None or graph in self._names
        if not is_known:
            return []
        name = engine_graph_name(graph)
        return [engine_quad(triple, name) for triple in self._store.triples_in(graph)]

    def _run(self, update: str) -> None:
        """Send the update of a client; what the engine cannot do with it is no fault of ours."""
        try:
            self._endpoint.update(update)
        except StoreError as error:
            if getattr(error.__cause__, "code", None) == HTTPStatus.INTERNAL_SERVER_ERROR:
                raise QueryError(f"cannot run the update: {error}") from error
            raise

    def _difference(self, graph: URIRef) -> tuple[int, int]:
        """Count what was added to a graph and removed from it."""
        name = engine_graph_name(graph)
        before = set(label_blank_nodes(self._remembered.of(graph), name))
        after = set(label_blank_nodes(self._now(graph), name))
        return len(after - before), len(before - after)

    def _put(self, graph: URIRef, quads: Sequence[ox.Quad]) -> None:
        if self._endpoint.graph_store_url is None:
            name = "replace-graph.ru" if quads else "remove-graph.ru"
            self._update(name, graph, quads)
        elif quads:
            self._endpoint.graph_store("PUT", graph, body=_n_triples(quads))
        else:
            self._endpoint.graph_store("DELETE", graph)

    def _update(self, name: str, graph: URIRef, quads: Iterable[ox.Quad]) -> None:
        # The triples go in last, for they may hold the text of a parameter.
        text = text_of(name).replace("$graph", str(engine_graph_name(graph)))
        self._endpoint.update(text.replace("$triples", _n_triples(quads).decode()))


def _check_syntax(update: str, base: str | None) -> None:
    """Have the embedded engine say what is wrong, as it does of an update in a home."""
    try:
        ox.Store().update(update, base_iri=base)
    except SyntaxError as error:
        raise syntax_error(error, "update") from error
    except (OSError, RuntimeError, ValueError):
        return  # there is nothing in that store, which is no fault of the update


def _by_graph(quads: Iterable[ox.Quad]) -> dict[URIRef, list[ox.Quad]]:
    graphs: defaultdict[URIRef, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        graphs[URIRef(str(quad.graph_name)[1:-1])].append(quad)
    return dict(graphs)


def _n_triples(quads: Iterable[ox.Quad]) -> bytes:
    triples = (quad.triple for quad in quads)
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
