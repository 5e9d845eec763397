"""The W3C tests of the SPARQL 1.1 Service Description, over HTTP against a running server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rdflib import RDF, Graph, Namespace, URIRef

from kg.namespaces import SD
from kg.store import Home

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
FOLDER = (
    Path(os.environ.get("COVE_CONFORMANCE", Path(__file__).parents[4] / "shared" / "conformance"))
    / "sparql11"
    / "service-description"
)
QUAD = b"<http://e.org/s> <http://e.org/p> <http://e.org/o> <http://e.org/g> .\n"


def load_cases() -> list[str]:
    graph = Graph()
    if FOLDER.is_dir():
        graph.parse(FOLDER / "manifest.ttl", publicID=(FOLDER / "manifest.ttl").as_uri())
    return sorted(
        str(case).rpartition("#")[2] for case in graph.subjects(RDF.type, MF.ServiceDescriptionTest)
    )


CASES = load_cases()

pytestmark = pytest.mark.skipif(not CASES, reason=f"no W3C tests in {FOLDER}")


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory, run_server: Any) -> Iterator[Any]:
    home = tmp_path_factory.mktemp("home")
    with Home(home).begin(agent="tests", reason="one quad") as candidate:
        candidate.bulk_load(QUAD)
    with run_server(home) as running:
        yield running


def described(endpoint: Any) -> tuple[URIRef, Graph]:
    answer = endpoint.ask("GET", "/sparql")
    assert answer.status == 200
    assert answer.media_type == "text/turtle"
    graph = Graph().parse(data=answer.body, format="turtle")
    return URIRef(f"http://127.0.0.1:{endpoint.port}/sparql"), graph


def returns_rdf(endpoint: Any) -> None:
    assert described(endpoint)[1]


def has_endpoint_triple(endpoint: Any) -> None:
    address, graph = described(endpoint)
    assert (None, SD.endpoint, address) in graph


def conforms_to_schema(endpoint: Any) -> None:
    """Check the classes that the schema gives to subjects and objects, and what must be there."""
    address, graph = described(endpoint)
    [service] = graph.subjects(SD.endpoint, address)
    assert (service, RDF.type, SD.Service) in graph
    domains = {
        SD.endpoint: SD.Service,
        SD.defaultDataset: SD.Service,
        SD.defaultGraph: SD.Dataset,
        SD.namedGraph: SD.Dataset,
        SD.name: SD.NamedGraph,
        SD.graph: SD.NamedGraph,
    }
    for prop, class_ in domains.items():
        found = set(graph.subjects(prop))
        assert found, prop
        assert [s for s in found if (s, RDF.type, class_) not in graph] == []
    ranges = {SD.defaultDataset: SD.Dataset, SD.defaultGraph: SD.Graph, SD.graph: SD.Graph}
    for prop, class_ in ranges.items():
        assert [o for o in graph.objects(None, prop) if (o, RDF.type, class_) not in graph] == []
    for prop in (SD.supportedLanguage, SD.resultFormat, SD.feature):
        assert list(graph.objects(service, prop))


CHECKS = {
    "returns-rdf": returns_rdf,
    "has-endpoint-triple": has_endpoint_triple,
    "conforms-to-schema": conforms_to_schema,
}


def test_every_case_is_found() -> None:
    assert sorted(CHECKS) == CASES


@pytest.mark.parametrize("case", CASES)
def test_w3c_service_description(case: str, endpoint: Any) -> None:
    CHECKS[case](endpoint)
