"""A remote store: any SPARQL 1.1 endpoint.

Each request is atomic, a change of many graphs is not: others see it graph by graph,
and where it fails the graphs are put back one by one. The engine's default graph has to be
the union of the named graphs, which is a setting of most engines.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import BinaryIO

import pyoxigraph as ox
from rdflib import Graph, URIRef

from kg.errors import CapabilityError, QueryError, StoreError
from kg.store.protocol_requests import Endpoint, Reply
from kg.store.remote_changes import RemoteChange
from kg.store.tables import Table, table_of
from kg.store.terms import engine_graph_name, graph_of

__all__ = ["EndpointStore"]

_LOG = logging.getLogger(__name__)
_RESULTS = "application/sparql-results+json"
_TRIPLES = "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5"


class EndpointStore:
    """Read and change a dataset over the SPARQL 1.1 protocols; nothing is sent until asked.

    `update_url` and `graph_store_url` are needed for changes, one of them at least;
    `timeout` is in seconds, for each request.
    """

    def __init__(
        self,
        query_url: str,
        *,
        update_url: str | None = None,
        graph_store_url: str | None = None,
        token: str | None = None,
        timeout: float = 60,
    ) -> None:
        self._endpoint = Endpoint(query_url, update_url, graph_store_url, token, timeout)

    @property
    def version(self) -> int | None:
        """None: an endpoint keeps no versions."""
        return None

    @property
    def capabilities(self) -> frozenset[str]:
        """The names of what can be done: query, update, graph store."""
        urls = {
            "update": self._endpoint.update_url,
            "graph store": self._endpoint.graph_store_url,
        }
        return frozenset({"query", *(name for name, url in urls.items() if url)})

    def current(self) -> int | None:
        """Return None: an endpoint keeps no versions."""
        return None

    def open(self, number: int | None = None) -> EndpointStore:
        """Return the store itself; an earlier version cannot be opened."""
        if number is not None:
            raise _no_versions(f"open version {number}")
        return self

    @contextmanager
    def begin(
        self, *, agent: str, reason: str, expected: int | None = None
    ) -> Iterator[RemoteChange]:
        """Begin a change, which is undone graph by graph where the block raises."""
        if expected is not None:
            raise _no_versions(f"compare with version {expected}")
        change = RemoteChange(self, self._endpoint)
        try:
            yield change
        except BaseException:
            change.undo()
            raise
        _LOG.info("changed %d graphs for %s: %s", len(change.touched), agent, reason)

    def select(
        self,
        query: str,
        *,
        default_graphs: Sequence[URIRef] | None = None,
        named_graphs: Sequence[URIRef] | None = None,
    ) -> Table:
        """Answer a SELECT query."""
        results = self._results(query, default_graphs, named_graphs)
        if not isinstance(results, ox.QuerySolutions):
            raise QueryError("cannot give rows for a query that is no SELECT; use its own method")
        return table_of(results)

    def ask(
        self,
        query: str,
        *,
        default_graphs: Sequence[URIRef] | None = None,
        named_graphs: Sequence[URIRef] | None = None,
    ) -> bool:
        """Answer an ASK query."""
        results = self._results(query, default_graphs, named_graphs)
        if not isinstance(results, ox.QueryBoolean):
            raise QueryError("cannot say yes or no to a query that is no ASK; use its own method")
        return bool(results)

    def construct(
        self,
        query: str,
        *,
        default_graphs: Sequence[URIRef] | None = None,
        named_graphs: Sequence[URIRef] | None = None,
    ) -> Graph:
        """Answer a CONSTRUCT or DESCRIBE query."""
        reply = self._ask(query, _TRIPLES, default_graphs, named_graphs)
        return _graph(reply, self._endpoint.query_url)

    def answer(
        self,
        query: str,
        media_type: str,
        *,
        default_graphs: Sequence[URIRef] | None = None,
        named_graphs: Sequence[URIRef] | None = None,
    ) -> bytes:
        """Answer any query in a media type, written by the engine."""
        reply = self._ask(query, media_type, default_graphs, named_graphs)
        if reply.media_type != media_type:
            raise QueryError(
                f"asked {self._endpoint.query_url} for {media_type}, got {reply.media_type}; "
                "ask for a media type that is made for the query"
            )
        return reply.body

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
        output.write(
            self.answer(query, media_type, default_graphs=default_graphs, named_graphs=named_graphs)
        )

    def describe(self, node: URIRef, *, incoming: bool = False) -> Graph:
        """Return the triples about a node, and with `incoming` those that point to it."""
        name = str(engine_graph_name(node))
        graph = self.construct(_text("describe-node.rq").replace("$node", name))
        if incoming:
            graph += self.construct(_text("describe-incoming.rq").replace("$node", name))
        return graph

    def graph(self, name: URIRef) -> Graph:
        """Return a named graph, empty where there is none of that name."""
        engine_name = engine_graph_name(name)
        if self._endpoint.graph_store_url is None:
            return self.construct(_text("graph.rq").replace("$graph", str(engine_name)))
        reply = self._endpoint.graph_store("GET", name, accept=_TRIPLES)
        if reply.status == 404:
            return Graph()
        return _graph(reply, self._endpoint.graph_store_url)

    def graph_names(self) -> tuple[URIRef, ...]:
        """Return the names of the graphs that hold triples, sorted."""
        names = self.select(_text("graph-names.rq")).column("graph")
        return tuple(sorted(name for name in names if isinstance(name, URIRef)))

    def _results(
        self,
        query: str,
        default_graphs: Sequence[URIRef] | None,
        named_graphs: Sequence[URIRef] | None,
    ) -> ox.QuerySolutions | ox.QueryBoolean:
        reply = self._ask(query, _RESULTS, default_graphs, named_graphs)
        if reply.media_type not in {_RESULTS, "application/json"}:
            raise QueryError(
                f"{self._endpoint.query_url} answers with {reply.media_type} and not with a query "
                "result; use the method for this kind of query"
            )
        try:
            return ox.parse_query_results(reply.body, format=ox.QueryResultsFormat.JSON)
        except SyntaxError as error:
            raise _garbled(self._endpoint.query_url, error) from error

    def _ask(
        self,
        query: str,
        accept: str,
        default_graphs: Sequence[URIRef] | None,
        named_graphs: Sequence[URIRef] | None,
    ) -> Reply:
        if (
            not default_graphs
            and not named_graphs
            and (default_graphs, named_graphs)
            != (
                None,
                None,
            )
        ):
            raise CapabilityError(
                "cannot ask an endpoint about the empty dataset; name a graph, or no dataset",
                capability="empty dataset",
            )
        return self._endpoint.query(
            query,
            accept=accept,
            default_graphs=default_graphs or (),
            named_graphs=named_graphs or (),
        )


def _graph(reply: Reply, url: str) -> Graph:
    graph_format = ox.RdfFormat.from_media_type(reply.media_type)
    if graph_format is None:
        raise QueryError(
            f"{url} answers with {reply.media_type} and not with triples; "
            "use the method for this kind of query"
        )
    try:
        return graph_of(ox.parse(reply.body, format=graph_format, base_iri=url))
    except SyntaxError as error:
        raise _garbled(url, error) from error


def _garbled(url: str, error: SyntaxError) -> StoreError:
    return StoreError(f"cannot read what {url} answers: {error}; see that it is whole")


def _no_versions(attempt: str) -> CapabilityError:
    return CapabilityError(
        f"cannot {attempt}: an endpoint keeps no versions; use a home for that",
        capability="versions",
    )


def _text(name: str) -> str:
    return (files("queries") / "store" / name).read_text("utf-8")
