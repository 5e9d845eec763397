"""What operators see: counts, request ids and the log of requests."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.errors import ConfigurationError
from kg.store import Home
from server import create_app
from server.config import load_settings
from server.metrics import Metrics


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
