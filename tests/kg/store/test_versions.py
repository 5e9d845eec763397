"""The home: versions made, opened, compared, pruned, rebuilt and checked."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import BNode, Graph, Literal, Namespace, URIRef

from kg.errors import QueryError, StoreError, VersionConflict
from kg.store import Home
from kg.store.database import Database
from kg.updates import Step

EX = Namespace("https://example.org/")


def commit(home: Home, graph: URIRef, *values: object) -> int | None:
    with home.begin(agent="test", reason="change") as candidate:
        candidate.replace(graph, [(EX.s, EX.p, Literal(value)) for value in values])
    return candidate.committed.number if candidate.committed else None


def content(store: Database) -> set[tuple[str, str]]:
    return {
        (str(row.value("g")), str(row.value("o")))
        for row in store.select("SELECT ?g ?o { GRAPH ?g { ?s ?p ?o } }")
    }


def chain(home: Home, count: int) -> None:
    for number in range(1, count + 1):
        assert commit(home, EX[f"g{number % 3}"], number, number + 1) == number


def leftovers(home: Home) -> list[Path]:
    return [*(home.path / "candidates").iterdir(), *home.path.glob("*.draft")]


def test_a_home_without_a_version_says_so(home: Home) -> None:
    assert home.current() is None
    assert home.versions() == []
    assert home.check() == []
    assert not home.path.exists()
    with pytest.raises(StoreError, match="cove build"):
        home.open()


def test_each_change_is_a_version_with_its_provenance(home: Home) -> None:
    chain(home, 3)
    first, second, third = home.versions()
    assert [info.number for info in home.versions()] == [1, 2, 3]
    assert (first.base, second.base, third.base) == (None, 1, 2)
    assert (first.agent, first.reason) == ("test", "change")
    assert first.software.startswith("cove-kg ")
    assert first.created.utcoffset() is not None
    assert (third.quads, third.added, third.removed, third.changed_graphs) == (6, 2, 0, 1)
    assert home.info() == third
    assert home.check(deep=True) == []
    assert leftovers(home) == []


def test_a_change_that_changes_nothing_makes_no_version(home: Home) -> None:
    assert commit(home, EX.g, 1, 2) == 1
    assert commit(home, EX.g, 2, 1) is None
    with home.begin(agent="test", reason="there and back") as candidate:
        candidate.add([(EX.s, EX.p, Literal(3), EX.g)])
        candidate.discard([(EX.s, EX.p, Literal(3), EX.g)])
        candidate.bulk_load(b'<https://example.org/s> <a:p> "x" <https://example.org/h> .\n')
        candidate.remove(EX.h)
    assert candidate.committed is None
    assert home.current() == 1
    assert leftovers(home) == []


def test_the_patch_holds_what_really_changed_and_no_more(home: Home) -> None:
    commit(home, EX.g, 1, 2, 3)
    commit(home, EX.g, 2, 3, 4)
    patch = home.diff(1, 2)
    assert {str(quad.object.value) for quad in patch.added()} == {"4"}
    assert {str(quad.object.value) for quad in patch.removed()} == {"1"}
    assert home.diff(2, 1) == patch.inverse()
    assert len(home.diff(None, 2).adds) == 3


def test_one_number_written_in_two_ways_is_one_quad(home: Home) -> None:
    integer = "<http://www.w3.org/2001/XMLSchema#integer>"
    line = '<https://example.org/s> <https://example.org/p> "{}"^^' + integer + " <{}> .\n"
    graph = "https://example.org/g"
    with home.begin(agent="test", reason="numbers") as candidate:
        candidate.bulk_load((line.format("01", graph) + line.format("1", graph)).encode())
        odd = Literal("+1", datatype=URIRef(integer[1:-1]), normalize=False)
        candidate.add([(EX.s, EX.p, odd, EX.h), (EX.s, EX.p, Literal(1), EX.h)])
    assert candidate.committed is not None
    assert candidate.committed.quads == 2
    assert home.check(deep=True) == []


def test_the_same_graph_with_other_blank_nodes_is_no_change(home: Home) -> None:
    for _ in range(2):
        graph = Graph()
        a, b = BNode(), BNode()
        graph += [(EX.s, EX.p, a), (a, EX.p, b), (b, EX.p, Literal("end")), (EX.s, EX.p, b)]
        with home.begin(agent="test", reason="blank nodes") as candidate:
            candidate.replace(EX.g, graph)
            candidate.replace(EX.h, graph)
    assert home.current() == 1
    merged = home.open().select("SELECT DISTINCT ?b { GRAPH ?g { ?s ?p ?b } FILTER(isBlank(?b)) }")
    assert len(merged) == 4, "blank nodes of two graphs are different nodes"


def test_a_reader_keeps_the_version_it_started_with(home: Home) -> None:
    commit(home, EX.g, "old")
    before = home.open()
    commit(home, EX.g, "new")
    commit(home, EX.h, "more")
    assert content(before) == {(str(EX.g), "old")}
    assert content(home.open(1)) == content(before)
    assert before.version == 1
    assert home.open().version == 3


def test_a_candidate_writes_nothing_into_the_files_of_its_base(home: Home) -> None:
    chain(home, 4)
    database = home.database_path(4)
    before = {path.name: (path.stat().st_size, path.read_bytes()) for path in database.iterdir()}
    with home.begin(agent="test", reason="much") as candidate:
        candidate.add((EX.s, EX.p, Literal(n), EX.g1) for n in range(20_000))
    after = {path.name: (path.stat().st_size, path.read_bytes()) for path in database.iterdir()}
    assert after == before


def test_the_wrong_expectation_is_a_conflict(home: Home) -> None:
    with home.begin(agent="test", reason="first", expected=0) as candidate:
        candidate.add([(EX.s, EX.p, EX.o, EX.g)])
    with (
        pytest.raises(VersionConflict, match="version 1 is the newest") as caught,
        home.begin(agent="test", reason="again", expected=0),
    ):
        pytest.fail("the block must not run")
    assert (caught.value.expected, caught.value.current) == (0, 1)
    with home.begin(agent="test", reason="right", expected=1) as candidate:
        candidate.add([(EX.s, EX.p, EX.o, EX.h)])
    assert home.current() == 2


def test_a_second_writer_waits_and_then_says_why(home: Home) -> None:
    impatient = Home(home.path, lock_timeout=0.05)
    with home.begin(agent="test", reason="slow") as candidate:
        candidate.add([(EX.s, EX.p, EX.o, EX.g)])
        with (
            pytest.raises(StoreError, match="another process has been writing"),
            impatient.begin(agent="test", reason="meanwhile"),
        ):
            pytest.fail("the block must not run")
    assert home.current() == 1


def test_a_closed_store_says_so(home: Home) -> None:
    commit(home, EX.g, 1)
    with home.open() as store:
        assert store.graph_names() == (EX.g,)
    with pytest.raises(StoreError, match="closed"):
        store.graph_names()
    with home.begin(agent="test", reason="late") as candidate:
        candidate.remove(EX.g)
    with pytest.raises(StoreError, match="closed"):
        candidate.add([(EX.s, EX.p, EX.o, EX.g)])


def test_a_version_that_is_not_there_cannot_be_opened(home: Home) -> None:
    chain(home, 2)
    for number in (0, 3, -1):
        with pytest.raises(StoreError, match="from 1 to 2"):
            home.open(number)


def test_an_update_changes_named_graphs(home: Home) -> None:
    chain(home, 3)
    with home.begin(agent="test", reason="update") as candidate:
        text = (
            "DELETE { GRAPH ?g { ?s ?p 3 } } INSERT { GRAPH ?g { ?s ?p 'three' } } "
            "WHERE { GRAPH ?g { ?s ?p 3 } }"
        )
        candidate.update(Step(text, graphs=None, takes_unnamed=True))
        assert candidate.changed_graphs() == (EX.g0, EX.g2)
        assert candidate.ask("ASK { ?s ?p 'three' }")
        assert not candidate.ask("ASK { ?s ?p 3 }")
    assert candidate.committed is not None
    assert (candidate.committed.added, candidate.committed.removed) == (2, 2)
    assert home.check(deep=True) == []


@pytest.mark.parametrize(
    "update",
    ["INSERT DATA { <a:s> <a:p> <a:o> }", "CLEAR DEFAULT", "DELETE WHERE { ?s ?p ?o }", "DROP"],
)
def test_an_update_outside_of_named_graphs_is_refused(home: Home, update: str) -> None:
    chain(home, 3)

    def change() -> None:
        with home.begin(agent="test", reason="update") as candidate:
            candidate.update(Step(update, graphs=None, takes_unnamed=True))

    with pytest.raises(QueryError):
        change()
    assert home.current() == 3


def test_a_failed_part_cannot_be_kept_by_catching_its_error(home: Home) -> None:
    chain(home, 1)

    def change() -> None:
        with home.begin(agent="test", reason="bad") as candidate:
            with pytest.raises(StoreError):
                candidate.bulk_load(b"<a:s> <a:p> <a:o> <a:g> .\nnonsense\n")
            candidate.add([(EX.s, EX.p, EX.o, EX.g)])

    with pytest.raises(StoreError, match="a part failed"):
        change()
    assert home.current() == 1
    assert leftovers(home) == []


def test_a_patch_is_taken_back_by_its_inverse(home: Home) -> None:
    chain(home, 4)
    with home.begin(agent="test", reason="undo 2 to 4") as candidate:
        candidate.apply(home.diff(2, 4).inverse())
    with home.open() as now, home.open(2) as then:
        assert content(now) == content(then)
    assert home.diff(2, 5) == home.diff(2, 2)


def test_old_databases_go_and_come_back(home: Home) -> None:
    chain(home, 8)
    home.release(3, "2026-01")
    contents = {}
    for number in range(1, 9):
        with home.open(number) as store:
            contents[number] = content(store)
    assert home.prune(2) == (1, 2, 4, 5, 6)
    kept = sorted(int(path.name) for path in (home.path / "versions").iterdir())
    assert kept == [3, 7, 8]
    for number in (5, 1, 6):
        with home.open(number) as store:
            assert content(store) == contents[number]
    assert home.check(deep=True) == []
    assert commit(home, EX.new, 1) == 9


def test_a_version_is_rebuilt_from_its_patches_alone(home: Home, tmp_path: Path) -> None:
    chain(home, 6)
    with home.open(4) as store:
        expected = content(store)
    home.rebuild(4, tmp_path / "near")
    for number in (1, 2, 3, 4, 5):
        shutil.rmtree(home.database_path(number))
    home.rebuild(4, tmp_path / "far")
    shutil.rmtree(home.database_path(6))
    home.rebuild(4, tmp_path / "nothing")
    for name in ("near", "far", "nothing"):
        engine = ox.Store.read_only(str(tmp_path / name))
        assert content(Database(engine, version=4)) == expected, name


def test_a_version_that_is_read_is_not_pruned(home: Home) -> None:
    chain(home, 4)
    with home.open(2) as reader:
        assert home.prune(1) == (1, 3)
        assert len(content(reader)) == 4
    assert home.prune(1) == (2,)
    assert home.current() == 4


HOLD_OPEN = """
import sys
from kg.store import Home
from kg.store.changes import changed_graphs
reader = Home(sys.argv[1]).open(1)
print("open", flush=True)
sys.stdin.read()
"""


def test_a_reader_in_another_process_keeps_its_version_until_it_dies(home: Home) -> None:
    chain(home, 3)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_OPEN, home.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as reader:
        try:
            assert reader.stdout is not None
            assert reader.stdout.readline() == b"open\n"
            assert home.prune(1) == (2,)
        finally:
            reader.kill()
    assert home.prune(1) == (1,)
    assert list((home.path / "leases").glob("*.lease")) == []


def test_one_version_at_least_is_kept(home: Home) -> None:
    with pytest.raises(StoreError, match="keep 1 at least"):
        home.prune(0)


BUILD_FIRST = """
import sys
from rdflib import Literal, Namespace
from kg.store import Home
from kg.store.changes import changed_graphs
EX = Namespace("https://example.org/")
with Home(sys.argv[1]).begin(agent=sys.argv[2], reason="first") as candidate:
    candidate.replace(EX[sys.argv[2]], [(EX.s, EX.p, Literal(sys.argv[2]))])
"""


def test_three_processes_that_start_at_once_all_get_in(home: Home) -> None:
    names = ("one", "three", "two")
    writers = [
        subprocess.Popen([sys.executable, "-c", BUILD_FIRST, home.path, name]) for name in names
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert home.current() == 3
    assert home.open().graph_names() == tuple(EX[name] for name in names)
    assert home.check(deep=True) == []


def test_a_home_that_may_only_be_read_is_read(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    chain(home, 2)

    def refuse(folder: Path, number: int) -> None:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr("kg.store.versions.take_lease", refuse)
    with home.open() as store:
        assert len(content(store)) == 4
