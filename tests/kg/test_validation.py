from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH

import ontology as ontology_package
from kg import ontology
from kg.errors import ConfigurationError, OntologyError, QueryError
from kg.ingest import corpus
from kg.namespaces import COVE, SHAPES_GRAPH
from kg.readers import Reading, read
from kg.store.tables import Table, table_of
from kg.store.terms import engine_term
from kg.triples import record_graph, to_triples
from kg.validation import (
    ENGINES,
    Finding,
    Report,
    check_dataset,
    checks,
    validate,
    validate_records,
)

EXAMPLES = Path(ontology_package.__file__).parent / "examples"
VALID = sorted((EXAMPLES / "valid").glob("*.ttl"))
INVALID = sorted((EXAMPLES / "invalid").glob("*.ttl"))
BROKEN_SETS = sorted((EXAMPLES / "invalid" / "checks").glob("*.trig"))
WORK = URIRef("https://w3id.org/cove/work/made-2020-broken")


def example(name: str) -> Graph:
    return Graph().parse(EXAMPLES / "invalid" / f"{name}.ttl")


@cache
def records() -> dict[URIRef, Graph]:
    found = {}
    for reading in read(corpus()):
        assert isinstance(reading, Reading)
        graph = Graph()
        for triple in to_triples(reading.work):
            graph.add(triple)
        found[record_graph(reading.work.id)] = graph
    return found


def quads(name: URIRef, graph: Graph) -> list[ox.Quad]:
    return [ox.Quad(*map(engine_term, triple), ox.NamedNode(str(name))) for triple in graph]


class MemoryStore:
    """A store of quads that answers as those of kg.store do."""

    def __init__(self) -> None:
        self.store = ox.Store()

    def select(self, query: str, /) -> Table:
        solutions = self.store.query(query, use_default_graph_as_union=True)
        assert isinstance(solutions, ox.QuerySolutions)
        return table_of(solutions)


@cache
def ontology_quads() -> tuple[ox.Quad, ...]:
    return tuple(quad for name, graph in ontology.named_graphs() for quad in quads(name, graph))


def store_of(*parts: Path | list[ox.Quad]) -> MemoryStore:
    memory = MemoryStore()
    memory.store.extend(ontology_quads())
    for part in parts:
        if isinstance(part, Path):
            memory.store.load(part.read_bytes(), format=ox.RdfFormat.TRIG)
        else:
            memory.store.extend(part)
    return memory


# engines


def test_the_examples_are_all_there() -> None:
    assert (len(VALID), len(INVALID), len(BROKEN_SETS)) == (6, 223, 18)


@pytest.mark.parametrize("path", [*VALID, *INVALID], ids=lambda path: path.stem)
def test_both_engines_give_the_same_report_on_an_example(path: Path) -> None:
    data = Graph().parse(path)
    reference, *others = [validate(data, engine=engine) for engine in ENGINES]
    assert len(others) == 1
    assert others[0] == reference


def test_both_engines_give_the_same_report_on_every_seventh_record_of_the_corpus() -> None:
    # the reference engine takes some 0.4 s a record: all 280 would take about two minutes
    sample = list(records().values())[::7]
    assert len(sample) == 40
    for data in sample:
        assert validate(data, engine="pyshacl") == validate(data, engine="pyshacl_turbo")


def test_both_engines_read_the_union_of_a_store() -> None:
    store = ox.Store()
    store.extend(quads(WORK, example("Work-title")))
    store.extend(quads(URIRef("urn:other"), example("Work-title")))
    first, second = (validate(store, engine=engine) for engine in ENGINES)
    assert first == second
    assert len(first.findings) == 1


def test_an_unknown_engine_is_refused_with_the_choices() -> None:
    with pytest.raises(ConfigurationError, match="'jena': choose one of pyshacl, pyshacl_turbo"):
        validate(Graph(), engine="jena")


@pytest.mark.parametrize("engine", ENGINES)
def test_shapes_that_cannot_be_evaluated_are_an_error_of_the_ontology(engine: str) -> None:
    shapes = Graph().parse(
        data="""
        PREFIX sh: <http://www.w3.org/ns/shacl#>
        <urn:s> a sh:NodeShape ; sh:targetNode <urn:x> ; sh:property [ sh:path "no path" ] .
        """
    )
    with pytest.raises(OntologyError, match="correct the shapes"):
        validate(Graph(), engine=engine, shapes=shapes)


# the corpus


def test_the_corpus_conforms_and_every_warning_is_of_a_known_rule() -> None:
    reports = list(validate_records(quads(*item) for item in records().items()))
    assert len(reports) == 280
    assert [str(finding) for report in reports for finding in report.violations] == []
    rules = Counter(finding.rule for report in reports for finding in report.warnings)
    assert rules == {
        "9.9/4": 6,
        "9.9/10": 9,
        "9.9/11": 183,
        "9.9/12": 143,
        "9.9/17": 98,
        "9.9/24": 45,
    }


def test_records_validated_in_a_row_have_the_reports_they_have_alone() -> None:
    some = dict(list(records().items())[:30])
    reports = list(validate_records(quads(*item) for item in some.items()))
    for (name, graph), report in zip(some.items(), reports, strict=True):
        assert report == validate(graph).within(name)
        assert all(finding.record == name for finding in report.findings)


