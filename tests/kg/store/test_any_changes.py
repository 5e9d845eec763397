"""Whatever changes in whatever order, versions and patches hold it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Literal, Namespace

from kg.store import Home
from kg.store.changes import changed_graphs
from kg.store.database import Database
from kg.store.terms import Term

EX = Namespace("https://example.org/")


def content(store: Database) -> set[tuple[str, str]]:
    return {
        (str(row.value("g")), str(row.value("o")))
        for row in store.select("SELECT ?g ?o { GRAPH ?g { ?s ?p ?o } }")
    }


VALUES = st.frozensets(st.integers(0, 3), max_size=3)
CHANGES = st.lists(
    st.tuples(st.sampled_from(["replace", "add", "discard", "bulk"]), st.integers(0, 2), VALUES),
    min_size=1,
    max_size=4,
)


@settings(max_examples=15, deadline=None)
@given(commits=st.lists(CHANGES, min_size=1, max_size=4))
def test_any_sequence_of_changes_is_what_its_patches_replay(
    tmp_path_factory: pytest.TempPathFactory,
    commits: list[list[tuple[str, int, frozenset[int]]]],
) -> None:
    home = Home(tmp_path_factory.mktemp("property") / "home")
    model: set[tuple[Term, int]] = set()
    for changes in commits:
        before = set(model)
        with home.begin(agent="test", reason="any") as candidate:
            for kind, number, values in changes:
                graph = EX[f"g{number}"]
                quads = [(EX.s, EX.p, Literal(value), graph) for value in values]
                if kind == "replace":
                    candidate.replace(graph, [quad[:3] for quad in quads])
                    model = {item for item in model if item[0] != graph}
                elif kind == "discard":
                    candidate.discard(quads)
                elif kind == "add":
                    candidate.add(quads)
                else:
                    lines = (" ".join(term.n3() for term in quad) + " .\n" for quad in quads)
                    candidate.bulk_load("".join(lines).encode())
                items = {(graph, value) for value in values}
                model = model - items if kind == "discard" else model | items
            expected = {graph for graph, _ in model ^ before}
            assert set(candidate.changed_graphs()) == expected
        assert (candidate.committed is not None) == (model != before)
    assert home.check(deep=True) == []
    if home.current() is not None:
        with home.open() as store:
            assert content(store) == {(str(graph), str(value)) for graph, value in model}
            assert set(store.graph_names()) == {graph for graph, _ in model}


@given(
    before=st.sets(st.tuples(st.integers(0, 9), st.integers(0, 4))),
    after=st.sets(st.tuples(st.integers(0, 9), st.integers(0, 4))),
)
def test_the_graphs_that_differ_are_found_by_reading_side_by_side(
    tmp_path_factory: pytest.TempPathFactory,
    before: set[tuple[int, int]],
    after: set[tuple[int, int]],
) -> None:
    stores = []
    for pairs in (before, after):
        store = ox.Store()
        for subject, graph in pairs:
            node, name = (ox.NamedNode(f"{EX}{kind}") for kind in (f"s{subject}", f"g{graph}"))
            store.add(ox.Quad(node, node, ox.Literal("é\n"), name))
            store.add(ox.Quad(node, node, name))  # of the default graph
        stores.append(store)
    expected = {f"{EX}g{graph}" for _, graph in before ^ after}
    assert changed_graphs(stores[0], stores[1], tmp_path_factory.getbasetemp()) == expected
