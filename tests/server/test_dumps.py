"""Dumps over HTTP: whole or in ranges, with checksums, kept for ever by whoever has them."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from kg.descriptions import DUMPS
from kg.store import Home
from server import create_app

QUAD = b'<https://w3id.org/cove/work/x> <http://e.org/p> "%d" <http://e.org/g> .\n'


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    home = Home(tmp_path_factory.mktemp("home"))
    for number in (1, 2, 3):
        with home.begin(agent="tests", reason="a quad") as candidate:
            candidate.bulk_load(QUAD % number)
    home.release(1, "1.0")
    app = create_app({"home": home.path})
    yield app.test_client()
    app.extensions["answering"].close()


@dataclass(frozen=True)
class Answer:
    status: int
    media_type: str
    headers: Headers
    data: bytes


def fetch(client: FlaskClient, path: str, *, headers: dict[str, str] | None = None) -> Answer:
    """Read an answer and let go of its file, as a server does."""
    with closing(client.get(path, headers=headers)) as found:
        return Answer(found.status_code, found.mimetype, found.headers, found.data)


@pytest.mark.parametrize("name", DUMPS)
def test_a_dump_comes_with_its_checksum(client: FlaskClient, name: str) -> None:
    answer = fetch(client, f"/dumps/3/{name}")
    assert (answer.status, answer.media_type) == (200, "application/gzip")
    digest = hashlib.sha256(answer.data)
    encoded = base64.b64encode(digest.digest()).decode()
    assert answer.headers["Repr-Digest"] == f"sha-256=:{encoded}:"
    assert answer.headers["ETag"] == f'"{digest.hexdigest()}"'
    assert "immutable" in answer.headers["Cache-Control"]
    assert gzip.decompress(answer.data).count(b'"3"') == 1
    sums = fetch(client, "/dumps/3/SHA256SUMS").data.decode()
    assert f"{digest.hexdigest()}  {name}\n" in sums


def test_a_dump_can_be_had_in_ranges(client: FlaskClient) -> None:
    whole = fetch(client, "/dumps/3/cove.nq.gz")
    etag = whole.headers["ETag"]
    part = fetch(client, "/dumps/3/cove.nq.gz", headers={"Range": "bytes=5-14", "If-Range": etag})
    assert part.status == 206
    assert part.data == whole.data[5:15]
    assert part.headers["Content-Range"] == f"bytes 5-14/{len(whole.data)}"
    changed = {"Range": "bytes=5-14", "If-Range": '"other"'}
    assert fetch(client, "/dumps/3/cove.nq.gz", headers=changed).status == 200
    beyond = fetch(client, "/dumps/3/cove.nq.gz", headers={"Range": "bytes=99999999-"})
    assert beyond.status == 416


def test_a_dump_that_one_has_is_not_sent_again(client: FlaskClient) -> None:
    etag = fetch(client, "/dumps/3/cove.nq.gz").headers["ETag"]
    again = fetch(client, "/dumps/3/cove.nq.gz", headers={"If-None-Match": etag})
    assert (again.status, again.data) == (304, b"")


def test_the_newest_has_an_address_that_stays(client: FlaskClient) -> None:
    answer = fetch(client, "/dumps/current/cove.nq.gz")
    assert answer.status == 302
    assert answer.headers["Location"].endswith("/dumps/3/cove.nq.gz")


def test_releases_have_dumps_and_other_old_versions_say_what_to_do(client: FlaskClient) -> None:
    release = fetch(client, "/dumps/1/cove.nq.gz")
    assert gzip.decompress(release.data).count(b"\n") == 1
    old = fetch(client, "/dumps/2/cove.nq.gz")
    assert old.status == 404
    assert "patches" in old.data.decode()
    assert fetch(client, "/dumps/4/cove.nq.gz").status == 404
    assert fetch(client, "/dumps/3/other.gz").status == 404


def test_the_page_shows_what_there_is(client: FlaskClient) -> None:
    digest = hashlib.sha256(fetch(client, "/dumps/3/cove.nq.gz").data).hexdigest()
    page = fetch(client, "/dumps/").data.decode()
    assert digest in page
    assert fetch(client, "/dumps").status == 200
    assert all(f"/dumps/3/{name}" in page for name in DUMPS)


def test_the_catalogue_knows_the_files_once_they_are_made(client: FlaskClient) -> None:
    digest = hashlib.sha256(fetch(client, "/dumps/3/cove.nq.gz").data).hexdigest()
    assert digest in fetch(client, "/dcat").data.decode()


def test_dumps_that_cannot_be_made_are_no_half_answer(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.begin(agent="tests", reason="a quad") as candidate:
        candidate.bulk_load(QUAD % 1)
    (tmp_path / "dumps").write_text("a file where the folder should be")
    app = create_app({"home": home.path})
    try:
        answer = fetch(app.test_client(), "/dumps/1/cove.nq.gz")
        assert answer.status == 503
        assert str(tmp_path) not in answer.data.decode()
    finally:
        app.extensions["answering"].close()
