"""Bulk imports: the same dataset whatever the processes and chunks, and as one by one."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster

import kg.ingest.files
from kg.bench import Generator
from kg.errors import StoreError
from kg.ingest import (
    Crew,
    Outcome,
    build_dataset,
    bulk,
    cluster,
    import_files,
    import_many,
    processes,
)
from kg.ingest.chunks import Chunk
from kg.store import Home

COUNT = 40
CUT_SHORT = """
import os, signal, sys
from kg.ingest import bulk, processes
from kg.store import Home

def crew(job, chunks):
    for number, finished in enumerate(processes(1)(job, chunks)):
        if number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        yield finished

bulk.CHUNK = 5
bulk.import_many(Home(sys.argv[1]), sys.argv[2:], agent="tests", reason="cut short", crew=crew)
"""


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "made.jsonl"
    lines = list(Generator(seed=3, invalid=0.1).lines(COUNT))
    twice = json.loads(lines[4])
    twice["title"] = "Made work that comes twice"
    path.write_bytes(b"".join(lines) + json.dumps(twice).encode() + b"\n{broken\n")
    return path


def copied(home: Home, folder: Path) -> Home:
    return Home(shutil.copytree(home.path, folder))


def content(home: Home) -> list[str]:
    with home.open() as snapshot:
        return sorted(map(str, snapshot.quads_for_pattern(None, None, None)))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return a home with the ontology and a few made records."""
    folder = tmp_path_factory.mktemp("base")
    few = folder / "few.jsonl"
    few.write_bytes(b"".join(Generator(seed=2).lines(8)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kg.ingest.files, "corpus", lambda: few)
        assert build_dataset(Home(folder / "home"), agent="tests").accepted == 8
    return Home(folder / "home")


@pytest.fixture(scope="module")
def expected(
    base: Home, sheet: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Outcome, list[str]]:
    home = copied(base, tmp_path_factory.mktemp("one") / "home")
    outcome = import_files(home, [sheet], agent="tests", reason="one by one")
    return outcome, content(home)


@pytest.fixture(params=[(1, 100), (2, 9)], ids=["one", "two in small chunks"])
def crew(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Crew:
    number, chunk = request.param
    monkeypatch.setattr(bulk, "CHUNK", chunk)
    return processes(number)


def test_the_result_is_that_of_one_by_one(
    base: Home,
    sheet: Path,
    expected: tuple[Outcome, list[str]],
    tmp_path: Path,
    crew: Crew,
) -> None:
    home = copied(base, tmp_path / "home")
    outcome = import_many(home, [sheet], agent="tests", reason="in bulk", crew=crew)
    there, quads = expected
    assert content(home) == quads
    assert outcome.accepted == there.accepted < COUNT
    assert sorted(r.why for r in outcome.refusals) == sorted(r.why for r in there.refusals)
    assert len(outcome.warnings) == len(there.warnings)
    assert home.check(deep=True) == []


def test_records_that_were_there_are_replaced(
    base: Home, sheet: Path, expected: tuple[Outcome, list[str]], tmp_path: Path
) -> None:
    home = copied(base, tmp_path / "home")
    other = tmp_path / "other.jsonl"
    records = [json.loads(line) for line in sheet.read_bytes().splitlines()[:20]]
    for record in records:
        record["title"] = "Made work under another title"
    other.write_bytes(b"\n".join(json.dumps(record).encode() for record in records))
    import_many(home, [other], agent="tests", reason="others", crew=processes(1))
    assert content(home) != expected[1]
    import_many(home, [sheet], agent="tests", reason="these", crew=processes(1))
    refused = [line for line in expected[1] if "made-" in line]
    assert [line for line in content(home) if "made-" in line] == refused
    before = home.current()
    import_many(home, [sheet], agent="tests", reason="these again", crew=processes(1))
    assert home.current() == before, "nothing has changed"


def only(crew: Crew, converted: list[int]) -> Crew:
    """Return the crew, which notes how many items it converts."""

    def noting(
        job: Callable[[Chunk], bytes], pieces: Iterable[Chunk]
    ) -> Iterator[tuple[Chunk, bytes]]:
        for chunk, data in crew(job, pieces):
            converted.append(len(chunk.items))
            yield chunk, data

    return noting


def test_an_import_that_was_killed_goes_on(
    base: Home,
    sheet: Path,
    expected: tuple[Outcome, list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = copied(base, tmp_path / "home")
    command = [sys.executable, "-c", CUT_SHORT, str(home.path), str(sheet)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert home.current() == base.current()
    finished = sorted((home.path / "imports").rglob("*.chunk"))
    assert len(finished) == 3
    monkeypatch.setattr(bulk, "CHUNK", 5)
    finished[0].write_bytes(finished[0].read_bytes()[:-9])
    converted: list[int] = []
    crew = only(processes(1), converted)
    with pytest.raises(StoreError, match="begin the import again"):
        import_many(home, [sheet], agent="tests", reason="in bulk", crew=crew)
    assert sum(converted) == COUNT + 2 - 3 * 5
    import_many(home, [sheet], agent="tests", reason="in bulk", crew=crew)
    assert sum(converted) == COUNT + 2 - 2 * 5, "only the damaged chunk is converted again"
    assert content(home) == expected[1]
    assert not (home.path / "imports").exists()


def test_what_was_there_stays_where_its_successor_breaks_the_set(
    base: Home, sheet: Path, tmp_path: Path
) -> None:
    home = copied(base, tmp_path / "home")
    there, other = (json.loads(Generator(seed=2).line(number)) for number in (7, 8))
    assert "doi" in there
    other["doi"] = there["doi"]
    path = tmp_path / "twice.jsonl"
    path.write_bytes(json.dumps(other).encode())
    before = content(home)
    outcome = import_many(home, [path], agent="tests", reason="a DOI twice", crew=processes(1))
    assert outcome.accepted == 0
    assert "merge the two records" in outcome.refusals[0].why
    assert content(home) == before


@pytest.mark.usefixtures("_small_chunks")
@pytest.mark.parametrize("has_lost", [False, True], ids=["whole", "a worker killed"])
def test_a_cluster_gives_the_same(
    base: Home,
    sheet: Path,
    expected: tuple[Outcome, list[str]],
    tmp_path: Path,
    workers: LocalCluster,
    *,
    has_lost: bool,
) -> None:
    home = copied(base, tmp_path / "home")
    lost: list[int] = []

    def progress(items: Iterable[Any], *, label: str, length: int | None = None) -> Iterator[Any]:
        for item in items:
            if has_lost and not lost:
                lost.append(workers.workers[0].process.pid)
                os.kill(lost[0], signal.SIGKILL)
            yield item

    crew = cluster(workers.scheduler_address)
    import_many(
        home, [f"file://{sheet}"], agent="tests", reason="far", crew=crew, progress=progress
    )
    assert [line for line in content(home) if "made-" in line] == [
        line for line in expected[1] if "made-" in line
    ]
    assert bool(lost) is has_lost


@pytest.fixture
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 4)


@pytest.fixture(scope="module")
def workers() -> Iterator[LocalCluster]:
    """Start two processes of a cluster."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as found:
        yield found
