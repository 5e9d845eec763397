"""Where inferred triples live: the graph beside the record that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Triple

from kg.entailment.matching import Reader
from kg.entailment.rules import RDF_TYPE, Rule
from kg.namespaces import PREFIXES

__all__ = ["Delta", "Holders", "Placing", "inferred_graph", "is_inferred", "is_record", "kind_of"]

_GraphName = NamedNode | BlankNode | DefaultGraph
_SUFFIX = "/inferred"

Holders: TypeAlias = Mapping[NamedNode, set[NamedNode]]
"""From things to the records that describe them."""


@dataclass(frozen=True, slots=True)
class Delta:
    """What must be added and removed, each list in one order."""

    adds: tuple[Quad, ...] = ()
    removes: tuple[Quad, ...] = ()

    @classmethod
    def between(cls, before: Iterable[Quad], after: Iterable[Quad]) -> Delta:
        """Compare two states."""
        old, new = set(before), set(after)
        return cls(tuple(sorted(new - old, key=str)), tuple(sorted(old - new, key=str)))


def inferred_graph(record: NamedNode) -> NamedNode:
    """Name the graph of what was inferred for a record.

    >>> inferred_graph(NamedNode(PREFIXES["record"] + "engen-2021")).value
    'https://w3id.org/cove/record/engen-2021/inferred'
    """
    return NamedNode(record.value + _SUFFIX)


def is_inferred(graph: _GraphName) -> bool:
    """Say whether a graph holds what was inferred for a record."""
    return _is_of_record(graph) and str(graph).endswith(f"{_SUFFIX}>")


def is_record(graph: _GraphName) -> bool:
    """Say whether a graph holds what a record asserts."""
    return _is_of_record(graph) and not is_inferred(graph)


def _is_of_record(graph: _GraphName) -> bool:
    return isinstance(graph, NamedNode) and graph.value.startswith(PREFIXES["record"])


class Placing:
    """The place of triples that follow from several records together.

    Such a triple lives beside each record that describes its subject; where none does, beside
    each that mentions it. What some graph asserts is not repeated.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        heads = [rule.head for rule in rules if rule.joins_records and rule.head is not None]
        self._kinds = frozenset(kind_of(h.predicate, h.object) for h in heads)

    def joins(self, triple: Triple | Quad) -> bool:
        """Say whether only rules that join records give such a triple."""
        return kind_of(triple.predicate, triple.object) in self._kinds

    def is_joined(self, quad: Quad) -> bool:
        """Say whether a quad was inferred from several records together."""
        return self.joins(quad) and is_inferred(quad.graph_name)

    def joined(self, reader: Reader, subject: NamedNode | None = None) -> Iterator[Quad]:
        """Yield what was inferred from several records together, about one thing or all."""
        for predicate, value in self._kinds:
            for quad in reader.quads_for_pattern(subject, predicate, value, None):
                if is_inferred(quad.graph_name):
                    yield quad

    def places(
        self, reader: Reader, triples: Iterable[Triple], known: Holders | None = None
    ) -> Iterator[Quad]:
        """Yield the quads that joined triples make in a state of the store.

        `known` says of some things which records describe them, and spares looking them up.
        """
        holders = dict(known or {})
        for triple in triples:
            subject, predicate, obj = triple.subject, triple.predicate, triple.object
            if not isinstance(subject, NamedNode) or _is_asserted(reader, triple):
                continue
            if subject not in holders:
                holders[subject] = _holders(reader, subject)
            for record in holders[subject]:
                yield Quad(subject, predicate, obj, inferred_graph(record))


def _is_asserted(reader: Reader, triple: Triple) -> bool:
    found = reader.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
    return any(not is_inferred(quad.graph_name) for quad in found)


def _holders(reader: Reader, thing: NamedNode) -> set[NamedNode]:
    return _records(reader.quads_for_pattern(thing, None, None, None)) or _records(
        reader.quads_for_pattern(None, None, thing, None)
    )


def _records(quads: Iterable[Quad]) -> set[NamedNode]:
    graphs = {quad.graph_name for quad in quads}
    return {graph for graph in graphs if isinstance(graph, NamedNode) and is_record(graph)}


def kind_of(predicate: NamedNode, obj: object) -> tuple[NamedNode, NamedNode | None]:
    """Name what rules speak of: a class for a type, else a predicate."""
    return predicate, obj if predicate == RDF_TYPE and isinstance(obj, NamedNode) else None
