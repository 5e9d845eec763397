"""Documents: the same triples in every format, with the prefixes that they use."""

from __future__ import annotations

import io
import json
from typing import cast

import pyoxigraph as ox
import pytest

from kg.errors import QueryError
from kg.store import Home, Snapshot
from server.documents import write_document

ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
QUADS = """
<https://w3id.org/cove/work/x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/cove/ontology#Work> <https://w3id.org/cove/record/x> .
<https://w3id.org/cove/work/x> <http://purl.org/dc/terms/title> "Vær så god"@nb <https://w3id.org/cove/record/x> .
<https://w3id.org/cove/work/x> <http://purl.org/dc/terms/title> "A \\"title\\""@en <https://w3id.org/cove/record/x> .
<https://w3id.org/cove/work/x> <https://w3id.org/cove/ontology#year> "2021"^^<http://www.w3.org/2001/XMLSchema#integer> <https://w3id.org/cove/record/x> .
<https://w3id.org/cove/work/x> <https://w3id.org/cove/ontology#hedged> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> <https://w3id.org/cove/record/x> .
<https://w3id.org/cove/work/x> <http://example.org/other//p> <http://example.org/o> <https://w3id.org/cove/record/x> .
"""  # noqa: E501
FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    home = Home(tmp_path_factory.mktemp("home"))
    with home.begin(agent="tests", reason="one work") as candidate:
        candidate.bulk_load(QUADS.strip().encode())
    return home.open()


def written(version: Snapshot, media_type: str) -> bytes:
    output = io.BytesIO()
    write_document(version, ALL, media_type, output)
    return output.getvalue()


@pytest.mark.parametrize("media_type", FORMATS)
def test_every_format_holds_the_same_triples(version: Snapshot, media_type: str) -> None:
    quads = ox.parse(written(version, media_type), format=FORMATS[media_type])
    expected = ox.parse(QUADS, format=ox.RdfFormat.N_QUADS)
    assert {quad.triple for quad in quads} == {quad.triple for quad in expected}


def test_only_prefixes_in_use_are_declared(version: Snapshot) -> None:
    turtle = written(version, "text/turtle").decode()
    assert "@prefix cove:" in turtle
    assert "@prefix skos:" not in turtle
    document = cast(
        "dict[str, dict[str, str]]", json.loads(written(version, "application/ld+json"))
    )
    assert set(document["@context"]) == {"id", "type", "cove", "dct", "rdf", "xsd"}


def test_a_query_that_makes_no_graph_is_refused(version: Snapshot) -> None:
    with pytest.raises(QueryError, match="no CONSTRUCT"):
        write_document(version, "ASK {}", "text/turtle", io.BytesIO())
