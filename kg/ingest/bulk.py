"""Bulk: many records at full speed, in as many processes as there are processors.

First chunks of records are mapped, validated and entailed, each by itself and in any order, and
laid on disk; an import that is cut short finds there what is finished. Then all are loaded in the
order of the files, and what needs several records together runs once. So the result does not
depend on the number of processes or the size of a chunk, and is that of `import_files`, which
costs less where few records change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

import pyoxigraph as ox
from rdflib import URIRef

from kg.entailment import inferred_graph
from kg.errors import StoreError
from kg.ingest.chunks import Chunk, Converted, Refused, in_chunks
from kg.ingest.conversion import convert, problem
from kg.ingest.crews import Crew, processes
from kg.ingest.inference import entailer, join_all
from kg.ingest.outcomes import Outcome, Progress, Refusal, in_silence
from kg.ingest.workshop import Workshop
from kg.namespaces import SH
from kg.readers import Place, Register, Source, count_lines, split_all
from kg.store import CandidateVersion, Home
from kg.store.spool import Lines
from kg.triples import record_graph
from kg.validation import check_dataset

__all__ = ["CHUNK", "import_many"]

CHUNK = 100  # records that go to a process at once
_CHECKED_AT_ONCE = 2_000  # records


@dataclass(slots=True)
class _Tally:
    """What has become of the records so far."""

    places: dict[str, Place] = field(default_factory=dict)  # by the graph of the record
    refusals: list[Refusal] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def import_many(
    home: Home,
    paths: Iterable[Source],
    *,
    agent: str,
    reason: str,
    crew: Crew | None = None,
    progress: Progress = in_silence,
) -> Outcome:
    """Put the records of some files in the place of those that were there, as a new version.

    A path may be an address that fsspec reads. Memory is bounded by the chunks under way, whatever
    the size of the files, but for the little that is known of each record at the end.
    """
    if home.current() is None:
        raise StoreError(f"cannot import into {home.path}: it holds no version; run cove build")
    workshop, sources = Workshop(home.path), list(paths)
    workshop.prepare()
    keys: list[str] = []
    records = _convert(sources, workshop, keys, crew or processes())
    total = count_lines(sources)
    for _ in progress(records, label="read, infer, validate", length=total):
        pass
    tally = _Tally()
    with home.begin(agent=agent, reason=reason) as new:
        results = chain.from_iterable(map(workshop.read, keys))
        new.load_graphs(_accepted(new, progress(results, label="load", length=total), tally))
        new.merge_files()
        _take_back_what_breaks_the_set(home, new, tally)
        join_all(new)
    workshop.clear(keys)
    return Outcome(
        accepted=len(tally.places),
        refusals=tuple(tally.refusals),
        warnings=tuple(tally.warnings),
        version=new.committed,
    )


def _convert(
    sources: list[Source], workshop: Workshop, keys: list[str], crew: Crew
) -> Iterator[None]:
    """Convert what is not finished yet, note the keys of all chunks, and yield once a record."""
    finished = 0

    def unfinished() -> Iterator[Chunk]:
        nonlocal finished
        for chunk in in_chunks(split_all(sources), CHUNK):
            keys.append(chunk.key)
            if workshop.has(keys[-1]):
                finished += len(chunk.items)
            else:
                yield chunk

    for chunk, data in crew(convert, unfinished()):
        workshop.keep(chunk.key, data)
        yield from (None for _ in range(len(chunk.items) + finished))
        finished = 0
    yield from (None for _ in range(finished))


def _accepted(
    new: CandidateVersion, results: Iterable[Converted | Refused], tally: _Tally
) -> Iterator[Lines]:
    """Yield the graphs of new records; write the others in the place of those that were there."""
    register = Register()
    for result in results:
        if isinstance(result, Refused):
            tally.refusals.append(Refusal(result.why))
        elif refusal := register.refusal(result.id, result.doi, result.place):
            tally.refusals.append(Refusal(str(refusal)))
        else:
            graph = record_graph(result.id)
            tally.places[str(graph)] = result.place
            tally.warnings += result.warnings
            name = ox.NamedNode(graph)
            if new.engine.contains_named_graph(name):
                _rewrite(new, name, _quads(result.graphs))
            else:
                yield from result.graphs


def _take_back_what_breaks_the_set(home: Home, new: CandidateVersion, tally: _Tally) -> None:
    """Put back what was there in the place of the records that break a rule across records."""
    broken: dict[str, Place] = {}
    names = [URIRef(name) for name in tally.places]
    for start in range(0, len(names), _CHECKED_AT_ONCE):
        some = names[start : start + _CHECKED_AT_ONCE]
        report = check_dataset(new, records=some, needs_the_set=True, severity=SH.Violation)
        for finding in report.violations:
            graph = str(finding.record)
            broken[graph] = tally.places[graph]
            why = problem(finding, broken[graph], graph.rpartition("/")[2])
            tally.refusals.append(Refusal(why))
    if not broken:
        return
    with home.open(new.version) as before:
        for graph in broken:
            del tally.places[graph]
            name = ox.NamedNode(graph)
            _rewrite(new, name, _own(before.engine, name))


def _rewrite(new: CandidateVersion, record: ox.NamedNode, wanted: set[ox.Quad]) -> None:
    """Make a record hold some quads, touching only what differs; what is joined comes later."""
    there = _own(new.engine, record)
    new.discard(there - wanted)
    new.add(wanted - there)


def _own(engine: ox.Store, record: ox.NamedNode) -> set[ox.Quad]:
    """Return what a record asserts, and what was inferred from it alone."""
    return {
        quad
        for graph in (record, inferred_graph(record))
        for quad in engine.quads_for_pattern(None, None, None, graph)
        if not entailer().placing.is_joined(quad)
    }


def _quads(graphs: Iterable[Lines]) -> set[ox.Quad]:
    text = b"".join(lines for _, lines in graphs)
    return set(ox.parse(text, format=ox.RdfFormat.N_QUADS))
