"""The alignments redeclare what they use, and every mapping says who, why and how sure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyshacl
import pytest
from rdflib import BNode, Graph, URIRef

from kg import ontology
from kg.namespaces import BASE, COVE, OWL, RDF, RDFS, SKOS, SSSOM

ONTOLOGY = Path(__file__).parents[2] / "ontology"
SETS = sorted((ONTOLOGY / "alignments").glob("*.sssom.tsv"))
ALIGNMENTS = sorted((ONTOLOGY / "alignments").glob("*.ttl"))
KINDS = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
STRUCTURE = {OWL._NS, RDF._NS, RDFS._NS}
CONCEPT = BASE + "concept/"


def _rows(path: Path) -> Iterator[dict[str, str]]:
    lines = [x for x in path.read_text(encoding="utf-8").splitlines() if not x.startswith("#")]
    names = lines[0].split("\t")
    for line in lines[1:]:
        yield dict(zip(names, line.split("\t"), strict=True))


def test_all_alignments_and_mapping_sets_are_collected() -> None:
    assert len(ALIGNMENTS) == 7
    assert len(SETS) == 3


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.stem)
def test_every_outside_term_is_declared_with_kind_label_and_home(path: Path) -> None:
    graph = Graph().parse(path)
    declared = graph + ontology.core()
    outside = {
        term
        for subject, predicate, value in graph
        for term in (subject, predicate, value)
        if isinstance(term, URIRef)
        and not term.startswith(BASE)
        and predicate not in (RDFS.isDefinedBy, RDF.type)
        and not any(term.startswith(space) for space in STRUCTURE)
        and term != SKOS.prefLabel
    }
    assert outside
    for term in outside:
        assert set(declared.objects(term, RDF.type)) & KINDS, term
        assert len(set(declared.objects(term, SKOS.prefLabel))) == 1, term
        assert len(set(declared.objects(term, RDFS.isDefinedBy))) == 1, term


def test_every_outside_term_of_the_core_has_a_label_and_a_home() -> None:
    core = ontology.core()
    outside = {
        subject
        for kind in KINDS
        for subject in core.subjects(RDF.type, kind)
        if isinstance(subject, URIRef) and not subject.startswith(COVE._NS)
    }
    assert len(outside) > 40
    for term in outside:
        assert (term, SKOS.prefLabel, None) in core, term
        assert (term, RDFS.isDefinedBy, None) in core, term


def test_alignments_state_named_terms_only() -> None:
    assert not [
        term for triple in ontology.alignments() for term in triple if isinstance(term, BNode)
    ]


def test_mappings_conform_to_their_shapes() -> None:
    shapes = Graph().parse(ONTOLOGY / "shapes" / "mapping.ttl")
    conforms, _, report = pyshacl.validate(ontology.mappings(), shacl_graph=shapes)
    assert conforms, report


def test_every_resolved_row_is_a_mapping() -> None:
    resolved = [row for path in SETS for row in _rows(path) if row["object_id"]]
    mappings = set(ontology.mappings().subjects(RDF.type, SSSOM.Mapping))
    assert len(mappings) == len(resolved)
    assert len(resolved) > 50


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.name)
def test_a_row_is_resolved_or_says_that_it_is_not(path: Path) -> None:
    for row in _rows(path):
        waits = row["other"] == "status: to-resolve"
        assert waits == (row["object_id"] == ""), row
        assert waits == (row["confidence"] == ""), row
        assert row["mapping_justification"] == "semapv:ManualMappingCuration"
        assert row["author_label"] == "CoVE"
        assert row["comment"]


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.name)
def test_rows_are_sorted_and_not_repeated(path: Path) -> None:
    keys = [(r["subject_id"], r["object_id"], r["object_source"]) for r in _rows(path)]
    assert keys == sorted(keys)
    assert len(keys) == len(set(keys))


def test_mapped_concepts_exist_and_theories_never_match_exactly() -> None:
    concepts = set(ontology.vocabularies().subjects(RDF.type, SKOS.Concept))
    graph = ontology.mappings()
    checked = 0
    for mapping in graph.subjects(RDF.type, SSSOM.Mapping):
        source = graph.value(mapping, OWL.annotatedSource)
        target = graph.value(mapping, OWL.annotatedTarget)
        for end in (source, target):
            if str(end).startswith(CONCEPT):
                assert end in concepts, end
                checked += 1
        assert graph.value(mapping, OWL.annotatedProperty) != SKOS.exactMatch
    assert checked > 80


def test_mapped_terms_of_ours_exist() -> None:
    ours = {term.iri for term in ontology.terms(ontology.core())}
    used = {
        source
        for source in ontology.mappings().objects(None, OWL.annotatedSource)
        if str(source).startswith(COVE._NS)
    }
    assert len(used) > 8
    assert used <= ours
