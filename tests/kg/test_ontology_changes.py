"""What an ontology says of a term, and how that differs between two of its states."""

from __future__ import annotations

from rdflib import Literal

from kg import ontology
from kg.namespaces import COVE, RDF, SKOS


def test_a_defined_class_says_what_it_is_defined_as() -> None:
    found = ontology.term(ontology.core(), COVE._NS["CoDestructionUnderMandate"])
    assert found is not None
    (words,) = ("".join(part.text for part in each) for each in found.defined_as)
    assert words == "evidence of co-destruction and 'has evidence lay volition' value mandated"
    named = [part.iri for part in found.defined_as[0] if part.iri]
    assert COVE._NS["EvidenceOfCoDestruction"] in named


def test_a_chain_is_told_in_its_order() -> None:
    found = ontology.term(ontology.core(), COVE._NS["contradicts"])
    assert found is not None
    words = ["".join(part.text for part in each) for each in found.defined_as]
    assert words == ["affirms, then is denied by", "denies, then is affirmed by"]
    assert "symmetric" in found.characteristics
    assert found.joins_records


def test_what_is_no_term_has_no_documentation() -> None:
    assert ontology.term(ontology.core(), COVE._NS["NoSuchTerm"]) is None


def test_changes_name_what_came_what_went_and_what_is_said_otherwise() -> None:
    before = ontology.core()
    after = before + before
    made = COVE._NS["MadeForThisTest"]
    for name, text in ((SKOS.prefLabel, "made"), (SKOS.definition, "It is made for a test.")):
        after.add((made, name, Literal(text, lang="en")))
    after.add((made, RDF.type, next(before.objects(COVE.Claim, RDF.type))))
    after.set((COVE.Case, SKOS.definition, Literal("Other words.", lang="en")))
    found = ontology.changes(before, after)
    assert [(each.term.iri, each.aspect) for each in found] == [
        (COVE.Case, "definition"),
        (made, None),
    ]
    assert found[0].after == "Other words."
    assert (found[1].before, found[1].after) == (None, "It is made for a test.")
    assert [each.before for each in ontology.changes(after, before)][1] == found[1].after
    assert ontology.changes(before, before) == ()
