"""The graph store and updates: what is written, expected and told."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import URIRef

from kg.accounts import Accounts, Role
from kg.audit import read_audit
from kg.namespaces import BASE
from kg.store import Home
from tests.server.writing.conftest import (
    BEARER,
    MINE,
    ONE,
    RECORD,
    TURTLE,
    TWO,
    address,
    problem,
    put,
    triples,
    update,
)


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
