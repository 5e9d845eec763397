"""The closure of records: by themselves, whatever is read with them."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest

from kg.entailment import Delta, compile_rules, inferred_graph, is_inferred, is_record, prepare

ONTOLOGY = """
:hasPart a owl:TransitiveProperty ; rdfs:domain :Whole .
:Whole rdfs:subClassOf :Thing .
:about owl:propertyChainAxiom ( :about :broader ) .
:Finding owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :Claim
  [ a owl:Restriction ; owl:onProperty :kind ; owl:hasValue x:finding ] ) ] .
"""


def term(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"https://example.org/ontology#{name}")


def record(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"https://w3id.org/cove/record/{name}")


BACKGROUND = [ox.Quad(term("burden"), term("broader"), term("harm"), ox.NamedNode("urn:s"))]
RECORDS = [
    quad
    for name in "abcdef"
    for quad in (
        ox.Quad(term(f"{name}1"), term("hasPart"), term(f"{name}2"), record(name)),
        ox.Quad(term(f"{name}2"), term("hasPart"), term(f"{name}3"), record(name)),
        # the same thing in every record, so that a leak between records would show
        ox.Quad(term(f"{name}3"), term("hasPart"), term("shared"), record(name)),
        ox.Quad(term("shared"), term("hasPart"), term(f"own-{name}"), record(name)),
        ox.Quad(term(f"{name}1"), term("about"), term("burden"), record(name)),
    )
]


@pytest.fixture(scope="module")
def entailer(ontology_of):
    return prepare(compile_rules(ontology_of(ONTOLOGY)), BACKGROUND)


def test_the_result_does_not_depend_on_what_is_read_together(entailer):
    together = entailer.entail(RECORDS)
    apart = [
        quad
        for name in "abcdef"
        for quad in entailer.entail([q for q in RECORDS if q.graph_name == record(name)])
    ]
    assert together == apart
    assert len({quad.graph_name for quad in together}) == 6
    assert not any("own-b" in str(quad) for quad in together if "record/a" in str(quad.graph_name))


def test_the_result_does_not_depend_on_the_order_of_triples(entailer):
    wanted = entailer.entail(RECORDS)
    shuffled = list(RECORDS)
    for seed in range(20):
        random.Random(seed).shuffle(shuffled)  # noqa: S311  # no secret
        assert set(entailer.entail(shuffled)) == set(wanted)


def test_what_is_asserted_is_never_inferred(entailer):
    closed = {ox.Quad(*quad.triple, record("a")) for quad in entailer.entail(RECORDS[:5])}
    assert closed
    assert entailer.entail([*RECORDS[:5], *closed]) == []


def test_what_the_background_says_is_not_inferred_again(ontology_of):
    rules = compile_rules(ontology_of(":inCountry rdfs:range :Concept ."))
    asserted = [ox.Quad(term("case"), term("inCountry"), term("SE"), record("a"))]
    known = ox.Quad(term("SE"), ox.NamedNode(RDF_TYPE), term("Concept"), ox.NamedNode("urn:s"))
    assert len(prepare(rules, []).entail(asserted)) == 1
    assert prepare(rules, [known]).entail(asserted) == []


def test_an_equivalence_holds_both_ways(entailer):
    kind, finding = term("kind"), ox.NamedNode("https://example.org/thing/finding")
    type_ = ox.NamedNode(RDF_TYPE)
    forth = [
        ox.Quad(term("c"), type_, term("Claim"), record("a")),
        ox.Quad(term("c"), kind, finding, record("a")),
    ]
    back = [ox.Quad(term("c"), type_, term("Finding"), record("a"))]
    assert {q.triple for q in entailer.entail(forth)} == {back[0].triple}
    assert {q.triple for q in entailer.entail(back)} == {q.triple for q in forth}


def test_a_literal_is_never_a_subject(ontology_of):
    rules = compile_rules(ontology_of(":p rdfs:range :C ; owl:inverseOf :q . :s rdfs:range :C ."))
    asserted = [ox.Quad(term("x"), term("p"), ox.Literal("text"), record("a"))]
    assert prepare(rules, []).entail(asserted) == []


def test_a_quad_outside_a_named_graph_is_refused(entailer):
    with pytest.raises(TypeError, match="named graph of its record"):
        entailer.entail([ox.Quad(term("a"), term("hasPart"), term("b"))])


def test_an_ontology_without_axioms_entails_nothing(ontology_of):
    assert prepare(compile_rules(ontology_of("")), BACKGROUND).entail(RECORDS) == []


def test_joining_again_changes_nothing(ontology_of):
    entailer = prepare(
        compile_rules(ontology_of(":near cove:joinsRecords true ; a owl:SymmetricProperty .")), []
    )
    store = ox.Store()
    store.extend([ox.Quad(term("a"), term("near"), term("b"), record("a"))])
    store.extend([ox.Quad(term("b"), term("p"), term("c"), record("b"))])
    delta = entailer.join(store)
    assert delta.adds == (ox.Quad(term("b"), term("near"), term("a"), inferred_graph(record("b"))),)
    store.extend(delta.adds)
    assert entailer.join(store) == Delta()


def test_what_no_longer_follows_from_several_records_is_removed(ontology_of):
    entailer = prepare(
        compile_rules(ontology_of(":near cove:joinsRecords true ; a owl:SymmetricProperty .")), []
    )
    stale = ox.Quad(term("b"), term("near"), term("a"), inferred_graph(record("b")))
    store = ox.Store()
    store.add(stale)
    assert entailer.join(store).removes == (stale,)


def test_the_graph_beside_a_record_is_no_record():
    assert is_record(record("a"))
    assert not is_inferred(record("a"))
    assert is_inferred(inferred_graph(record("a")))
    assert not is_record(inferred_graph(record("a")))
    assert not is_inferred(ox.NamedNode("https://w3id.org/cove/scheme/inferred"))
    assert not is_record(ox.DefaultGraph())


RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
