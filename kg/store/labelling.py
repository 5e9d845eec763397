"""Labels for blank nodes that depend on nothing but the content of their graph."""

from __future__ import annotations

import hashlib
from typing import TypeVar

import pyoxigraph as ox

__all__ = ["label_blank_nodes"]

_Node = TypeVar("_Node", bound=ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple)


def label_blank_nodes(quads: list[ox.Quad], graph: ox.NamedNode) -> list[ox.Quad]:
    """Label the blank nodes of one graph by RDF Dataset Canonicalization (RDFC-1.0).

    The same graph read twice is so the same quads, and its change is none. The name of
    the graph is part of each label, for labels are shared by all graphs of a dataset.
    """
    if not any(_has_blank_node(quad) for quad in quads):
        return quads
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    prefix = "g" + hashlib.sha256(graph.value.encode()).hexdigest()[:16]
    return [
        ox.Quad(_named(quad.subject, prefix), quad.predicate, _named(quad.object, prefix), graph)
        for quad in dataset
    ]


def _has_blank_node(quad: ox.Quad) -> bool:
    return isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)


def _named(term: _Node, prefix: str) -> _Node | ox.BlankNode:
    return ox.BlankNode(prefix + term.value) if isinstance(term, ox.BlankNode) else term
