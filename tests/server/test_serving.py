"""The running server: clients that leave, large answers, processes that are killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from kg.store import Home

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
QUERY = "application/sparql-query"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 60000"


def path_of(query: str, **more: str) -> str:
    return "/sparql?" + urlencode({"query": query, **more})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, run_server: Any) -> Iterator[Any]:
    home = tmp_path_factory.mktemp("home")
    with Home(home).begin(agent="tests", reason="quads") as candidate:
        candidate.bulk_load(b"".join(b"<a:s%d> <a:p> <a:o> <a:g> .\n" % n for n in range(400)))
    with run_server(
        home, workers=4, query_seconds=90, patience=90, client_errors=100_000
    ) as running:
        yield running


def running_queries(server: Any) -> int:
    """Count what runs beside the probe itself."""
    answer = server.ask("GET", "/health")
    return int(json.loads(answer.body)["workers"]["running"])


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def send(port: int, path: str) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=120)
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/csv\r\n\r\n".encode())
    return client


def test_a_query_ends_when_its_client_leaves(server: Any) -> None:
    client = send(server.port, path_of(RUNAWAY))
    assert wait_until(lambda: running_queries(server) == 1, 5)
    client.close()
    assert wait_until(lambda: running_queries(server) == 0, 3)


def test_a_large_answer_comes_whole_with_its_length(server: Any) -> None:
    answer = server.ask("GET", path_of(LARGE), headers={"Accept": "text/csv"})
    assert answer.status == 200
    assert int(answer.headers["content-length"]) == len(answer.body) > 1 << 20
    assert answer.body.count(b"\r\n") == 60_001


def test_slow_readers_hold_nobody_up(server: Any) -> None:
    clients = [send(server.port, path_of(f"{LARGE} # {n}", timeout="90")) for n in range(8)]
    try:
        for client in clients:
            assert client.recv(15) == b"HTTP/1.1 200 OK"
        began = time.monotonic()
        assert server.ask("GET", path_of("ASK {}")).status == 200
        assert time.monotonic() - began < 5
    finally:
        for client in clients:
            client.close()


def test_others_are_answered_while_runaways_run(server: Any) -> None:
    clients = [send(server.port, path_of(RUNAWAY, timeout="3")) for _ in range(3)]
    try:
        assert wait_until(lambda: running_queries(server) == 3, 5)
        for number in range(20):
            assert server.ask("GET", path_of(f"ASK {{ ?s ?p {number} }}")).status == 200
        for client in clients:
            assert client.recv(12) == b"HTTP/1.1 503"
    finally:
        for client in clients:
            client.close()


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost: a\r\nX: "
        + b"y" * 2_000_000
        + b"\r\n\r\n",
        b"GET /" + b"a" * 500_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"\x00\xff\x00\xff\r\n\r\n",
        b"GET /sparql?query=%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
    ids=["huge header", "huge path", "huge length", "negative length", "no HTTP", "line breaks"],
)
def test_hostile_requests_are_refused_and_the_server_lives(server: Any, raw: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        try:
            client.sendall(raw)
            start = client.recv(4096)
        except (ConnectionError, TimeoutError):
            start = b""
    assert not start.startswith(b"HTTP/1.1 2")
    assert b"Set-Cookie" not in start.partition(b"\r\n\r\n")[0]
    assert server.ask("GET", "/health/live").status == 200


def test_a_body_sent_in_chunks_is_bounded_too(server: Any) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        head = b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
        client.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        try:
            for _ in range(100):
                client.sendall(chunk)
        except ConnectionError:
            pass
        try:
            start = client.recv(100)
        except ConnectionError:
            start = b""
    assert start in {b""} or b" 413 " in start
    sent = server.ask("POST", "/sparql", b"x" * (2 << 20), {"Content-Type": QUERY})
    assert (sent.status, sent.media_type) == (413, "application/problem+json")
    assert b"1,114,112 bytes" in sent.body
    assert sent.headers["access-control-allow-origin"] == "*"
    assert server.ask("GET", "/health/live").status == 200


def test_a_body_sent_in_chunks_is_read(server: Any) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        head = f"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: {QUERY}\r\n"
        client.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n4\r\nASK \r\n".encode())
        client.sendall(b"2\r\n{}\r\n0\r\n\r\n")
        assert client.recv(15) == b"HTTP/1.1 200 OK"


def children_of(pid: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(folder.name))
        except (OSError, ValueError):
            continue
    return found


def descendants_of(pid: int) -> set[int]:
    children = children_of(pid)
    return set(children).union(*map(descendants_of, children)) if children else set()


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="reads processes from /proc")
def test_killing_the_web_process_ends_its_workers_and_it_comes_back(
    tmp_path: Path, run_server: Any
) -> None:
    with Home(tmp_path).begin(agent="tests", reason="one quad") as candidate:
        candidate.bulk_load(b"<a:s> <a:p> <a:o> <a:g> .\n")
    with run_server(tmp_path, workers=2) as server:
        assert server.ask("GET", path_of("ASK {}")).status == 200
        client = send(server.port, path_of(RUNAWAY))
        web = children_of(server.pid)
        before = set().union(*map(descendants_of, web))
        assert before
        for pid in web:
            os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: not any(Path(f"/proc/{pid}/fd").exists() for pid in before), 10)
        client.close()
        assert wait_until(lambda: answers(server), 20)
        for _ in range(2):  # so soon after one another that granian gives up
            for pid in children_of(server.pid):
                os.kill(pid, signal.SIGKILL)
            assert wait_until(lambda: answers(server), 30)


def answers(server: Any) -> bool:
    try:
        return bool(server.ask("GET", path_of("ASK {}")).status == 200)
    except OSError:
        return False


def test_stopping_leaves_no_process(tmp_path: Path, run_server: Any) -> None:
    with Home(tmp_path).begin(agent="tests", reason="one quad") as candidate:
        candidate.bulk_load(b"<a:s> <a:p> <a:o> <a:g> .\n")
    with run_server(tmp_path, workers=2) as server:
        assert server.ask("GET", path_of("ASK {}")).status == 200
        family = descendants_of(server.pid)
    assert wait_until(lambda: not any(Path(f"/proc/{pid}/fd").exists() for pid in family), 10)


def test_a_server_that_is_told_to_stop_answers_what_it_has_begun(
    tmp_path: Path, run_server: Any
) -> None:
    with Home(tmp_path).begin(agent="tests", reason="quads") as candidate:
        candidate.bulk_load(b"".join(b"<a:s%d> <a:p> <a:o> <a:g> .\n" % n for n in range(270)))
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with (
        run_server(tmp_path, workers=2, patience=60, query_seconds=60) as server,
        send(server.port, path_of(slow)) as client,
    ):
        assert wait_until(lambda: running_queries(server) == 1, 30)
        os.kill(server.pid, signal.SIGTERM)
        client.settimeout(60)
        assert client.recv(12) == b"HTTP/1.1 200"
