"""Contradictions in data are found and named, one kind of axiom at a time."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.entailment import clashes, compile_rules, labels

AT_MOST = "[ a owl:Restriction ; owl:onProperty :volition ; owl:maxCardinality {} ]"
CLASHES = {
    "disjoint-classes": (":A owl:disjointWith :B .", "x:c a :A , :B .", "x:c a :A ."),
    "all-disjoint-classes": (
        "[] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) .",
        "x:c a :A , :C .",
        "x:c a :A . x:d a :C .",
    ),
    "complement": (
        ":A rdfs:subClassOf [ a owl:Class ; owl:complementOf :B ] .",
        "x:c a :A , :B .",
        "x:c a :B .",
    ),
    "nothing": (":A rdfs:subClassOf owl:Nothing .", "x:c a :A .", "x:c a :B ."),
    "disjoint-properties": (
        ":affirms owl:propertyDisjointWith :denies .",
        "x:c :affirms x:p ; :denies x:p .",
        "x:c :affirms x:p ; :denies x:q .",
    ),
    "all-disjoint-properties": (
        "[] a owl:AllDisjointProperties ; owl:members ( :affirms :denies :mixed ) .",
        "x:c :affirms x:p ; :mixed x:p .",
        "x:c :affirms x:p ; :mixed x:q .",
    ),
    "asymmetric": (
        ":revises a owl:AsymmetricProperty .",
        "x:a :revises x:b . x:b :revises x:a .",
        "x:a :revises x:b . x:b :revises x:c .",
    ),
    "irreflexive": (":cites a owl:IrreflexiveProperty .", "x:a :cites x:a .", "x:a :cites x:b ."),
    "functional-things": (
        ":volition a owl:FunctionalProperty .",
        "x:i :volition x:m , x:v . x:m owl:differentFrom x:v .",
        "x:i :volition x:m , x:v .",
    ),
    "functional-values": (
        ":year a owl:FunctionalProperty .",
        "x:w :year 2018 , 2019 .",
        'x:w :year 2018 , "02018"^^xsd:integer .',
    ),
    "functional-texts": (
        ":title a owl:FunctionalProperty .",
        'x:w :title "Value"@en , "Value"@fr .',
        'x:w :title "Value"@en .',
    ),
    "inverse-functional": (
        ":doi a owl:InverseFunctionalProperty .",
        'x:v :doi "10.1" . x:w :doi "10.1" ; owl:differentFrom x:v .',
        'x:v :doi "10.1" . x:w :doi "10.2" ; owl:differentFrom x:v .',
    ),
    "key": (
        ":Work owl:hasKey ( :title :year ) .",
        'x:v a :Work ; :title "t" ; :year 1 . x:w a :Work ; :title "t" ; :year 1 ;'
        " owl:differentFrom x:v .",
        'x:v a :Work ; :title "t" ; :year 1 . x:w a :Work ; :title "t" ; :year 2 ;'
        " owl:differentFrom x:v .",
    ),
    "at-most-none": (
        f":A rdfs:subClassOf {AT_MOST.format(0)} .",
        "x:i a :A ; :volition x:m .",
        "x:i a :A . x:j :volition x:m .",
    ),
    "at-most-one": (
        f":A rdfs:subClassOf {AT_MOST.format(1)} .",
        "x:i a :A ; :volition x:m , x:v . x:m owl:differentFrom x:v .",
        "x:i a :A ; :volition x:m .",
    ),
    "negative-assertion": (
        "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual x:a ;"
        " owl:assertionProperty :cites ; owl:targetIndividual x:b .",
        "x:a :cites x:b .",
        "x:b :cites x:a .",
    ),
}


@pytest.mark.parametrize("kind", CLASHES)
def test_a_contradiction_is_found_and_names_its_triples(kind, ontology_of):
    axiom, bad, _ = CLASHES[kind]
    store = store_of(ontology_of(bad))
    found = clashes(store, compile_rules(ontology_of(axiom)))
    assert len(found) == 1
    assert set(found[0].triples) <= {quad.triple for quad in store}
    assert found[0].axiom.text


@pytest.mark.parametrize("kind", CLASHES)
def test_data_that_only_comes_near_is_no_contradiction(kind, ontology_of):
    axiom, _, good = CLASHES[kind]
    assert clashes(store_of(ontology_of(good)), compile_rules(ontology_of(axiom))) == []


@pytest.mark.parametrize("kind", CLASHES)
def test_a_contradiction_is_found_from_any_of_its_triples(kind, ontology_of):
    axiom, bad, _ = CLASHES[kind]
    store, rules = store_of(ontology_of(bad)), compile_rules(ontology_of(axiom))
    (whole,) = clashes(store, rules)
    for triple in whole.triples:
        assert [set(c.triples) for c in clashes(store, rules, among=[triple])] == [
            set(whole.triples)
        ]
    assert clashes(store, rules, among=[]) == []


def test_a_contradiction_reads_as_plain_words(ontology_of):
    axiom, bad, _ = CLASHES["disjoint-properties"]
    store = store_of(ontology_of(bad))
    (found,) = clashes(store, compile_rules(ontology_of(axiom)))
    assert found.line(labels(store)) == (
        "no two things are linked by both 'affirms' and 'denies', yet c · affirms · p;"
        " c · denies · p"
    )


def store_of(graph) -> ox.Store:
    store = ox.Store()
    store.load(graph.serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES)
    return store
