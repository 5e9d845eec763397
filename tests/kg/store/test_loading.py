"""Loading in pieces that are under way together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Namespace, URIRef

from kg.errors import StoreError
from kg.store import CandidateVersion, Home
from kg.store.merging import DEFAULT
from kg.store.spool import Lines

EX = Namespace("https://example.org/")
GRAPHS, SHARED = 60, 20


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr("kg.store.candidates._LOADED_AT_ONCE", 2_000)  # two graphs
    return Home(tmp_path)


def lines(number: int) -> Lines:
    """Make a graph of triples that all graphs have, and of some that it alone has."""
    graph = EX[f"graph{number}"]
    subjects = [f"s{i}" for i in range(SHARED)] + [f"n{number}-{i}" for i in range(SHARED)]
    found = sorted(f"<{EX[s]}> <{EX.p}> <{EX.o}> <{graph}> .\n" for s in subjects)
    return str(graph), "".join(found).encode()


def test_many_pieces_give_each_graph_and_the_merge(home: Home) -> None:
    with home.begin(agent="test", reason="pieces") as new:
        new.load_graphs(map(lines, range(GRAPHS)))
        new.merge_files()
    assert home.info().quads == GRAPHS * 2 * SHARED
    assert merge_of(home) == SHARED + GRAPHS * SHARED


def test_what_is_taken_away_meanwhile_stays_in_the_merge_for_those_that_come(home: Home) -> None:
    """A triple leaves the default graph only where no graph holds it, loading ones included."""
    with home.begin(agent="test", reason="first") as new:
        new.load_graphs([lines(GRAPHS)])

    def coming(new: CandidateVersion) -> Iterator[Lines]:
        for number in range(GRAPHS):
            yield lines(number)
            if number == GRAPHS // 2:
                new.remove(URIRef(EX[f"graph{GRAPHS}"]))

    with home.begin(agent="test", reason="second") as new:
        new.load_graphs(coming(new))
    assert home.info().quads == GRAPHS * 2 * SHARED
    assert merge_of(home) == SHARED + GRAPHS * SHARED


def test_a_piece_that_meets_a_full_disk_is_told_and_nothing_is_kept(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(engine: ox.Store, text: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kg.store.loading._load", fail)
    with (
        pytest.raises(StoreError, match="No space left"),
        home.begin(agent="test", reason="too much") as new,
    ):
        new.load_graphs(map(lines, range(GRAPHS)))
    assert home.current() is None


def merge_of(home: Home) -> int:
    """Count the triples of the default graph, which are those of the named graphs, each once."""
    with home.open() as version:
        engine = version.engine
        merge = {quad.triple for quad in engine.quads_for_pattern(None, None, None, DEFAULT)}
        named = {quad.triple for quad in engine if quad.graph_name != ox.DefaultGraph()}
    assert merge == named
    return len(merge)
