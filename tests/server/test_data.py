"""The graph store and updates: what is written, refused, expected and told."""

from __future__ import annotations

import gzip
import io
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import Graph, URIRef
from werkzeug.test import TestResponse

from kg.accounts import Accounts, Role
from kg.audit import read_audit
from kg.ingest import Outcome
from kg.namespaces import BASE
from kg.store import Home
from server import create_app

TURTLE = "text/turtle"
MINE = "https://example.org/mine"
ONE = b"<https://example.org/a> <https://example.org/p> 1 ."
TWO = b"<https://example.org/a> <https://example.org/p> 2 ."
RECORD = f"{BASE}record/alford-2002-why-do-public-sector-clients-coproduce"
BEARER = dict[str, str]


@pytest.fixture(scope="module")
def folder(built: tuple[Path, Outcome], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(built[0], tmp_path_factory.mktemp("data") / "home")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[FlaskClient]:
    settings = {"home": folder, "workers": 2, "client_errors": 100_000, "write_bytes": 1 << 20}
    app = create_app(settings | {"client_seconds": 10_000, "write_seconds": 20})
    yield app.test_client()
    app.extensions["writer"].close()
    app.extensions["answering"].close()


@pytest.fixture(scope="module")
def bearer(folder: Path) -> BEARER:
    _, token = Accounts(folder).create("Curating team", Role.CURATOR)
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def version(folder: Path) -> Iterator[int]:
    """Give the newest version, and hold the test to writing nothing."""
    before = Home(folder).current()
    assert before is not None
    yield before
    assert Home(folder).current() == before


def address(graph: str) -> str:
    return f"/data?graph={quote(graph, safe='')}"


def put(client: FlaskClient, who: BEARER, body: bytes, graph: str = MINE, **more: Any) -> Any:
    headers = {"Content-Type": TURTLE, **who, **more.pop("headers", {})}
    return client.open(address(graph), method=more.pop("method", "PUT"), data=body, headers=headers)


def update(client: FlaskClient, who: BEARER, text: str, query: str = "") -> TestResponse:
    headers = {"Content-Type": "application/sparql-update", **who}
    return client.post(f"/update{query}", data=text.encode(), headers=headers)


def problem(response: TestResponse) -> tuple[int, str]:
    assert response.content_type == "application/problem+json", response.data
    document = json.loads(response.data)
    assert document["status"] == response.status_code
    return response.status_code, str(document["type"]).rpartition("/")[2]


def triples(client: FlaskClient, graph: str = MINE) -> Graph:
    response = client.get(address(graph), headers={"Accept": TURTLE})
    return Graph().parse(data=response.data if response.status_code == 200 else b"")


def test_a_graph_is_made_read_replaced_and_removed(client: FlaskClient, bearer: BEARER) -> None:
    made = put(client, bearer, ONE)
    assert made.status_code == 201
    assert made.json["changed"]
    again = put(client, bearer, ONE)
    assert (again.status_code, again.json["changed"]) == (200, False)
    assert again.json["version"] == made.json["version"] == int(made.headers["Cove-Version"])
    assert put(client, bearer, TWO, method="POST").status_code == 200
    assert len(triples(client)) == 2
    assert put(client, bearer, TWO).status_code == 200
    assert len(triples(client)) == 1
    gone = client.delete(address(MINE), headers=bearer)
    assert gone.status_code == 200
    assert problem(client.get(address(MINE))) == (404, "not-found")
    assert problem(client.delete(address(MINE), headers=bearer)) == (404, "not-found")
    as_of = f"/version/{made.json['version']}{address(MINE)}"
    assert b" 1 ." in client.get(as_of, headers={"Accept": "text/turtle"}).data


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"]
)
def test_reading_is_open_and_negotiated(client: FlaskClient, accept: str) -> None:
    response = client.get(address(RECORD), headers={"Accept": accept})
    assert response.status_code == 200
    assert response.mimetype == accept
    format_ = ox.RdfFormat.from_media_type(accept)
    assert len(list(ox.parse(response.data, format=format_))) > 20
    tag = response.headers["ETag"]
    headers = {"Accept": accept, "If-None-Match": tag}
    assert client.get(address(RECORD), headers=headers).status_code == 304
    head = client.head(address(RECORD), headers={"Accept": accept})
    assert (head.data, head.headers["ETag"]) == (b"", tag)


