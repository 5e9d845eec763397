"""Partition: the triples of a document by the work that they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kg.identifiers import parts_of
from kg.namespaces import BASE
from kg.triples import Triple

__all__ = ["Parts", "partition"]

_OF_A_WORK = frozenset(
    {
        "work",
        "record",
        "study",
        "case",
        "service",
        "organisation",
        "process",
        "involvement",
        "claim",
        "effect",
        "definition",
    }
)
_SHARED = frozenset({"agent", "proposition"})


@dataclass(slots=True)
class Parts:
    """The triples of each work, by its id; of what works share; of what is part of no work."""

    works: dict[str, list[Triple]] = field(default_factory=lambda: defaultdict(list))
    strangers: list[Triple] = field(default_factory=list)
    shared: dict[Node, list[Triple]] = field(default_factory=lambda: defaultdict(list))

    def graph(self, work_id: str) -> Graph:
        """Collect what is said of a work and of the agents and propositions that it names."""
        graph = Graph()
        for triple in self.works[work_id]:
            graph.add(triple)
            for more in self.shared.get(triple[2], ()):
                graph.add(more)
        return graph

    def shared_by_others_than(self, work_ids: Collection[str]) -> list[Triple]:
        """Return what is said of agents and propositions, but for those that some works name."""
        named = {triple[2] for work_id in work_ids for triple in self.works[work_id]}
        nodes = (node for node in self.shared if node not in named)
        return [triple for node in nodes for triple in self.shared[node]]


def partition(quads: Iterable[ox.Quad]) -> Parts:
    """Sort quads by work; what CoVE infers or owns itself (ontology, schemes) is left out."""
    parts = Parts()
    for quad in quads:
        if not _is_evidence(quad.graph_name):
            continue
        triple = _triple(quad)
        subject = triple[0]
        kind, *identity = subject.removeprefix(BASE).split("/") if _is_ours(subject) else ("",)
        if kind in _OF_A_WORK and identity and identity[0]:
            parts.works[identity[0]].append(triple)
        elif kind in _SHARED:
            parts.shared[subject].append(triple)
        else:
            parts.strangers.append(triple)
    return parts


def _is_ours(iri: str) -> bool:
    return iri.startswith(BASE)


def _is_evidence(graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> bool:
    if not isinstance(graph, ox.NamedNode) or not _is_ours(graph.value):
        return True
    return graph.value.startswith(f"{BASE}record/") and len(parts_of(URIRef(graph.value))) == 1


def _triple(quad: ox.Quad) -> Triple:
    subject = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else f"_:{quad.subject}"
    return URIRef(subject), URIRef(quad.predicate.value), _term(quad.object)


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> URIRef | BNode | Literal:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.Literal) and term.language:
        return Literal(term.value, lang=term.language)
    if isinstance(term, ox.Literal):
        return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    return BNode(str(term))
