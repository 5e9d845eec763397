"""The shapes graph, with its code lists filled in from the vocabularies.

A shape such as `shapes:code-volition` says in plain SHACL which concepts are codes of a list:
those in the scheme. Checked literally, it would need the vocabularies inside every data graph,
and a record could then widen a list by saying that its own concept is in the scheme.
So these shapes are evaluated once, over the vocabularies alone, and replaced by the `sh:in` list
of the concepts that conform: the same verdict, closed to the record, and the same for each engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from rdflib import BNode, Graph
from rdflib.collection import Collection
from rdflib.term import Node

from kg import ontology
from kg.errors import OntologyError
from kg.namespaces import DCTERMS, PREFIXES, RDF, SH, SKOS

__all__ = ["is_code_list", "rules_of", "shapes_graph"]

_Test = Callable[[Graph, Node], bool]


@cache
def shapes_graph() -> Graph:
    """Return the shapes that records are validated with; shared, so not to be changed."""
    source, vocabularies = ontology.shapes(), ontology.vocabularies()
    concepts = sorted(set(vocabularies.subjects(SKOS.inScheme)), key=str)
    completed = Graph(bind_namespaces="none")
    for prefix in ("cove", "sh", "xsd"):
        completed.bind(prefix, PREFIXES[prefix])
    completed += source
    for shape in [s for s in source.subjects(RDF.type, SH.NodeShape) if is_code_list(source, s)]:
        tests = _tests(source, shape)
        conforming = [c for c in concepts if all(test(vocabularies, c) for test in tests)]
        if not conforming:
            raise OntologyError(f"no concept conforms to {shape}: correct the shape or its scheme")
        _close(completed, shape, conforming)
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


def _tests(shapes: Graph, shape: Node) -> list[_Test]:
    tests: list[_Test] = []
    for predicate, value in shapes.predicate_objects(shape):
        if predicate == SH.pattern:
            tests.append(_matches(str(value)))
        elif predicate == SH.property:
            tests.append(_property_test(shapes, value))
    return tests


def _matches(pattern: str) -> _Test:
    compiled = re.compile(pattern)
    return lambda _, concept: compiled.search(str(concept)) is not None


def _property_test(shapes: Graph, constraint: Node) -> _Test:
    parts = dict(shapes.predicate_objects(constraint))
    path = parts.pop(SH.path)
    match parts:
        case {SH.hasValue: value} if len(parts) == 1:
            return lambda graph, concept: (concept, path, value) in graph
        case {SH.minCount: count} if len(parts) == 1 and str(count) == "1":
            return lambda graph, concept: (concept, path, None) in graph
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
