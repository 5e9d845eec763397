"""Peers: the same records through pyshacl, owlrl and rdflib, the usual stack in Python."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import owlrl
from rdflib import Dataset, Graph

from kg import ontology
from kg.bench.history import Measure
from kg.ingest.chunks import Chunk
from kg.ingest.conversion import convert
from kg.readers import Reading
from kg.triples import record_graph, to_triples
from kg.validation import shapes_graph, validate

__all__ = ["measure_peer"]


def measure_peer(readings: Sequence[Reading]) -> Iterator[Measure]:
    """Validate, infer and store some works, in this process, as the product and as its peers do.

    The closure of owlrl takes the ontology in, which is also closed alone to tell its share.
    """
    works = len(readings)
    convert(Chunk(tuple(readings[:1])))  # makes rules and shapes ready
    began = time.perf_counter()
    convert(Chunk(tuple(readings)))
    yield Measure("import", "infer, validate", time.perf_counter() - began, "s", works=works)
    shapes_graph()
    records = {record_graph(one.work.id): _graph(one) for one in readings}
    began = time.perf_counter()
    for graph in records.values():
        validate(graph, engine="pyshacl")
    checked = time.perf_counter()
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(Graph() + ontology.core())
    alone = time.perf_counter() - checked
    validated = time.perf_counter()
    closed = Graph() + ontology.core()
    for graph in records.values():
        closed += graph
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closed)
    inferred = time.perf_counter()
    dataset = Dataset()
    for name, graph in records.items():
        target = dataset.graph(name)
        for triple in graph:
            target.add(triple)
    dataset.serialize(format="nquads")
    stored = time.perf_counter()
    yield Measure("import", "close the ontology", alone, "s", by="owlrl")
    for by, begin, end in (
        ("pyshacl", began, checked),
        ("owlrl", validated, inferred),
        ("rdflib", inferred, stored),
        ("pyshacl + owlrl + rdflib", began + alone, stored),
    ):
        yield Measure("import", "infer, validate", end - begin, "s", by=by, works=works)


def _graph(reading: Reading) -> Graph:
    graph = Graph()
    for triple in to_triples(reading.work):
        graph.add(triple)
    return graph
