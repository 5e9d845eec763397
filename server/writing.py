"""The inside of the process that writes: it reads documents and makes versions, one at a time."""

from __future__ import annotations

import contextlib
import gzip
import io
import logging
import os
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import chain
from multiprocessing.connection import Connection
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox
from filelock import Timeout
from rdflib import URIRef

from kg.errors import (
    CapabilityError,
    ConformanceError,
    CoveError,
    QueryError,
    ReservedError,
    SourceError,
    StoreError,
    VersionConflict,
)
from kg.ingest import Written, apply_update, write_graph
from kg.readers.documents import SIZE_LIMIT, parse_document
from kg.store import Place, place_at
from server.isolation import leave_network, limit_memory, run_deep
from server.orders import (
    Deciding,
    Document,
    Done,
    GraphOrder,
    Members,
    Order,
    Refused,
    UpdateOrder,
)
from server.problems import ProblemError

__all__ = ["MEDIA_TYPES", "write"]

_LOG = logging.getLogger(__name__)
_MOST_LINES = 100
_TURN = 5  # seconds to wait for another process that writes
_SOURCE = "the document"

MEDIA_TYPES: Mapping[str, ox.RdfFormat] = MappingProxyType(
    {
        "text/turtle": ox.RdfFormat.TURTLE,
        "application/x-turtle": ox.RdfFormat.TURTLE,
        "application/n-triples": ox.RdfFormat.N_TRIPLES,
        "application/rdf+xml": ox.RdfFormat.RDF_XML,
        "application/ld+json": ox.RdfFormat.JSON_LD,
    }
)
"""The media types of documents that are read."""

_KINDS: tuple[tuple[type[CoveError], str], ...] = (
    (ReservedError, "reserved-graph"),
    (CapabilityError, "not-supported"),
    (VersionConflict, "conflict"),
    (StoreError, "write-failed"),
    (QueryError, "malformed-update"),
)


def write(orders: Connection, lifeline: Connection, home: str, store: str, memory: int) -> None:
    """Carry out orders until the other end of the lifeline closes: the body of the process.

    `store` is the address of an engine that holds the data: then the process keeps the network.
    """
    if not store:
        leave_network()
    find = partial(place_at, Path(home), store, lock_timeout=_TURN)
    run_deep(lambda: _serve(orders, find, memory))
    # The engine's thread may be deep in an update when the server dies: this one notices.
    with contextlib.suppress(EOFError, OSError):
        lifeline.recv()
    os._exit(0)


def _serve(orders: Connection, find: Callable[[], Place], memory: int) -> None:
    with contextlib.suppress(EOFError, OSError):
        limit_memory(memory)
        orders.send(None)
        while True:
            order = orders.recv()
            # An engine is asked anew what it is: last time it may have been down.
            orders.send(_answer(find(), order, orders))
    os._exit(0)


def _answer(home: Place, order: Order, orders: Connection) -> Done | Refused:
    began = time.process_time()
    try:
        written = _carry_out(home, order, lambda: orders.send(Deciding()))
    except MemoryError:
        return Refused("memory-limit", "The write passed the limit of memory; write in parts.", {})
    except CoveError as error:
        return _refused(error)
    except Exception:  # whatever it is, the process goes on and the client is told
        _LOG.exception("a write failed")
        message = "This is a fault of the server, not of your request; it has been noted."
        return Refused("internal-error", message, {})
    return Done(
        version=written.version.number if written.version else home.current() or 0,
        is_new_version=written.version is not None,
        was_there=written.was_there,
        digest=written.digest,
        graphs=tuple(map(str, written.graphs)),
        warnings=tuple(map(str, written.warnings[:_MOST_LINES])),
        seconds=time.process_time() - began,
    )


