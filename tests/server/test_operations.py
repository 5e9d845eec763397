"""What operators see: counts, request ids and the log of requests."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from werkzeug.test import TestResponse

from kg.accounts import Role
from kg.audit import read_audit
from kg.errors import ConfigurationError
from kg.store import Home
from server import create_app
from server.config import load_settings
from server.metrics import Metrics
from server.problems import KINDS
from server.processes import Allowance
from server.workers import Workers


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    home: Path = tmp_path_factory.mktemp("home")
    with Home(home).begin(agent="tests", reason="quads") as candidate:
        candidate.bulk_load(b"<a:s> <a:p> <a:o> <a:g> .\n")
    app = create_app({"home": home, "workers": 1})
    yield app.test_client()
    app.extensions["answering"].close()
    app.extensions["writer"].close()


def counted(client: FlaskClient, line: str) -> int:
    for found in client.get("/metrics").text.splitlines():
        if found.startswith(line + " "):
            return int(found.removeprefix(line))
    return 0


def test_requests_are_counted_by_method_and_status(client: FlaskClient) -> None:
    name = 'cove_requests_total{method="GET",status="404"}'
    before = counted(client, name)
    assert client.get("/no/such/page").status_code == 404
    assert counted(client, name) == before + 1


def test_a_made_up_method_makes_no_series_of_its_own(client: FlaskClient) -> None:
    client.open("/sparql", method="XYZZY")
    page = client.get("/metrics").text
    assert 'method="OTHER"' in page
    assert "XYZZY" not in page


def test_metrics_tell_of_workers_and_cache(client: FlaskClient) -> None:
    assert client.get("/sparql", query_string={"query": "ASK {?s ?p ?o}"}).status_code == 200
    assert counted(client, "cove_workers") == 1
    assert counted(client, "cove_cache_answers") >= 1
    assert client.get("/metrics").mimetype == "text/plain"


def test_the_histogram_adds_up() -> None:
    metrics = Metrics()
    for seconds in (0.0005, 0.02, 0.02, 60.0):
        metrics.count("GET", 200, seconds)
    lines = list(metrics.lines())
    assert 'cove_request_seconds_bucket{le="0.001"} 1' in lines
    assert 'cove_request_seconds_bucket{le="0.025"} 3' in lines
    assert 'cove_request_seconds_bucket{le="10.0"} 3' in lines
    assert 'cove_request_seconds_bucket{le="+Inf"} 4' in lines
    assert "cove_request_seconds_count 4" in lines


def test_a_request_keeps_the_id_of_its_client(client: FlaskClient) -> None:
    answer = client.get("/health/live", headers={"X-Request-Id": "trace-1.a_B"})
    assert answer.headers["X-Request-Id"] == "trace-1.a_B"


@pytest.mark.parametrize("given", ["", 'a"b', "a b", "<script>", "x" * 65, "é"])
def test_an_id_that_could_do_harm_is_replaced(client: FlaskClient, given: str) -> None:
    found = client.get("/health/live", headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert found != given
    assert len(found) == 32


def test_each_request_is_one_line_of_json(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="cove.access"):
        client.get("/no%0Apage", headers={"X-Request-Id": "one"})
    (line,) = [record.getMessage() for record in caplog.records if record.name == "cove.access"]
    assert "\n" not in line
    found = json.loads(line)
    assert (found["id"], found["status"], found["path"]) == ("one", 404, "/no\npage")


def test_a_level_that_the_log_has_not_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="choose from error, warning, info"):
        load_settings({"log": "loud"})


RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Flask]:
    with Home(tmp_path).begin(agent="tests", reason="quads") as candidate:
        candidate.bulk_load(b"".join(b"<a:s%d> <a:p> <a:o> <a:g> .\n" % n for n in range(400)))
    app = create_app({"home": tmp_path, "workers": 2, "slow_seconds": 0.1})
    yield app
    app.extensions["answering"].close()
    app.extensions["writer"].close()


def bearer(app: Flask, role: Role) -> dict[str, str]:
    _, token = app.extensions["accounts"].create("Operating team", role)
    return {"Authorization": f"Bearer {token}"}


def test_an_administrator_sees_what_runs_and_ends_it(
    many: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    headers = bearer(many, Role.ADMIN)
    client = many.test_client()
    answers: list[TestResponse] = []

    def ask() -> None:
        answers.append(many.test_client().get("/sparql", query_string={"query": RUNAWAY}))

    thread = threading.Thread(target=ask)
    thread.start()
    found: list[dict[str, object]] = []
    deadline = time.monotonic() + 10
    while not found and time.monotonic() < deadline:
        found = client.get("/operations/queries", headers=headers).json["queries"]
    (running,) = found
    assert running["query"] == RUNAWAY
    assert client.delete(f"/operations/queries/{running['id']}", headers=headers).status_code == 204
    thread.join(10)
    assert answers[0].status_code == 503
    assert answers[0].json["type"] == "/problems/query-ended"
    assert client.get("/operations/queries", headers=headers).json["queries"] == []
    gone = client.delete(f"/operations/queries/{running['id']}", headers=headers)
    assert gone.status_code == 404
    (line,) = [record.getMessage() for record in caplog.records if record.name == "cove.slow"]
    slow = json.loads(line)
    assert (slow["query"], slow["outcome"]) == (RUNAWAY, "query-ended")
    assert slow["id"] == answers[0].headers["X-Request-Id"]
    entries = read_audit(many.extensions["answering"].home.path)
    assert {"listed", "ended", "not-found"} <= {entry.outcome for entry in entries}


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_nobody_but_an_administrator_sees_or_ends_what_others_ask(many: Flask, method: str) -> None:
    path = "/operations/queries" + ("/1" if method == "DELETE" else "")
    client = many.test_client()
    assert client.open(path, method=method).status_code == 401
    for role in (Role.READER, Role.REVIEWER, Role.CURATOR):
        headers = bearer(many, role)
        assert client.open(path, method=method, headers=headers).status_code == 403


def test_every_kind_of_problem_has_a_page(client: FlaskClient) -> None:
    listed = client.get("/problems/").text
    for name, kind in KINDS.items():
        assert f'href="/problems/{name}"' in listed
        page = client.get(f"/problems/{name}")
        assert page.status_code == 200
        assert escape(kind.title) in page.text
    assert client.get("/problems/none").status_code == 404


@pytest.mark.skipif(sys.platform == "win32", reason="signal 0 ends a process there")
def test_the_spool_of_a_server_that_was_killed_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead = subprocess.Popen([sys.executable, "-c", "pass"])
    dead.wait()
    left, ours = (tmp_path / f"cove-spool-{pid}-x" for pid in (dead.pid, os.getpid()))
    left.mkdir()
    ours.mkdir()
    with Workers(Allowance(tmp_path, 1, 1 << 30, 1_000, 1_000)) as workers:
        assert workers.folder.parent == tmp_path
        assert not left.exists()
        assert ours.exists()
