"""An answer is kept over a commit that cannot have changed it, and over no other."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Literal, Namespace, URIRef

from kg.namespaces import COVE, RDF
from kg.questions import questions
from kg.questions.dependence import needs_of, touched_by, touched_since
from kg.store import Home

EX = Namespace("https://example.org/")
QUERIES = tuple(
    f"PREFIX ex: <{EX}> {query}"
    for query in (
        "SELECT ?s ?o { ?s ex:p ?o } ORDER BY ?s ?o",
        "SELECT ?s { ?s a ex:C } ORDER BY ?s",
        "SELECT ?s ?c { ?s a ?c } ORDER BY ?s ?c",
        "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ex:p/ex:q ?o FILTER NOT EXISTS { ?s ex:r ?o } }",
        "SELECT ?s { ?s ex:p+ ex:a } ORDER BY ?s",
        "SELECT ?s { ?s ex:p? ex:a } ORDER BY ?s",
        "SELECT ?s ?o { ?s ex:p? ?o } ORDER BY ?s ?o",
        "SELECT ?s ?o { ?s ^ex:q|ex:r ?o } ORDER BY ?s ?o",
        "SELECT ?s ?p { ?s ?p ex:a } ORDER BY ?s ?p",
        "SELECT ?s { ?s !ex:p ex:a } ORDER BY ?s",
        "SELECT ?s ?o { ?s ex:q ?x OPTIONAL { ?s ex:r ?o } MINUS { ?s a ex:D } } ORDER BY ?s ?o",
        "SELECT ?g { GRAPH ?g { ?s ex:p ?o } } ORDER BY ?g",
        "SELECT ?g { GRAPH ?g { } } ORDER BY ?g",
        "SELECT ?s { { SELECT DISTINCT ?s { ?s ex:r ?o } } UNION { ?s a ex:C } } ORDER BY ?s",
        "SELECT ?v { VALUES ?v { ex:p } ?s ?v ?o } ORDER BY ?v",
    )
)
NEEDS = {query: needs_of(query) for query in QUERIES}
_nodes = st.sampled_from([EX.a, EX.b])
_triples = st.one_of(
    st.tuples(_nodes, st.sampled_from([EX.p, EX.q, EX.r]), _nodes),
    st.tuples(_nodes, st.just(RDF.type), st.sampled_from([EX.C, EX.D])),
)
_commits = st.lists(
    st.tuples(st.sampled_from([EX.g, EX.h]), st.lists(_triples, max_size=3)),
    min_size=2,
    max_size=4,
)


def state(graphs: dict[URIRef, set[ox.Triple]]) -> ox.Store:
    """Make a store in which the default graph is the merge, as ours is."""
    store = ox.Store()
    for name, triples in graphs.items():
        for triple in triples:
            store.add(ox.Quad(*triple, ox.NamedNode(str(name))))
            store.add(ox.Quad(*triple))
    return store


def answer(store: ox.Store, query: str) -> bytes:
    found = store.query(query)
    assert isinstance(found, ox.QuerySolutions)
    return found.serialize(format=ox.QueryResultsFormat.CSV) or b""


@settings(max_examples=150, deadline=None)
@given(commits=_commits)
def test_a_kept_answer_equals_a_fresh_one(
    commits: list[tuple[URIRef, list[tuple[URIRef, URIRef, URIRef]]]],
) -> None:
    graphs: dict[URIRef, set[ox.Triple]] = {}
    before = state(graphs)
    for graph, triples in commits:
        nodes = [[ox.NamedNode(str(term)) for term in triple] for triple in triples]
        graphs[graph] = {ox.Triple(*each) for each in nodes}
        after = state(graphs)
        touched = touched_by(set(before) ^ set(after))
        for query in QUERIES:
            needs = NEEDS[query]
            if needs is not None and needs.is_untouched_by(touched):
                assert answer(after, query) == answer(before, query), query
        before = after


def test_an_unrelated_commit_keeps_the_answers(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.begin(agent="test", reason="first") as new:
        new.replace(EX.g, [(EX.a, EX.p, EX.b)])
    with home.begin(agent="test", reason="unrelated") as new:
        new.replace(EX.h, [(EX.a, EX.other, Literal("x")), (EX.a, RDF.type, EX.E)])
    touched = touched_since(home, 1, 2)
    assert touched is not None
    kept = {q for q in QUERIES if (needs := NEEDS[q]) and needs.is_untouched_by(touched)}
    # Lost is what names no property, every class, the node itself, or graphs without triples.
    assert len(QUERIES) - len(kept) == 8, kept
    assert QUERIES[0] in kept
    assert QUERIES[2] not in kept


def test_most_of_the_library_says_what_it_needs() -> None:
    sampled = list(questions().values())[::6]
    needs = {one.name: needs_of(one.bound(one.terms({}))) for one in sampled}
    assert sum(found is not None for found in needs.values()) > len(needs) // 2
    one = questions()["evidence-by-country"]
    by_country = needs_of(one.bound(one.terms({})))
    assert by_country is not None
    assert str(COVE.evidenceCountry) in by_country.properties
