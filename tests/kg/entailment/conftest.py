"""What the tests of entailment share: cases, and a store closed from scratch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from kg.entailment import Entailer, compile_rules, prepare

ONTOLOGY, BACKGROUND = ox.NamedNode("urn:ontology"), ox.NamedNode("urn:background")


@dataclass(frozen=True)
class Case:
    """An ontology, records, and what must be inferred for each."""

    ontology: rdflib.Graph
    background: list[ox.Quad]
    records: list[ox.Quad]
    expected: set[ox.Quad]
    expected_background: set[ox.Triple]

    def entailer(self) -> Entailer:
        return prepare(compile_rules(self.ontology), self.background)


@pytest.fixture(scope="session")
def read_case() -> Callable[[Path], Case]:
    return _read


@pytest.fixture(scope="session")
def closed_store() -> Callable[[Entailer, Iterable[ox.Quad], Iterable[ox.Quad]], ox.Store]:
    return _closed


@pytest.fixture(scope="session")
def ontology_of() -> Callable[[str], rdflib.Graph]:
    """Parse an ontology written with the prefixes of the cases."""
    return lambda text: rdflib.Graph().parse(data=_PREFIXES + text, format="turtle")


def _read(path: Path) -> Case:
    graphs: dict[str, list[ox.Quad]] = {}
    for quad in ox.parse(path=path, format=ox.RdfFormat.TRIG):
        assert isinstance(quad.graph_name, ox.NamedNode)
        graphs.setdefault(quad.graph_name.value, []).append(quad)
    ontology = rdflib.Graph()
    triples = (quad.triple for quad in graphs["urn:ontology"])
    ontology.parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt11")
    record = "https://w3id.org/cove/record/"
    return Case(
        ontology,
        graphs.get("urn:background", []),
        [quad for name, quads in graphs.items() if name.startswith(record) for quad in quads],
        {
            ox.Quad(
                *quad.triple,
                ox.NamedNode(record + name.removeprefix("urn:record:").replace(":", "/")),
            )
            for name, quads in graphs.items()
            if name.startswith("urn:record:")
            for quad in quads
        },
        {quad.triple for quad in graphs.get("urn:background:inferred", [])},
    )


def _closed(
    entailer: Entailer, background: Iterable[ox.Quad], records: Iterable[ox.Quad]
) -> ox.Store:
    asserted = list(records)
    store = ox.Store()
    store.extend([*background, *entailer.background, *asserted, *entailer.entail(asserted)])
    delta = entailer.join(store)
    assert not delta.removes
    store.extend(delta.adds)
    return store


_PREFIXES = """
@prefix : <https://example.org/ontology#> .
@prefix x: <https://example.org/thing/> .
@prefix cove: <https://w3id.org/cove/ontology#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
