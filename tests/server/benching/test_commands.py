"""The one command that measures all, with benches that say what they were given."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.bench import Measure
from kg.store import Home
from server import command
from server.benching.querying import Asked


@pytest.fixture
def benches(monkeypatch: pytest.MonkeyPatch) -> None:
    def imports(
        folder: Path, sizes: Sequence[int], *, also: Callable[[Home, int], Iterable[Measure]]
    ) -> Iterator[Measure]:
        for size in sizes:
            works = 280 * size
            yield Measure("import", "import", size / 2, "s", works=works, quads=100 * works)
            yield from also(Home(folder), 280 + works)

    def queries(home: Home, works: int, asked: Asked) -> Iterator[Measure]:
        assert home.path.is_dir()
        for engine in asked.engines:
            yield Measure("query", "questions cold, p95", 7, "ms", by=engine, works=works, quads=9)

    monkeypatch.setattr(command, "measure_imports", imports)
    monkeypatch.setattr(command, "measure_queries", queries)


@pytest.mark.usefixtures("benches")
def test_imports_and_questions_are_measured_over_the_same_graphs(tmp_path: Path) -> None:
    given = ["--sizes", "10,1", "--engines", "cove,virtuoso", "--home", str(tmp_path)]
    done = CliRunner().invoke(command.bench_all, given)
    assert done.exit_code == 0, done.output
    assert "import grows with works to the power 1.00" in done.stdout
    assert "questions cold, p95" in done.stdout
    assert "virtuoso" in done.stdout
    assert "questions cold, p95 of virtuoso at 3,080: 7.000 ms" in done.stderr
    kept = (tmp_path / "bench" / "history.jsonl").read_text().splitlines()
    assert len(kept) == 6
    listed = CliRunner().invoke(command.bench_all, [*given, "--json"]).stdout.splitlines()
    assert [json.loads(line)["bench"] for line in listed] == ["import", "query", "query"] * 2


@pytest.mark.usefixtures("benches")
def test_who_is_unknown_and_what_is_no_number_is_told(tmp_path: Path) -> None:
    for given, message in (
        (["--engines", "cove,nobody"], "nobody: choose from cove, oxigraph serve"),
        (["--sizes", "1,ten"], "1,ten: give whole numbers"),
    ):
        done = CliRunner().invoke(command.bench_all, [*given, "--home", str(tmp_path)])
        assert done.exit_code == 2
        assert message in done.stderr
