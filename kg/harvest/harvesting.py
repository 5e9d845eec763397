"""Harvesting: lines of OpenAlex on their way into a version."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import BinaryIO

import msgspec
import pyoxigraph as ox
from rdflib import URIRef

from kg.bibliographies.account import Failure
from kg.bibliographies.json_records import elements
from kg.errors import SourceError, StoreError
from kg.harvest.mapping import HarvestedWork
from kg.harvest.searching import SearchString, words_of
from kg.ingest import Crew, Progress, processes
from kg.ingest.outcomes import in_silence
from kg.readers import Source, open_source
from kg.store import CandidateVersion, Home, VersionInfo
from kg.store.spool import Lines, lines_of_store
from kg.store.terms import engine_graph_name, engine_quad

__all__ = ["Harvest", "harvest"]

_BATCH = 500  # lines
_LONGEST = 16 << 20  # bytes of a line; the longest of a snapshot has some 2 MiB


@dataclass(frozen=True, slots=True)
class Harvest:
    """What became of a harvest."""

    read: int
    kept: int
    suggestions: int
    refusals: tuple[str, ...]
    version: VersionInfo | None


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some lines and the search that is made in them."""

    source: str
    first: int
    lines: tuple[bytes, ...]
    search: str


class _Kept(msgspec.Struct, frozen=True):
    """A work that the search found: its id, its line, its graphs."""

    id: str
    line: bytes
    graphs: tuple[tuple[str, bytes], ...]
    suggestions: int


class _Found(msgspec.Struct, frozen=True):
    """What a batch had."""

    kept: tuple[_Kept, ...]
    refusals: tuple[str, ...]


@dataclass(slots=True)
class _Tally:
    """What has become of the lines so far."""

    read: int = 0
    suggestions: int = 0
    ids: set[str] = field(default_factory=set)
    refusals: list[str] = field(default_factory=list)


def harvest(  # noqa: PLR0913  # who and why belong to every write
    home: Home,
    sources: Iterable[Source],
    search: SearchString,
    *,
    agent: str,
    reason: str,
    output: BinaryIO | None = None,
    crew: Crew | None = None,
    progress: Progress = in_silence,
) -> Harvest:
    """Put the works that a search finds into graphs of their own, as a new version.

    The sources are works as lines of JSON, as in the snapshot of OpenAlex, packed or not, which
    are streamed. `output` gets the lines of the works that are kept, for the reviewer's bench.
    """
    if home.current() is None:
        raise StoreError(f"cannot harvest into {home.path}: it holds no version; run cove build")
    search.test(words_of(""))  # a search that cannot be read is told before all else
    batches = (batch for source in sources for batch in _batches(source, search.text))
    looked = (crew or processes())(_look, progress(batches, label="harvest"))
    tally = _Tally()
    with home.begin(agent=agent, reason=reason) as new:
        works = _first_of_each(looked, tally)
        new.load_graphs(lines for work in works for lines in _new(new, _noted(work, output)))
    kept, refusals = len(tally.ids), tuple(tally.refusals)
    return Harvest(tally.read, kept, tally.suggestions, refusals, new.committed)


def _first_of_each(looked: Iterable[tuple[_Batch, bytes]], tally: _Tally) -> Iterator[_Kept]:
    """Yield each work that was kept once."""
    for batch, data in looked:
        found = msgspec.msgpack.decode(data, type=_Found)
        tally.read += len(batch.lines)
        tally.refusals += found.refusals
        for work in found.kept:
            if work.id not in tally.ids:
                tally.ids.add(work.id)
                tally.suggestions += work.suggestions
                yield work


def _noted(work: _Kept, output: BinaryIO | None) -> _Kept:
    if output is not None:
        output.write(work.line.rstrip() + b"\n")
    return work


def _new(new: CandidateVersion, work: _Kept) -> Iterator[Lines]:
    """Yield the graphs that are not there yet; write the others in the place of what was there."""
    for graph, lines in work.graphs:
        if new.engine.contains_named_graph(ox.NamedNode(graph)):
            new.replace(URIRef(graph), ox.parse(lines, format=ox.RdfFormat.N_QUADS))
        else:
            yield graph, lines


def _batches(source: Source, search: str) -> Iterator[_Batch]:
    name = str(source)
    try:
        with closing(open_source(source)) as packed:
            stream = gzip.GzipFile(fileobj=packed) if name.endswith(".gz") else packed
            lines = iter(lambda: stream.readline(_LONGEST), b"")
            number = 1
            while some := tuple(islice(lines, _BATCH)):
                yield _Batch(name, number, some, search)
                number += len(some)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"cannot be read: {error}; check the path", source=name) from error


def _look(batch: _Batch) -> bytes:
    """Look for the works of a batch that the search finds, and map them: what a process does."""
    search = _search(batch.search)
    kept: list[_Kept] = []
    refusals: list[str] = []
    for number, line in enumerate(batch.lines, batch.first):
        for element in elements(line.decode("utf-8", "replace")):
            if isinstance(element, Failure):
                refusals.append(str(SourceError(element.reason, source=batch.source, line=number)))
                continue
            work = HarvestedWork(element)
            if not work.id:
                what = "is no work of OpenAlex: it has no id such as https://openalex.org/W1"
                refusals.append(str(SourceError(what, source=batch.source, line=number)))
            elif search.finds(work.text):
                kept.append(_kept(work, line))
    return msgspec.msgpack.encode(_Found(tuple(kept), tuple(refusals)))


def _kept(work: HarvestedWork, line: bytes) -> _Kept:
    memory = ox.Store()
    suggestions = list(work.suggestions())
    for name, triples in ((work.graph, work.triples()), (work.suggestions_graph, suggestions)):
        graph = engine_graph_name(name)
        memory.extend([engine_quad(triple, graph) for triple in triples])
    notes = len({subject for subject, *_ in suggestions})
    return _Kept(work.id, line, tuple(sorted(lines_of_store(memory))), notes)


@lru_cache(maxsize=4)
def _search(text: str) -> SearchString:
    return SearchString(text)
