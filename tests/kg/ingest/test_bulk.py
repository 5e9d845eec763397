"""Bulk imports: the same dataset whatever the processes and chunks, and as one by one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import kg.ingest.files
from kg.bench import Generator
from kg.ingest import Outcome, build_dataset, bulk, import_files, import_many
from kg.store import Home

COUNT = 40


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


@pytest.fixture(params=[(1, 100), (1, 7), (2, 9)], ids=["one", "small chunks", "two"])
def processes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    number, chunk = request.param
    monkeypatch.setattr(bulk, "CHUNK", chunk)
    return int(number)


def test_the_result_is_that_of_one_by_one(
    base: Home,
    sheet: Path,
    expected: tuple[Outcome, list[str]],
    tmp_path: Path,
    processes: int,
) -> None:
    home = copied(base, tmp_path / "home")
    outcome = import_many(home, [sheet], agent="tests", reason="in bulk", processes=processes)
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
    import_many(home, [other], agent="tests", reason="others", processes=1)
    assert content(home) != expected[1]
    import_many(home, [sheet], agent="tests", reason="these", processes=1)
    refused = [line for line in expected[1] if "made-" in line]
    assert [line for line in content(home) if "made-" in line] == refused
    before = home.current()
    import_many(home, [sheet], agent="tests", reason="these again", processes=1)
    assert home.current() == before, "nothing has changed"
