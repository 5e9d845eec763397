"""The files of the pages: where they are, and how long they may be kept."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server import create_app

STATIC = Path(__file__).parents[2] / "server" / "static"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    app = create_app({"home": tmp_path_factory.mktemp("none"), "workers": 1})
    yield app.test_client()
    app.extensions["answering"].close()


def stamp(client: FlaskClient) -> str:
    page = client.get("/sparql", headers={"Accept": "text/html"}).get_data(as_text=True)
    found = re.search(r"/static/([0-9a-f]{12})/style\.css", page)
    assert found, page[:600]
    return found[1]


@pytest.mark.parametrize("name", [p.name for p in sorted(STATIC.iterdir()) if p.is_file()])
def test_a_file_is_sent_as_it_is_and_may_be_kept_for_ever(client: FlaskClient, name: str) -> None:
    response = client.get(f"/static/{stamp(client)}/{name}")
    assert response.data == (STATIC / name).read_bytes()
    assert "immutable" in response.headers["Cache-Control"]
    packed = client.get(f"/static/{stamp(client)}/{name}", headers={"Accept-Encoding": "gzip"})
    if packed.headers.get("Content-Encoding") == "gzip":
        assert gzip.decompress(packed.data) == response.data
        assert packed.headers["ETag"] != response.headers["ETag"]


def test_a_file_under_an_old_stamp_is_asked_for_again(client: FlaskClient) -> None:
    response = client.get("/static/000000000000/style.css")
    assert response.headers["Cache-Control"] == "no-cache"
    same = {"If-None-Match": response.headers["ETag"]}
    assert client.get("/static/000000000000/style.css", headers=same).status_code == 304


@pytest.mark.parametrize("name", ["none.css", "../__init__.py", "%2e%2e/__init__.py", "vendor"])
def test_nothing_but_the_files_is_sent(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{stamp(client)}/{name}").status_code == 404
