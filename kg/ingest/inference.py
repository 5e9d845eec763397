"""Inference: the rules of the installed ontology, at work on a candidate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from itertools import groupby, islice

import pyoxigraph as ox

from kg import ontology
from kg.entailment import (
    Entailer,
    Holders,
    Reader,
    compile_rules,
    inferred_graph,
    is_record,
    maintain,
    prepare,
)
from kg.namespaces import BASE, DATA_GRAPHS
from kg.store import Candidate
from kg.store.terms import engine_graph_name, engine_quad
from kg.store.texts import text_of

__all__ = [
    "entailer",
    "infer_all",
    "infer_changed",
    "join_all",
    "quads_in",
    "rewrite",
    "triples_in",
]

_ASKED_AT_ONCE = 1_000  # things


@cache
def entailer() -> Entailer:
    """Return the rules of the installed ontology, made ready for any number of records."""
    rules = compile_rules(ontology.core())
    background = (
        engine_quad(triple, engine_graph_name(name))
        for name, graph in ontology.named_graphs()
        for triple in graph
    )
    return prepare(rules, background)


class _Evidence:
    """A reader that does not see the graphs of strangers, from which nothing is inferred."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        object: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None,  # noqa: A002  # as in Reader
        graph_name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None = None,
        /,
    ) -> Iterator[ox.Quad]:
        """Yield the quads of our own graphs that have all the terms given."""
        for quad in self._reader.quads_for_pattern(subject, predicate, object, graph_name):
            if _is_ours(quad.graph_name):
                yield quad


def _is_ours(graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> bool:
    if not isinstance(graph, ox.NamedNode):
        return False
    return graph.value.startswith(BASE) and not graph.value.startswith(DATA_GRAPHS)


def infer_all(new: Candidate) -> None:
    """Infer everything afresh: for a build, where most records change."""
    names = (engine_graph_name(name) for name in new.graph_names())
    records = [name for name in names if is_record(name)]
    quads = (quad for name in records for quad in quads_in(name, triples_in(new, name)))
    empty: list[ox.Quad] = []
    inferred = dict.fromkeys(map(inferred_graph, records), empty)
    for graph, found in groupby(entailer().entail(quads), key=lambda quad: quad.graph_name):
        if isinstance(graph, ox.NamedNode):
            inferred[graph] = list(found)
    rewrite(new, inferred)
    join_all(new)


def join_all(new: Candidate) -> None:
    """Infer afresh what follows from several records together."""
    joined = entailer().join(_Evidence(new), partial(_holders, new))
    new.discard(joined.removes)
    new.add(joined.adds)


def _holders(new: Candidate, things: Iterable[ox.NamedNode]) -> Holders:
    """Find the records that describe each of some things, by few queries over many."""
    query = text_of("holders.rq")
    found: defaultdict[ox.NamedNode, set[ox.NamedNode]] = defaultdict(set)
    names = iter(sorted(map(str, things)))
    while some := " ".join(islice(names, _ASKED_AT_ONCE)):
        for row in new.select(query.replace("UNDEF", some)):
            graph = ox.NamedNode(str(row["graph"]))
            if is_record(graph):
                found[ox.NamedNode(str(row["thing"]))].add(graph)
    return found


def infer_changed(new: Candidate, asserted: Mapping[ox.NamedNode, Iterable[ox.Triple]]) -> None:
    """Bring asserted and inferred graphs to what some records come to assert."""
    if not asserted:
        return
    changed = maintain(entailer(), _Evidence(new.before), asserted)
    new.discard(changed.removes)
    new.add(changed.adds)


def rewrite(new: Candidate, graphs: Mapping[ox.NamedNode, Iterable[ox.Quad]]) -> None:
    """Make the quads the whole of their graphs, touching only what is not as it should be."""
    there = {quad for name in graphs for quad in new.quads_for_pattern(None, None, None, name)}
    wanted = {quad for quads in graphs.values() for quad in quads}
    new.discard(there - wanted)
    new.add(wanted - there)


def triples_in(new: Candidate, graph: ox.NamedNode) -> list[ox.Triple]:
    """Return the triples of a graph."""
    return [quad.triple for quad in new.quads_for_pattern(None, None, None, graph)]


def quads_in(graph: ox.NamedNode, triples: Iterable[ox.Triple]) -> list[ox.Quad]:
    """Put triples into a graph."""
    return [ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples]
