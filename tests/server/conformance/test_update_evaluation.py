"""The W3C tests of what SPARQL 1.1 updates do, through HTTP against a running server.

The default graph of a test's data is the graph that stands for it where something is written; in
CoVE the default graph that patterns read is the merge of all graphs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pyoxigraph as ox
import pytest
from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.term import Node

from kg.accounts import Accounts, Role
from kg.namespaces import UNNAMED_GRAPH
from kg.store import Home

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
FOLDER = (
    Path(os.environ.get("COVE_CONFORMANCE", Path(__file__).parents[4] / "shared" / "conformance"))
    / "sparql11"
)
FOLDERS = (
    "add",
    "basic-update",
    "clear",
    "copy",
    "delete",
    "delete-data",
    "delete-insert",
    "delete-where",
    "drop",
    "move",
    "update-silent",
)
MERGE = "a triple that a named graph holds is not taken from the merge of them: it is refused"
STANDS_IN = "the graph that stands for the default graph is a named graph, and goes with the others"
NO_LOAD = "LOAD is refused, SILENT or not"
OTHERWISE = {
    "dawg-delete-05": MERGE,
    "dawg-delete-using-01": MERGE,
    "dawg-delete-data-05": MERGE,
    "dawg-delete-where-05": MERGE,
    "dawg-clear-named-01": STANDS_IN,
    "dawg-drop-named-01": STANDS_IN,
    "load-silent": NO_LOAD,
    "load-into-silent": NO_LOAD,
}


def load_manifests() -> Graph:
    graph = Graph()
    for name in FOLDERS:
        path = FOLDER / name / "manifest.ttl"
        if path.is_file():
            graph.parse(path, publicID=path.as_uri())
    return graph


MANIFEST = load_manifests()
CASES = {
    f"{str(case).split('/')[-2]}/{str(case).rpartition('#')[2]}": case
    for case in sorted(
        set(MANIFEST.subjects(RDF.type, MF.UpdateEvaluationTest))
        | set(MANIFEST.subjects(RDF.type, UT.UpdateEvaluationTest))
    )
}


def name_of(case: str) -> str:
    return case.rpartition("/")[2]


def test_the_suites_have_their_94_cases() -> None:
    if not CASES:
        pytest.skip(f"there are no W3C suites at {FOLDER}; name them with COVE_CONFORMANCE")
    assert len(CASES) == 94
    assert {name_of(case) for case in CASES} >= OTHERWISE.keys()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, run_server: Any) -> Iterator[Any]:
    home = Home(tmp_path_factory.mktemp("home"))
    with home.begin(agent="tests", reason="a dataset") as candidate:
        candidate.replace(URIRef("urn:first"), [(URIRef("urn:a"), RDF.type, URIRef("urn:b"))])
    _, token = Accounts(home.path).create("W3C suite", Role.CURATOR)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sparql-update"}
    with run_server(home.path) as running:
        yield running, home, headers


@pytest.mark.parametrize("case", list(CASES))
def test_an_update_has_the_result_of_the_suite(case: str, server: Any) -> None:
    running, home, headers = server
    action, result = (MANIFEST.value(CASES[case], name) for name in (MF.action, MF.result))
    wanted = graphs_of(result)
    with home.begin(agent="tests", reason=case) as candidate:
        for name in candidate.graph_names():
            candidate.remove(name)
        for graph, triples in graphs_of(action).items():
            candidate.replace(URIRef(graph), triples)
    request = path_of(MANIFEST.value(action, UT.request))
    answer = running.ask("POST", "/update", request.read_bytes(), headers)
    if name_of(case) in OTHERWISE:
        assert answer.status == 400 or found_in(home) != canonical(wanted), "it passes: unlist it"
        return
    assert answer.status == 200, answer.body
    assert found_in(home) == canonical(wanted)


def found_in(home: Home) -> dict[str, frozenset[str]]:
    with home.open() as snapshot:
        return canonical(
            {
                str(name): [
                    quad.triple
                    for quad in snapshot.quads_for_pattern(None, None, None, ox.NamedNode(name))
                ]
                for name in snapshot.graph_names()
            }
        )


def canonical(graphs: dict[str, list[ox.Triple]]) -> dict[str, frozenset[str]]:
    found = {}
    for name, triples in graphs.items():
        dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        if triples:
            found[name] = frozenset(map(str, dataset))
    return found


def graphs_of(state: Node | None) -> dict[str, list[ox.Triple]]:
    found: dict[str, list[ox.Triple]] = {}
    for data in MANIFEST.objects(state, UT.data):
        found.setdefault(str(UNNAMED_GRAPH), []).extend(read(data))
    for data in MANIFEST.objects(state, UT.graphData):
        label = str(MANIFEST.value(data, RDFS.label))
        found.setdefault(label, []).extend(read(MANIFEST.value(data, UT.graph)))
    return found


def path_of(file: Node | None) -> Path:
    return Path(url2pathname(urlsplit(str(file)).path))


def read(file: Node | None) -> list[ox.Triple]:
    path = path_of(file)
    parsed = ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE, base_iri=path.as_uri())
    return [quad.triple for quad in parsed]
