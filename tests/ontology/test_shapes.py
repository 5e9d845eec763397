from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from rdflib import BNode, Graph, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SH, SKOS
from rdflib.term import Node

import ontology as ontology_package
from kg import ontology
from kg.namespaces import SHAPES_GRAPH
from kg.validation import Report, checks, shapes_graph, validate
from kg.validation.shapes import is_code_list

FOLDER = Path(ontology_package.__file__).parent
FILES = sorted(p for p in (FOLDER / "shapes").glob("*.ttl") if p.name != "ontology-style.ttl")
VALID = sorted((FOLDER / "examples" / "valid").glob("*.ttl"))
INVALID = sorted((FOLDER / "examples" / "invalid").glob("*.ttl"))

SHAPES = ontology.shapes()
TARGETS = (SH.targetClass, SH.targetSubjectsOf)


def name_of(shape: Node) -> str:
    return str(shape).removeprefix(f"{SHAPES_GRAPH}#")


def reporting_shapes() -> list[URIRef]:
    """Return the shapes that a result can name: those with a constraint of their own."""
    return sorted(
        shape
        for shape in set(SHAPES.subjects(RDF.type, None))
        if isinstance(shape, URIRef)
        and not is_code_list(SHAPES, shape)
        and set(SHAPES.predicates(shape)) - NO_CONSTRAINT
    )


NO_CONSTRAINT = {
    RDF.type,
    RDFS.comment,
    DCTERMS.identifier,
    SKOS.editorialNote,
    SH.message,
    SH.severity,
    SH.path,
    SH.property,
    SH.ignoredProperties,
    *TARGETS,
}
REPORTING = reporting_shapes()


@cache
def valid_examples() -> Graph:
    examples = Graph()
    for path in VALID:
        examples.parse(path)
    return examples


def findings_in(path: Path) -> Report:
    return validate(Graph().parse(path))


def test_there_is_one_file_a_class_and_one_example_a_shape() -> None:
    assert len(FILES) == 26
    assert len(VALID) == 6
    assert len(INVALID) == len(REPORTING) == 223
    assert {path.stem for path in INVALID} == {name_of(shape) for shape in REPORTING}


@pytest.mark.parametrize("shape", REPORTING, ids=name_of)
def test_a_shape_says_what_is_wrong_how_grave_and_by_which_rule(shape: URIRef) -> None:
    (message,) = map(str, SHAPES.objects(shape, SH.message))
    (severity,) = SHAPES.objects(shape, SH.severity)
    (rule,) = SHAPES.objects(shape, DCTERMS.identifier)
    assert message[0].isupper() or message.startswith(("hedged", "authors"))
    assert message.endswith(".")
    assert 30 <= len(message) <= 260
    assert severity in {SH.Violation, SH.Warning, SH.Info}
    assert rule.partition("/")[0] in {"9.9", "guide", "model"}


def test_every_rule_has_a_shape_or_a_check() -> None:
    shown = {str(rule) for shape in REPORTING for rule in SHAPES.objects(shape, DCTERMS.identifier)}
    shown |= {check.rule for check in checks()}
    # rule 40, that every shape has an example that fails, is this module
    assert {rule for rule in shown if rule.startswith("9.9/")} == {
        f"9.9/{number}" for number in range(1, 40)
    }


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_example_has_no_finding(path: Path) -> None:
    assert findings_in(path).lines() == ()


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_example_fires_its_shape_and_only_it(path: Path) -> None:
    report = findings_in(path)
    assert {name_of(finding.shape) for finding in report.findings} == {path.stem}
    assert {finding.message for finding in report.findings} == {
        str(SHAPES.value(URIRef(f"{SHAPES_GRAPH}#{path.stem}"), SH.message))
    }


@pytest.mark.parametrize("shape", REPORTING, ids=name_of)
def test_a_valid_example_passes_through_every_shape(shape: URIRef) -> None:
    targeted = [shape, *SHAPES.subjects(SH.property, shape)]
    classes = {c for s in targeted for c in SHAPES.objects(s, SH.targetClass)}
    predicates = {p for s in targeted for p in SHAPES.objects(s, SH.targetSubjectsOf)}
    examples = valid_examples()
    assert any((None, RDF.type, c) in examples for c in classes) or any(
        (None, p, None) in examples for p in predicates
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shape_file_is_as_longturtle_writes_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    written = Graph(bind_namespaces="none").parse(data=text).serialize(format="longturtle")
    assert text == written, f"parse {path} with rdflib and serialise it as longturtle"


def test_made_data_says_that_it_is_made() -> None:
    for path in (*VALID, *INVALID):
        graph = Graph().parse(path)
        for title in graph.objects(None, DCTERMS.title):
            assert title.startswith("Made record"), path.name
        for statement in graph.objects(None, URIRef("https://w3id.org/cove/ontology#statement")):
            assert statement.startswith("Made"), path.name


def test_terms_of_the_ontology_that_shapes_use_are_declared() -> None:
    declared = set(ontology.core().subjects(RDF.type, None))
    used = {
        node
        for triple in SHAPES
        for node in triple
        if isinstance(node, URIRef) and node.startswith("https://w3id.org/cove/ontology#")
    }
    assert sorted(used - declared) == []


def test_the_shipped_vocabularies_definitions_and_mappings_keep_the_rules() -> None:
    definitions = Graph().parse(FOLDER / "vocabularies" / "definitions.ttl")
    data = ontology.vocabularies() + ontology.mappings() + definitions
    assert [str(finding) for finding in validate(data).violations] == []


def test_a_code_list_filled_in_gives_the_verdict_of_the_shape_as_written() -> None:
    vocabularies = ontology.vocabularies()
    membership = Graph()
    for predicate in (SKOS.inScheme, SKOS.broader, URIRef("https://w3id.org/cove/ontology#side")):
        for triple in vocabularies.triples((None, predicate, None)):
            membership.add(triple)
    kinds = {path for path in INVALID if path.stem.startswith(("CoProcess-", "LayInv", "Prop"))}
    assert len(kinds) == 31
    for path in sorted(kinds):
        data = Graph().parse(path)
        written = validate(data + membership, shapes=SHAPES)
        filled_in = validate(data)
        assert written.lines() == filled_in.lines(), path.name


def test_code_lists_hold_the_codes_of_their_scheme_and_nothing_else() -> None:
    completed = shapes_graph()
    lists = [s for s in SHAPES.subjects(RDF.type, SH.NodeShape) if is_code_list(SHAPES, s)]
    assert len(lists) == 35
    for shape in lists:
        (members,) = completed.objects(shape, SH["in"])
        assert isinstance(members, BNode)
        assert len(list(completed.items(members))) >= 2
        assert (shape, SH.property, None) not in completed
    volition = URIRef(f"{SHAPES_GRAPH}#code-volition")
    codes = {
        str(code).rpartition("/")[2]
        for code in completed.items(completed.value(volition, SH["in"]))
    }
    assert codes == {"voluntary", "induced", "mandated", "mixed", "not-reported"}
