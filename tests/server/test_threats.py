"""The threats to a public server: each has a defence, and a test that attacks it."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.store import Home
from server import create_app
from server.config import Settings

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security.md"
COUNT = 31  # threats that were found in other servers, and those of the bench


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    home = tmp_path_factory.mktemp("home")
    with Home(home).begin(agent="tests", reason="quads") as candidate:
        candidate.bulk_load(b"".join(b'<a:s%d> <a:p> "x" <a:g> .\n' % n for n in range(300)))
    found = create_app(
        {"home": home, "workers": 2, "query_seconds": 5, "query_memory": 256 << 20, "patience": 30}
    )
    yield found
    found.extensions["answering"].close()
    found.extensions["writer"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def ask(client: FlaskClient, query: str) -> Any:
    return client.get("/sparql", query_string={"query": query})


def test_the_page_names_for_each_threat_tests_that_there_are() -> None:
    rows = [
        line.split("|")
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line[:3].strip("| ").isdigit()
    ]
    assert len(rows) == COUNT
    for row in rows:
        named = re.findall(r"`(tests/\S+?\.py)::(\w+)`", row[-2])
        assert named, row[1]
        for file, test in named:
            text = (ROOT / file).read_text(encoding="utf-8")
            assert f"def {test}(" in text, f"{file} has no {test}"


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|aa)+$", "(.*a){25}", "^(([a-z])+.)+[A-Z]([a-z])+$"]
)
def test_a_regular_expression_that_explodes_elsewhere_does_not_here(
    client: FlaskClient, pattern: str
) -> None:
    # One that explodes needs longer than the universe is old: no answer would come in its time.
    text = "a" * 5_000 + "!"
    answer = ask(client, f'ASK {{ FILTER (REGEX("{text}", "{pattern}")) }}')
    assert answer.status_code == 200


def test_a_regular_expression_that_needs_too_much_is_an_error_at_most(client: FlaskClient) -> None:
    answer = ask(client, 'ASK { FILTER (REGEX("a", "((a{1000}){1000}){1000}")) }')
    assert answer.status_code == 200
    assert ask(client, "ASK {}").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s40 { BIND ('xxxxxxxx' AS ?s0) "
        + " ".join(f"BIND (CONCAT(?s{n}, ?s{n}) AS ?s{n + 1})" for n in range(40))
        + " }",
        "SELECT (GROUP_CONCAT(?a) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
        "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g",
        "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    ],
    ids=["doubling", "concatenation", "sort", "distinct"],
)
def test_a_bomb_ends_with_a_problem_and_the_next_query_is_answered(
    client: FlaskClient, query: str
) -> None:
    answer = ask(client, query)
    assert answer.status_code in {413, 503}
    assert answer.json["type"].removeprefix("/problems/") in {
        "memory-limit",
        "time-limit",
        "answer-too-large",
    }
    assert ask(client, "ASK {}").status_code == 200


def test_nothing_depends_on_cookies_and_none_is_set(app: Flask, client: FlaskClient) -> None:
    paths = ["/", "/sparql", "/questions", "/search?q=x", "/map", "/problems/", "/versions"]
    for path in paths:
        answer = client.get(path, headers={"Cookie": "session=x; token=y", "Accept": "text/html"})
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert "Access-Control-Allow-Credentials" not in answer.headers
    assert app.secret_key is None


@pytest.mark.parametrize("path", ["/data?graph=a:b", "/update"])
def test_a_form_of_another_site_writes_nothing(client: FlaskClient, path: str) -> None:
    """A browser sends what a person is logged in with: here that is nothing."""
    data = {"update": "INSERT DATA { GRAPH <a:b> { <a:s> <a:p> 1 } }"}
    answer = client.post(path, data=data, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 401


def test_the_server_listens_to_the_loopback_unless_told_otherwise(
    run_server: Any, tmp_path: Path
) -> None:
    assert Settings().host == "127.0.0.1"
    with Home(tmp_path).begin(agent="tests", reason="one quad") as candidate:
        candidate.bulk_load(b"<a:s> <a:p> <a:o> <a:g> .\n")
    with run_server(tmp_path, workers=1) as server:
        listening = Path(f"/proc/{server.pid}/net/tcp").read_text().splitlines()
        port = f":{server.port:04X}"
        places = {line.split()[1] for line in listening if line.split()[1].endswith(port)}
        assert places == {f"0100007F{port}"}
        with pytest.raises(OSError), socket.create_connection(("127.0.0.2", server.port), 1):
            pass


def test_a_fault_of_ours_tells_nothing_of_the_machine(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret at /home/somebody")

    monkeypatch.setattr(app.extensions["answering"], "admit", fail)
    for accept in ("application/json", "text/html"):
        answer = app.test_client().get("/sparql?query=x", headers={"Accept": accept})
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text
        assert ".py" not in answer.text


def test_csv_is_faithful_and_the_workbook_is_text(client: FlaskClient) -> None:
    formula = "=HYPERLINK(1)"
    answer = client.get(
        "/sparql", query_string={"query": f"SELECT ('{formula}' AS ?x) {{}}", "format": "csv"}
    )
    assert formula.encode() in answer.data
    assert answer.mimetype == "text/csv"
    assert "neutral" in PAGE.read_text(encoding="utf-8")


def test_a_flood_is_told_to_come_back_later(tmp_path: Path) -> None:
    with Home(tmp_path).begin(agent="tests", reason="one quad") as candidate:
        candidate.bulk_load(b"<a:s> <a:p> <a:o> <a:g> .\n")
    app = create_app({"home": tmp_path, "workers": 1, "client_errors": 5, "patience": 30})
    client = app.test_client()
    try:
        statuses = [ask(client, f"ASK {{ ?s ?p {n} ?x }}").status_code for n in range(12)]
        assert statuses[0] == 400
        assert 429 in statuses
        last = ask(client, "ASK { ?s ?p 99 }")
        assert last.status_code == 429
        assert int(last.headers["Retry-After"]) > 0
    finally:
        app.extensions["answering"].close()
        app.extensions["writer"].close()
