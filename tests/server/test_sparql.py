"""The SPARQL endpoint: ways to ask, ways to be answered, and every refusal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kg.store import Home
from server import create_app

QUADS = b"".join(
    b'<https://w3id.org/cove/work/w%d> <http://purl.org/dc/terms/title> "Work <b>%d</b>" '
    b"<https://w3id.org/cove/record/w%d> .\n" % (n, n, n)
    for n in range(300)
)
SELECT = "SELECT ?title { ?work <http://purl.org/dc/terms/title> ?title } ORDER BY ?title LIMIT 3"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("home")
    with Home(path).begin(agent="tests", reason="works") as candidate:
        candidate.bulk_load(QUADS)
    return path


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[FlaskClient]:
    app = create_app({"home": home, "workers": 3, "client_errors": 10_000})
    yield app.test_client()
    app.extensions["answering"].close()


def ask(client: FlaskClient, query: str, accept: str = "*/*", **more: str) -> TestResponse:
    return client.get("/sparql", query_string={"query": query, **more}, headers={"Accept": accept})


def problem(response: TestResponse) -> str:
    assert response.content_type == PROBLEM
    document = json.loads(response.data)
    assert document["status"] == response.status_code
    assert document["detail"].endswith(".") or document["detail"]
    return str(document["type"]).rpartition("/")[2]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/sparql-results+json"),
        ("", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("text/csv;q=0.2, text/tab-separated-values;q=0.8", "text/tab-separated-values"),
        ("text/*", "text/csv"),
        ("text/*, text/csv;q=0", "text/tab-separated-values"),
        ("image/png, */*;q=0.1", "application/sparql-results+json"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/sparql-results+json"),
        ("application/sparql-results+json; charset=utf-8", "application/sparql-results+json"),
    ],
)
def test_rows_come_in_the_format_that_the_client_likes_best(
    client: FlaskClient, accept: str, media_type: str
) -> None:
    response = ask(client, SELECT, accept)
    assert response.status_code == 200
    assert response.mimetype == media_type
    assert b"Work" in response.data


@pytest.mark.parametrize(
    ("accept", "media_type", "parser"),
    [
        ("*/*", "text/turtle", "TURTLE"),
        ("text/turtle", "text/turtle", "TURTLE"),
        ("application/n-triples", "application/n-triples", "N_TRIPLES"),
        ("application/ld+json", "application/ld+json", "JSON_LD"),
        ("application/rdf+xml", "application/rdf+xml", "RDF_XML"),
        ("application/xml", "application/rdf+xml", "RDF_XML"),
    ],
)
def test_graphs_come_in_every_rdf_format(
    client: FlaskClient, accept: str, media_type: str, parser: str
) -> None:
    response = ask(client, CONSTRUCT, accept)
    assert response.mimetype == media_type
    assert len(list(ox.parse(response.data, format=getattr(ox.RdfFormat, parser)))) == 3


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_a_format_can_be_asked_for_by_name(client: FlaskClient, name: str) -> None:
    assert name in ask(client, SELECT, "image/png", format=name).mimetype or name == "tsv"


def test_what_no_format_fits_is_told_what_there_is(client: FlaskClient) -> None:
    for response in (
        ask(client, SELECT, "image/png"),
        ask(client, SELECT, "text/turtle"),
        ask(client, SELECT, format="pdf"),
    ):
        assert response.status_code == 406
        assert "text/csv" in json.loads(response.data)["available"]


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_every_way_to_ask_gives_one_answer(client: FlaskClient, path: str) -> None:
    answers = {
        client.get(path, query_string={"query": SELECT}).data,
        client.post(path, data={"query": SELECT}).data,
        client.post(path, data=SELECT, content_type="application/sparql-query").data,
        client.open(
            path, method="QUERY", data=SELECT, content_type="application/sparql-query"
        ).data,
        client.open(path, method="QUERY", data={"query": SELECT}).data,
        client.get("/version/1/sparql", query_string={"query": SELECT}).data,
    }
    assert len(answers) == 1
    assert len(json.loads(answers.pop())["results"]["bindings"]) == 3


def test_a_head_has_the_headers_of_the_answer_and_no_body(client: FlaskClient) -> None:
    whole = ask(client, SELECT)
    head = client.head("/sparql", query_string={"query": SELECT})
    assert head.data == b""
    assert head.content_length == whole.content_length
    assert head.headers["ETag"] == whole.headers["ETag"]


def test_an_answer_that_the_client_has_is_not_sent_again(client: FlaskClient) -> None:
    whole = ask(client, SELECT)
    again = client.get(
        "/sparql",
        query_string={"query": SELECT + " # asked again"},
        headers={"If-None-Match": whole.headers["ETag"]},
    )
    assert (again.status_code, again.data) == (304, b"")
    assert "Accept" in again.headers["Vary"]
    other = client.get(
        "/sparql",
        query_string={"query": SELECT},
        headers={"If-None-Match": whole.headers["ETag"], "Accept": "text/csv"},
    )
    assert other.status_code == 200


def test_a_version_in_the_address_never_changes(client: FlaskClient) -> None:
    response = client.get("/version/1/sparql", query_string={"query": SELECT})
    assert "immutable" in response.headers["Cache-Control"]
    assert ask(client, SELECT).headers["Cache-Control"] == "public, no-cache"
    missing = client.get("/version/99/sparql", query_string={"query": SELECT})
    assert (missing.status_code, problem(missing)) == (404, "not-found")


def test_a_new_version_gives_new_answers_and_the_old_stays(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.begin(agent="tests", reason="first") as candidate:
        candidate.bulk_load(b"<a:s> <a:p> <a:o> <a:g> .\n")
    app = create_app({"home": tmp_path, "workers": 1})
    client = app.test_client()
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    first = ask(client, count, "text/csv")
    with home.begin(agent="tests", reason="second") as candidate:
        candidate.bulk_load(b"<a:s> <a:p> <a:o2> <a:g> .\n")
    second = ask(client, count, "text/csv")
    old = client.get("/version/1/sparql", query_string={"query": count, "format": "csv"})
    app.extensions["answering"].close()
    assert (first.data, second.data, old.data) == (b"n\r\n1\r\n", b"n\r\n2\r\n", b"n\r\n1\r\n")
    assert first.headers["ETag"] != second.headers["ETag"]


def test_an_answer_that_may_differ_is_kept_by_nobody(client: FlaskClient) -> None:
    query = "SELECT (STRUUID() AS ?id) {}"
    first, second = ask(client, query), ask(client, query)
    assert first.data != second.data
    assert "ETag" not in first.headers
    assert first.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        ("SELECT ?s { ?s ?p }", 400, "malformed-query"),
        ("ASK {} ; ASK {}", 400, "malformed-query"),
        ("INSERT DATA { <a:s> <a:p> <a:o> }", 400, "update-refused"),
        ("ASK { SERVICE <http://localhost/> {} }", 400, "service-refused"),
        ("ASK " + "{" * 200 + "}" * 200, 400, "query-too-deep"),
        ("ASK { ?s ?p ?o " + " OPTIONAL {}" * 2000 + "}", 400, "query-too-complex"),
        ("SELECT (<http://example.org/f>(1) AS ?x) {}", 400, "query-failed"),
    ],
)
def test_a_bad_query_is_told_what_and_where(
    client: FlaskClient, query: str, status: int, kind: str
) -> None:
    response = client.post("/sparql", data={"query": query})
    assert (response.status_code, problem(response)) == (status, kind)
    if kind not in {"query-failed"}:
        assert json.loads(response.data)["line"] == 1


def test_the_place_of_a_syntax_error_is_the_client_s_own(client: FlaskClient) -> None:
    document = json.loads(ask(client, "SELECT ?s {\n  ?s ?p\n}").data)
    assert document["line"] == 3
    assert "line 3" in document["detail"]


@pytest.mark.parametrize(
    ("request_", "status", "kind"),
    [
        ({"query_string": "quer=ASK%20%7B%7D"}, 400, "malformed-request"),
        ({"query_string": "query=ASK%20%7B%7D&query=ASK%20%7B%7D"}, 400, "malformed-request"),
        ({"query_string": "query=%FF"}, 400, "malformed-request"),
        ({"query_string": "update=DROP%20ALL"}, 400, "update-refused"),
        ({"query_string": "query=ASK%7B%7D&timeout=soon"}, 400, "malformed-request"),
        ({"query_string": "query=ASK%7B%7D&timeout=-1"}, 400, "malformed-request"),
        ({"query_string": "query=ASK%7B%7D&default-graph-uri=x"}, 400, "malformed-request"),
        ({"method": "POST", "data": b"ASK {}"}, 415, "unsupported-media-type"),
        (
            {"method": "POST", "data": b"ASK {}", "content_type": "text/plain"},
            415,
            "unsupported-media-type",
        ),
        (
            {"method": "POST", "data": b"\xff", "content_type": "application/sparql-query"},
            400,
            "malformed-request",
        ),
        (
            {"method": "POST", "data": b"CLEAR ALL", "content_type": "application/sparql-update"},
            400,
            "update-refused",
        ),
        (
            {
                "method": "POST",
                "data": b"x" * 1_200_000,
                "content_type": "application/sparql-query",
            },
            413,
            "request-too-large",
        ),
        ({"method": "PUT", "data": b"x"}, 405, "method-not-allowed"),
        ({"method": "DELETE"}, 405, "method-not-allowed"),
    ],
)
def test_a_bad_request_is_told_what_to_do(
    client: FlaskClient, request_: dict[str, object], status: int, kind: str
) -> None:
    response = client.open("/sparql", **request_)  # type: ignore[arg-type]
    assert (response.status_code, problem(response)) == (status, kind)
    assert response.headers["Cache-Control"] == "no-store"
    if status == 405:
        assert "POST" in response.headers["Allow"]


def test_a_client_may_ask_for_less_time_and_not_for_more(home: Path) -> None:
    app = create_app({"home": home, "workers": 1, "query_seconds": 1.0})
    client = app.test_client()
    for given, limit in (("0.3", 0.3), ("60", 1.0)):
        response = ask(client, RUNAWAY, timeout=given)
        assert (response.status_code, problem(response)) == (503, "time-limit")
        assert json.loads(response.data)["limit"] == limit
    app.extensions["answering"].close()


def test_a_client_that_spends_its_budget_is_told_when_to_come_back(home: Path) -> None:
    app = create_app({"home": home, "workers": 1, "client_errors": 3})
    client = app.test_client()
    statuses = [ask(client, f"SELECT ?s {{ ?s ?p }} # {n}").status_code for n in range(5)]
    refused = ask(client, "ASK {}")
    app.extensions["answering"].close()
    assert statuses[:3] == [400, 400, 400]
    assert statuses[-1] == 429
    assert problem(refused) == "budget-spent"
    assert int(refused.headers["Retry-After"]) > 0


def test_any_site_may_read_without_credentials(client: FlaskClient) -> None:
    preflight = client.options(
        "/sparql",
        headers={
            "Origin": "https://example.org",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type, x-mine",
        },
    )
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Headers"] == "content-type, x-mine"
    assert "QUERY" in preflight.headers["Access-Control-Allow-Methods"]
    for response in (preflight, ask(client, SELECT), ask(client, "ASK {")):
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers


def test_a_browser_gets_its_query_back_with_the_error(client: FlaskClient) -> None:
    hostile = 'SELECT * { ?s ?p "</textarea><script>alert(1)</script>" '
    response = client.post("/sparql", data={"query": hostile}, headers={"Accept": "text/html"})
    assert response.status_code == 400
    assert response.mimetype == "text/html"
    assert b"&lt;/textarea&gt;&lt;script&gt;" in response.data
    assert b"<script>" not in response.data
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_relative_iris_are_resolved_against_the_base_of_the_dataset(client: FlaskClient) -> None:
    response = ask(client, "ASK { <work/w1> ?p ?o }")
    assert json.loads(response.data)["boolean"] is True


def test_from_is_obeyed(client: FlaskClient) -> None:
    count = "SELECT (COUNT(*) AS ?n) FROM <record/w1> { ?s ?p ?o }"
    assert ask(client, count, "text/csv").data == b"n\r\n1\r\n"


def test_from_and_load_fetch_nothing(client: FlaskClient, tmp_path: Path) -> None:
    secret = tmp_path / "secret.ttl"
    secret.write_text("<a:s> <a:p> 'secret' .")
    for query in (
        "SELECT * FROM <$> { ?s ?p ?o }",
        "SELECT * FROM NAMED <$> { GRAPH ?g { ?s ?p ?o } }",
    ):
        response = ask(client, query.replace("$", secret.as_uri()))
        assert json.loads(response.data)["results"]["bindings"] == []
    given = ask(client, "SELECT * { ?s ?p ?o }", **{"default-graph-uri": secret.as_uri()})
    assert b"secret" not in given.data


def test_without_a_dataset_the_server_says_so(tmp_path: Path) -> None:
    app = create_app({"home": tmp_path / "none", "workers": 1})
    response = ask(app.test_client(), SELECT)
    app.extensions["answering"].close()
    assert (response.status_code, problem(response)) == (503, "no-data")


def test_health_answers_a_query(client: FlaskClient) -> None:
    ready = client.get("/health")
    assert ready.status_code == 200
    assert ready.get_json()["version"] == 1
    assert client.get("/health/live").get_json() == {"status": "live"}
