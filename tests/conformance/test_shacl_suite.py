"""The W3C test suite for SHACL Core, through our own validate with each engine."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.extras.shacl import parse_shacl_path
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from kg.errors import OntologyError
from kg.validation import ENGINES, validate

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")

_PROJECT = Path(__file__).resolve().parents[2]
_SUITES = Path(os.environ.get("COVE_CONFORMANCE", _PROJECT.parent / "shared" / "conformance"))
_CORE = _SUITES / "shacl" / "core"
_EXPECTED_CASES = 98

# What does not pass, by engine and test, with the reason.
_NORMALISED = 'rdflib reads "1"^^xsd:boolean as true, so that no engine sees the difference'
_FAILS = {(engine, "property/uniqueLang-002"): _NORMALISED for engine in ENGINES}


@dataclass(frozen=True)
class Case:
    name: str
    data: Path
    shapes: Path
    expected: Graph
    result: Node


def _cases(manifest: Path) -> list[Case]:
    graph = Graph().parse(manifest)
    here = URIRef(manifest.as_uri())
    found = [
        case for included in graph.objects(here, MF.include) for case in _cases(_path(included))
    ]
    for entries in graph.objects(here, MF.entries):
        for entry in Collection(graph, entries):
            action = graph.value(entry, MF.action)
            found.append(
                Case(
                    name=f"{manifest.parent.name}/{str(entry).rpartition('/')[2]}",
                    data=_path(graph.value(action, SHT.dataGraph)),
                    shapes=_path(graph.value(action, SHT.shapesGraph)),
                    expected=graph,
                    result=graph.value(entry, MF.result),
                )
            )
    return found


def _path(iri: Node | None) -> Path:
    return Path(str(iri).removeprefix("file://"))


CASES = _cases(_CORE / "manifest.ttl") if _CORE.exists() else []


def _parameters() -> list[object]:
    return [
        pytest.param(
            engine,
            case,
            id=f"{engine}-{case.name}",
            marks=[pytest.mark.xfail(reason=_FAILS[engine, case.name], strict=True)]
            if (engine, case.name) in _FAILS
            else [],
        )
        for engine in ENGINES
        for case in CASES
    ]


pytestmark = pytest.mark.skipif(
    not CASES, reason=f"no SHACL suite in {_CORE}: set COVE_CONFORMANCE to the folder that has it"
)


def test_the_suite_is_collected_whole() -> None:
    assert len({case.name for case in CASES}) == len(CASES) == _EXPECTED_CASES
    assert set(_FAILS) <= {(engine, case.name) for engine in ENGINES for case in CASES}


@pytest.mark.parametrize(("engine", "case"), _parameters())
def test_a_case_of_the_suite_gives_the_expected_report(engine: str, case: Case) -> None:
    data, shapes = Graph().parse(case.data), Graph().parse(case.shapes)
    if case.result == SHT.Failure:
        with pytest.raises(OntologyError):
            validate(data, engine=engine, shapes=shapes)
        return
    report = validate(data, engine=engine, shapes=shapes).as_graph()
    (root,) = report.subjects(RDF.type, SH.ValidationReport)
    assert report.value(root, SH.conforms) == case.expected.value(case.result, SH.conforms)
    assert _results(report, root) == _results(case.expected, case.result)


def _results(graph: Graph, report: Node) -> Counter[tuple[str, ...]]:
    return Counter(
        (
            *(
                _text(graph.value(result, predicate))
                for predicate in (
                    SH.focusNode,
                    SH.value,
                    SH.resultSeverity,
                    SH.sourceConstraintComponent,
                    SH.sourceShape,
                )
            ),
            str(parse_shacl_path(graph, path)) if path else "",
        )
        for result in graph.objects(report, SH.result)
        for path in [graph.value(result, SH.resultPath)]
    )


def _text(term: Node | None) -> str:
    # the labels of blank nodes mean nothing across documents
    if isinstance(term, BNode):
        return "a blank node"
    return term.n3() if isinstance(term, (URIRef, Literal)) else ""
