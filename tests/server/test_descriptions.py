"""The descriptions over HTTP: found where clients look, in every format, made once a version."""

from __future__ import annotations

import gzip
import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import Graph, URIRef

from kg.descriptions import kept
from kg.namespaces import DATASET, DCAT, RDF, SD, SH, VOID
from kg.search import kept_index
from kg.store import Home
from server import create_app, publishing
from server.preparing import Preparing, make_publications

DOCUMENTS = ("/void", "/dcat", "/.well-known/void", "/dataset")
MEDIA_TYPES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "nq": "application/n-quads",
    "trig": "application/trig",
}
QUADS = b"""\
<https://w3id.org/cove/work/x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> \
<https://w3id.org/cove/ontology#Work> <https://w3id.org/cove/record/x> .
<https://w3id.org/cove/work/x> <http://purl.org/dc/terms/title> "A title" \
<https://w3id.org/cove/record/x> .
<https://w3id.org/cove/work/x> <http://purl.org/dc/terms/title> "A title" \
<https://w3id.org/cove/ontology> .
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    home = tmp_path_factory.mktemp("home")
    with Home(home).begin(agent="tests", reason="three quads") as candidate:
        candidate.bulk_load(QUADS)
    app = create_app({"home": home})
    yield app
    app.extensions["answering"].close()


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def triples_of(body: bytes, media_type: str) -> set[ox.Triple]:
    form = ox.RdfFormat.from_media_type(media_type)
    assert form is not None
    return {quad.triple for quad in ox.parse(body, format=form)}


@pytest.mark.parametrize("address", DOCUMENTS)
@pytest.mark.parametrize("suffix", MEDIA_TYPES)
def test_every_format_says_the_same(client: FlaskClient, address: str, suffix: str) -> None:
    wanted = MEDIA_TYPES[suffix]
    answer = client.get(address, headers={"Accept": wanted})
    assert (answer.status_code, answer.mimetype) == (200, wanted)
    turtle = client.get(address, headers={"Accept": "text/turtle"})
    expected = triples_of(turtle.data, "text/turtle")
    assert triples_of(answer.data, wanted) == expected
    assert len(expected) > 20


@pytest.mark.parametrize("name", ["void", "dcat", "dataset"])
@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld", "rdf"])
def test_a_suffix_names_the_format(client: FlaskClient, name: str, suffix: str) -> None:
    answer = client.get(f"/{name}.{suffix}", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (200, MEDIA_TYPES[suffix])
    document = "void" if name == "dataset" else name
    assert f'</{document}.ttl>; rel="alternate"' in ", ".join(answer.headers.getlist("Link"))


@pytest.mark.parametrize("name", ["void", "dcat"])
def test_a_browser_gets_a_page(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/{name}", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert answer.text.count("<h1>") == 1
    assert client.get(f"/{name}").mimetype == "text/turtle"


def test_void_counts_each_triple_once(client: FlaskClient) -> None:
    graph = Graph().parse(data=client.get("/void").data, format="turtle")
    assert [int(n) for n in graph.objects(DATASET, VOID.triples)] == [2]
    assert list(graph.objects(DATASET, VOID.sparqlEndpoint)) == [URIRef("http://localhost/sparql")]


def test_addresses_are_those_that_the_client_used(client: FlaskClient) -> None:
    for address in ("/void", "/dcat", "/sparql"):
        for host in ("evidence.example", "127.0.0.1:8000", "[::1]:8000"):
            body = client.get(address, headers={"Host": host}).text
            assert f"http://{host}/sparql" in body
            assert "site.invalid" not in body


@pytest.mark.parametrize("host", ['a"b', "a>b", "a b", "a<script>", "a/../b?c"])
def test_a_host_that_is_none_is_refused(client: FlaskClient, host: str) -> None:
    answer = client.get("/void", headers={"Host": host})
    assert answer.status_code == 400
    assert host not in answer.text


def test_a_client_that_has_it_is_told_so(client: FlaskClient) -> None:
    first = client.get("/void")
    again = client.get("/void", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert {"Accept", "Accept-Encoding", "Host"} <= set(first.headers["Vary"].split(", "))


def test_a_large_document_is_packed_where_the_client_can_unpack_it(client: FlaskClient) -> None:
    plain = client.get("/void")
    packed = client.get("/void", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["ETag"] != plain.headers["ETag"]
    refused = client.get("/void", headers={"Accept-Encoding": "gzip;q=0"})
    assert refused.data == plain.data


def test_json_ld_is_compact_and_names_its_prefixes(client: FlaskClient) -> None:
    document = json.loads(client.get("/void.jsonld").data)
    assert document["@context"]["void"] == str(VOID)
    [dataset] = [node for node in document["@graph"] if node["id"] == str(DATASET)]
    assert dataset["void:triples"]


def test_the_endpoint_describes_itself_where_there_is_no_query(client: FlaskClient) -> None:
    for accept in ("text/turtle", "*/*", "application/n-quads,application/trig;q=0.95"):
        answer = client.get("/sparql", headers={"Accept": accept})
        found = triples_of(answer.data, answer.mimetype)
        types = {t.object.value for t in found if t.subject.value == "http://localhost/sparql"}  # type: ignore[union-attr]  # IRIs
        assert str(SD.Service) in types
    assert client.get("/sparql?format=jsonld").mimetype == "application/ld+json"
    page = client.get("/sparql", headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.mimetype == "text/html"


@pytest.mark.parametrize(
    ("method", "address", "accept"),
    [
        ("GET", "/sparql", "application/sparql-results+json"),
        ("GET", "/version/1/sparql", "text/turtle"),
        ("POST", "/sparql", "text/turtle"),
    ],
)
def test_who_forgot_the_query_is_told(
    client: FlaskClient, method: str, address: str, accept: str
) -> None:
    form = "application/x-www-form-urlencoded" if method == "POST" else None
    answer = client.open(address, method=method, headers={"Accept": accept}, content_type=form)
    assert answer.status_code == 400
    assert "There is no query" in answer.text


def test_the_service_description_declares_prefixes_and_what_goes_together(
    client: FlaskClient,
) -> None:
    graph = Graph().parse(data=client.get("/sparql").data, format="turtle")
    assert len(set(graph.objects(None, SH.prefix))) > 20
    [part] = graph.subjects(VOID["class"], URIRef("https://w3id.org/cove/ontology#Work"))
    assert len(list(graph.objects(part, VOID.propertyPartition))) == 2
    assert (None, RDF.type, SD.Service) in graph


def test_the_first_page_leads_to_the_descriptions(client: FlaskClient) -> None:
    links = ", ".join(client.get("/").headers.getlist("Link"))
    for path in ("sparql", "void", "dcat", "changes", "sitemap.xml"):
        assert f"</{path}>" in links
        assert client.get(f"/{path}").status_code == 200


def test_a_new_version_is_described_by_new_numbers(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.begin(agent="tests", reason="three quads") as new:
        new.bulk_load(QUADS)
    app = create_app({"home": home.path})
    try:
        client = app.test_client()
        first = client.get("/void.nt")
        with home.begin(agent="tests", reason="one more") as new:
            new.bulk_load(QUADS.replace(b"work/x", b"work/y").splitlines()[0])
        second = client.get("/void.nt")
        lines = [f'<{DATASET}> <{VOID.triples}> "{n}"' for n in (2, 3)]
        assert lines[0] in first.text
        assert lines[1] in second.text
        assert first.headers["ETag"] != second.headers["ETag"]
        versions = Graph().parse(data=client.get("/dcat").data, format="turtle")
        assert len(list(versions.objects(DATASET, DCAT.hasVersion))) == 2
    finally:
        app.extensions["answering"].close()


def test_who_waits_for_what_takes_long_is_asked_to_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[list[str]] = []

    class Slow:
        def __init__(self, command: list[str], **_: object) -> None:
            made.append(command)

        def wait(self, timeout: float) -> int:
            raise subprocess.TimeoutExpired("it", timeout)

    home = Home(tmp_path)
    with home.begin(agent="tests", reason="three quads") as new:
        new.bulk_load(QUADS)
    app = create_app({"home": home.path})
    monkeypatch.setattr(publishing.subprocess, "Popen", Slow)
    try:
        for _ in range(2):
            answer = app.test_client().get("/void")
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "10"
        assert len(made) == 1, "one process makes it, however many ask"
    finally:
        app.extensions["answering"].close()


def test_a_version_that_lasts_is_prepared_before_anybody_asks() -> None:
    numbers, prepared, is_done = iter([1, 2, 2, 2, 3, 3]), [], threading.Event()

    def newest() -> int:
        return next(numbers, 3)

    def prepare(number: int) -> None:
        prepared.append(number)
        if number == 3:
            is_done.set()

    preparing = Preparing(newest, prepare, seconds=0.001)
    preparing.start()
    assert is_done.wait(10)
    preparing.stop()
    assert prepared == [2, 3]
    assert preparing.prepared == 3


def test_what_belongs_to_a_version_is_made_before_anybody_asks(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.begin(agent="tests", reason="three quads") as new:
        new.bulk_load(QUADS)
    app = create_app({"home": home.path})
    try:
        make_publications(app, 1, is_over=lambda: False)
        assert kept(home, home.info(1)) is not None
        assert kept_index(home, 1) is not None
    finally:
        app.extensions["answering"].close()
