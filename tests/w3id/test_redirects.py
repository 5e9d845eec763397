"""The redirects of w3id.org lead every IRI of ours to an address that the server answers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from werkzeug.routing import MapAdapter

from kg.namespaces import BASE, DATASET, ONTOLOGY_GRAPH, PREFIXES, VOID_DOCUMENT
from server import create_app

RULES = Path(__file__).parents[2] / "w3id" / ".htaccess"
TARGET = "https://cove.example.org"
KINDS = sorted(iri for iri in PREFIXES.values() if iri.startswith(BASE) and iri.endswith("/"))
IRIS = (
    *(f"{kind}x-1" for kind in KINDS),
    *(str(iri) for iri in (BASE, DATASET, ONTOLOGY_GRAPH, VOID_DOCUMENT)),
    f"{BASE}ontology.ttl",
    f"{BASE}ontology/0.1.0",
    f"{BASE}context.jsonld",
    f"{BASE}version/12",
    f"{BASE}version/12/work/x",
    f"{BASE}claim/x/4.jsonld",
    f"{BASE}question/works",
    f"{BASE}sparql",
    f"{BASE}dumps/current/cove.nq.gz",
)


def redirect(iri: str) -> tuple[str, int] | None:
    """Do what Apache does with the rules, of which the last matches end the search."""
    path = iri.removeprefix(BASE)
    for line in RULES.read_text(encoding="utf-8").splitlines():
        if line.startswith("RewriteRule"):
            _, pattern, target, flags = line.split()
            if found := re.match(pattern, path):
                place = re.sub(r"\$(\d)", lambda m: found[int(m[1])] or "", target)
                return place, int(re.search(r"R=(\d+)", flags)[1])  # type: ignore[index]  # all have one
    return None


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> MapAdapter:
    app = create_app({"home": tmp_path_factory.mktemp("home")})
    app.extensions["answering"].close()
    return app.url_map.bind("cove.example.org")


@pytest.mark.parametrize("iri", IRIS)
def test_an_iri_leads_to_the_same_path_of_the_server(iri: str, routes: MapAdapter) -> None:
    found = redirect(iri)
    assert found is not None
    place, status = found
    assert place.startswith(f"{TARGET}/")
    path = place.removeprefix(TARGET)
    if "/0.1.0" not in iri:
        assert path == "/" + iri.removeprefix(BASE)
    assert routes.test(path, "GET")
    assert status == (307 if iri.endswith("/sparql") else status)
    assert status in {302, 303, 307}


def test_every_kind_of_thing_is_there() -> None:
    assert len(KINDS) > 15


def test_what_is_none_of_ours_is_not_redirected() -> None:
    for path in ("admin", "work", "../secret", "ontologyx", "version/x"):
        assert redirect(BASE + path) is None
