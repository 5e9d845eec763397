"""Bulk: many records at full speed, in as many processes as there are processors.

Each process maps, validates and entails chunks of records by itself; what needs several records
together runs once at the end. The result does not depend on the number of processes or the size of
a chunk, and is that of `import_files`, which costs less where few records change.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pyoxigraph as ox
from rdflib import URIRef

from kg.entailment import inferred_graph
from kg.errors import SourceError, StoreError
from kg.ingest.inference import entailer, join_all, quads_in
from kg.ingest.outcomes import Outcome, Progress, Refusal, in_silence
from kg.readers import Line, Place, Reading, Register, read_line, split_all
from kg.store import CandidateVersion, Home
from kg.store.terms import engine_graph_name, engine_quad
from kg.triples import record_graph, to_triples
from kg.validation import Finding, check_dataset, validate_records

__all__ = ["CHUNK", "import_many"]

CHUNK = 100  # records that go to a process at once
_AHEAD = 3  # chunks that wait for each process
_BLOCK = 64 << 20  # bytes of N-Quads that are loaded at once

_Item = Line | Reading | SourceError


@dataclass(frozen=True, slots=True)
class _Record:
    """A record on its way: where it was read, and its quads with those inferred from it."""

    id: str
    doi: str | None
    place: Place
    quads: bytes
    warnings: tuple[Finding, ...]

    @property
    def graph(self) -> URIRef:
        return record_graph(self.id)


_Result = _Record | Refusal


@dataclass(slots=True)
class _Tally:
    """What has become of the records so far."""

    places: dict[str, Place] = field(default_factory=dict)  # by the graph of the record
    refusals: list[Refusal] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


def import_many(
    home: Home,
    paths: Iterable[Path],
    *,
    agent: str,
    reason: str,
    processes: int = 0,
    progress: Progress = in_silence,
) -> Outcome:
    """Put the records of some files in the place of those that were there, as a new version.

    Where `processes` is 0 there are as many as processors. Memory is bounded by the chunks
    under way, whatever the size of the files, but for what is known of each record at the end.
    """
    if home.current() is None:
        raise StoreError(f"cannot import into {home.path}: it holds no version; run cove build")
    tally = _Tally()
    with home.begin(agent=agent, reason=reason) as new:
        results = _in_processes(split_all(paths), processes or os.cpu_count() or 1)
        _load(new, progress(results, label="import"), tally)
        _take_back_what_breaks_the_set(new, tally)
        join_all(new)
    return Outcome(
        accepted=len(tally.places),
        refusals=tuple(tally.refusals),
        warnings=tuple(tally.warnings),
        version=new.committed,
    )


def _in_processes(items: Iterable[_Item], processes: int) -> Iterator[_Result]:
    """Convert items in chunks, in the order in which they come."""
    chunks = _chunks(items, CHUNK)
    if processes == 1:
        for each in chunks:
            yield from _convert(each)
        return
    # A clean process: this one has threads and databases open.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        waiting: deque[Future[list[_Result]]] = deque()
        for each in chunks:
            waiting.append(pool.submit(_convert, each))
            if len(waiting) >= _AHEAD * processes:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _chunks(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    source = iter(items)
    while chunk := list(islice(source, size)):
        yield chunk


def _convert(items: list[_Item]) -> list[_Result]:
    """Read, map, validate and entail some records: what a process does."""
    results: list[_Result] = []
    for item in items:
        found = read_line(item) if isinstance(item, Line) else (item,)
        for one in found:
            if isinstance(one, SourceError):
                results.append(Refusal(str(one)))
            else:
                results += _convert_one(one)
    return results


def _convert_one(reading: Reading) -> Iterator[_Result]:
    work = reading.work
    graph = engine_graph_name(record_graph(work.id))
    triples = dict.fromkeys(engine_quad(t, graph).triple for t in to_triples(work))
    asserted = quads_in(graph, triples)
    (report,) = validate_records([asserted])
    for finding in report.violations:
        yield Refusal(_problem(finding, Place(reading.source, reading.line), work.id))
    if report.conforms:
        inferred = quads_in(inferred_graph(graph), entailer().local(triples))
        quads = ox.serialize([*asserted, *inferred], format=ox.RdfFormat.N_QUADS) or b""
        place = Place(reading.source, reading.line)
        yield _Record(work.id, work.doi, place, quads, tuple(report.warnings))


def _problem(finding: Finding, place: Place, work_id: str) -> str:
    return str(SourceError(str(finding), source=place.source, line=place.line, record=work_id))


def _load(new: CandidateVersion, results: Iterable[_Result], tally: _Tally) -> None:
    """Load the records as they come, each in the place of the one that was there."""
    register = Register()
    known = frozenset(new.graph_names())
    waiting: list[bytes] = []
    size = 0
    for result in results:
        if isinstance(result, Refusal):
            tally.refusals.append(result)
            continue
        if refusal := register.refusal(result.id, result.doi, result.place):
            tally.refusals.append(Refusal(str(refusal)))
            continue
        if result.graph in known:
            _remove(new, result.graph)
        tally.places[str(result.graph)] = result.place
        tally.warnings += result.warnings
        waiting.append(result.quads)
        size += len(result.quads)
        if size > _BLOCK:
            new.bulk_load(waiting)
            waiting, size = [], 0
    if waiting:
        new.bulk_load(waiting)


def _take_back_what_breaks_the_set(new: CandidateVersion, tally: _Tally) -> None:
    """Take out the records that break a rule across records, as long as there are any."""
    for finding in check_dataset(new, records=map(URIRef, tally.places)).violations:
        graph = str(finding.record)
        if place := tally.places.pop(graph, None):
            _remove(new, URIRef(graph))
            tally.refusals.append(Refusal(_problem(finding, place, graph.rpartition("/")[2])))


def _remove(new: CandidateVersion, graph: URIRef) -> None:
    new.remove(graph)
    new.remove(URIRef(inferred_graph(engine_graph_name(graph)).value))
