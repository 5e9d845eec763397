"""Nanopublications: the library of their makers finds nothing wrong with ours."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from types import ModuleType

import pyoxigraph as ox
import pytest
from rdflib import ConjunctiveGraph, URIRef

from kg.namespaces import BASE, COVE, RDF
from kg.nanopublications import nanopublication
from kg.store import Home, Snapshot

# The library is written for rdflib's older classes, which say so whenever they are used.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

CREATED = datetime(2026, 11, 24, 12, tzinfo=UTC)
CLAIM = URIRef(BASE + "claim/adams-2018-urban-informal-communities-co-production-lilongwe/3")


@pytest.fixture(scope="module")
def version(corpus_home: Home) -> Snapshot:
    return corpus_home.open()


@pytest.fixture(scope="module")
def library() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import nanopub  # noqa: PLC0415  # its import warns
    return nanopub


def claims(version: Snapshot) -> list[URIRef]:
    type_, class_ = ox.NamedNode(str(RDF.type)), ox.NamedNode(str(COVE.Claim))
    found = version.quads_for_pattern(None, type_, class_)
    return sorted({URIRef(getattr(quad.subject, "value", "")) for quad in found})


def parsed(trig: bytes) -> ConjunctiveGraph:
    graph = ConjunctiveGraph()
    graph.parse(data=trig, format="trig")
    return graph


def test_the_library_accepts_form_and_checksum(version: Snapshot, library: ModuleType) -> None:
    every = claims(version)
    assert len(every) > 1_200
    for claim in every[::25]:
        made = nanopublication(version, claim, CREATED)
        assert made
        assert made.checksum.startswith("RA")
        assert len(made.checksum) == 45
        read = library.Nanopub(rdf=parsed(made.trig()))
        assert read.source_uri.endswith(made.checksum)
        assert read.is_valid
        assert read.has_valid_trusty


def test_a_changed_word_is_noticed(version: Snapshot, library: ModuleType) -> None:
    made = nanopublication(version, CLAIM, CREATED)
    assert made
    forged = made.trig().replace(b"complained", b"were glad")
    assert forged != made.trig()
    with pytest.raises(ValueError, match="is not valid"):
        assert library.Nanopub(rdf=parsed(forged)).has_valid_trusty


def test_it_holds_what_was_asserted_and_where_it_was_read(version: Snapshot) -> None:
    made = nanopublication(version, CLAIM, CREATED)
    assert made
    graphs = {str(quad.graph_name).rpartition("#")[2] for quad in made.quads}
    assert graphs == {"Head>", "assertion>", "provenance>", "pubinfo>"}
    text = made.trig().decode()
    for part in ("cove:denies", "cove:effectDirection", "cove:subjectConcept", "cove:readLevel"):
        assert part in text
    assert "cove:EvidenceOfCoDestruction" not in text, "that was inferred"
    assert made == nanopublication(version, CLAIM, CREATED)


@pytest.mark.parametrize("thing", ["claim/none", "work/ple-2010-not-always-co-creation"])
def test_what_is_no_claim_has_none(version: Snapshot, thing: str) -> None:
    assert nanopublication(version, URIRef(BASE + thing), CREATED) is None
