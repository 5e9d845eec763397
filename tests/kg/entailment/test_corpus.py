"""The closure of the real corpus under the real ontology."""

from __future__ import annotations

import types

import owlrl
import owlrl.OWLRL
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import OWL, RDF, RDFS, XSD

from kg import ontology
from kg.entailment import clashes, explain, inferred_graph, is_inferred, is_record, maintain
from kg.ingest import corpus, entailer
from kg.namespaces import SCHEMES_INFERRED_GRAPH
from kg.readers import read
from kg.store.terms import engine_graph_name, engine_quad, rdflib_term
from kg.triples import record_graph, to_triples


@pytest.fixture(scope="module")
def background():
    return [
        engine_quad(triple, engine_graph_name(name))
        for name, graph in ontology.named_graphs()
        for triple in graph
    ]


@pytest.fixture(scope="module")
def records():
    quads = [
        engine_quad(triple, engine_graph_name(record_graph(reading.work.id)))
        for reading in read(corpus())
        for triple in to_triples(reading.work)
    ]
    assert len({quad.graph_name for quad in quads}) >= 275
    return quads


@pytest.fixture(scope="module")
def store(closed_store, background, records):
    return closed_store(entailer(), background, records)


def test_the_corpus_contradicts_nothing_in_the_ontology(store):
    assert clashes(store, entailer().rules) == []


def test_claims_of_different_records_contradict_each_other(store):
    contradicts = ox.NamedNode("https://w3id.org/cove/ontology#contradicts")
    found = list(store.quads_for_pattern(None, contradicts, None, None))
    home = {q.subject: q.graph_name for q in found}
    assert all(home[quad.object] for quad in found)  # both ways
    assert any(home[quad.subject] != home[quad.object] for quad in found)


def test_an_inferred_triple_of_every_kind_is_explained(store):
    kinds: dict[tuple[ox.NamedNode, object], ox.Quad] = {}
    for quad in store:
        if is_inferred(quad.graph_name):
            value = quad.object if quad.predicate.value == str(RDF.type) else None
            kinds.setdefault((quad.predicate, value), quad)
    assert len(kinds) > 100
    rules = entailer().rules
    for quad in kinds.values():
        why = explain(store, rules, quad.triple)
        assert why is not None, quad
        for leaf in why.assertions():
            assert leaf.graphs
            assert leaf.triple in {q.triple for q in _everywhere(store, leaf.triple)}


def test_a_record_that_goes_and_comes_back_leaves_no_trace(store):
    whole = set(store)
    graphs = sorted({quad.graph_name for quad in store if is_record(quad.graph_name)}, key=str)
    for graph in graphs[::70]:
        asserted = [quad.triple for quad in store.quads_for_pattern(None, None, None, graph)]
        _change(store, graph, [])
        assert not list(store.quads_for_pattern(None, None, None, inferred_graph(graph)))
        _change(store, graph, asserted)
        assert sorted(map(str, whole.symmetric_difference(store))) == []


def test_owlrl_infers_the_same_about_named_things(store, background, records, monkeypatch):
    """Compare with owlrl on every record together.

    To spare it time, no text goes in (one stands for all), no annotation of the ontology, and of
    the vocabularies only what rules speak of; `_Oracle` says what it need not try, and
    `_speaks_of_named_things` what is left out of the comparison.
    """
    for name in ("OWL", "RDF", "RDFS"):  # looking a name up takes rdflib longer than a triple
        space = getattr(owlrl.OWLRL, name)
        names = {term: space[term] for term in space.__annotations__ if not term.startswith("_")}
        monkeypatch.setattr(owlrl.OWLRL, name, types.SimpleNamespace(**names))
    rules = entailer().rules
    atoms = (atom for rule in rules for atom in (rule.head, *rule.body) if atom is not None)
    spoken = {atom.predicate for atom in atoms}
    logic = ontology.core()
    terms = {*logic.subjects(), *logic.predicates()}

    given = rdflib.Graph(store="SimpleMemory")
    for triple in logic:
        if triple[1] == RDF.type or (_is_standard(triple[1]) and triple[1] not in _NOTES):
            given.add(triple)
    for quad in (*background, *records):
        if quad.predicate in spoken and not isinstance(quad.subject, ox.BlankNode):
            given.add(_plain(quad))
    _Oracle(given, axioms=False, daxioms=False).closure()

    theirs = {triple for triple in given if _speaks_of_named_things(triple, terms)}
    closure = {_plain(quad) for quad in store if quad.predicate in spoken}
    ours = {triple for triple in closure if _speaks_of_named_things(triple, terms)}
    assert len(ours) > 50_000
    assert sorted(theirs ^ ours)[:20] == []  # pytest takes hours to lay out two large sets


_NOTES = {RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, OWL.differentFrom}


class _Oracle(owlrl.OWLRL_Semantics):
    """The rules of owlrl that can say something of a named thing of the data.

    Each starts from a triple in the words of OWL or RDFS, so that no other need be offered. Those
    about terms (OWL 2 Profiles, Table 9) and `owl:sameAs` of a thing and itself say nothing of it.
    """

    def rules(self, t, cycle_num):
        if _is_standard(t[1]) and (t[1] != RDF.type or _is_standard(t[2])):
            super().rules(t, cycle_num)

    def _equality(self, triple, cycle_num):
        if triple[1] == OWL.sameAs and triple[0] != triple[2]:
            super()._equality(triple, cycle_num)

    def _schema_vocabulary(self, triple, cycle_num):
        pass


def _is_standard(term: rdflib.term.Node) -> bool:
    return str(term).startswith((str(OWL), str(RDF), str(RDFS), str(XSD)))


def _speaks_of_named_things(triple, terms) -> bool:
    """Leave out terms of the ontology, blank nodes, and being a thing or a resource."""
    s, p, o = triple
    return (
        isinstance(s, rdflib.URIRef)
        and s not in terms
        and not _is_standard(s)
        and not isinstance(o, rdflib.BNode)
        and not (p == RDF.type and _is_standard(o))
        and not (p == OWL.sameAs and s == o)
    )


def _plain(quad: ox.Quad) -> tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]:
    value = rdflib_term(quad.object)
    if isinstance(value, rdflib.Literal) and (value.language or value.datatype in (None, _TEXT)):
        value = rdflib.Literal("text")
    return rdflib_term(quad.subject), rdflib_term(quad.predicate), value


_TEXT = XSD.string


def _everywhere(store: ox.Store, triple: ox.Triple):
    return (
        quad
        for quad in store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        if not is_inferred(quad.graph_name) and quad.graph_name.value != str(SCHEMES_INFERRED_GRAPH)
    )


def _change(store: ox.Store, graph: ox.NamedNode, asserted: list[ox.Triple]) -> None:
    delta = maintain(entailer(), store, {graph: asserted})
    for quad in delta.removes:
        store.remove(quad)
    store.extend(delta.adds)
    store.remove_graph(graph)
    store.extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in asserted)
