"""A home that was damaged, or whose disk is full: what is found, refused and recovered."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Literal, Namespace, URIRef

from kg.errors import StoreError
from kg.store import Home

EX = Namespace("https://example.org/")


def commit(home: Home, graph: URIRef, *values: object) -> int | None:
    with home.begin(agent="test", reason="change") as candidate:
        candidate.replace(graph, [(EX.s, EX.p, Literal(value)) for value in values])
    return candidate.committed.number if candidate.committed else None


def chain(home: Home, count: int) -> None:
    for number in range(1, count + 1):
        assert commit(home, EX[f"g{number % 3}"], number, number + 1) == number


@pytest.mark.parametrize("text", ["", "seven\n", "-1\n", "1\n2\n", "٣\n"])
def test_a_garbled_pointer_is_refused_and_recovered(home: Home, text: str) -> None:
    chain(home, 3)
    (home.path / "current").write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match=r"Home\.recover"):
        home.open()
    with pytest.raises(StoreError, match=r"Home\.recover"):
        commit(home, EX.g, 9)
    assert len(home.check()) == 1
    assert home.recover() == 3
    assert commit(home, EX.g, 9) == 4


def test_a_missing_pointer_loses_nothing(home: Home) -> None:
    chain(home, 3)
    (home.path / "current").unlink()
    with pytest.raises(StoreError, match=r"Home\.recover"):
        commit(home, EX.g, 9)
    assert home.recover() == 3
    assert home.check(deep=True) == []


def test_recovery_passes_over_a_version_that_is_not_whole(home: Home) -> None:
    chain(home, 3)
    (home.path / "current").unlink()
    shutil.rmtree(home.path / "versions" / "000003")
    assert home.recover() == 2
    assert commit(home, EX.g, 9) == 3
    assert home.check(deep=True) == []


def test_a_pointer_set_back_too_far_is_not_written_over(home: Home) -> None:
    chain(home, 4)
    (home.path / "current").write_text("2\n")
    with pytest.raises(StoreError, match="version 4 is there"):
        commit(home, EX.g, 9)
    (home.path / "current").write_text("4\n")
    assert home.check(deep=True) == []


def test_leftovers_of_an_interrupted_commit_are_swept(home: Home) -> None:
    chain(home, 2)
    (home.path / "candidates" / "000003-dead" / "database").mkdir(parents=True)
    shutil.copytree(home.database_path(2), home.path / "versions" / "000003")
    for folder, suffix in (("patches", "rdfp.gz"), ("history", "json")):
        path = home.path / folder
        shutil.copy(path / f"000002.{suffix}", path / f"000003.{suffix}")
    assert home.open().version == 2
    assert commit(home, EX.g, 9) == 3
    assert home.check(deep=True) == []
    assert list((home.path / "candidates").iterdir()) == []


DAMAGES = {
    "no patch": lambda home: (home / "patches" / "000002.rdfp.gz").unlink(),
    "cut patch": lambda home: _cut(home / "patches" / "000002.rdfp.gz"),
    "other patch": lambda home: shutil.copy(
        home / "patches" / "000001.rdfp.gz", home / "patches" / "000002.rdfp.gz"
    ),
    "no history": lambda home: (home / "history" / "000001.json").unlink(),
    "garbled history": lambda home: (home / "history" / "000003.json").write_text("{}"),
    "no database": lambda home: shutil.rmtree(home / "versions" / "000003"),
    "other database": lambda home: _swap(
        home / "versions" / "000003", home / "versions" / "000001"
    ),
}


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _swap(target: Path, source: Path) -> None:
    shutil.rmtree(target)
    shutil.copytree(source, target)


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_found(home: Home, damage: str) -> None:
    chain(home, 3)
    assert home.check(deep=True) == []
    DAMAGES[damage](home.path)
    assert home.check(deep=True) != []


def test_quads_that_no_patch_made_are_found(home: Home) -> None:
    chain(home, 2)
    engine = ox.Store(str(home.database_path(2)))
    patch = home.diff(1, 2)
    quad = next(iter(patch.added()))
    engine.remove(quad)
    engine.add(ox.Quad(quad.subject, quad.predicate, ox.Literal("forged"), quad.graph_name))
    engine.flush()
    del engine
    assert any("not what its patches make" in problem for problem in home.check(deep=True))


def test_a_full_disk_is_reported_and_nothing_changes(home: Home) -> None:
    chain(home, 2)
    program = f"""
import random, resource, signal, sys
from rdflib import Literal, URIRef
from kg.errors import StoreError
from kg.store import Home
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
s, p, g = (URIRef("https://example.org/" + name) for name in "spg")
try:
    with Home({str(home.path)!r}).begin(agent="test", reason="too much") as candidate:
        candidate.add((s, p, Literal(random.randbytes(450).hex()), g) for n in range(5000))
except StoreError as error:
    sys.exit(f"refused: {{error}}")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "refused: cannot write" in done.stderr
    assert home.current() == 2
    assert commit(home, EX.g, 9) == 3
    assert home.check(deep=True) == []
