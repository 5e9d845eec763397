"""The W3C tests of the SPARQL 1.1 Protocol, over HTTP against a running server."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kg.accounts import Accounts, Role
from kg.store import Home

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
DATA = "http://kasei.us/2009/09/sparql/data/"

FOLDER = (
    Path(os.environ.get("COVE_CONFORMANCE", Path(__file__).parents[4] / "shared" / "conformance"))
    / "sparql11"
    / "protocol"
)
ROWS = {
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
}
BOOLEANS = {"application/sparql-results+json", "application/sparql-results+xml"}
RDF_TYPES = {"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"}
FORMATS = {"boolean": BOOLEANS, "tabular": ROWS, "RDF": RDF_TYPES}

# What changes the dataset goes to /update, with a token.
UPDATES = {
    "update_dataset_default_graph",
    "update_dataset_default_graphs",
    "update_dataset_named_graphs",
    "update_dataset_full",
    "update_post_form",
    "update_post_direct",
    "update_base_uri",
}
BAD_UPDATES = {
    "bad_multiple_updates",
    "bad_update_dataset_conflict",
    "bad_update_get",
    "bad_update_missing_form_type",
    "bad_update_non_utf8",
    "bad_update_syntax",
    "bad_update_wrong_media_type",
}


def load_manifest() -> Graph:
    graph = Graph()
    if FOLDER.is_dir():
        graph.parse(FOLDER / "manifest.ttl", publicID=(FOLDER / "manifest.ttl").as_uri())
    return graph


MANIFEST = load_manifest()
CASES = sorted(
    str(case).rpartition("#")[2] for case in MANIFEST.subjects(RDF.type, MF.ProtocolTest)
)


def seed(home: Path) -> None:
    with Home(home).begin(agent="tests", reason="protocol data") as candidate:
        for number in range(1, 4):
            triples = Graph().parse(FOLDER / f"data{number}.nt", format="nt")
            candidate.replace(URIRef(f"{DATA}data{number}.rdf"), triples)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, run_server: Any) -> Iterator[Any]:
    home = tmp_path_factory.mktemp("home")
    seed(home)
    with run_server(home) as running:
        yield running


@pytest.fixture(scope="module")
def writable(tmp_path_factory: pytest.TempPathFactory, run_server: Any) -> Iterator[Any]:
    """Run a server that may be written to, and give it with the header that says who writes."""
    home = tmp_path_factory.mktemp("writable")
    seed(home)
    _, token = Accounts(home).create("W3C suite", Role.CURATOR)
    with run_server(home) as running:
        yield running, {"Authorization": f"Bearer {token}"}


def test_the_suite_has_its_34_cases() -> None:
    if not CASES:
        pytest.skip(f"there is no W3C suite at {FOLDER}; name it with COVE_CONFORMANCE")
    assert len(CASES) == 34
    assert set(CASES) >= UPDATES | BAD_UPDATES


def requests_of(case: str) -> list[Node]:
    name = URIRef(
        next(s for s in MANIFEST.subjects(RDF.type, MF.ProtocolTest) if str(s).endswith(f"#{case}"))
    )
    action = MANIFEST.value(name, MF.action)
    return [
        request
        for part in MANIFEST.objects(action, HT.requests)
        for request in Collection(MANIFEST, part)
    ]


@pytest.mark.parametrize("case", [case for case in CASES if case not in UPDATES])
def test_the_server_answers_as_the_protocol_says(case: str, server: Any) -> None:
    requests = requests_of(case)
    assert requests
    for request in requests:
        check(request, server)


@pytest.mark.parametrize("case", [case for case in CASES if case in UPDATES | BAD_UPDATES])
def test_an_update_does_what_the_protocol_says(case: str, writable: Any) -> None:
    server, who = writable
    requests = requests_of(case)
    assert requests
    for request in requests:
        check(request, server, who)


def check(request: Node, server: Any, who: dict[str, str] | None = None) -> None:
    method, path, body, headers = message_of(request)
    is_query = headers.get("content-type") == "application/sparql-query"
    if who is not None and not is_query:
        path, headers = path.replace("/sparql/", "/update", 1), {**headers, **who}
    answer = server.ask(method, path, body, headers)
    response = MANIFEST.value(request, HT.resp)
    statuses = [str(s)[-3:] for s in MANIFEST.objects(response, MF.expectedStatus)]
    assert statuses
    assert any(matches(status, answer.status) for status in statuses), (answer.status, answer.body)
    wanted = MANIFEST.value(response, MF.expectedFormat)
    if wanted is not None:
        assert answer.media_type in FORMATS[str(wanted)]
    boolean = MANIFEST.value(response, MF.expectedBoolean)
    if boolean is not None:
        assert json.loads(answer.body)["boolean"] is boolean.toPython()  # type: ignore[attr-defined]


def matches(pattern: str, status: int) -> bool:
    return pattern.replace("xx", "") == str(status)[: len(pattern.replace("xx", ""))]


def message_of(request: Node) -> tuple[str, str, bytes | None, dict[str, str]]:
    method = str(MANIFEST.value(request, HT.methodName))
    path = str(MANIFEST.value(request, HT.absolutePath))
    headers = {
        str(MANIFEST.value(header, HT.fieldName)): str(MANIFEST.value(header, HT.fieldValue))
        for part in MANIFEST.objects(request, HT.headers)
        for header in Collection(MANIFEST, part)
    }
    content = MANIFEST.value(request, HT.body)
    if content is None:
        return method, path, None, headers
    encoding = str(MANIFEST.value(content, CNT.characterEncoding) or "UTF-8")
    chars = MANIFEST.value(content, CNT.chars)
    return method, path, str(chars).encode(encoding), headers
