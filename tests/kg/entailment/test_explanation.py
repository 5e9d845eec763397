"""Why a triple holds: down to what records assert, never in a circle."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.entailment import Explanation, compile_rules, explain, is_inferred, labels, prepare

CASES = sorted((Path(__file__).parent / "cases").glob("*.trig"))


def thing(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"https://example.org/thing/{name}")


def term(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"https://example.org/ontology#{name}")


def chain_above(explanation: Explanation, above: tuple[ox.Triple, ...] = ()) -> None:
    """Fail where a triple rests on itself."""
    assert explanation.triple not in above
    for premise in explanation.premises:
        chain_above(premise, (*above, explanation.triple))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_inferred_triple_is_explained_down_to_what_is_asserted(path, read_case, closed_store):
    case = read_case(path)
    entailer = case.entailer()
    store = closed_store(entailer, case.background, case.records)
    asserted = {quad.triple for quad in (*case.background, *case.records)}
    inferred = [quad for quad in store if is_inferred(quad.graph_name)]
    assert inferred
    for quad in inferred:
        why = explain(store, entailer.rules, quad.triple)
        assert why is not None
        if quad.triple in asserted:  # by another record
            continue
        assert not why.is_asserted
        chain_above(why)
        leaves = why.assertions()
        assert leaves
        assert {leaf.triple for leaf in leaves} <= asserted
        assert all(leaf.graphs for leaf in leaves)
        # what it rests on is enough: the leaves alone entail it again
        record = ox.NamedNode("https://w3id.org/cove/record/leaves")
        alone = [ox.Quad(*leaf.triple, record) for leaf in leaves]
        again = closed_store(prepare(entailer.rules, []), [], alone)
        assert quad.triple in {each.triple for each in again}


@pytest.fixture
def contradiction(read_case, closed_store):
    path = next(path for path in CASES if path.stem == "contradiction-across-records")
    case = read_case(path)
    entailer = case.entailer()
    return closed_store(entailer, case.background, case.records), entailer.rules


def test_a_contradiction_names_both_records(contradiction):
    why = explain(*contradiction, ox.Triple(thing("b1"), term("contradicts"), thing("a1")))
    assert why is not None
    assert {leaf.graphs for leaf in why.assertions()} == {
        (ox.NamedNode("https://w3id.org/cove/record/a"),),
        (ox.NamedNode("https://w3id.org/cove/record/b"),),
    }


def test_an_explanation_reads_as_plain_words(contradiction):
    store, rules = contradiction
    label = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    words = ox.NamedNode("urn:words")
    store.add(ox.Quad(thing("a1"), label, ox.Literal("Training helps", language="en"), words))
    store.add(ox.Quad(thing("a1"), label, ox.Literal("Ausbildung hilft", language="de"), words))
    why = explain(store, rules, ox.Triple(thing("a1"), term("contradicts"), thing("b1")))
    assert why is not None
    assert list(why.lines(labels(store))) == [
        "Training helps · contradicts · b1: because 'affirms' followed by 'isDeniedBy' implies"
        " 'contradicts'",
        "  Training helps · affirms · p: stated in record/a",
        "  p · isDeniedBy · b1: because 'denies' is the inverse of 'isDeniedBy'",
        "    b1 · denies · p: stated in record/b",
    ]


def test_an_asserted_triple_is_its_own_explanation(contradiction):
    why = explain(*contradiction, ox.Triple(thing("b1"), term("denies"), thing("p")))
    assert why is not None
    assert why.is_asserted
    assert why.assertions() == (why,)


def test_what_does_not_hold_has_no_explanation(contradiction):
    assert explain(*contradiction, ox.Triple(thing("b1"), term("affirms"), thing("p"))) is None


def test_a_triple_that_could_rest_on_itself_rests_on_what_is_asserted(ontology_of, closed_store):
    rules = compile_rules(ontology_of(":near a owl:SymmetricProperty , owl:TransitiveProperty ."))
    record = ox.NamedNode("https://w3id.org/cove/record/a")
    asserted = [
        ox.Quad(thing("a"), term("near"), thing("b"), record),
        ox.Quad(thing("b"), term("near"), thing("c"), record),
    ]
    store = closed_store(prepare(rules, []), [], asserted)
    why = explain(store, rules, ox.Triple(thing("c"), term("near"), thing("a")))
    assert why is not None
    chain_above(why)
    assert {leaf.triple for leaf in why.assertions()} == {quad.triple for quad in asserted}


def test_the_record_that_is_explained_comes_first_among_those_that_assert(
    ontology_of, closed_store
):
    rules = compile_rules(ontology_of(":concept owl:propertyChainAxiom ( :asserts :subject ) ."))
    records = [ox.NamedNode(f"https://w3id.org/cove/record/{name}") for name in "ab"]
    asserted = [ox.Quad(thing("p"), term("subject"), thing("trust"), each) for each in records] + [
        ox.Quad(thing("claim"), term("asserts"), thing("p"), records[1])
    ]
    store = closed_store(prepare(rules, []), [], asserted)
    why = explain(store, rules, ox.Triple(thing("claim"), term("concept"), thing("trust")))
    assert why is not None
    assert why.premises[1].graphs == (records[1], records[0])
    assert (
        list(why.lines(labels(store)))[2]
        == "  p · subject · trust: stated in record/b (and 1 more)"
    )
