"""The axioms say what they should: no contradiction of their own, each seeded one found."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from io import BytesIO
from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
from rdflib import RDF, RDFS, BNode, Graph, Literal, URIRef

from kg import ontology
from kg.errors import OntologyError
from kg.namespaces import ADMS, BASE, COVE, DCTERMS, OWL, PREFIXES, SKOS
from kg.readers.json_lines import read_json_lines
from kg.reasoning import Classification, classify, is_consistent
from kg.triples import to_triples

ROOT = Path(__file__).parents[2]
FIXTURES = sorted((Path(__file__).parent / "entailments").glob("*.trig"))
MADE = f"{BASE}made/"
TERMS = COVE._NS

Pair = tuple[URIRef, URIRef]

# owlrl is slow: it gets the axioms that add statements, and no declarations or disjointness
ADDING = {
    RDFS.subClassOf,
    RDFS.subPropertyOf,
    RDFS.domain,
    RDFS.range,
    RDF.first,
    RDF.rest,
    OWL.equivalentClass,
    OWL.inverseOf,
    OWL.propertyChainAxiom,
    OWL.onProperty,
    OWL.hasValue,
    OWL.someValuesFrom,
    OWL.intersectionOf,
    OWL.unionOf,
}


@cache
def _parts(path: Path) -> dict[str, Graph]:
    """Read what a fixture gives, expects and rules out, each a graph."""
    triples: defaultdict[str, list[ox.Triple]] = defaultdict(list)
    for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TRIG):
        triples[quad.graph_name.value.rpartition("/")[2]].append(quad.triple)
    return {
        name: Graph().parse(data=ox.serialize(found, format=ox.RdfFormat.N_TRIPLES), format="nt")
        for name, found in triples.items()
    }


@pytest.fixture(scope="module")
def given() -> Graph:
    """Hold the facts of all fixtures; their IRIs differ, so they do not meet."""
    facts = Graph()
    for path in FIXTURES:
        facts += _parts(path)["given"]
    return facts


@pytest.fixture(scope="module")
def core() -> Classification:
    return classify(ontology.core())


@pytest.fixture(scope="module")
def classified(given: Graph) -> Classification:
    return classify(ontology.core() + given)


@pytest.fixture(scope="module")
def whole() -> Graph:
    """Hold every axiom, for reasoning only: without documentation and without premises."""
    documentation = {SKOS.prefLabel, SKOS.definition, SKOS.example, SKOS.scopeNote}
    documentation |= {SKOS.editorialNote, RDFS.isDefinedBy, DCTERMS.source, ADMS.status}
    graph = ontology.core() + ontology.dl() + ontology.alignments()
    for cls in (TERMS.PremiseVersion, TERMS.FoundationalPremise, TERMS.Framework):
        for thing in set(graph.subjects(RDF.type, cls)):
            graph.remove((thing, None, None))
            graph.remove((None, None, thing))
    for predicate in documentation:
        graph.remove((None, predicate, None))
    return graph


@pytest.fixture(scope="module")
def closure(given: Graph) -> Graph:
    """Hold what owlrl concludes from the fixtures and the axioms that add statements."""
    characteristics = {OWL.SymmetricProperty, OWL.TransitiveProperty}
    graph = Graph()
    for triple in ontology.core():
        if triple[1] in ADDING or (triple[1] == RDF.type and triple[2] in characteristics):
            graph.add(triple)
    graph += given
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return graph


def _defined_classes() -> set[str]:
    graph = ontology.core()
    by_equivalence = set(graph.subjects(OWL.equivalentClass))
    by_condition = {
        cls for left, cls in graph.subject_objects(RDFS.subClassOf) if isinstance(left, BNode)
    }
    return {
        str(cls).partition("#")[2]
        for cls in by_equivalence | by_condition
        if str(cls).startswith(TERMS)
    }


# ---------------------------------------------------------------- the ontology itself


def test_the_whole_ontology_is_consistent() -> None:
    assert is_consistent(ontology.core() + ontology.dl() + ontology.alignments())


def test_no_class_is_unsatisfiable(whole: Graph) -> None:
    assert classify(whole).unsatisfiable == ()


def test_the_hierarchy_that_hermit_infers_is_the_one_asserted(core: Classification) -> None:
    graph = ontology.core()
    asserted = {pair for pair in graph.subject_objects(RDFS.subClassOf) if _is_named(pair)}
    for one, other in graph.subject_objects(OWL.equivalentClass):
        if _is_named((one, other)):
            asserted |= {(one, other), (other, one)}
    assert core.subclasses - _transitive(asserted) == frozenset(), "assert these in the modules"
    assert _transitive(asserted) - core.subclasses == frozenset()
    assert len(core.subclasses) > 250


def _is_named(pair: tuple[object, ...]) -> bool:
    return all(isinstance(term, URIRef) for term in pair)


def _transitive(pairs: set[Pair]) -> set[Pair]:
    known = set(pairs)
    while True:
        above: dict[URIRef, set[URIRef]] = {}
        for below, cls in known:
            above.setdefault(below, set()).add(cls)
        more = {(a, c) for a, b in known for c in above.get(b, ())} - known
        if not more:
            return {(a, b) for a, b in known if a != b}
        known |= more


# ---------------------------------------------------------------- entailment


def test_every_defined_class_has_its_fixture() -> None:
    assert len(FIXTURES) == 132
    assert {path.stem for path in FIXTURES} == _defined_classes()


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_hermit_types_as_expected(path: Path, classified: Classification) -> None:
    parts = _parts(path)
    expected = set(parts["expected"].subject_objects(RDF.type))
    assert expected
    assert expected <= classified.types
    assert set(parts["unexpected"].subject_objects(RDF.type)).isdisjoint(classified.types)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_owlrl_entails_as_expected(path: Path, closure: Graph) -> None:
    parts = _parts(path)
    assert not [triple for triple in parts["expected"] if triple not in closure]
    assert not [triple for triple in parts["unexpected"] if triple in closure]


def test_both_reasoners_type_every_thing_of_the_fixtures_alike(
    classified: Classification, closure: Graph
) -> None:
    by_owlrl = {
        (thing, cls)
        for thing, cls in closure.subject_objects(RDF.type)
        if str(thing).startswith(MADE) and str(cls).startswith(TERMS)
    }
    by_hermit = {(thing, cls) for thing, cls in classified.types if thing.startswith(MADE)}
    assert len(by_hermit) > 900
    assert by_owlrl == by_hermit


# ---------------------------------------------------------------- contradictions

CLAIM = f"<{MADE}claim> a cove:Claim . "
PROCESS = f"<{MADE}process> a cove:CoProcess . "
EFFECT = f"<{MADE}effect> a cove:ValueEffect . "
INVOLVED = f"<{MADE}part> a cove:LayInvolvement . "

CONTRADICTIONS = {
    "disjoint classes": f"<{MADE}x> a cove:Work , cove:Claim .",
    "a concept that is a process": f"<{MADE}x> a skos:Concept , cove:CoProcess .",
    "lay and regular at once": f"<{MADE}x> a cove:LayInvolvement , cove:RegularInvolvement .",
    "affirms and denies one proposition": (
        f"{CLAIM} <{MADE}claim> cove:affirms <{MADE}pair> ; cove:denies <{MADE}pair> ."
    ),
    "denies and finds no effect": (
        f"{CLAIM} <{MADE}claim> cove:denies <{MADE}pair> ; cove:findsNoEffect <{MADE}pair> ."
    ),
    "a feature both had and lacked": (
        f"{PROCESS} <{MADE}process> cove:hasFeature concept:f-voluntary ; "
        "cove:lacksFeature concept:f-voluntary ."
    ),
    "qualifies and fails under one definition": (
        f"{PROCESS} <{MADE}process> cove:hasFeature concept:f-outside-input , "
        "concept:f-delivery-phase , concept:f-active-direct ; "
        "cove:failsUnder <https://w3id.org/cove/definition/ostrom-1996> ."
    ),
    "a phase whose feature is lacked": (
        f"{PROCESS} <{MADE}process> cove:hasPhase <{BASE}concept/phase/co-delivery> ; "
        "cove:lacksFeature concept:f-delivery-phase ."
    ),
    "two volitions of one involvement": (
        f"{INVOLVED} <{MADE}part> cove:hasVolition <{BASE}concept/volition/mandated> , "
        f"<{BASE}concept/volition/voluntary> ."
    ),
    "two directions of one effect": (
        f"{EFFECT} <{MADE}effect> cove:effectDirection <{BASE}concept/effect-direction/creates> , "
        f"<{BASE}concept/effect-direction/destroys> ."
    ),
    "the domain of a property": f"<{MADE}x> a cove:Case ; cove:claimKind <{BASE}concept/x> .",
    "the range of a property": f"{CLAIM} <{MADE}claim> cove:reportedIn <{MADE}claim> .",
    "a value outside a closed set": (
        f"{INVOLVED} <{MADE}part> cove:hasVolition <{BASE}concept/volition/forced> . "
        + " ".join(
            f"<{BASE}concept/volition/forced> owl:differentFrom <{BASE}concept/volition/{code}> ."
            for code in ("voluntary", "induced", "mandated", "mixed", "not-reported")
        )
    ),
    "one effect in two claims": (
        f"{CLAIM} <{MADE}other> a cove:Claim ; owl:differentFrom <{MADE}claim> ; "
        f"cove:reportsValueEffect <{MADE}effect> . "
        f"<{MADE}claim> cove:reportsValueEffect <{MADE}effect> ."
    ),
    "a claim that extends itself": f"{CLAIM} <{MADE}claim> cove:extendsClaim <{MADE}claim> .",
    "two types of one process of Osborne and others": (
        f"<{MADE}x> a cove:ORSCoProduction , cove:ORSCoInnovation ."
    ),
    "an effect that is of no kind": (
        f"{EFFECT} <{MADE}effect> a [ owl:complementOf [ owl:unionOf ( cove:ValueCreation "
        "cove:ValueDestruction cove:NoValueEffect cove:MixedValueEffect cove:ValueRecovery ) ] ] ."
    ),
    "text in place of a year": f'<{MADE}x> a cove:Work ; cove:year "last year" .',
    "an activity that is an entity of PROV": f"<{MADE}x> a cove:CodingActivity , cove:Record .",
}


def _facts(turtle: str) -> Graph:
    prefixes = "".join(
        f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("cove", "concept", "owl", "rdfs", "skos")
    )
    return Graph().parse(data=prefixes + turtle, format="turtle")


@pytest.mark.parametrize("facts", CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_hermit_finds_a_seeded_contradiction(facts: str, whole: Graph) -> None:
    assert not is_consistent(whole + _facts(facts))


def test_what_the_field_disputes_is_no_contradiction(whole: Graph) -> None:
    facts = f"""
        <{MADE}a> a cove:Claim ; cove:affirms <{MADE}pair> ; cove:reportsValueEffect <{MADE}e1> ,
            <{MADE}e2> .
        <{MADE}b> a cove:Claim ; cove:denies <{MADE}pair> ; owl:differentFrom <{MADE}a> .
        <{MADE}e1> a cove:ValueCreation . <{MADE}e2> a cove:ValueDestruction .
        <{MADE}p> a cove:CoProcess , cove:IntrinsicProcess ; cove:hasLayInvolvement <{MADE}i> .
        <{MADE}i> a cove:LayInvolvement , cove:MandatedInvolvement .
    """
    assert is_consistent(whole + _facts(facts))


def test_a_contradiction_is_an_error_of_classification(whole: Graph) -> None:
    with pytest.raises(OntologyError, match="contradicts itself"):
        classify(whole + _facts(CONTRADICTIONS["disjoint classes"]))


def test_a_graph_that_hermit_cannot_read_is_an_error() -> None:
    graph = _facts("cove:when a owl:DatatypeProperty .")
    year = URIRef("http://www.w3.org/2001/XMLSchema#gYear")
    graph.add((URIRef(MADE + "x"), TERMS.when, Literal("2018", datatype=year)))
    with pytest.raises(OntologyError, match="could not read"):
        is_consistent(graph)


def test_an_unsatisfiable_class_is_named(whole: Graph) -> None:
    facts = _facts("cove:Impossible a owl:Class ; rdfs:subClassOf cove:Work , cove:Claim .")
    found = classify(whole + facts)
    assert found.unsatisfiable == (TERMS.Impossible,)


# ---------------------------------------------------------------- the corpus


def test_a_sample_of_the_corpus_contradicts_nothing(whole: Graph) -> None:
    data = (ROOT / "kg" / "data" / "evidence.jsonl").read_bytes()
    lines = data.splitlines(keepends=True)
    sample = b"".join(lines[::5])
    facts = Graph()
    works = list(read_json_lines(BytesIO(sample), "evidence.jsonl"))
    assert len(works) == 56
    for reading in works:
        assert not isinstance(reading, Exception), reading
        for triple in to_triples(reading.work):
            facts.add(triple)
    assert is_consistent(whole + facts)
