"""JSON-LD: short names, plain values, and the same triples."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph

from kg.jsonld import Context, compact, context_of
from kg.namespaces import BASE, COVE, RDFS, XSD
from kg.store import Home, Snapshot

WORK = BASE + "work/adams-2018-urban-informal-communities-co-production-lilongwe"
RECORD = WORK.replace("/work/", "/record/")


@pytest.fixture(scope="module")
def version(corpus_home: Home) -> Snapshot:
    return corpus_home.open()


@pytest.fixture(scope="module")
def context(version: Snapshot) -> Context:
    return context_of(version)


def written(triples: set[ox.Triple], context: Context) -> dict[str, Any]:
    ordered = sorted(triples, key=str)
    return compact(ox.serialize(ordered, format=ox.RdfFormat.JSON_LD) or b"[]", context)


def read(document: dict[str, Any]) -> set[ox.Triple]:
    quads = ox.parse(json.dumps(document), format=ox.RdfFormat.JSON_LD)
    return {quad.triple for quad in quads}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own reader
@pytest.mark.parametrize(
    "graph", [RECORD, f"{RECORD}/inferred", BASE + "scheme/cove", BASE + "ontology"]
)
def test_the_triples_come_back(version: Snapshot, context: Context, graph: str) -> None:
    quads = version.quads_for_pattern(None, None, None, ox.NamedNode(graph))
    triples = {quad.triple for quad in quads}
    triples = {t for t in triples if not {type(t.subject), type(t.object)} & {ox.BlankNode}}
    assert len(triples) > 20
    document = written(triples, context)
    assert read(document) == triples
    assert len(Graph().parse(data=json.dumps(document), format="json-ld")) == len(triples)


def test_a_claim_reads_as_plain_json(version: Snapshot, context: Context) -> None:
    quads = version.quads_for_pattern(None, None, None, ox.NamedNode(RECORD))
    document = written({quad.triple for quad in quads}, context)
    nodes = {node["id"]: node for node in document["@graph"]}
    work = nodes[WORK]
    assert work["type"] == "Work"
    assert work["year"] == 2018
    assert work["hasStudy"] == WORK.replace("/work/", "/study/")
    claim = nodes[WORK.replace("/work/", "/claim/") + "/4"]
    assert claim["hedged"] is True
    assert claim["locator"] == "abstract"
    assert "skos" not in document["@context"]


def test_what_is_described_stands_before_what_is_only_named() -> None:
    named = {"@id": "a:a", str(RDFS.label): [{"@value": "A"}]}
    described = {"@id": "a:b", "@type": ["a:C"], "a:p": [{"@id": "a:a"}]}
    document = compact(json.dumps([named, described]).encode())
    assert [node["id"] for node in document["@graph"]] == ["a:b", "a:a"]


def test_the_whole_context_names_every_term_and_reads_every_document(
    version: Snapshot, context: Context
) -> None:
    whole = context.document()
    assert len(whole["@context"]) > 300
    quads = version.quads_for_pattern(None, None, None, ox.NamedNode(RECORD))
    triples = {quad.triple for quad in quads}
    assert read({**written(triples, context), **whole}) == triples


MADE = Context(
    {str(COVE[name]): name for name in ("year", "hedged", "locator", "reportedIn", "Claim")},
    {
        str(COVE.year): str(XSD.integer),
        str(COVE.hedged): str(XSD.boolean),
        str(COVE.reportedIn): "@id",
        "http://www.w3.org/2004/02/skos/core#broader": "@id",
    },
)
TERMS = [
    str(COVE.year),
    str(COVE.hedged),
    str(COVE.locator),
    str(COVE.reportedIn),
    str(COVE.statement),
    "http://purl.org/dc/terms/title",
    "http://www.w3.org/2004/02/skos/core#broader",
    "urn:other",
]
IRIS = st.sampled_from(
    [BASE + "work/x", "urn:dct:a", "http://purl.org/dc/terms/", "dct:x", "id:x", str(COVE.Claim)]
)
LITERALS = st.one_of(
    st.builds(ox.Literal, st.text(max_size=5)),
    st.builds(ox.Literal, st.text(max_size=5), language=st.sampled_from(["en", "nb", "zh-Hant"])),
    st.builds(
        lambda text, type_: ox.Literal(text, datatype=ox.NamedNode(type_)),
        st.sampled_from(["1", "01", "-0", "-5", "+5", "true", "1.0", "2018", "9" * 20, "x", ""]),
        st.sampled_from(
            [str(XSD[n]) for n in ("integer", "boolean", "decimal", "gYear", "string")]
        ),
    ),
)


@given(
    st.sets(
        st.builds(
            ox.Triple,
            st.builds(ox.NamedNode, IRIS),
            st.builds(ox.NamedNode, st.sampled_from(TERMS)),
            st.one_of(st.builds(ox.NamedNode, IRIS), LITERALS),
        ),
        max_size=6,
    )
)
def test_whatever_the_values_the_triples_come_back(triples: set[ox.Triple]) -> None:
    assert read(written(triples, MADE)) == triples
