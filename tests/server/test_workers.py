"""Workers: whatever a query does, the next one is answered."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.store import Home
from server.engine import Task
from server.problems import ProblemError
from server.processes import Allowance
from server.workers import Workers

JSON = "application/sparql-results+json"
CSV = "text/csv"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
QUADS = 400


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("home")
    with Home(path).begin(agent="tests", reason="quads") as candidate:
        candidate.bulk_load(b"".join(b"<a:s%d> <a:p> <a:o> <a:g> .\n" % i for i in range(QUADS)))
    return path


@pytest.fixture
def workers(home: Path) -> Iterator[Workers]:
    allowance = Allowance(home, workers=2, memory=1 << 30, inline=10_000, most=1_000_000)
    with Workers(allowance) as pool:
        yield pool


def ask(workers: Workers) -> bytes:
    body = workers.run(Task("ASK { ?s ?p ?o }", JSON, 1), seconds=5).body
    assert isinstance(body, bytes)
    return body


def kind_of_failure(workers: Workers, query: str, seconds: float = 5) -> str:
    with pytest.raises(ProblemError) as caught:
        workers.run(Task(query, JSON, 1), seconds=seconds)
    return caught.value.kind


def test_a_small_answer_comes_in_memory_and_a_large_one_in_a_file(workers: Workers) -> None:
    small = workers.run(Task("SELECT ?s { ?s ?p ?o } LIMIT 2", CSV, 1), seconds=5)
    large = workers.run(Task("SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 9000", CSV, 1), seconds=20)
    assert isinstance(small.body, bytes)
    assert small.body.count(b"\r\n") == 3
    assert isinstance(large.body, Path)
    assert len(large.body.read_bytes()) == large.size
    assert large.body.read_bytes().count(b"\r\n") == 9001


def test_a_runaway_is_ended_at_its_limit_and_the_next_answer_comes(workers: Workers) -> None:
    began = time.monotonic()
    assert kind_of_failure(workers, RUNAWAY, 0.6) == "time-limit"
    assert time.monotonic() - began < 20  # without a limit it would run for hours
    assert ask(workers)
    assert workers.ended == 1


def test_a_query_whose_client_has_gone_is_ended(workers: Workers) -> None:
    began = time.monotonic()
    with pytest.raises(ProblemError) as caught:
        workers.run(Task(RUNAWAY, JSON, 1), seconds=30, is_gone=lambda: True)
    assert caught.value.kind == "client-gone"
    assert time.monotonic() - began < 5
    assert workers.running == 0


def test_a_memory_bomb_ends_its_worker_only(home: Path) -> None:
    allowance = Allowance(home, workers=1, memory=200 << 20, inline=10_000, most=1 << 40)
    bomb = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g"
    with Workers(allowance) as pool:
        assert kind_of_failure(pool, bomb, 30) == "memory-limit"
        assert ask(pool)


def test_an_answer_beyond_the_limit_is_an_error_and_leaves_no_file(workers: Workers) -> None:
    query = "SELECT * { ?s ?p ?o . ?a ?b ?c }"
    assert kind_of_failure(workers, query, 20) == "answer-too-large"
    assert not [path for path in workers.folder.rglob("*") if path.is_file()]


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="reads processes from /proc")
def test_a_worker_that_is_killed_is_replaced(workers: Workers) -> None:
    ask(workers)
    for pid in workers.pids():
        os.kill(pid, signal.SIGKILL)
        while Path(f"/proc/{pid}/fd").exists():
            pass
    assert ask(workers), "no query is lost to a worker that died while it was idle"
    assert workers.ended == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_query_whose_worker_is_killed_is_told_so(workers: Workers) -> None:
    ask(workers)

    def kill() -> None:
        while not workers.tasks():
            pass
        for pid in workers.pids():
            os.kill(pid, signal.SIGKILL)

    killing = threading.Thread(target=kill)
    killing.start()
    assert kind_of_failure(workers, RUNAWAY, 30) == "worker-lost"
    killing.join()
    assert ask(workers)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="reads threads from /proc")
def test_a_slow_query_lets_the_others_go_first(workers: Workers) -> None:
    ask(workers)
    (pid,) = workers.pids()
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    seen: list[set[int]] = []

    def paces() -> set[int]:
        threads = [int(each.name) for each in Path(f"/proc/{pid}/task").iterdir()]
        assert len(threads) > 1, "the engine has a thread of its own"
        return {os.getpriority(os.PRIO_PROCESS, each) for each in threads}

    def is_gone() -> bool:
        seen.append(paces())
        return True

    assert paces() == {usual}
    with pytest.raises(ProblemError):
        workers.run(Task(RUNAWAY, JSON, 1), seconds=30, is_gone=is_gone)
    assert seen == [{min(usual + 10, 19)}]


def test_a_query_that_waits_too_long_for_a_worker_is_told_so(workers: Workers) -> None:
    over = threading.Event()

    def occupy() -> None:
        with pytest.raises(ProblemError):
            workers.run(Task(RUNAWAY, JSON, 1), seconds=30, is_gone=over.is_set)

    threads = [threading.Thread(target=occupy) for _ in range(2)]
    for thread in threads:
        thread.start()
    while workers.running < 2:
        over.wait(0.01)
    with pytest.raises(ProblemError) as caught:
        workers.run(Task("ASK {}", JSON, 1), seconds=1, patience=0.2)
    assert (caught.value.kind, caught.value.retry_after) == ("busy", 2)
    over.set()
    for thread in threads:
        thread.join()


def test_a_syntax_error_has_its_place_and_costs_no_worker(workers: Workers) -> None:
    with pytest.raises(ProblemError) as caught:
        workers.run(Task("SELECT ?s WHERE { ?s ?p }", JSON, 1), seconds=5)
    assert caught.value.kind == "malformed-query"
    assert caught.value.members == {"line": 1, "column": 26}
    assert workers.ended == 0


def test_the_dataset_parameters_choose_the_graphs(workers: Workers) -> None:
    def holds(query: str, **graphs: tuple[str, ...]) -> bool:
        answer = workers.run(Task(query, JSON, 1, **graphs), seconds=5)  # type: ignore[arg-type]
        assert isinstance(answer.body, bytes)
        return b"true" in answer.body

    assert holds("ASK { ?s ?p ?o }")
    assert holds("ASK { ?s ?p ?o }", default_graphs=("a:g",))
    assert not holds("ASK { ?s ?p ?o }", default_graphs=("a:other",))
    assert not holds("ASK { ?s ?p ?o }", named_graphs=("a:g",))
    assert holds("ASK { GRAPH <a:g> { ?s ?p ?o } }", named_graphs=("a:g",))
    assert not holds("ASK FROM <a:other> { ?s ?p ?o }")


def test_closing_ends_every_process_and_removes_the_spool(home: Path) -> None:
    with Workers(Allowance(home, 2, 1 << 30, 10_000, 1_000_000)) as pool:
        ask(pool)
        pids, folder = pool.pids(), pool.folder
        assert pids
        assert folder.is_dir()
    assert not folder.exists()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
