"""The W3C tests of the SPARQL 1.1 Graph Store Protocol, over HTTP against a running server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.term import Node

from kg.accounts import Accounts, Role
from kg.store import Home

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
STATUS = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}

FOLDER = (
    Path(os.environ.get("COVE_CONFORMANCE", Path(__file__).parents[4] / "shared" / "conformance"))
    / "sparql11"
    / "graph-store-protocol"
)


def load_manifests() -> Graph:
    graph = Graph()
    for name in ("manifest-direct", "manifest-indirect"):
        if (FOLDER / f"{name}.ttl").is_file():
            graph.parse(FOLDER / f"{name}.ttl")
    return graph


MANIFEST = load_manifests()
CASES = sorted(
    str(case).rpartition("#")[2] for case in MANIFEST.subjects(RDF.type, MF.GraphStoreProtocolTest)
)


def test_the_suite_has_its_14_cases() -> None:
    if not CASES:
        pytest.skip(f"there is no W3C suite at {FOLDER}; name it with COVE_CONFORMANCE")
    assert len(CASES) == 14


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, run_server: Any) -> Iterator[Any]:
    home = tmp_path_factory.mktemp("home")
    with Home(home).begin(agent="tests", reason="a dataset") as candidate:
        candidate.replace(URIRef("urn:first"), [(URIRef("urn:a"), RDF.type, URIRef("urn:b"))])
    _, token = Accounts(home).create("W3C suite", Role.CURATOR)
    with run_server(home) as running:
        yield running, {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("case", CASES)
def test_the_graph_store_answers_as_the_protocol_says(case: str, server: Any) -> None:
    running, who = server
    cleared = running.ask("POST", "/update", b"update=CLEAR+ALL", {**who, "Content-Type": FORM})
    assert cleared.status == 200
    name = next(s for s in MANIFEST.subjects(MF.action) if str(s).endswith(f"#{case}"))
    connection = MANIFEST.value(name, MF.action)
    requests = list(Collection(MANIFEST, MANIFEST.value(connection, HT.requests)))  # type: ignore[arg-type]  # a list there
    assert requests
    found: dict[str, str] = {}
    for request in requests:
        check(request, running, who, found)


FORM = "application/x-www-form-urlencoded"


def check(request: Node, running: Any, who: dict[str, str], found: dict[str, str]) -> None:
    method = str(MANIFEST.value(request, HT.methodName))
    path = filled(str(MANIFEST.value(request, HT.absolutePath)).replace("/gsp", "/data", 1), found)
    content = MANIFEST.value(request, HT.body)
    body = None if content is None else str(MANIFEST.value(content, CNT.chars)).encode()
    headers = headers_of(request) | (who if method not in {"GET", "HEAD"} else {})
    answer = running.ask(method, path, body, headers)
    response = MANIFEST.value(request, HT.resp)
    names = [str(s).rpartition("#")[2] for s in MANIFEST.objects(response, MF.expectedStatus)]
    assert answer.status in {STATUS[name] for name in names}, (method, path, answer)
    for name, value in headers_of(response).items():
        assert answer.headers[name.lower()] == value
    location = MANIFEST.value(response, MF.expectedLocation)
    if location is not None:
        found[str(location)] = answer.headers["location"]
    content = MANIFEST.value(response, HT.body)
    if content is not None:
        wanted = Graph().parse(data=str(MANIFEST.value(content, CNT.chars)), format="turtle")
        given = Graph().parse(data=answer.body, format="turtle")
        assert len(wanted) > 0
        assert isomorphic(given, wanted), given.serialize()


def filled(path: str, found: dict[str, str]) -> str:
    for name, value in found.items():
        path = path.replace(name, quote(value, safe=""))
    return path


def headers_of(message: Node | None) -> dict[str, str]:
    return {
        str(MANIFEST.value(header, HT.fieldName)): str(MANIFEST.value(header, HT.fieldValue))
        for part in MANIFEST.objects(message, HT.headers)
        for header in Collection(MANIFEST, part)
    }
