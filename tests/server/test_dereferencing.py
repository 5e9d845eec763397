"""Every IRI that is minted is answered for: in HTML and in four formats of RDF."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kg.namespaces import BASE, QUESTIONS_GRAPH, RDF
from kg.questions import catalogue
from kg.store import Home
from server import create_app
from server.addresses import Addresses
from server.linking import FORMATS

PARSED = {name: ox.RdfFormat.from_media_type(FORMATS[name]) for name in FORMATS if name != "html"}
AT = Addresses(BASE)


@pytest.fixture(scope="module")
def client(corpus_home: Home) -> Iterator[FlaskClient]:
    app = create_app({"home": corpus_home.path, "workers": 1})
    yield app.test_client()
    app.extensions["answering"].close()


@pytest.fixture(scope="module")
def minted(corpus_home: Home) -> dict[str, list[str]]:
    """Give every IRI of ours that something is said of, by its kind and its class."""
    groups: dict[str, list[str]] = {}
    with corpus_home.open() as snapshot:
        classes: dict[str, set[str]] = {}
        for quad in snapshot.quads_for_pattern(None, None, None):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(BASE):
                found = classes.setdefault(quad.subject.value, set())
                if quad.predicate.value == str(RDF.type) and isinstance(quad.object, ox.NamedNode):
                    found.add(quad.object.value)
    for iri, types in sorted(classes.items()):
        kind = iri.removeprefix(BASE).replace("#", "/").partition("/")[0]
        for type_ in types or {"no class"}:
            groups.setdefault(f"{kind}: {type_}", []).append(iri)
    return groups


def refusals(client: FlaskClient, iri: str) -> list[str]:
    """Ask for an IRI in every format, by header and by suffix; return what was wrong."""
    # A client keeps the fragment to itself.
    address, found = (AT.of(iri) or "").partition("#")[0], []
    for name, media_type in FORMATS.items():
        asked = {"Accept": media_type}
        response = client.get(address, headers=asked, follow_redirects=True)
        if response.status_code != 200 or response.mimetype != media_type:
            found.append(f"{iri} as {name}: {response.status_code} {response.mimetype}")
        elif name != "html" and not any(
            quad.subject == ox.NamedNode(iri)
            for quad in ox.parse(response.data, format=PARSED[name])
        ):
            found.append(f"{iri} as {name}: says nothing about it")
        named = client.get(f"{address}.{name}", headers={"Accept": "*/*"}, follow_redirects=True)
        if (named.status_code, named.data) != (response.status_code, response.data):
            found.append(f"{address}.{name}: {named.status_code}, not what {media_type} gives")
    return found


@pytest.mark.timeout(3_600)  # of all there are nearly a hundred thousand requests
def test_every_kind_of_iri_that_is_minted_dereferences(
    client: FlaskClient, minted: dict[str, list[str]]
) -> None:
    """Ask for one IRI of each kind and class; COVE_TEST_ALL asks for every one."""
    total = {iri for iris in minted.values() for iri in iris}
    chosen = total if "COVE_TEST_ALL" in os.environ else {iris[0] for iris in minted.values()}
    assert len(total) > 8_000
    assert len(minted) > 60
    found = [refusal for iri in sorted(chosen) for refusal in refusals(client, iri)]
    assert found[:20] == []


def test_versions_dereference(client: FlaskClient) -> None:
    described = ox.parse(client.get("/dcat.ttl").data, format=ox.RdfFormat.TURTLE)
    versions = {
        node.value
        for quad in described
        for node in (quad.subject, quad.object)
        if isinstance(node, ox.NamedNode) and node.value.startswith(f"{BASE}version/")
    }
    assert {f"{BASE}version/1", f"{BASE}version/1#patch"} <= versions
    assert [refusal for iri in sorted(versions) for refusal in refusals(client, iri)] == []


def test_the_questions_dereference(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.begin(agent="tests", reason="the library") as candidate:
        candidate.replace(QUESTIONS_GRAPH, catalogue())
    with home.open() as snapshot:
        subjects = {quad.subject for quad in snapshot.quads_for_pattern(None, None, None)}
    iris = sorted(each.value for each in subjects if isinstance(each, ox.NamedNode))
    groups = {iri.removeprefix(BASE).partition("/")[0]: iri for iri in reversed(iris)}
    assert set(groups) == {"question", "questions"}
    app = create_app({"home": home.path, "workers": 1})
    try:
        client = app.test_client()
        chosen = [*groups.values(), iris[-1], *(iri for iri in iris if iri.endswith("/claims"))]
        assert [refusal for iri in chosen for refusal in refusals(client, iri)] == []
    finally:
        app.extensions["answering"].close()