def test_a_format_that_there_is_not_is_told(client: FlaskClient) -> None:
    response = client.get(address(RECORD), headers={"Accept": "image/png"})
    assert problem(response) == (406, "not-acceptable")


def test_the_default_graph_is_read_as_the_merge_and_written_apart(
    client: FlaskClient, bearer: BEARER, folder: Path
) -> None:
    headers = {**bearer, "Content-Type": TURTLE}
    assert client.put("/data?default", data=ONE, headers=headers).status_code in {200, 201}
    nt = client.get("/data?default&format=nt").data
    assert len(nt.splitlines()) > 50_000
    assert b"<https://example.org/a>" in nt
    assert len(triples(client, f"{BASE}data/default")) == 1
    assert client.delete("/data?default", headers=bearer).status_code == 200
    assert len(triples(client, f"{BASE}data/default")) == 0
    assert len(triples(client, RECORD)) > 20


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("", (401, "unauthorized")),
        ("Bearer", (401, "unauthorized")),
        ("Bearer cove_00000000_" + "x" * 43, (401, "unauthorized")),
        ("Basic Y292ZTpjb3Zl", (401, "unauthorized")),
        ("reader", (403, "forbidden")),
        ("reviewer", (403, "forbidden")),
    ],
)
def test_who_has_no_right_writes_nothing(
    client: FlaskClient, folder: Path, version: int, method: str, header: str, kind: tuple[int, str]
) -> None:
    if header in {"reader", "reviewer"}:
        _, token = Accounts(folder).create("Visitor", Role(header))
        header = f"Bearer {token}"
    who = {"Authorization": header} if header else {}
    for response in (put(client, who, ONE, method=method), update(client, who, "CLEAR ALL")):
        assert problem(response) == kind
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
    last = read_audit(folder)[-1]
    assert last.outcome == kind[1]
    assert "x" * 43 not in (folder / "audit.jsonl").read_text()


@pytest.mark.parametrize("name", ["token", "access_token"])
def test_a_token_in_the_address_is_refused(
    client: FlaskClient, bearer: BEARER, version: int, name: str
) -> None:
    token = bearer["Authorization"].removeprefix("Bearer ")
    response = client.post(f"/update?{name}={token}", data="update=CLEAR+ALL", headers=bearer)
    assert problem(response) == (400, "malformed-request")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/data", (400, "malformed-request")),
        ("/data?graph=relative", (400, "malformed-request")),
        ("/data?graph=a:b&default", (400, "malformed-request")),
        ("/data?graph=a:b&graph=a:c", (400, "malformed-request")),
        ("/data/direct?graph=a:b", (400, "malformed-request")),
        ("/data?graph=a:b%0D%0ASet-Cookie:x", (400, "malformed-request")),
        ("/data?graph=a:%FF", (400, "malformed-request")),
        ("/data?graph=http://%5Bx", (400, "malformed-request")),
        ("/data?graph=http://example.org/%25zz", (400, "malformed-request")),
        ("/data/a%20b", (400, "malformed-request")),
        ("/data/%25zz", (400, "malformed-request")),
        (address(f"{BASE}ontology"), (403, "reserved-graph")),
        (address(f"{RECORD}/inferred"), (403, "reserved-graph")),
        (address(f"{BASE}scheme/sector"), (403, "reserved-graph")),
        (address(f"{BASE}work/x"), (403, "reserved-graph")),
        (address(RECORD), (422, "nonconforming")),
    ],
)
def test_an_address_that_cannot_be_written_to_is_told(
    client: FlaskClient, bearer: BEARER, version: int, path: str, kind: tuple[int, str]
) -> None:
    response = client.put(path, data=ONE, headers={**bearer, "Content-Type": TURTLE})
    assert problem(response) == kind
    if kind[0] == 400:
        assert problem(client.get(path)) == kind


RDF_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
)
REMOTE = b'{"@context": "http://127.0.0.1:1/context.jsonld", "@id": "a:b", "p": 1}'


