"""Conversion: items as records that are mapped, validated and entailed, apart from all others."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox
from rdflib import URIRef

from kg import ontology
from kg.entailment import inferred_graph
from kg.errors import SourceError
from kg.ingest.chunks import Chunk, Converted, Item, Refused, encode
from kg.ingest.inference import entailer, quads_in
from kg.namespaces import ONTOLOGY_GRAPH, SH
from kg.readers import Line, Place, Reading, read_line
from kg.store.database import Database
from kg.store.spool import lines_of_store
from kg.store.terms import engine_graph_name, engine_quad, engine_triple
from kg.triples import record_graph, to_triples
from kg.validation import Finding, Report, check_dataset, validate

__all__ = ["convert", "problem"]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A record whose shapes are validated, with the quads that it asserts."""

    reading: Reading
    graph: ox.NamedNode
    quads: list[ox.Quad]
    memory: ox.Store
    report: Report

    @property
    def place(self) -> Place:
        return Place(self.reading.source, self.reading.line)

    def refused(self, finding: Finding) -> Refused:
        return Refused(problem(finding, self.place, self.reading.work.id))


def convert(chunk: Chunk) -> bytes:
    """Take the items of a chunk through every stage that needs no other record."""
    _make_ready()
    with _uncollected():
        return encode(_results(chunk))


def _results(chunk: Chunk) -> list[Converted | Refused]:
    drafts = [draft for item in chunk.items for draft in _read(item)]
    breaches = _breaches([draft for draft in drafts if isinstance(draft, _Draft)])
    results: list[Converted | Refused] = []
    for draft in drafts:
        if isinstance(draft, Refused):
            results.append(draft)
        elif broken := draft.report.violations or breaches.get(id(draft), ()):
            results += map(draft.refused, broken)
        else:
            results.append(_converted(draft))
    return results


def problem(finding: Finding, place: Place, work_id: str) -> str:
    """Say what is wrong with a record, and where it was read."""
    return str(SourceError(str(finding), source=place.source, line=place.line, record=work_id))


def _read(item: Item) -> Iterator[_Draft | Refused]:
    for found in read_line(item) if isinstance(item, Line) else (item,):
        if isinstance(found, SourceError):
            yield Refused(str(found))
            continue
        graph = engine_graph_name(record_graph(found.work.id))
        quads = quads_in(graph, dict.fromkeys(map(engine_triple, to_triples(found.work))))
        memory = ox.Store()
        memory.extend(quads)
        yield _Draft(found, graph, quads, memory, validate(memory))


def _breaches(drafts: list[_Draft]) -> dict[int, list[Finding]]:
    """Run the checks that need the record alone, over as many together as have different names."""
    found: dict[int, list[Finding]] = {}
    while drafts:
        apart = {draft.graph.value: draft for draft in reversed(drafts)}
        drafts = [draft for draft in drafts if apart[draft.graph.value] is not draft]
        memory = ox.Store()
        memory.extend(_ontology())
        for draft in apart.values():
            memory.extend(draft.quads)
        names = map(URIRef, apart)
        store = Database(memory, version=None)
        report = check_dataset(store, records=names, needs_the_set=False, severity=SH.Violation)
        for finding in report.violations:
            found.setdefault(id(apart[str(finding.record)]), []).append(finding)
    return found


def _converted(draft: _Draft) -> Converted:
    inferred = quads_in(inferred_graph(draft.graph), entailer().local(draft.quads))
    draft.memory.extend(inferred)
    work = draft.reading.work
    return Converted(
        id=work.id,
        doi=work.doi,
        source=draft.reading.source,
        line=draft.reading.line,
        graphs=tuple(sorted(lines_of_store(draft.memory))),
        warnings=tuple(map(str, draft.report.warnings)),
    )


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let the collector of garbage wait: it takes a fourteenth of the time (measured)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@cache
def _make_ready() -> None:
    """Prepare rules and shapes, once a process, and let the collector of garbage pass them over.

    It would go through them again and again, a fifth of all time (measured).
    """
    entailer()
    validate(ox.Store())
    gc.collect()
    gc.freeze()


@cache
def _ontology() -> tuple[ox.Quad, ...]:
    """Return the ontology as the checks look for it."""
    return tuple(
        engine_quad(triple, engine_graph_name(name))
        for name, graph in ontology.named_graphs()
        if name == ONTOLOGY_GRAPH
        for triple in graph
    )
