"""Axioms become rules; what has no rule is refused by name."""

from __future__ import annotations

import pytest

from kg.entailment import compile_rules
from kg.errors import OntologyError

UNSUPPORTED = {
    "some-on-the-right": (
        ":Claim rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :asserts ;"
        " owl:someValuesFrom :Proposition ] .",
        "every Claim is 'asserts' some Proposition",
    ),
    "union-on-the-right": (
        ":Claim rdfs:subClassOf [ a owl:Class ; owl:unionOf ( :Finding :Argument ) ] .",
        "every Claim is (Finding or Argument)",
    ),
    "some-in-an-equivalence": (
        ":Loss owl:equivalentClass [ a owl:Restriction ; owl:onProperty :holder ;"
        " owl:someValuesFrom :User ] .",
        "Loss means 'holder' some User",
    ),
    "one-of": (
        "[ a owl:Class ; owl:oneOf ( x:a x:b ) ] rdfs:subClassOf :Direction .",
        "is Direction",
    ),
    "self": (
        ":Narcissist rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :likes ;"
        " owl:hasSelf true ] .",
        "'likes' self",
    ),
    "at-least": (
        ":Claim rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :asserts ;"
        " owl:minCardinality 1 ] .",
        "'asserts' at least",
    ),
    "at-most-two": (
        ":Claim rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :asserts ;"
        " owl:maxCardinality 2 ] .",
        "counts beyond",
    ),
    "reflexive": (":near a owl:ReflexiveProperty .", "near type ReflexiveProperty"),
    "disjoint-union": (":Claim owl:disjointUnionOf ( :Finding :Argument ) .", "disjointUnionOf"),
    "same-as": ("x:a owl:sameAs x:b .", "identity is not inferred"),
    "all-different": (
        "[] a owl:AllDifferent ; owl:members ( x:a x:b ) .",
        "pairwise owl:differentFrom",
    ),
    "imports": ("<urn:o> a owl:Ontology ; owl:imports <urn:other> .", "redeclare"),
    "named-expression": (":Claim owl:intersectionOf ( :A :B ) .", "intersectionOf"),
    "unknown-owl-word": (":Claim owl:madeUp :B .", "madeUp"),
    "value-without-a-name": (
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:hasValue [] ] .",
        "has no IRI",
    ),
    "datatype-as-a-condition": (
        "[ a owl:Restriction ; owl:onProperty :year ; owl:someValuesFrom xsd:integer ]"
        " rdfs:subClassOf :Dated .",
        "'year' some integer",
    ),
    "everything": ("owl:Thing rdfs:subClassOf :A .", "speaks of everything"),
    "empty-chain": (":p owl:propertyChainAxiom () .", "speaks of everything"),
    "nothing-at-all": ("owl:Thing rdfs:subClassOf owl:Nothing .", "speaks of everything"),
    "literal-through-an-inverse": (
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty [ owl:inverseOf :p ] ;"
        " owl:hasValue 1 ] .",
        "inverse of p",
    ),
}


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_an_axiom_without_a_rule_is_refused_by_name(name, ontology_of):
    text, named = UNSUPPORTED[name]
    with pytest.raises(OntologyError) as refusal:
        compile_rules(ontology_of(text))
    assert named in str(refusal.value)


def test_a_chain_is_one_rule_that_knows_its_axiom(ontology_of):
    (rule,) = compile_rules(
        ontology_of(":contradicts owl:propertyChainAxiom ( :affirms :isDeniedBy ) .")
    )
    o = "https://example.org/ontology#"
    assert str(rule) == (
        f"?x <{o}affirms> ?x1 . ?x1 <{o}isDeniedBy> ?y . => ?x <{o}contradicts> ?y ."
    )
    assert rule.axiom.kind == "propertyChainAxiom"
    assert rule.axiom.text == "'affirms' followed by 'isDeniedBy' implies 'contradicts'"
    assert {term.value for term in rule.axiom.terms} == {
        o + "contradicts",
        o + "affirms",
        o + "isDeniedBy",
    }


def test_an_attributed_axiom_names_its_source(ontology_of):
    (rule,) = compile_rules(
        ontology_of(
            """:Intrinsic rdfs:subClassOf :Involuntary .
            [] a owl:Axiom ; owl:annotatedSource :Intrinsic ;
              owl:annotatedProperty rdfs:subClassOf ; owl:annotatedTarget :Involuntary ;
              dct:source <https://doi.org/10.1080/14719037.2015.1111927> ."""
        )
    )
    assert rule.axiom.sources == ("https://doi.org/10.1080/14719037.2015.1111927",)


def test_labels_are_the_words_of_an_axiom(ontology_of):
    (rule,) = compile_rules(
        ontology_of(':A skos:prefLabel "claim"@en . :A rdfs:subClassOf :Thing .')
    )
    assert rule.axiom.text == "every claim is Thing"


def test_what_is_built_on_a_joining_property_joins_records_too(ontology_of):
    rules = compile_rules(
        ontology_of(
            """:contradicts cove:joinsRecords true ; rdfs:subPropertyOf :inTensionWith .
            :affirms rdfs:subPropertyOf :contradicts , :asserts .
            [ a owl:Restriction ; owl:onProperty :inTensionWith ; owl:someValuesFrom owl:Thing ]
              rdfs:subClassOf :Contested .
            :Contested rdfs:subClassOf :Notable . :Famous rdfs:subClassOf :Notable ."""
        )
    )
    joining = {rule.axiom.text for rule in rules if rule.joins_records}
    assert joining == {
        "'contradicts' implies 'inTensionWith'",
        "'affirms' implies 'contradicts'",
        "every 'inTensionWith' some Thing is Contested",
        "every Contested is Notable",
        "every Famous is Notable",
    }


def test_rules_do_not_depend_on_the_order_of_the_ontology(ontology_of):
    lines = [f":C{n} rdfs:subClassOf :D ; owl:equivalentClass :E{n} ." for n in range(9)]
    assert compile_rules(ontology_of("\n".join(lines))) == compile_rules(
        ontology_of("\n".join(reversed(lines)))
    )


def test_a_rule_that_says_nothing_new_is_left_out(ontology_of):
    assert compile_rules(ontology_of(":A rdfs:subClassOf :A , owl:Thing .")) == ()
