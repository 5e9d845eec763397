"""What is inferred stays right: any sequence of changes equals a closure computed afresh."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph

from kg.entailment import Delta, compile_rules, is_inferred, maintain, prepare

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
COMMITS = st.lists(
    st.dictionaries(st.sampled_from(NAMES), RECORDS, min_size=1, max_size=3), max_size=5
)


@settings(max_examples=80, deadline=None)
@given(COMMITS)
def test_any_sequence_of_commits_equals_the_closure_computed_afresh(closed_store, commits):
    store = closed_store(ENTAILER, BACKGROUND, [])
    for commit in commits:
        apply(store, commit)
        asserted = [q for q in store if "record" in q.graph_name.value]
        asserted = [q for q in asserted if not is_inferred(q.graph_name)]
        assert set(store) == set(closed_store(ENTAILER, BACKGROUND, asserted))


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), RECORDS))
def test_the_joining_rules_give_the_same_however_records_are_cut(closed_store, records):
    quads = [
        ox.Quad(t.subject, t.predicate, t.object, record(name))
        for name, triples in records.items()
        for t in triples
    ]
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
