"""Records that change behind an engine: what follows from them is what follows in a home."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.errors import ConformanceError
from kg.ingest import apply_update, import_files, write_graph
from kg.namespaces import COVE
from kg.store import Home, Place, RemoteHome
from kg.store.labelling import label_blank_nodes
from kg.triples import record_graph

Sheet = dict[str, dict[str, Any]]

CITING = "brewer-2014-unraveling-of-public-security"  # it contradicts itself
LINKED = "gronroos-2013-critical-service-logic"
CONTRADICTS = ox.NamedNode(f"{COVE}contradicts")
CITED = ("clark-2013-distributional-biases-311", "vargo-2016-institutions-axioms")


def content(place: Place) -> set[ox.Quad]:
    """Return the quads of every graph, blank nodes labelled by what is said of them."""
    found: set[ox.Quad] = set()
    with place.open() as store:
        for name in store.graph_names():
            graph = ox.NamedNode(str(name))
            quads = list(store.quads_for_pattern(None, None, None, graph))
            found.update(label_blank_nodes(quads, graph))
    return found


@pytest.fixture
def pair(spoken: Home, behind: RemoteHome, tmp_path: Path) -> tuple[Home, RemoteHome]:
    """Return a home and an engine with the same records."""
    return Home(shutil.copytree(spoken.path, tmp_path / "home")), behind


def alike(pair: tuple[Home, RemoteHome]) -> bool:
    here, there = map(content, pair)
    assert sorted(map(str, here ^ there))[:10] == []
    newest = [place.info() for place in pair]
    return (newest[0].quads, newest[0].added, newest[0].removed) == (
        newest[1].quads,
        newest[1].added,
        newest[1].removed,
    )


def test_what_follows_from_records_is_the_same_behind_an_engine(
    pair: tuple[Home, RemoteHome], speaking: Sheet, tmp_path: Path
) -> None:
    turned = {"increases": "decreases", "decreases": "increases"}
    line = speaking[CITING]
    steps = {
        "cites": line | {"cites": [speaking[name]["doi"] for name in CITED]},
        "cites less": line | {"cites": [speaking[CITED[1]]["doi"]]},
        "says the contrary": line
        | {
            "claims": [
                {key: value for key, value in claim.items() if key != "effects"}
                | {"direction": turned.get(claim["direction"], claim["direction"])}
                for claim in line["claims"]
            ]
        },
        "contradicts nobody": line
        | {"claims": [claim | {"links": []} for claim in line["claims"][:2]]},
        "as it was": line,
    }
    sheet = tmp_path / "one.jsonl"
    for reason, record in steps.items():
        sheet.write_text(json.dumps(record), "utf-8")
        for place in pair:
            assert not import_files(place, [sheet], agent="tests", reason=reason).refusals
        assert alike(pair), reason
    assert pair[1].check() == []


def test_records_that_go_and_come_back_are_the_same_behind_an_engine(
    pair: tuple[Home, RemoteHome],
) -> None:
    graphs = [record_graph(name) for name in (CITED[0], CITING)]
    with pair[0].open() as store:
        held = {name: list(store.graph(name)) for name in graphs}
    before = content(pair[0])
    for triples_of in (lambda _: None, held.get):
        for name in graphs:
            for place in pair:
                write_graph(place, name, triples_of(name), agent="tests", reason="and back")
            assert alike(pair)
    assert content(pair[1]) == before
    assert {CONTRADICTS} < {quad.predicate for quad in before}


def test_an_update_of_a_record_has_the_same_consequences_behind_an_engine(
    pair: tuple[Home, RemoteHome],
) -> None:
    graph = record_graph(CITING)
    text = f"""
        PREFIX cove: <{COVE}>
        DELETE {{ GRAPH <{graph}> {{ ?claim cove:contradictsClaim ?other }} }}
        WHERE {{ GRAPH <{graph}> {{ ?claim cove:contradictsClaim ?other }} }}"""
    versions = [
        apply_update(place, text, agent="tests", reason="peace", before_commit=lambda: None).version
        for place in pair
    ]
    assert all(versions)
    assert alike(pair)


def test_what_breaks_a_rule_leaves_all_as_it_was(pair: tuple[Home, RemoteHome]) -> None:
    home, remote = pair
    before = content(remote)
    with pytest.raises(ConformanceError):  # others link to it
        write_graph(remote, record_graph(LINKED), None, agent="tests", reason="gone")
    assert content(remote) == before == content(home)
    assert remote.current() == 1
    assert not (remote.path / "unfinished").exists()