@pytest.mark.parametrize(
    ("body", "headers", "kind"),
    [
        (b"<a:b> <a:c>", {}, (400, "malformed-document")),
        (b"\xff\xfe<\x00", {}, (400, "malformed-document")),
        (ONE, {"Content-Type": "text/csv"}, (415, "unsupported-media-type")),
        (ONE, {"Content-Type": "application/trig"}, (415, "unsupported-media-type")),
        (ONE, {"Content-Type": "text/turtle; charset=utf-16"}, (415, "unsupported-media-type")),
        (ONE, {"Content-Encoding": "br"}, (415, "unsupported-media-type")),
        (ONE, {"Content-Encoding": "gzip"}, (400, "malformed-document")),
        (
            gzip.compress(ONE, mtime=0)[:-9],
            {"Content-Encoding": "gzip"},
            (400, "malformed-document"),
        ),
        (
            gzip.compress(b" " * (300 << 20), 9, mtime=0),
            {"Content-Encoding": "gzip"},
            (400, "malformed-document"),
        ),
        (RDF_BOMB, {"Content-Type": "application/rdf+xml"}, (400, "malformed-document")),
        (REMOTE, {"Content-Type": "application/ld+json"}, (400, "malformed-document")),
        (
            b'[{"@id":"a:g","@graph":[{"@id":"a:b","a:c":1}]}]',
            {"Content-Type": "application/ld+json"},
            (400, "malformed-document"),
        ),
        (b"[" * 200_000, {"Content-Type": "application/ld+json"}, (400, "malformed-document")),
        (b"<a:b> <a:c> " + b"(" * 200_000, {}, (400, "malformed-document")),
        (b"<a:b> <a:c> " + b"<<" * 50_000, {}, (400, "malformed-document")),
        (b" " * (2 << 20), {}, (413, "request-too-large")),
        (ONE, {"Content-Range": "bytes 0-1/2"}, (400, "malformed-request")),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(value)[:40],
)
def test_a_hostile_document_is_refused_and_the_next_is_kept(
    client: FlaskClient,
    bearer: BEARER,
    version: int,
    body: bytes,
    headers: dict[str, str],
    kind: tuple[int, str],
) -> None:
    response = put(client, bearer, body, headers=headers)
    assert problem(response) == kind
    assert client.get("/sparql?query=ASK%7B%7D").status_code == 200


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("LOAD <http://127.0.0.1:1/>", (400, "load-refused")),
        ("CLEAR ALL; LOAD SILENT <file:///etc/passwd>", (400, "load-refused")),
        (
            "INSERT { GRAPH <a:b> { ?s ?p ?o } } WHERE { SERVICE <a:b> { ?s ?p ?o } }",
            (400, "service-refused"),
        ),
        ("INSERT DATA { GRAPH <a:b> { <a:s> } }", (400, "malformed-update")),
        ("SELECT * { ?s ?p ?o }", (400, "malformed-update")),
        ("CLEAR ALL", (403, "reserved-graph")),
        (f"DROP GRAPH <{BASE}ontology>", (403, "reserved-graph")),
        (f"COPY <{RECORD}> TO <{BASE}record/another-2020-work>", (422, "nonconforming")),
        (f"INSERT DATA {{ GRAPH <{RECORD}> {{ <a:s> <a:p> 1 }} }}", (422, "nonconforming")),
        ("INSERT { GRAPH <a:b> { ?s ?p ?o } } WHERE " + "{" * 5_000, (400, "query-too-deep")),
    ],
)
def test_an_update_that_may_not_be_is_refused_whole(
    client: FlaskClient, bearer: BEARER, version: int, text: str, kind: tuple[int, str]
) -> None:
    both = f"INSERT DATA {{ GRAPH <{MINE}> {{ <a:s> <a:p> 1 }} }} ; {text}"
    if not text.startswith("SELECT"):
        assert problem(update(client, bearer, both)) == kind
    assert problem(update(client, bearer, text)) == kind


def test_a_broken_update_names_its_place(client: FlaskClient, bearer: BEARER) -> None:
    response = update(client, bearer, "INSERT DATA {\n  GRAPH <a:b> { <a:s> } }")
    assert (response.json or {})["line"] == 2


def test_a_nonconforming_record_is_told_rule_by_rule(
    client: FlaskClient, bearer: BEARER, version: int
) -> None:
    record = triples(client, RECORD)
    statement = URIRef(f"{BASE}ontology#position")
    assert (None, statement, None) in record
    record.remove((None, URIRef(f"{BASE}ontology#reportedIn"), None))
    record.remove((None, URIRef(f"{BASE}ontology#statement"), None))
    body = record.serialize(format="turtle").encode()
    response = put(client, bearer, body, RECORD)
    assert problem(response) == (422, "nonconforming")
    assert "constrainedBy" in response.headers["Link"]


