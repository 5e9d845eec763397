"""The ontology is loaded whole, from wherever the distribution is installed."""

from __future__ import annotations

from importlib.metadata import version

import pytest
from rdflib import Literal, URIRef

from kg import ontology
from kg.errors import SourceError
from kg.mappings import read
from kg.namespaces import (
    BASE,
    COVE,
    MAPPINGS_GRAPH,
    ONTOLOGY_GRAPH,
    OWL,
    RDF,
    RDFS,
    SHAPES_GRAPH,
    SKOS,
    SSSOM,
)


def test_the_core_states_the_version_of_the_distribution() -> None:
    release = version("cove-kg")
    assert ontology.core().value(ONTOLOGY_GRAPH, OWL.versionIRI) == URIRef(
        f"{ONTOLOGY_GRAPH}/{release}"
    )


def test_every_term_says_where_it_is_defined() -> None:
    core = ontology.core()
    assert not [
        t
        for t in ontology.terms(ontology.core())
        if (t.iri, RDFS.isDefinedBy, ONTOLOGY_GRAPH) not in core
    ]


def test_the_core_leaves_the_consistency_module_out() -> None:
    assert (None, OWL.disjointUnionOf, None) not in ontology.core()
    assert (None, OWL.disjointUnionOf, None) in ontology.dl()


def test_the_named_graphs_are_those_of_a_version() -> None:
    names = [name for name, _ in ontology.named_graphs()]
    assert len(names) == len(set(names))
    assert {ONTOLOGY_GRAPH, SHAPES_GRAPH, MAPPINGS_GRAPH} <= set(names)
    schemes = {name for name in names if name.startswith(f"{BASE}scheme/")}
    stated = set(ontology.vocabularies().subjects(RDF.type, SKOS.ConceptScheme))
    assert schemes == stated


def test_a_term_carries_its_documentation() -> None:
    term = next(term for term in ontology.terms(ontology.core()) if term.iri == COVE.affirms)
    assert term.kind == "object property"
    assert term.label == "affirms"
    assert term.definition.endswith(".")
    assert term.status == "stable"
    assert term.broader == (COVE.assertsProposition,)
    assert term.domains == ()
    assert term.inverse == COVE._NS["isAffirmedBy"]
    assert not term.joins_records


def test_a_provisional_term_says_what_is_unverified() -> None:
    provisional = [term for term in ontology.terms(ontology.core()) if term.status == "provisional"]
    assert len(provisional) > 20
    assert not [term for term in provisional if term.editorial_note is None]


def test_a_term_is_listed_once() -> None:
    iris = [term.iri for term in ontology.terms(ontology.core())]
    assert iris == sorted(set(iris))
    assert len(iris) > 250


HEADER = (
    "#curie_map:\n#  a: https://example.org/a/\n#  skos: http://www.w3.org/2004/02/skos/core#\n"
)
COLUMNS = (
    "subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence\tauthor_label\tcomment"
)


def test_a_mapping_says_who_matched_what_and_why() -> None:
    row = "a:x\tskos:closeMatch\ta:y\ta:judgement\t0.7\tSomebody\tAlike"
    graph = read(f"{HEADER}{COLUMNS}\n{row}\n", name="made.sssom.tsv")
    mapping = URIRef(f"{BASE}mapping/made/1")
    x, y = URIRef("https://example.org/a/x"), URIRef("https://example.org/a/y")
    assert (x, SKOS.closeMatch, y) in graph
    assert graph.value(mapping, OWL.annotatedSource) == x
    assert graph.value(mapping, SSSOM.author_label) == Literal("Somebody")
    assert graph.value(mapping, RDFS.comment) == Literal("Alike", lang="en")


def test_a_row_without_object_is_no_mapping_yet() -> None:
    row = "a:x\tskos:closeMatch\t\ta:judgement\t\tSomebody\t"
    assert len(read(f"{HEADER}{COLUMNS}\n{row}\n", name="made.sssom.tsv")) == 0


def test_an_undeclared_prefix_is_an_error_with_its_line() -> None:
    row = "b:x\tskos:closeMatch\ta:y\ta:judgement\t0.7\tSomebody\t"
    with pytest.raises(SourceError, match=r"made.sssom.tsv:5: 'b:x'"):
        read(f"{HEADER}{COLUMNS}\n{row}\n", name="made.sssom.tsv")


def test_a_missing_column_is_an_error() -> None:
    with pytest.raises(SourceError, match="no column confidence"):
        read(f"{HEADER}{COLUMNS.replace('confidence', 'sure')}\n", name="made.sssom.tsv")
