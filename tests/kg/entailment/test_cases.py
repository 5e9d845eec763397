"""Each kind of axiom: what must follow from it, and that owlrl agrees."""

from __future__ import annotations

from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import OWL, RDF, RDFS, XSD

from kg.entailment import is_inferred

CASES = sorted((Path(__file__).parent / "cases").glob("*.trig"))


def test_every_case_is_collected():
    assert len(CASES) == 16


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_is_inferred_is_what_the_case_expects(path, read_case, closed_store):
    case = read_case(path)
    entailer = case.entailer()
    store = closed_store(entailer, case.background, case.records)
    inferred = {quad for quad in store if is_inferred(quad.graph_name)}
    assert inferred == case.expected
    assert {quad.triple for quad in entailer.background} == case.expected_background


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_owlrl_infers_the_same_about_named_things(path, read_case, closed_store):
    case = read_case(path)
    store = closed_store(case.entailer(), case.background, case.records)
    ours = {quad.triple for quad in store if quad.graph_name.value != "urn:ontology"}
    given = rdflib.Graph()
    given += case.ontology
    for quad in (*case.background, *case.records):
        given.add(tuple(map(_rdflib, (quad.subject, quad.predicate, quad.object))))
    theirs = _about_named_things(given)
    assert theirs == {tuple(map(_rdflib, triple)) for triple in ours}


def _about_named_things(graph: rdflib.Graph) -> set[tuple[rdflib.term.Node, ...]]:
    """Close by owlrl and leave out what says nothing about a named thing of the data.

    Left out: reflexive owl:sameAs; being an owl:Thing, rdfs:Resource or owl:NamedIndividual;
    what is said of literals, of blank nodes (class expressions, and membership in them), of terms
    of the ontology, and of the vocabularies of RDF, RDFS, OWL and XSD themselves.
    """
    terms = {term for term in graph.all_nodes() if str(term).startswith("https://example.org/o")}
    terms |= set(graph.predicates())
    owlrl.DeductiveClosure(
        owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False
    ).expand(graph)
    standard = (str(OWL), str(RDF), str(RDFS), str(XSD))
    return {
        (s, p, o)
        for s, p, o in graph
        if isinstance(s, rdflib.URIRef)
        and s not in terms
        and not str(s).startswith(standard)
        and not isinstance(o, rdflib.BNode)
        and (p != OWL.sameAs or s != o)
        and not (p == RDF.type and str(o).startswith(standard))
    }


def _rdflib(term: ox.NamedNode | ox.Literal) -> rdflib.URIRef | rdflib.Literal:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value))