def test_a_record_is_replaced_by_itself_without_a_version(
    client: FlaskClient, bearer: BEARER, version: int
) -> None:
    body = client.get(address(RECORD), headers={"Accept": TURTLE}).data
    response = put(client, bearer, body, RECORD)
    assert (response.status_code, response.json["changed"]) == (200, False)


def test_the_graphs_go_by_the_address_of_the_server(client: FlaskClient, bearer: BEARER) -> None:
    made = client.post("/data", data=ONE, headers={**bearer, "Content-Type": TURTLE})
    assert made.status_code == 201
    location = made.headers["Location"]
    assert location.startswith("http://localhost/data/")
    name = made.json["graphs"][0]
    assert name == BASE + location.removeprefix("http://localhost/")
    path = location.removeprefix("http://localhost")
    for there in (path, address(name), address(location)):
        assert client.get(there).status_code == 200
    assert client.delete(path, headers=bearer).status_code == 200
    local = RECORD.replace(BASE, "http://localhost/")
    assert len(triples(client, local)) > 20


def test_a_form_brings_several_files(client: FlaskClient, bearer: BEARER) -> None:
    parts = {
        "a": (io.BytesIO(b"<a:a> <a:b> _:x ."), "a.ttl", TURTLE),
        "b": (io.BytesIO(b"<a:a> <a:c> _:x ."), "b.nt", "application/octet-stream"),
    }
    graph = f"{MINE}/form"
    made = client.post(address(graph), data=parts, headers=bearer)
    assert made.status_code == 201
    assert len(set(triples(client, graph).objects())) == 2
    bad = client.post(address(graph), data={"a": "no file"}, headers=bearer)
    assert problem(bad)[0] in {400, 415}
    assert client.delete(address(graph), headers=bearer).status_code == 200


def test_relative_names_are_those_of_the_graph(client: FlaskClient, bearer: BEARER) -> None:
    graph = "https://example.org/folder/graph"
    put(client, bearer, b"<x> <p> <#y> .", graph)
    assert (
        URIRef("https://example.org/folder/x"),
        URIRef("https://example.org/folder/p"),
        URIRef("https://example.org/folder/graph#y"),
    ) in triples(client, graph)


def test_a_write_on_a_condition_is_kept_only_where_it_holds(
    client: FlaskClient, bearer: BEARER
) -> None:
    graph = f"{MINE}/condition"
    failed = (412, "precondition-failed")
    assert problem(put(client, bearer, ONE, graph, headers={"If-Match": "*"})) == failed
    made = put(client, bearer, ONE, graph, headers={"If-None-Match": "*"})
    assert made.status_code == 201
    assert problem(put(client, bearer, TWO, graph, headers={"If-None-Match": "*"})) == failed
    tag = client.get(address(graph), headers={"Accept": TURTLE}).headers["ETag"]
    assert tag.startswith(made.json["etag"][:-1])
    assert (
        put(client, bearer, ONE, graph, headers={"If-Match": f'"other", {tag}'}).status_code == 200
    )
    assert (
        put(client, bearer, TWO, graph, headers={"If-Match": made.json["etag"]}).status_code == 200
    )
    for method in ("PUT", "POST", "DELETE"):
        stale = put(client, bearer, ONE, graph, method=method, headers={"If-Match": tag})
        assert problem(stale) == failed
        weak = put(client, bearer, ONE, graph, method=method, headers={"If-Match": f"W/{tag}"})
        assert problem(weak) == failed
    default = client.get("/data?default", headers={"Accept": TURTLE}).headers["ETag"]
    headers = {**bearer, "Content-Type": TURTLE, "If-Match": default}
    assert client.put("/data?default", data=ONE, headers=headers).status_code in {200, 201}
    assert problem(client.put("/data?default", data=TWO, headers=headers)) == failed
    client.delete("/data?default", headers=bearer)


