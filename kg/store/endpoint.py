"""A remote store: any SPARQL 1.1 endpoint.

Each request is atomic, a change of many graphs is not: others see it graph by graph,
and where it fails the graphs are put back one by one. The engine's default graph has to be
the union of the named graphs, which is a setting of most engines.

Whatever the form of an answer, the engine is asked for JSON or N-Triples, which all of them write
well, and the form is made here.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import BinaryIO

import pyoxigraph as ox
from rdflib import Graph, URIRef

from kg.errors import QueryError, StoreError
from kg.namespaces import HISTORY_GRAPH
from kg.store.credentials import Credentials
from kg.store.engines import OTHER, Capability, Engine, missing
from kg.store.labelling import label_blank_nodes
from kg.store.normalising import normalised
from kg.store.protocol_requests import Endpoint, Reply
from kg.store.remote_changes import RemoteChange
from kg.store.tables import Table, table_of
from kg.store.terms import EngineTerm, engine_graph_name, engine_quad, graph_of
from kg.store.texts import text_of

__all__ = ["EndpointStore"]

_LOG = logging.getLogger(__name__)
_RESULTS = "application/sparql-results+json"
_TRIPLES = "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5"
_MERGED = ox.DefaultGraph()


class EndpointStore:
    """Read and change a dataset over the SPARQL 1.1 protocols; nothing is sent until asked.

    `update_url` and `graph_store_url` are needed for changes, one of them at least;
    `timeout` is in seconds, for each request.
    """

    def __init__(  # noqa: PLR0913  # each is a setting of its own
        self,
        query_url: str,
        *,
        update_url: str | None = None,
        graph_store_url: str | None = None,
        token: str | None = None,
        credentials: Credentials | None = None,
        timeout: float = 60,
        engine: Engine = OTHER,
        version: int | None = None,
    ) -> None:
        self._endpoint = Endpoint(
            query_url,
            update_url,
            graph_store_url,
            credentials or Credentials(secret=token or ""),
            timeout,
            engine,
        )
        self._version = version

    def __enter__(self) -> EndpointStore:
        """Use the store for a block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Do nothing: there is nothing to close."""

    def close(self) -> None:
        """Do nothing: each request has a connection of its own."""

    @property
    def endpoint(self) -> Endpoint:
        """The addresses, and how the engine is asked."""
        return self._endpoint

    @property
    def version(self) -> int | None:
        """The number of the version, None where nobody counts them."""
        return self._version

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What can be done, of all that an engine may be unable to do."""
        lacks = {
            Capability.VERSIONS,
            Capability.PATCHES,
            Capability.EMPTY_DATASET,
            Capability.BLANK_NODE_LOOKUP,
            Capability.UNBOUND_UPDATES,
            *self._endpoint.engine.lacks,
        }
        if not self._endpoint.update_url:
            lacks.add(Capability.UPDATE)
        if not self._endpoint.graph_store_url:
            lacks.add(Capability.GRAPH_STORE)
        return frozenset(Capability) - lacks

    def current(self) -> int | None:
        """Return None: an endpoint by itself counts no versions."""
        return None

    def open(self, number: int | None = None) -> EndpointStore:
        """Return the store itself; an earlier version cannot be opened."""
        if number is not None:
            raise missing(f"open version {number}", Capability.VERSIONS)
        return self

    @contextmanager
    def begin(
        self, *, agent: str, reason: str, expected: int | None = None
    ) -> Iterator[RemoteChange]:
        """Begin a change, which is undone graph by graph where the block raises."""
        if expected is not None:
            raise missing(f"compare with version {expected}", Capability.VERSIONS)
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
        try:
            return table_of(results)
        except SyntaxError as error:
            raise _garbled(self._endpoint.query_url, error) from error

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
        return graph_of(self._triples(query, default_graphs, named_graphs))

    def triples(self, query: str) -> Iterator[ox.Triple]:
        """Answer a CONSTRUCT query of the product with triples of the embedded engine."""
        return self._triples(query, None, None)

    def answer(
        self,
        query: str,
        media_type: str,
        *,
        default_graphs: Sequence[URIRef] | None = None,
        named_graphs: Sequence[URIRef] | None = None,
    ) -> bytes:
        """Answer any query in a media type."""
        graph_format = ox.RdfFormat.from_media_type(media_type)
        if graph_format is not None:
            triples = self._triples(query, default_graphs, named_graphs)
            return ox.serialize(triples, format=graph_format) or b""
        result_format = ox.QueryResultsFormat.from_media_type(media_type)
        if result_format is None:
            raise QueryError(
                f"cannot write an answer as {media_type!r}; ask for a media type made for it"
            )
        return (
            self._results(query, default_graphs, named_graphs).serialize(format=result_format)
            or b""
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
        """Answer any query in a media type, to a binary file."""
        output.write(
            self.answer(query, media_type, default_graphs=default_graphs, named_graphs=named_graphs)
        )

    def describe(self, node: URIRef, *, incoming: bool = False) -> Graph:
        """Return the triples about a node, and with `incoming` those that point to it."""
        name = str(engine_graph_name(node))
        graph = self.construct(text_of("describe-node.rq").replace("$node", name))
        if incoming:
            graph += self.construct(text_of("describe-incoming.rq").replace("$node", name))
        return graph

    def graph(self, name: URIRef) -> Graph:
        """Return a named graph, empty where there is none of that name."""
        return graph_of(self.triples_in(name))

    def digest(self, name: URIRef) -> str | None:
        """Return a checksum of a named graph, None where there is none of that name.

        Blank nodes have other labels in each answer of some engines, which do not count.
        """
        graph = engine_graph_name(name)
        quads = [engine_quad(triple, graph) for triple in self.triples_in(name)]
        lines = sorted(str(quad.triple) for quad in label_blank_nodes(quads, graph))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest() if lines else None

    def triples_in(self, name: URIRef) -> Iterator[ox.Triple]:
        """Give the triples of a named graph as they were written."""
        engine_name = engine_graph_name(name)
        if self._endpoint.graph_store_url is None or not self._endpoint.reads_graphs:
            return self.triples(text_of("graph.rq").replace("$graph", str(engine_name)))
        reply = self._endpoint.graph_store("GET", name, accept=_TRIPLES)
        if reply.status == 404:
            return iter(())
        return _parsed(reply, self._endpoint.graph_store_url)

    def graph_names(self) -> tuple[URIRef, ...]:
        """Return the names of the graphs that hold triples, but for the engine's own, sorted."""
        return tuple(sorted(name for name, _ in self._sizes()))

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        object: EngineTerm | None,  # noqa: A002 - as the embedded store has it
        graph_name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None = None,
    ) -> Iterator[ox.Quad]:
        """Look quads up by their terms, None standing for any; one request, read whole."""
        terms = {"subject": subject, "property": predicate, "value": object, "graph": graph_name}
        if any(isinstance(term, ox.BlankNode | ox.Triple) for term in terms.values()):
            raise missing("look a blank node up", Capability.BLANK_NODE_LOOKUP)
        if isinstance(graph_name, ox.NamedNode) and subject is predicate is object is None:
            whole = [engine_quad(t, graph_name) for t in self.triples_in(URIRef(graph_name.value))]
            yield from sorted(whole, key=lambda quad: str(quad.subject))
            return
        is_merged = isinstance(graph_name, ox.DefaultGraph)
        text = text_of("pattern-merged.rq" if is_merged else "pattern-named.rq")
        for name, term in terms.items():
            text = text.replace(f"${name}", f"?{name}" if term is None else str(term))
        rows = self._solutions(text)
        if subject is None and predicate is None and object is None:
            rows.sort(key=lambda row: str(row["subject"]))  # as an index on disk has them
        for row in rows:
            graph = row["graph"] if graph_name is None else graph_name
            if not isinstance(graph, ox.NamedNode) or not self._is_own(graph.value):
                yield ox.Quad(
                    subject or row["subject"],
                    predicate or row["property"],
                    object or row["value"],
                    graph,
                )

    def __len__(self) -> int:
        """Count the quads of the named graphs."""
        return sum(size for _, size in self._sizes())

    def _sizes(self) -> Iterator[tuple[URIRef, int]]:
        """Give the graphs with their sizes, which some engines find faster than names alone."""
        for row in self.select(text_of("graph-sizes.rq")):
            name = row["graph"]
            if isinstance(name, URIRef) and not self._is_own(str(name)):
                yield name, int(str(row["triples"]))

    def _is_own(self, graph: str) -> bool:
        """Tell whether a graph belongs to the engine, or to this software's book-keeping."""
        return graph == str(HISTORY_GRAPH) or graph.startswith(self._endpoint.engine.own_graphs)

    def _triples(
        self,
        query: str,
        default_graphs: Sequence[URIRef] | None,
        named_graphs: Sequence[URIRef] | None,
    ) -> Iterator[ox.Triple]:
        if self._endpoint.form_of(query) in {"SELECT", "ASK"}:
            # Some engines describe the rows of a table in triples instead of refusing.
            raise QueryError("cannot make a graph of rows or of yes and no; use its own method")
        reply = self._ask(query, _TRIPLES, default_graphs, named_graphs)
        return _parsed(reply, self._endpoint.query_url)

    def _results(
        self,
        query: str,
        default_graphs: Sequence[URIRef] | None,
        named_graphs: Sequence[URIRef] | None,
    ) -> ox.QuerySolutions | ox.QueryBoolean:
        if self._endpoint.form_of(query) in {"CONSTRUCT", "DESCRIBE"}:
            raise QueryError("cannot make a table of a graph; use the method for graphs")
        reply = self._ask(query, _RESULTS, default_graphs, named_graphs)
        if reply.media_type not in {_RESULTS, "application/json"}:
            raise QueryError(
                f"{self._endpoint.query_url} answers with {reply.media_type} and not with a query "
                "result; use the method for this kind of query"
            )
        try:
            body = normalised(reply.body)
            return ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        except (SyntaxError, ValueError) as error:
            raise _garbled(self._endpoint.query_url, error) from error

    def _solutions(self, query: str) -> list[ox.QuerySolution]:
        results = self._results(query, None, None)
        try:
            return list(results) if isinstance(results, ox.QuerySolutions) else []
        except SyntaxError as error:
            raise _garbled(self._endpoint.query_url, error) from error

    def _ask(
        self,
        query: str,
        accept: str,
        default_graphs: Sequence[URIRef] | None,
        named_graphs: Sequence[URIRef] | None,
    ) -> Reply:
        names_none = not default_graphs and not named_graphs
        if names_none and (default_graphs is not None or named_graphs is not None):
            raise missing("ask an endpoint about the empty dataset", Capability.EMPTY_DATASET)
        return self._endpoint.query(
            query,
            accept=accept,
            default_graphs=default_graphs or (),
            named_graphs=named_graphs or (),
        )


def _parsed(reply: Reply, url: str) -> Iterator[ox.Triple]:
    graph_format = ox.RdfFormat.from_media_type(reply.media_type)
    if graph_format is None:
        raise QueryError(
            f"{url} answers with {reply.media_type} and not with triples; "
            "use the method for this kind of query"
        )
    try:
        quads = list(ox.parse(reply.body, format=graph_format, base_iri=url))
    except SyntaxError as error:
        raise _garbled(url, error) from error
    return iter([quad.triple for quad in quads])


def _garbled(url: str, error: Exception) -> StoreError:
    return StoreError(f"cannot read what {url} answers: {error}; see that it is whole")