def test_a_neighbour_that_describes_the_same_node_changes_no_report() -> None:
    broken, whole = example("Agent-label"), example("Work-title")
    alone = validate(broken)
    reports = list(
        validate_records([quads(URIRef("urn:a"), broken), quads(URIRef("urn:b"), whole)])
    )
    assert reports[0] == alone.within(URIRef("urn:a"))
    assert len(alone.violations) == 1


def test_a_record_cannot_widen_a_code_list() -> None:
    data = example("Case-sector")
    case = next(data.subjects(RDF.type, COVE.Case))
    sector = URIRef("https://w3id.org/cove/concept/sector/made-up")
    data.add((case, COVE.inSector, sector))
    in_scheme = URIRef("http://www.w3.org/2004/02/skos/core#inScheme")
    data.add((sector, in_scheme, URIRef("https://w3id.org/cove/scheme/sector")))
    assert {finding.rule for finding in validate(data).violations} == {"9.9/24"}


# reports


def test_a_finding_says_where_what_and_what_to_do() -> None:
    report = validate(example("Work-year"))
    assert report.lines() == (
        "violation: work:made-2020-broken cove:year: A work has exactly one year of publication, "
        "a whole number from 1900 to 2027; correct it. (found: '1492') [9.9/1]",
    )
    (finding,) = report.findings
    assert finding.focus_node == WORK
    assert finding.path == COVE.year
    assert finding.value == Literal(1492)
    assert finding.shape == URIRef(f"{SHAPES_GRAPH}#Work-year")


def test_only_violations_keep_a_report_from_conforming() -> None:
    warned, refused = validate(example("Case-country-given")), validate(example("Case-country"))
    assert warned.conforms
    assert len(warned.warnings) == 1
    assert not refused.conforms
    assert refused.violations == refused.findings


def test_the_gravest_findings_come_first() -> None:
    data = example("Claim-locator-read-level") + example("Work-year")
    severities = [finding.severity for finding in validate(data).findings]
    assert severities == sorted(severities, key=[SH.Violation, SH.Warning, SH.Info].index)
    assert len(set(severities)) == 2


def test_a_report_is_written_as_a_validation_report_without_blank_nodes() -> None:
    report = validate(example("Claim-case-of-work"))
    name = URIRef("https://w3id.org/cove/record/made-2020-broken/report")
    graph = report.as_graph(name)
    assert (name, RDF.type, SH.ValidationReport) in graph
    assert graph.value(name, SH.conforms) == Literal(False)
    assert len(list(graph.objects(name, SH.result))) == len(report.findings)
    assert not [node for node in graph.all_nodes() if isinstance(node, BNode)]
    (result, *_) = graph.objects(name, SH.result)
    steps = list(graph.items(graph.value(result, SH.resultPath)))
    assert steps == [COVE.aboutCase, COVE.reportedInWork]


def test_a_report_of_nothing_conforms() -> None:
    assert Report().conforms
    assert list(Report().as_graph().objects(None, SH.conforms)) == [Literal(True)]
    assert Report().lines() == ()


# checks over the whole set


@cache
def known_findings() -> frozenset[Finding]:
    return frozenset(check_dataset(store_of()).findings)


@pytest.mark.parametrize("path", BROKEN_SETS, ids=lambda path: path.stem)
def test_a_broken_set_fires_its_check_and_only_it(path: Path) -> None:
    found = set(check_dataset(store_of(path)).findings) - known_findings()
    assert {str(finding.shape).partition("#check-")[2] for finding in found} == {path.stem}
    (check,) = [check for check in checks() if check.name == path.stem]
    assert {(finding.rule, finding.severity) for finding in found} == {(check.rule, check.severity)}
    assert all(finding.message.endswith(".") for finding in found)


def test_every_check_has_a_broken_set() -> None:
    assert [check.name for check in checks()] == [path.stem for path in BROKEN_SETS]


def test_the_installed_ontology_breaks_no_rule_over_the_set() -> None:
    report = check_dataset(store_of())
    assert {finding.rule for finding in report.findings} == {"9.9/37"}


def test_the_corpus_breaks_no_rule_over_the_set() -> None:
    everything = [quad for item in records().items() for quad in quads(*item)]
    report = check_dataset(store_of(everything))
    assert [str(finding) for finding in (*report.violations, *report.warnings)] == []
    assert {finding.rule for finding in report.infos} <= {"9.9/36", "9.9/37", "9.9/38"}


def test_checks_can_be_limited_to_some_records() -> None:
    store = store_of(EXAMPLES / "invalid" / "checks" / "02-doi-unique.trig")
    one, two = (URIRef(f"https://w3id.org/cove/record/made-2020-{n}") for n in ("one", "two"))
    (finding,) = check_dataset(store, records=[two]).findings
    assert finding.record == two
    assert len(check_dataset(store, records=[one, two]).findings) == 2
    assert check_dataset(store, records=[]).findings == ()
    assert check_dataset(store, records=[URIRef("urn:other")]).findings == ()


def test_a_check_without_a_focus_node_is_an_error_of_the_query() -> None:
    class Empty:
        def select(self, query: str, /) -> list[dict[str, None]]:
            return [{"focusNode": None, "message": None}]

    with pytest.raises(QueryError, match="bind \\?focusNode"):
        check_dataset(Empty())


def test_findings_compare_by_what_they_say() -> None:
    (finding,) = validate(example("Work-year")).findings
    assert isinstance(finding, Finding)
    assert replace(finding, value=None) != finding
    assert replace(finding) == finding