def test_a_large_graph_is_tagged_by_its_version(client: FlaskClient, bearer: BEARER) -> None:
    graph = f"{MINE}/large"
    body = b"".join(b"<a:s> <a:p> %d .\n" % number for number in range(6_000))
    made = put(client, bearer, body, graph)
    tag = client.get(address(graph), headers={"Accept": TURTLE}).headers["ETag"]
    assert tag == f'"v{made.json["version"]}-ttl"'
    for good in (tag, made.json["etag"]):
        kept = put(client, bearer, body, graph, headers={"If-Match": good})
        assert (kept.status_code, kept.json["changed"]) == (200, False)
    put(client, bearer, ONE, f"{MINE}/other")
    assert put(client, bearer, ONE, graph, headers={"If-Match": tag}).status_code == 412


def test_of_writers_with_one_tag_one_wins(client: FlaskClient, bearer: BEARER) -> None:
    graph = f"{MINE}/race"
    tag = put(client, bearer, ONE, graph).json["etag"]

    def write(number: int) -> int:
        own = client.application.test_client()
        body = f"<a:a> <a:p> {number} .".encode()
        return int(put(own, bearer, body, graph, headers={"If-Match": tag}).status_code)

    for turn in range(3):
        with ThreadPoolExecutor(3) as threads:
            statuses = list(threads.map(write, range(turn * 3, turn * 3 + 3)))
        assert sorted(statuses) == [200, 412, 412]
        tag = client.get(address(graph), headers={"Accept": TURTLE}).headers["ETag"]


def test_an_update_says_what_it_changed(client: FlaskClient, bearer: BEARER, folder: Path) -> None:
    graph = f"{MINE}/update"
    response = update(client, bearer, f"INSERT DATA {{ GRAPH <{graph}> {{ <s> <p> 1 }} }}")
    assert response.status_code == 200
    assert (response.json or {})["graphs"] == [graph]
    info = Home(folder).info((response.json or {})["version"])
    assert (info.agent, info.reason) == ("Curating team", "SPARQL update")
    assert (URIRef(f"{BASE}s"), URIRef(f"{BASE}p"), None) in triples(client, graph)
    entry = read_audit(folder)[-1]
    assert (entry.outcome, entry.version) == ("written", info.number)
    assert graph in entry.what
    again = client.post("/update", data={"update": f"CLEAR GRAPH <{graph}>"}, headers=bearer)
    assert (again.json or {})["changed"]


def test_an_update_of_the_graphs_that_the_request_names(
    client: FlaskClient, bearer: BEARER
) -> None:
    put(client, bearer, ONE, "a:one")
    put(client, bearer, TWO, "a:two")
    text = "INSERT { GRAPH <a:three> { ?s ?p ?o } } WHERE { ?s ?p ?o }"
    assert update(client, bearer, text, "?using-graph-uri=a:one").status_code == 200
    assert len(triples(client, "a:three")) == 1
    both = update(client, bearer, f"WITH <a:one> {text}", "?using-graph-uri=a:one")
    assert problem(both) == (400, "malformed-update")


def test_an_update_is_posted_only(client: FlaskClient, bearer: BEARER, version: int) -> None:
    for method in ("GET", "PUT", "DELETE"):
        response = client.open("/update?update=CLEAR+ALL", method=method, headers=bearer)
        assert problem(response) == (405, "method-not-allowed")
        assert "POST" in response.headers["Allow"]


def test_a_browser_elsewhere_learns_the_methods(client: FlaskClient) -> None:
    headers = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization, if-match",
    }
    for path, methods in (("/data", {"PUT", "POST", "DELETE", "GET"}), ("/update", {"POST"})):
        response = client.options(path, headers=headers)
        assert response.status_code == 204
        assert methods <= set(response.headers["Access-Control-Allow-Methods"].split(", "))
        assert response.headers["Access-Control-Allow-Headers"] == "authorization, if-match"
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers


def test_a_revoked_token_is_refused_at_once(client: FlaskClient, folder: Path) -> None:
    accounts = Accounts(folder)
    account, token = accounts.create("Leaving", Role.CURATOR)
    who = {"Authorization": f"Bearer {token}"}
    assert put(client, who, ONE, f"{MINE}/leaving").status_code == 201
    accounts.revoke(account.id)
    assert problem(put(client, who, TWO, f"{MINE}/leaving")) == (401, "unauthorized")


def test_the_home_is_whole_after_all_this(folder: Path) -> None:
    assert Home(folder).check() == []
