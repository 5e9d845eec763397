"""A backup of a home in use is whole, and is a home."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kg.backups import back_up
from kg.errors import StoreError
from kg.store import Home

QUAD = b"<a:s> <a:p> <a:o%d> <a:g> .\n"


@pytest.fixture
def used(tmp_path: Path) -> Home:
    """Make a home of four versions, of which the second is a release and the first is pruned."""
    home = Home(tmp_path / "home")
    for number in range(1, 5):
        with home.begin(agent="tests", reason=f"quad {number}") as candidate:
            candidate.bulk_load(QUAD % number)
    home.release(2, "1.0")
    home.prune(1)
    (home.path / "audit.jsonl").write_text("{}\n", encoding="utf-8")
    (home.path / "reviews" / "one").mkdir(parents=True)
    return home


def test_a_copy_is_a_home_with_every_version(used: Home, tmp_path: Path) -> None:
    assert back_up(used, tmp_path / "copy") == 4
    copy = Home(tmp_path / "copy")
    assert copy.check(deep=True) == []
    assert [info.number for info in copy.versions()] == [1, 2, 3, 4]
    for number in (1, 2, 3, 4):
        with copy.open(number) as snapshot:
            assert len(snapshot.select("SELECT * { ?s ?p ?o }").rows) == number


def test_what_is_written_later_leaves_the_copy_as_it_is(used: Home, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    back_up(used, copy)
    with used.begin(agent="tests", reason="later") as candidate:
        candidate.bulk_load(QUAD % 5)
    with (used.path / "audit.jsonl").open("a", encoding="utf-8") as audit:
        audit.write("{}\n")
    assert (copy / "audit.jsonl").read_text(encoding="utf-8") == "{}\n"
    assert Home(copy).current() == 4
    assert Home(copy).check(deep=True) == []


def test_a_database_that_is_written_to_is_copied_as_of_one_moment(
    used: Home, tmp_path: Path
) -> None:
    path = used.path / "reviews" / "one" / "review.sqlite"
    with closing(sqlite3.connect(path)) as review:
        review.execute("PRAGMA journal_mode = WAL")
        review.execute("CREATE TABLE event (number INTEGER)")
        review.execute("INSERT INTO event VALUES (1)")
        review.commit()
        review.execute("INSERT INTO event VALUES (2)")  # not committed
        back_up(used, tmp_path / "copy")
        review.rollback()
    copied = tmp_path / "copy" / "reviews" / "one" / "review.sqlite"
    with closing(sqlite3.connect(copied)) as review:
        assert review.execute("SELECT number FROM event").fetchall() == [(1,)]
    assert sorted(each.name for each in copied.parent.iterdir()) == ["review.sqlite"]


@pytest.mark.skipif(not hasattr(os, "link"), reason="there are no hard links")
def test_databases_take_no_room_twice(used: Home, tmp_path: Path) -> None:
    back_up(used, tmp_path / "copy")
    tables = list((tmp_path / "copy" / "versions").rglob("*.sst"))
    assert tables
    assert all(table.stat().st_nlink > 1 for table in tables)


def test_a_copy_goes_to_a_new_folder_outside_the_home(used: Home, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="inside the home"):
        back_up(used, used.path / "copy")
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "mine").touch()
    with pytest.raises(StoreError, match="not empty"):
        back_up(used, tmp_path / "copy")
