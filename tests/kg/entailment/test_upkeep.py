"""What is inferred stays right: any sequence of changes equals a closure computed afresh."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph

from kg.entailment import Delta, compile_rules, inferred_graph, maintain, prepare

# every construct that can join records at once: chains, symmetry, transitivity, inverses, a class
ONTOLOGY = """
@prefix : <https://example.org/ontology#> .
@prefix cove: <https://w3id.org/cove/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:affirms rdfs:subPropertyOf :asserts ; owl:inverseOf :isAffirmedBy .
:denies rdfs:subPropertyOf :asserts ; owl:inverseOf :isDeniedBy .
:findsNull owl:inverseOf :isFoundNullBy .
:about owl:propertyChainAxiom ( :asserts :subject ) , ( :about :broader ) .
:contradicts cove:joinsRecords true ; a owl:SymmetricProperty ;
  owl:propertyChainAxiom ( :affirms :isDeniedBy ) ; rdfs:subPropertyOf :inTensionWith .
:inTensionWith owl:propertyChainAxiom ( :affirms :isFoundNullBy ) .
:supports owl:inverseOf :isSupportedBy ; a owl:TransitiveProperty ; cove:joinsRecords true .
[ a owl:Restriction ; owl:onProperty :contradicts ; owl:someValuesFrom :Claim ]
  rdfs:subClassOf :Contested .
"""
RULES = compile_rules(Graph().parse(data=ONTOLOGY, format="turtle"))
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def term(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"https://example.org/ontology#{name}")


def record(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"https://w3id.org/cove/record/{name}")


BACKGROUND = [
    ox.Quad(term("harm"), term("broader"), term("effect"), ox.NamedNode("urn:scheme")),
    ox.Quad(term("burden"), term("broader"), term("harm"), ox.NamedNode("urn:scheme")),
]
ENTAILER = prepare(RULES, BACKGROUND)
NAMES = ("a", "b", "c", "d")
CLAIMS = [term(f"claim-{name}{number}") for name in NAMES for number in (1, 2)]
PROPOSITIONS = [term(f"proposition{number}") for number in (1, 2)]
STANCES = st.builds(
    ox.Triple,
    st.sampled_from(CLAIMS),
    st.sampled_from([term(name) for name in ("affirms", "denies", "findsNull")]),
    st.sampled_from(PROPOSITIONS),
)
LINKS = st.builds(
    ox.Triple,
    st.sampled_from(CLAIMS),
    st.sampled_from([term(name) for name in ("supports", "contradicts", "isSupportedBy")]),
    st.sampled_from(CLAIMS),
)
OTHERS = st.one_of(
    st.builds(ox.Triple, st.sampled_from(CLAIMS), st.just(TYPE), st.just(term("Claim"))),
    st.builds(
        ox.Triple,
        st.sampled_from(PROPOSITIONS),
        st.just(term("subject")),
        st.sampled_from([term("burden"), term("harm")]),
    ),
)
RECORDS = st.frozensets(st.one_of(STANCES, LINKS, OTHERS), max_size=6)
# each commit toggles triples of some records, so that much of what was there stays
COMMITS = st.lists(
    st.dictionaries(st.sampled_from(NAMES), RECORDS, min_size=1, max_size=3),
    min_size=1,
    max_size=5,
)


@settings(max_examples=100, deadline=None)
@given(COMMITS)
def test_any_sequence_of_commits_equals_the_closure_computed_afresh(closed_store, commits):
    store = closed_store(ENTAILER, BACKGROUND, [])
    records: dict[str, frozenset[ox.Triple]] = dict.fromkeys(NAMES, frozenset())
    for commit in commits:
        changed = {name: records[name] ^ toggled for name, toggled in commit.items()}
        records |= changed
        apply(store, changed)
        assert set(store) == set(closed_store(ENTAILER, BACKGROUND, quads_of(records)))


def test_a_record_that_comes_to_describe_a_claim_gets_what_contradicts_it(closed_store):
    claim, other = CLAIMS[0], CLAIMS[2]
    records = {
        "a": frozenset({ox.Triple(claim, term("affirms"), PROPOSITIONS[0])}),
        "b": frozenset({ox.Triple(other, term("denies"), PROPOSITIONS[0])}),
    }
    store = closed_store(ENTAILER, BACKGROUND, quads_of(records))
    delta = apply(store, {"c": frozenset({ox.Triple(claim, TYPE, term("Kept"))})})
    found = ox.Quad(claim, term("contradicts"), other, inferred_graph(record("c")))
    assert found in delta.adds
    assert not delta.removes
    assert found in apply(store, {"c": frozenset()}).removes


def test_a_change_that_contradictions_do_not_rest_on_leaves_them(closed_store):
    claim, other = CLAIMS[0], CLAIMS[2]
    stance = ox.Triple(claim, term("affirms"), PROPOSITIONS[0])
    records = {
        "a": frozenset({stance}),
        "b": frozenset({ox.Triple(other, term("denies"), PROPOSITIONS[0])}),
    }
    store = closed_store(ENTAILER, BACKGROUND, quads_of(records))
    assert apply(store, {"a": frozenset({stance})}) == Delta()
    assert apply(store, {"a": frozenset({stance, ox.Triple(claim, TYPE, term("Kept"))})}) == Delta()


def test_a_claim_that_is_described_nowhere_keeps_its_links_where_it_is_named(closed_store):
    mine, absent = CLAIMS[0], CLAIMS[2]
    link = ox.Triple(mine, term("contradicts"), absent)
    store = closed_store(ENTAILER, BACKGROUND, quads_of({"a": frozenset({link})}))
    back = (absent, term("contradicts"), mine)
    assert ox.Quad(*back, inferred_graph(record("a"))) in store
    apply(store, {"b": frozenset({ox.Triple(absent, TYPE, term("Claim"))})})
    assert ox.Quad(*back, inferred_graph(record("b"))) in store
    assert ox.Quad(*back, inferred_graph(record("a"))) not in store


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), RECORDS))
def test_the_joining_rules_give_the_same_however_records_are_cut(closed_store, records):
    quads = quads_of(records)
    apart = {quad.triple for quad in closed_store(ENTAILER, BACKGROUND, quads)}
    together = [ox.Quad(q.subject, q.predicate, q.object, record("all")) for q in quads]
    whole = {quad.triple for quad in closed_store(ENTAILER, BACKGROUND, together)}
    joining = ENTAILER.placing.joins
    assert {t for t in whole if joining(t)} == {t for t in apart if joining(t)}


def apply(store: ox.Store, commit: dict[str, frozenset[ox.Triple]]) -> Delta:
    """Change the records as a commit does."""
    delta = maintain(ENTAILER, store, {record(name): them for name, them in commit.items()})
    assert not set(delta.adds) & set(delta.removes)
    for quad in delta.removes:
        assert quad in store
        store.remove(quad)
    for quad in delta.adds:
        assert quad not in store
        store.add(quad)
    for name, triples in commit.items():
        for quad in list(store.quads_for_pattern(None, None, None, record(name))):
            store.remove(quad)
        store.extend(ox.Quad(t.subject, t.predicate, t.object, record(name)) for t in triples)
    return delta


def quads_of(records: dict[str, frozenset[ox.Triple]]) -> list[ox.Quad]:
    return [
        ox.Quad(t.subject, t.predicate, t.object, record(name))
        for name, triples in records.items()
        for t in triples
    ]
