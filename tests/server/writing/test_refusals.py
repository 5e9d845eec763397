"""What is not written: without a right, to the wrong place, broken, hostile, against the rules."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import URIRef

from kg.accounts import Accounts, Role
from kg.audit import read_audit
from kg.namespaces import BASE
from tests.server.writing.conftest import (
    BEARER,
    MINE,
    ONE,
    RECORD,
    TURTLE,
    address,
    problem,
    put,
    triples,
    update,
)


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
