"""Clients that others wrote work without being told anything but the address."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import pytest
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, XML, SPARQLWrapper

from kg.errors import QueryError
from kg.namespaces import SD
from kg.store import EndpointStore, Home

SELECT = "SELECT ?o { <https://w3id.org/cove/work/x> <http://purl.org/dc/terms/title> ?o }"
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"
QUAD = (
    b'<https://w3id.org/cove/work/x> <http://purl.org/dc/terms/title> "A title" '
    b"<https://w3id.org/cove/record/x> .\n"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, run_server: Any) -> Iterator[str]:
    home = tmp_path_factory.mktemp("home")
    with Home(home).begin(agent="tests", reason="one quad") as candidate:
        candidate.bulk_load(QUAD)
    with run_server(home) as running:
        yield f"http://127.0.0.1:{running.port}/sparql"


@pytest.mark.parametrize("method", ["GET", POST])
@pytest.mark.parametrize("result_format", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_reads_rows(address: str, method: str, result_format: str) -> None:
    client = SPARQLWrapper(address, returnFormat=result_format)
    client.setMethod(method)
    client.setQuery(SELECT)
    answer = client.query()
    assert b"A title" in answer.response.read()


@pytest.mark.parametrize(
    ("result_format", "parser"), [(TURTLE, "turtle"), (N3, "turtle"), (RDFXML, "xml")]
)
def test_sparqlwrapper_reads_graphs(address: str, result_format: str, parser: str) -> None:
    client = SPARQLWrapper(address, returnFormat=result_format)
    client.setMethod(POST)
    client.setRequestMethod(POSTDIRECTLY)
    client.setQuery(CONSTRUCT)
    # Its own convert() calls what rdflib has deprecated; the bytes are what the server gives.
    body = client.query().response.read()
    assert len(Graph().parse(data=body, format=parser)) == 1


def test_the_store_of_rdflib_reads(address: str) -> None:
    graph = Graph(SPARQLStore(query_endpoint=address), identifier=None)
    assert [str(row[0]) for row in graph.query(SELECT)] == ["A title"]


def test_our_own_remote_store_reads_another_server_of_ours(address: str) -> None:
    store = EndpointStore(address)
    assert store.select(SELECT).rows
    assert store.ask("ASK { ?s ?p ?o }")
    assert len(store.construct(CONSTRUCT)) == 1
    assert len(store.graph(URIRef("https://w3id.org/cove/record/x"))) == 1
    with pytest.raises(QueryError, match="line 1"):
        store.ask("ASK { ?s ?p }")


def test_rdflib_reads_the_description_of_the_endpoint(address: str) -> None:
    # A client that has no query asks for the address itself, as RDF.
    graph = Graph().parse(address, format="turtle")
    assert (URIRef(address), SD.endpoint, URIRef(address)) in graph
    assert str(graph.value(URIRef(address), SD.supportedLanguage)).endswith("SPARQL11Query")


def test_the_library_of_python_takes_a_whole_dump(address: str) -> None:
    place = address.replace("/sparql", "/dumps/current/cove.nq.gz")
    with urlopen(place, timeout=60) as answer:
        assert gzip.decompress(answer.read()) == QUAD
