"""Reports: the server and its peers side by side, measured in one run."""

from __future__ import annotations

import http.client
import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import islice
from urllib.parse import quote

import msgspec
import pyoxigraph as ox
from rdflib import URIRef

from kg.errors import ConfigurationError, QueryError
from kg.namespaces import COVE, RDF
from kg.questions.binding import bind, without_header
from kg.store import Home
from server.benching.loads import Load, measure
from server.benching.peers import PEERS, running
from server.library import page_query

__all__ = ["Row", "compare", "different", "report", "small_queries"]

# Small queries without a limit of their own, each about a thing of a class.
_QUERIES = {
    "claim_effects": COVE.Claim,
    "process_people": COVE.CoProcess,
    "proposition_stance": COVE.Proposition,
    "work_authors": COVE.Work,
}
_COMPARED = 50  # answers that must be the same everywhere
_MOST = 60_000  # queries that differ, more than a run can ask


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """How one server did under one load; times in milliseconds."""

    server: str
    load: str
    per_second: float
    p50: float
    p99: float
    failures: int
    when: str
    machine: str
    version: str


def compare(home: Home, *, seconds: float = 5.0, clients: int = 8) -> Iterable[Row]:
    """Measure every server that is installed with queries that it had before, and with new ones.

    Each answers some of the queries first, and must give the rows that the others give.
    """
    queries = list(small_queries(home))
    expected: list[int] | None = None
    for name, peer in PEERS.items():
        if peer.executable is None:
            continue
        with running(name, home) as server:
            found = [_count_rows(server.port, peer.path, query) for query in queries[:_COMPARED]]
            expected = expected or found
            if found != expected:
                raise QueryError(f"cannot compare: {name} gives other rows than the first server")
            warm = tuple(queries[:_COMPARED])
            for load, chosen in (("cached", warm), ("new", tuple(different(queries)))):
                made = Load(server.port, peer.path, chosen, clients, seconds)
                measured = measure(made)
                yield Row(
                    server=name,
                    load=load,
                    per_second=round(measured.per_second, 1),
                    p50=round(measured.percentile(50), 2),
                    p99=round(measured.percentile(99), 2),
                    failures=measured.failures,
                    when=datetime.now(UTC).isoformat(timespec="seconds"),
                    machine=f"{platform.machine()}, {os.cpu_count()} processors",
                    version=version("cove-kg"),
                )


def report(rows: Sequence[Row]) -> str:
    """Write rows as a table, with how many times as fast as each peer the first server is."""
    first = {row.load: row.per_second for row in rows if row.server == rows[0].server}
    lines = [f"{'server':16} {'load':7} {'a second':>9} {'p50 ms':>8} {'p99 ms':>8} {'ratio':>6}"]
    for row in rows:
        ratio = first[row.load] / row.per_second if row.per_second else float("nan")
        failed = f"  {row.failures} failures" if row.failures else ""
        lines.append(
            f"{row.server:16} {row.load:7} {row.per_second:9,.0f} {row.p50:8.2f} {row.p99:8.2f} "
            f"{ratio:6.2f}{failed}"
        )
    return "\n".join(lines)


def small_queries(home: Home) -> Iterable[str]:
    """Give queries of the pages about single things of the dataset."""
    with home.open() as snapshot:
        for name, class_ in _QUERIES.items():
            kind, type_ = ox.NamedNode(str(class_)), ox.NamedNode(str(RDF.type))
            found = {
                quad.subject.value
                for quad in snapshot.quads_for_pattern(None, type_, kind)
                if isinstance(quad.subject, ox.NamedNode)
            }
            text = without_header(page_query(name))
            for iri in islice(sorted(found), 0, None, max(len(found) // 500, 1)):
                yield bind(text, {"node": URIRef(iri)})


def different(queries: Sequence[str]) -> Iterable[str]:
    """Give the queries again and again, each time with a limit that it did not have before."""
    rounds = range(1_000, 1_000 + _MOST // len(queries) + 1)
    return (f"{query}\nLIMIT {limit}" for limit in rounds for query in queries)


def _count_rows(port: int, path: str, query: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        headers = {"Accept": "application/sparql-results+json"}
        connection.request("GET", f"{path}?query={quote(query, safe='')}", headers=headers)
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise ConfigurationError(f"cannot compare: a server answers {response.status}")
        return len(msgspec.json.decode(body)["results"]["bindings"])
    finally:
        connection.close()
