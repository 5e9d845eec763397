"""The ontology: modules, vocabularies, shapes and alignments as graphs; what its terms mean."""

from kg.ontology.changes import Change, changes
from kg.ontology.expressions import Part, describe
from kg.ontology.loading import (
    alignments,
    core,
    dl,
    mappings,
    named_graphs,
    shapes,
    vocabularies,
)
from kg.ontology.terms import KINDS, Term, term, terms

__all__ = [
    "KINDS",
    "Change",
    "Part",
    "Term",
    "alignments",
    "changes",
    "core",
    "describe",
    "dl",
    "mappings",
    "named_graphs",
    "shapes",
    "term",
    "terms",
    "vocabularies",
]
