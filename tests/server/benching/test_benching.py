"""Benchmarks: they run, compare like with like, and notice what is wrong."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from zlib import crc32

import pytest

from kg.store import Home
from server.benching import PEERS, Load, Row, compare, measure, report, soak

BODY = b'{"results": {"bindings": []}}'


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        is_failure = "fail" in self.path
        body = b"no" if is_failure else BODY
        self.send_response(500 if is_failure else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_a_load_counts_what_failed_and_what_is_wrong(port: int) -> None:
    right, wrong = crc32(BODY), 1
    queries = ("a", "fail", "b", "c")
    load = Load(
        port, "/", queries, clients=2, seconds=0.5, checksums=(right, crc32(b"no"), right, wrong)
    )
    found = measure(load)
    assert found.answers > 20
    assert found.failures == pytest.approx(found.answers / 4, abs=2)
    assert found.wrong == pytest.approx(found.answers / 4, abs=2)
    assert 0 < found.percentile(50) <= found.percentile(99)
    assert found.per_second > 40


def test_the_servers_are_measured_side_by_side(corpus_home: Home) -> None:
    assert all(peer.executable for peer in PEERS.values())
    rows = list(compare(corpus_home, seconds=0.5, clients=2))
    assert [(row.server, row.load) for row in rows] == [
        (server, load) for server in PEERS for load in ("cached", "new")
    ]
    assert all(row.per_second > 0 and row.failures == 0 for row in rows)


def test_the_report_says_how_many_times_as_fast_we_are() -> None:
    rows = [
        Row(
            server=s,
            load="new",
            per_second=n,
            p50=1,
            p99=2,
            failures=0,
            when="",
            machine="",
            version="",
        )
        for s, n in (("cove", 300.0), ("other", 150.0))
    ]
    assert report(rows).splitlines()[2].split()[-1] == "2.00"


def test_a_soak_gives_right_answers_and_ends_the_runaways(corpus_home: Home) -> None:
    found = soak(corpus_home, seconds=4, clients=2, limit=1.0)
    assert (found.failures, found.wrong) == (0, 0)
    assert found.runaways >= 2
    assert set(found.statuses) == {503}
    assert found.answers > 50
    assert found.memory_after > 0
