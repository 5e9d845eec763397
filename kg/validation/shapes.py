"""The shapes graph, with its code lists filled in from the vocabularies.

A shape such as `shapes:code-volition` says in plain SHACL which concepts are codes of a list:
those in the scheme. Checked literally, it would need the vocabularies inside every data graph,
and a record could then widen a list by saying that its own concept is in the scheme.
So these shapes are evaluated once, over the vocabularies alone, and replaced by the `sh:in` list
of the concepts that conform: the same verdict, closed to the record, and the same for each engine.
"""

from __future__ import annotations

import re
from functools import cache

from rdflib import BNode, Graph
from rdflib.collection import Collection
from rdflib.term import Node

from kg import ontology
from kg.errors import OntologyError
from kg.namespaces import DCTERMS, RDF, SH, SKOS

__all__ = ["is_code_list", "rules_of", "shapes_graph"]


@cache
def shapes_graph() -> Graph:
    """Return the shapes that records are validated with; shared, so not to be changed."""
    source, vocabularies = ontology.shapes(), ontology.vocabularies()
    # Without prefixes: the engine binds those of the shapes anew in every report (1 ms each).
    completed = Graph(bind_namespaces="none")
    completed += source
    for shape in [s for s in source.subjects(RDF.type, SH.NodeShape) if is_code_list(source, s)]:
        codes = _conforming(vocabularies, source, shape)
        if not codes:
            raise OntologyError(f"no concept conforms to {shape}: correct the shape or its scheme")
        _close(completed, shape, sorted(codes, key=str))
    return completed


def rules_of(shapes: Graph) -> dict[Node, str]:
    """Return the number of the rule that each shape carries."""
    return {shape: str(rule) for shape, rule in shapes.subject_objects(DCTERMS.identifier)}


def is_code_list(shapes: Graph, shape: Node) -> bool:
    """Tell whether a shape says which concepts are codes of a list."""
    paths = {
        path
        for constraint in shapes.objects(shape, SH.property)
        for path in shapes.objects(constraint, SH.path)
    }
    has_target = any((shape, target, None) in shapes for target in _TARGETS)
    return SKOS.inScheme in paths and not has_target


_TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)


def _conforming(vocabularies: Graph, shapes: Graph, shape: Node) -> set[Node]:
    constraints = shapes.objects(shape, SH.property)
    concepts = set.intersection(*(_with_property(vocabularies, shapes, c) for c in constraints))
    for pattern in shapes.objects(shape, SH.pattern):
        concepts = {concept for concept in concepts if re.search(str(pattern), str(concept))}
    return concepts


def _with_property(vocabularies: Graph, shapes: Graph, constraint: Node) -> set[Node]:
    parts = dict(shapes.predicate_objects(constraint))
    path = parts.pop(SH.path)
    match parts:
        case {SH.hasValue: value} if len(parts) == 1:
            return set(vocabularies.subjects(path, value))
        case {SH.minCount: count} if len(parts) == 1 and str(count) == "1":
            return set(vocabularies.subjects(path))
    raise OntologyError(
        f"a shape of codes constrains {path} in a way that cannot be evaluated in advance: "
        "use sh:hasValue, or sh:minCount 1"
    )


def _close(shapes: Graph, shape: Node, concepts: list[Node]) -> None:
    for constraint in list(shapes.objects(shape, SH.property)):
        shapes.remove((constraint, None, None))
    shapes.remove((shape, SH.property, None))
    shapes.remove((shape, SH.pattern, None))
    members = BNode()
    Collection(shapes, members, list(concepts))
    shapes.add((shape, SH["in"], members))
