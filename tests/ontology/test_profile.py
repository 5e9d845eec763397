"""The core is inside OWL 2 RL and the whole inside OWL 2 DL, as the OWL API sees it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef

from kg import ontology
from kg.namespaces import COVE, OWL, RDF, RDFS, XSD
from kg.reasoning import profile_gaps

CHECKER = Path(__file__).with_name("owlapi_profile.py")


def _outside(profile: str, graph: Graph, folder: Path) -> list[str]:
    # a process of its own: a JVM cannot be started twice, nor stopped, within one
    path = folder / "ontology.owl"
    path.write_text(graph.serialize(format="xml"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(CHECKER), profile, str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_core_is_inside_rl(tmp_path: Path) -> None:
    assert _outside("OWL2RLProfile", ontology.core(), tmp_path) == []


def test_the_core_with_its_alignments_is_inside_rl(tmp_path: Path) -> None:
    assert _outside("OWL2RLProfile", ontology.core() + ontology.alignments(), tmp_path) == []


def test_the_whole_is_inside_dl(tmp_path: Path) -> None:
    whole = ontology.core() + ontology.dl() + ontology.alignments()
    assert _outside("OWL2DLProfile", whole, tmp_path) == []


def test_the_checker_sees_what_is_outside_rl(tmp_path: Path) -> None:
    outside = _outside("OWL2RLProfile", ontology.core() + ontology.dl(), tmp_path)
    assert any("DisjointUnion" in violation for violation in outside)
    assert any("ObjectOneOf" in violation for violation in outside)


def test_the_gaps_of_the_checker_are_empty() -> None:
    whole = ontology.core() + ontology.dl() + ontology.alignments()
    assert profile_gaps(whole) == ()


@pytest.mark.parametrize(
    ("triple", "words"),
    [
        ((COVE.processOf, RDF.type, OWL.ReflexiveProperty), "is reflexive"),
        ((COVE.year, RDFS.range, XSD.gYear), "has the range"),
        (
            (URIRef("urn:made"), COVE.year, Literal("2018-01-01", datatype=XSD.date)),
            "has the value",
        ),
    ],
    ids=["reflexive", "range", "value"],
)
def test_a_gap_of_the_checker_is_named(
    triple: tuple[URIRef, URIRef, URIRef | Literal], words: str
) -> None:
    graph = Graph()
    graph.add(triple)
    (gap,) = profile_gaps(graph)
    assert words in gap
