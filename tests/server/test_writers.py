"""The process that writes may die at any moment, and nothing that was acknowledged is lost."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from rdflib import RDF, URIRef

from kg.accounts import Accounts, Role
from kg.ingest import Mode
from kg.store import Home
from server.orders import Document, Expectation, GraphOrder, UpdateOrder, Writing
from server.problems import ProblemError
from server.writers import Writer

WHO = Writing("Curating team", "a test", "https://example.org/")
TURTLE = "text/turtle"


def graph_order(name: str, content: bytes) -> GraphOrder:
    documents = (Document(content, TURTLE),)
    return GraphOrder(WHO, f"urn:{name}", documents, Mode.REPLACE, Expectation())


def one(number: int) -> bytes:
    return f"<urn:s> <urn:p> {number} .".encode()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home(tmp_path / "home")
    with found.begin(agent="tests", reason="a dataset") as candidate:
        candidate.replace(URIRef("urn:first"), [(URIRef("urn:a"), RDF.type, URIRef("urn:b"))])
    return found


@contextlib.contextmanager
def writing(home: Home, **more: Any) -> Iterator[Writer]:
    # The memory of the setting's default: address space goes to threads as well as to data.
    settings: dict[str, Any] = {"seconds": 30.0, "memory": 2 << 30, "patience": 30.0} | more
    writer = Writer(home.path, **settings)
    try:
        yield writer
    finally:
        writer.close()


def numbers(home: Home) -> set[int]:
    with home.open() as snapshot:
        names = snapshot.graph_names()
    return {int(name.removeprefix("urn:g")) for name in names if name.startswith("urn:g")}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_writer_that_is_killed_loses_nothing_acknowledged(home: Home) -> None:
    chance = random.Random(9)  # noqa: S311  # moments, no secret
    acknowledged: set[int] = set()
    lost = 0
    stop = threading.Event()

    def kill(writer: Writer) -> None:
        while not stop.wait(chance.uniform(0.05, 0.9)):
            pid = writer.pid
            if pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    with writing(home) as writer:
        writer.run(graph_order("g0", one(0)))
        killer = threading.Thread(target=kill, args=(writer,))
        killer.start()
        deadline = time.monotonic() + 8
        number = 0
        kinds = set()
        try:
            while time.monotonic() < deadline:
                number += 1
                try:
                    writer.run(graph_order(f"g{number}", one(number)))
                    acknowledged.add(number)
                except ProblemError as problem:
                    kinds.add(problem.kind)
                    lost += 1
        finally:
            stop.set()
            killer.join()
        assert kinds <= {"worker-lost", "busy"}
        assert writer.run(graph_order("g0", one(1))).is_new_version
    assert lost
    assert len(acknowledged) > 3
    assert sorted(acknowledged - numbers(home))[:20] == []
    assert home.check(deep=True) == []


def test_a_write_past_its_time_is_ended_and_nothing_is_written(home: Home) -> None:
    deep = (
        "INSERT { GRAPH <urn:x> { ?a ?b ?c } } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    )
    many = " ".join(f"<urn:s{n}> <urn:p> {n} ." for n in range(2_000)).encode()
    with writing(home, seconds=1.5) as writer:
        writer.run(graph_order("many", many))
        before = home.current()
        began = time.monotonic()
        with pytest.raises(ProblemError, match="nothing was written") as refusal:
            writer.run(UpdateOrder(WHO, deep, None, None))
        assert refusal.value.kind == "time-limit"
        assert time.monotonic() - began < 20
        assert home.current() == before
        assert writer.run(graph_order("g1", one(1))).is_new_version


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux")
def test_a_write_past_its_memory_is_ended_and_nothing_is_written(home: Home) -> None:
    text = " ".join(f"BIND (CONCAT(?s{n}, ?s{n}) AS ?s{n + 1})" for n in range(40))
    where = f"WHERE {{ BIND ('xxxxxxxx' AS ?s0) {text} }}"
    bomb = f"INSERT {{ GRAPH <urn:x> {{ <urn:s> <urn:p> ?s40 }} }} {where}"
    with writing(home, memory=1 << 30) as writer:
        with pytest.raises(ProblemError) as refusal:
            writer.run(UpdateOrder(WHO, bomb, None, None))
        assert refusal.value.kind in {"memory-limit", "worker-lost"}
        assert home.current() == 1
        assert writer.run(graph_order("g1", one(1))).is_new_version


def test_many_who_write_at_once_are_told_to_wait(home: Home) -> None:
    with writing(home, patience=0.01) as writer:
        outcomes: list[str] = []

        def run(number: int) -> None:
            try:
                writer.run(graph_order(f"g{number}", one(number)))
                outcomes.append("written")
            except ProblemError as problem:
                outcomes.append(problem.kind)

        threads = [threading.Thread(target=run, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert set(outcomes) == {"written", "busy"}
    assert len(numbers(home)) == outcomes.count("written")


def test_who_meets_another_process_that_writes_is_told_to_wait(home: Home) -> None:
    with (
        writing(home) as writer,
        home.begin(agent="tests", reason="a long import"),
        pytest.raises(ProblemError, match="Another process") as refusal,
    ):
        writer.run(graph_order("g1", one(1)))
    assert (refusal.value.kind, refusal.value.retry_after) == ("busy", 5)


def test_a_writer_that_is_closed_ends_its_process(home: Home) -> None:
    with writing(home) as writer:
        writer.run(graph_order("g1", one(1)))
        pid = writer.pid
        assert pid
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and Path(f"/proc/{pid}").exists():
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
    with pytest.raises(ProblemError, match="stopping"):
        writer.run(graph_order("g2", one(2)))


def tree(pid: int) -> list[int]:
    """List a process and what it started, and so on."""
    children = [
        int(stat.parent.name)
        for stat in Path("/proc").glob("[0-9]*/stat")
        for text in [_read(stat)]
        if text and int(text.rpartition(")")[2].split()[1]) == pid
    ]
    return [pid, *(each for child in children for each in tree(child))]


def _read(stat: Path) -> str:
    with contextlib.suppress(OSError):
        return stat.read_text()
    return ""


@pytest.mark.skipif(sys.platform != "linux", reason="the processes are found in /proc")
@pytest.mark.parametrize("part", ["web", "all"])
def test_a_server_that_is_killed_loses_nothing_acknowledged(
    home: Home, run_server: Callable[..., Any], part: str
) -> None:
    _, token = Accounts(home.path).create("Curating team", Role.CURATOR)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": TURTLE}
    acknowledged: list[int] = []
    stop = threading.Event()

    def write(running: Any) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            path = "/data?graph=" + quote(f"urn:g{number}", safe="")
            try:
                answer = running.ask("PUT", path, one(number), headers)
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            if answer.status == 201:
                assert json.loads(answer.body)["changed"]
                acknowledged.append(number)

    with run_server(home.path) as running:
        thread = threading.Thread(target=write, args=(running,))
        thread.start()
        deadline = time.monotonic() + 20
        while len(acknowledged) < 8 and time.monotonic() < deadline:
            time.sleep(0.02)
        web = [pid for pid in tree(running.pid) if pid != running.pid]
        for pid in [running.pid, *web] if part == "all" else web[:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if part == "web":
            count = len(acknowledged)
            while len(acknowledged) < count + 3 and time.monotonic() < deadline + 30:
                time.sleep(0.05)
            assert len(acknowledged) >= count + 3, "the server did not come back"
        stop.set()
        thread.join()
    assert len(acknowledged) >= 8
    with run_server(home.path) as running:
        path = "/data?graph=" + quote("urn:after", safe="")
        assert running.ask("PUT", path, one(1), headers).status == 201
        query = quote("ASK { GRAPH <urn:after> { ?s ?p ?o } }")
        assert b"true" in running.ask("GET", f"/sparql?query={query}").body
    assert sorted(set(acknowledged) - numbers(home))[:20] == []
    assert home.check(deep=True) == []
