"""An Oxigraph database under the face that every store has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, TypeVar

import pyoxigraph as ox
from rdflib import Graph, URIRef

from kg.errors import QueryError, StoreError
from kg.store.merging import DEFAULT, count_named, digest_graph
from kg.store.tables import Table, table_of
from kg.store.terms import EngineTerm, engine_graph_name, graph_of

__all__ = ["Database", "syntax_error"]

_POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)

_T = TypeVar("_T")
_Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class Database:
    """Read an Oxigraph database: the half that snapshots and candidates share."""

    def __init__(self, engine: ox.Store, *, version: int | None) -> None:
        self._engine: ox.Store | None = engine
        self._version = version

    @property
    def version(self) -> int | None:
        """The number of the version: of a candidate, of the one it is based on."""
        return self._version

    @property
    def engine(self) -> ox.Store:
        """The engine itself, for rules that run where the data is; never to be written to."""
        if self._engine is None:
            raise StoreError("cannot use a store that is closed; open the version again")
        return self._engine

    def select(
        self,
        query: str,
        *,
        default_graphs: Sequence[URIRef] | None = None,
        named_graphs: Sequence[URIRef] | None = None,
    ) -> Table:
        """Answer a SELECT query."""
        results = self._run(query, default_graphs, named_graphs)
        if not isinstance(results, ox.QuerySolutions):
            raise QueryError("cannot give rows for a query that is no SELECT; use its own method")
        return _finish(lambda: table_of(results))

    def ask(
        self,
        query: str,
        *,
        default_graphs: Sequence[URIRef] | None = None,
        named_graphs: Sequence[URIRef] | None = None,
    ) -> bool:
        """Answer an ASK query."""
        results = self._run(query, default_graphs, named_graphs)
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
        results = self._run(query, default_graphs, named_graphs)
        if not isinstance(results, ox.QueryTriples):
            raise QueryError(
                "cannot make a graph of a query that is no CONSTRUCT or DESCRIBE; "
                "use its own method"
            )
        return _finish(lambda: graph_of(results))

    def triples(self, query: str) -> Iterator[ox.Triple]:
        """Answer a CONSTRUCT query of the product with triples of the engine."""
        results = self._run(query, None, None)
        if not isinstance(results, ox.QueryTriples):
            raise QueryError("cannot give triples for a query that is no CONSTRUCT; change it")
        return _finish(lambda: iter(list(results)))

    def answer(
        self,
        query: str,
        media_type: str,
        *,
        default_graphs: Sequence[URIRef] | None = None,
        named_graphs: Sequence[URIRef] | None = None,
    ) -> bytes:
        """Answer any query in a media type, written by the engine."""
        results = self._run(query, default_graphs, named_graphs)
        return _finish(lambda: _serialize(results, media_type, None)) or b""

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
        results = self._run(query, default_graphs, named_graphs)
        _finish(lambda: _serialize(results, media_type, output))

    def describe(self, node: URIRef, *, incoming: bool = False) -> Graph:
        """Return the triples about a node, and with `incoming` those that point to it."""
        name = engine_graph_name(node)
        graph = graph_of(self.quads_for_pattern(name, None, None, DEFAULT))
        if incoming:
            graph += graph_of(self.quads_for_pattern(None, None, name, DEFAULT))
        return graph

    def graph(self, name: URIRef) -> Graph:
        """Return a named graph, empty where there is none of that name."""
        return graph_of(self.quads_for_pattern(None, None, None, engine_graph_name(name)))

    def digest(self, name: URIRef) -> str | None:
        """Return a checksum of a named graph, None where there is none of that name."""
        graph = engine_graph_name(name)
        if next(self.engine.quads_for_pattern(None, None, None, graph), None) is None:
            return None
        return digest_graph(self.engine, graph)

    def graph_names(self) -> tuple[URIRef, ...]:
        """Return the names of the graphs that hold triples, sorted."""
        return tuple(map(URIRef, sorted(name.value for name in self.engine.named_graphs())))

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        object: EngineTerm | None,  # noqa: A002 - the engine's own signature, which rules rely on
        graph_name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None = None,
    ) -> Iterator[ox.Quad]:
        """Look quads of named graphs up by the engine's terms, None standing for any."""
        found = self.engine.quads_for_pattern(subject, predicate, object, graph_name)
        if graph_name is None:
            return (quad for quad in found if quad.graph_name != DEFAULT)
        return found

    def __len__(self) -> int:
        """Count the quads of the named graphs, reading them all."""
        return count_named(self.engine)

    def _run(
        self,
        query: str,
        default_graphs: Sequence[URIRef] | None,
        named_graphs: Sequence[URIRef] | None,
    ) -> _Results:
        engine = self.engine
        if default_graphs is not None or named_graphs is not None:
            defaults = [engine_graph_name(name) for name in default_graphs or ()]
            names = [engine_graph_name(name) for name in named_graphs or ()]
            return _finish(
                lambda: engine.query(query, default_graph=[*defaults], named_graphs=[*names])
            )
        return _finish(lambda: engine.query(query))


def _serialize(results: _Results, media_type: str, output: BinaryIO | None) -> bytes | None:
    if isinstance(results, ox.QueryTriples):
        graph_format = ox.RdfFormat.from_media_type(media_type)
        if graph_format is not None:
            return results.serialize(output, graph_format)
    else:
        result_format = ox.QueryResultsFormat.from_media_type(media_type)
        if result_format is not None:
            return results.serialize(output, result_format)
    kind = "a graph" if isinstance(results, ox.QueryTriples) else "a query result"
    raise QueryError(f"cannot write {kind} as {media_type!r}; ask for a media type made for it")


def _finish(work: Callable[[], _T]) -> _T:
    """Do a step of a query, in which the engine's errors become ours.

    The engine finds solutions while they are read, so each step may fail.
    """
    try:
        return work()
    except SyntaxError as error:
        raise syntax_error(error, "query") from error
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"cannot answer the query: {error}") from error


def syntax_error(error: SyntaxError, what: str) -> QueryError:
    """Say where the engine's parser stopped, with the line and column if it tells them."""
    found = _POSITION.search(str(error))
    if found is None:
        return QueryError(f"cannot read the {what}: {error}; correct it")
    line, column, reason = int(found[1]), int(found[2]), " ".join(found[3].split())
    message = f"cannot read the {what} at line {line}, column {column}: {reason}"
    return QueryError(message, line=line, column=column)
