from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SH

from kg.identifiers import parts_of
from kg.ingest import build_dataset
from kg.namespaces import QUESTIONS_GRAPH
from kg.questions import catalogue, question_iri, questions
from kg.store import Home

_FOUND = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT ?query ?comment ?select
WHERE {
  ?query a sh:SPARQLExecutable ;
    rdfs:comment ?comment ;
    sh:prefixes/sh:declare/sh:prefix "cove" ;
    sh:select|sh:ask|sh:construct|sh:describe ?select .
}
ORDER BY ?query
"""


@pytest.fixture(scope="module")
def described() -> Graph:
    return catalogue()


def test_every_question_is_found_as_query_editors_look_for_it(described: Graph) -> None:
    store = ox.Store()
    store.load(described.serialize(format="nt").encode(), format=ox.RdfFormat.N_TRIPLES)
    rows = list(store.query(_FOUND))
    assert [row["query"].value for row in rows] == sorted(map(str, map(question_iri, questions())))
    for row in rows:
        assert row["comment"].value
        list(store.query(row["select"].value))


def test_every_parameter_is_described(described: Graph) -> None:
    for one in questions().values():
        nodes = set(described.objects(question_iri(one.name), SH.parameter))
        assert len(nodes) == len(one.header.parameters)
        for node in nodes:
            assert (node, RDF.type, SH.Parameter) in described
            assert described.value(node, SH.name)


def test_nothing_in_the_catalogue_is_without_a_name(described: Graph) -> None:
    assert all(isinstance(subject, URIRef) for subject in described.subjects())


def test_a_build_holds_the_catalogue_beside_the_evidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = Path(__file__).parents[2] / "queries" / "made.jsonl"
    monkeypatch.setattr("kg.ingest.files.corpus", lambda: sheet)
    home = Home(tmp_path / "home")
    build_dataset(home, agent="tests", beside={QUESTIONS_GRAPH: catalogue()})
    with home.open() as store:
        assert len(store.select(_FOUND)) == len(questions())
        assert QUESTIONS_GRAPH in store.graph_names()


def test_iri_of_a_question_has_its_kind_and_name() -> None:
    assert parts_of(question_iri("claims"))[0] == "claims"
