"""A copy of the corpus to write to over HTTP, and short ways to do it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from rdflib import Graph
from werkzeug.test import TestResponse

from kg.accounts import Accounts, Role
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
