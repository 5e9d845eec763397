"""Keeping: the same request gets the same answer, until a version or anything else differs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from kg.store import Home
from server import create_app

ASK = {"query": "SELECT ?o { ?s ?p ?o }", "format": "csv"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home(tmp_path)
    write(found, 1)
    return found


@pytest.fixture
def app(home: Home) -> Iterator[Flask]:
    found = create_app({"home": home.path, "workers": 1})
    yield found
    found.extensions["answering"].close()
    found.extensions["writer"].close()


def write(home: Home, value: int) -> None:
    with home.begin(agent="tests", reason="one quad") as candidate:
        candidate.bulk_load(b"<a:s> <a:p> <a:o%d> <a:g> .\n" % value)


@pytest.fixture
def reached(app: Flask) -> list[str]:
    found: list[str] = []
    app.before_request(lambda: found.append(str(app)))
    return found


def test_the_second_of_two_requests_does_not_reach_the_application(
    app: Flask, reached: list[str]
) -> None:
    client = app.test_client()
    first, second = (client.get("/sparql", query_string=ASK) for _ in range(2))
    assert first.data == second.data == b"o\r\na:o1\r\n"
    assert len(reached) == 1
    same = {k: v for k, v in first.headers.items() if k != "X-Request-Id"}
    assert same == {k: v for k, v in second.headers.items() if k != "X-Request-Id"}
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]


def test_a_new_version_gives_a_new_answer(app: Flask, home: Home) -> None:
    client = app.test_client()
    assert client.get("/sparql", query_string=ASK).data == b"o\r\na:o1\r\n"
    write(home, 2)
    assert sorted(client.get("/sparql", query_string=ASK).data.split()) == [
        b"a:o1",
        b"a:o2",
        b"o",
    ]


@pytest.mark.parametrize(
    "other",
    [
        {
            "headers": {"Accept": "application/sparql-results+xml"},
            "query_string": {"query": "ASK {}"},
        },
        {"query_string": {**ASK, "format": "tsv"}},
        {"base_url": "http://other.example"},
        {"headers": {"If-None-Match": '"x"'}},
        {"headers": {"Cache-Control": "no-cache"}},
        {"headers": {"Authorization": "Bearer x"}},
        {"method": "POST", "query_string": {}, "data": ASK},
        {"method": "HEAD"},
    ],
    ids=["accept", "parameter", "host", "condition", "no cache", "token", "post", "head"],
)
def test_a_request_that_differs_reaches_the_application(
    app: Flask, reached: list[str], other: dict[str, Any]
) -> None:
    client = app.test_client()
    client.get("/sparql", query_string=ASK)
    answer = client.open("/sparql", **{"method": "GET", "query_string": ASK, **other})
    assert answer.status_code == 200
    assert len(reached) == 2


@pytest.mark.parametrize("query", ["SELECT (RAND() AS ?x) {}", "SELECT (NOW() AS ?x) {}", "ASK {"])
def test_what_may_differ_and_what_failed_is_not_kept(
    app: Flask, reached: list[str], query: str
) -> None:
    client = app.test_client()
    for _ in range(2):
        client.get("/sparql", query_string={"query": query})
    assert len(reached) == 2


def test_what_is_kept_is_counted_and_has_its_guards(app: Flask) -> None:
    client = app.test_client()
    for _ in range(3):
        answer = client.get("/sparql", query_string={**ASK, "format": "xml"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert 'method="GET",status="200"} 3' in client.get("/metrics").text
