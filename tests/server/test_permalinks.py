"""Permalinks on disk: named by what was asked, bounded, whole or not there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from kg.errors import StoreError
from server.paces import Pace
from server.permalinks import Permalink, Permalinks
from server.problems import ProblemError

ONE = Permalink(
    query="ASK {}",
    media_type="application/sparql-results+json",
    version=1,
    title="T",
    sha256="0" * 64,
    size=1,
    created=datetime(2026, 1, 2, tzinfo=UTC),
    parameters={"a": "1", "b": "2"},
)


def test_what_is_kept_is_found_again_by_another_process(tmp_path: Path) -> None:
    Permalinks(tmp_path, most=1 << 20).keep(ONE)
    assert Permalinks(tmp_path, most=1 << 20).find(ONE.id) == ONE


def test_a_name_follows_from_what_was_asked_and_from_nothing_else() -> None:
    same = (
        replace(ONE, title="U", sha256="1" * 64, size=2, created=datetime.now(UTC)),
        replace(ONE, parameters={"b": "2", "a": "1"}),
    )
    other = (
        replace(ONE, query="ASK { }"),
        replace(ONE, media_type="text/csv"),
        replace(ONE, version=2),
        replace(ONE, default_graphs=()),
        replace(ONE, named_graphs=("https://example.org/g",)),
        replace(ONE, question="q"),
        replace(ONE, parameters={"a": "1"}),
    )
    assert {each.id for each in same} == {ONE.id}
    assert len({ONE.id, *(each.id for each in other)}) == len(other) + 1


def test_the_first_of_a_name_stays(tmp_path: Path) -> None:
    permalinks = Permalinks(tmp_path, most=1 << 20)
    permalinks.keep(ONE)
    assert permalinks.keep(replace(ONE, created=datetime.now(UTC))) == ONE


def test_there_is_room_for_so_many_and_none_is_dropped(tmp_path: Path) -> None:
    permalinks = Permalinks(tmp_path, most=2 * 4_096)
    first, second, third = (replace(ONE, version=number) for number in (1, 2, 3))
    permalinks.keep(first)
    permalinks.keep(second)
    with pytest.raises(ProblemError, match="no room"):
        permalinks.keep(third)
    again = Permalinks(tmp_path, most=2 * 4_096)
    assert again.held == 2 * 4_096
    assert (again.find(first.id), again.find(third.id)) == (first, None)
    assert again.keep(second) == second


@pytest.mark.parametrize("name", ["", "../../accounts", "a" * 15, "A" * 16, "a" * 15 + "/"])
def test_what_is_no_name_leads_to_no_file(tmp_path: Path, name: str) -> None:
    assert Permalinks(tmp_path, most=1).find(name) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]"])
def test_a_file_that_is_damaged_is_told(tmp_path: Path, content: bytes) -> None:
    permalinks = Permalinks(tmp_path, most=1 << 20)
    permalinks.keep(ONE)
    (path,) = tmp_path.rglob("*.json")
    path.write_bytes(content)
    with pytest.raises(StoreError, match="restore it"):
        permalinks.find(ONE.id)


def test_a_file_that_holds_another_question_is_told(tmp_path: Path) -> None:
    permalinks = Permalinks(tmp_path, most=1 << 20)
    permalinks.keep(ONE)
    (path,) = tmp_path.rglob("*.json")
    path.write_bytes(path.read_bytes().replace(b"ASK {}", b"ASK {?s ?p ?o}"))
    with pytest.raises(StoreError, match="another permalink"):
        permalinks.find(ONE.id)


def test_many_at_once_leave_whole_files_and_a_right_count(tmp_path: Path) -> None:
    permalinks = Permalinks(tmp_path, most=1 << 20)
    asked = [replace(ONE, version=number % 20) for number in range(100)]
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(permalinks.keep, asked))
    assert kept == asked
    assert permalinks.held == 20 * 4_096
    assert sorted(path.suffix for path in tmp_path.rglob("*.*")) == [".json"] * 20


def test_a_pace_is_of_one_client_and_forgets_the_oldest() -> None:
    pace = Pace(1, "permalinks", clock=lambda: 0.0)
    pace.take("a")
    with pytest.raises(ProblemError) as refusal:
        pace.take("a")
    assert refusal.value.retry_after == 3_600
    for number in range(10_001):
        pace.take(str(number))
    assert len(pace) == 10_000