def _carry_out(home: Place, order: Order, before_commit: Callable[[], None]) -> Written:
    writing = order.writing
    if isinstance(order, UpdateOrder):
        return apply_update(
            home,
            order.text,
            agent=writing.agent,
            reason=writing.reason,
            default_graphs=order.default_graphs,
            named_graphs=order.named_graphs,
            base=writing.base,
            before_commit=before_commit,
        )
    expectation = order.expectation
    return write_graph(
        home,
        URIRef(order.graph),
        None if order.documents is None else list(_triples(order)),
        agent=writing.agent,
        reason=writing.reason,
        mode=order.mode,
        condition=(lambda digest: _expect(order, digest, home)) if expectation.says else None,
        before_commit=before_commit,
    )


def _triples(order: GraphOrder) -> Iterator[ox.Triple]:
    documents = order.documents or ()
    return chain.from_iterable(_read(document, order.graph) for document in documents)


def _read(document: Document, graph: str) -> Iterator[ox.Triple]:
    content = _unpacked(document.content) if document.is_packed else document.content
    format_ = MEDIA_TYPES[document.media_type]
    stream = io.BytesIO(content)
    for quad in parse_document(stream, _SOURCE, format_, base=graph, rename_blank_nodes=True):
        if quad.graph_name != ox.DefaultGraph():
            what = f"names a graph of its own, {quad.graph_name}; send the triples of one graph"
            raise SourceError(what, source=_SOURCE)
        yield quad.triple


def _unpacked(content: bytes) -> bytes:
    """Unpack what gzip packed, and no more of it than a document may have."""
    try:
        with gzip.open(io.BytesIO(content)) as packed:
            unpacked = packed.read(SIZE_LIMIT + 1)
    except (EOFError, OSError, zlib.error) as error:
        what = f"is damaged as a gzip file ({error}); pack it again"
        raise SourceError(what, source=_SOURCE) from error
    if len(unpacked) > SIZE_LIMIT:
        what = f"unpacks to more than {SIZE_LIMIT >> 20} MiB; send it in parts"
        raise SourceError(what, source=_SOURCE)
    return unpacked


def _expect(order: GraphOrder, digest: str | None, home: Place) -> None:
    """Compare what is there with what the request expects, under the writer's lock."""
    expectation = order.expectation
    names: set[str] = set()
    if expectation.is_default or digest is not None:
        names = {"*", f"v{home.current() or 0}"}
    if digest is not None and not expectation.is_default:
        names.add(digest)
    if expectation.match is not None and not names & expectation.match:
        raise _unexpected("has changed since" if names else "is not there", order.graph)
    if expectation.none_match is not None and names & expectation.none_match:
        raise _unexpected("is there already", order.graph)


def _unexpected(what: str, graph: str) -> ProblemError:
    message = f"The graph <{graph}> {what}; read it again and make the change to what is there."
    return ProblemError("precondition-failed", message)


def _refused(error: CoveError) -> Refused:
    if isinstance(error, ProblemError):
        return Refused(error.kind, str(error), error.members)
    kind = next((kind for class_, kind in _KINDS if isinstance(error, class_)), "nonconforming")
    if kind == "write-failed" and isinstance(error.__cause__, Timeout):
        return Refused("busy", "Another process is writing; nothing was written.", {})
    if kind == "write-failed":
        # Its words are for the operator: they name files.
        _LOG.error("a write could not be kept: %s", error)
        message = "The write could not be kept; the operator's log says why. Nothing was written."
        return Refused(kind, message, {})
    members: Members = {}
    if isinstance(error, CapabilityError):
        members = {"capability": error.capability}
    elif isinstance(error, ConformanceError):
        violations = error.report.violations
        found = [str(finding) for finding in violations[:_MOST_LINES]]
        members = {"violations": found, "count": len(violations)}
    elif isinstance(error, SourceError):
        kind = "malformed-document" if error.source == _SOURCE else kind
        members = _place(error.line, None)
    elif isinstance(error, QueryError):
        members = _place(error.line, error.column)
    return Refused(kind, f"{error}.", members)


def _place(line: int | None, column: int | None) -> Members:
    found: Members = {}
    if line is not None:
        found["line"] = line
    if column is not None:
        found["column"] = column
    return found
