"""Ingest: the one place that knows the order, read, triples, entail, validate, commit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import as_file, files
from itertools import groupby
from pathlib import Path
from typing import Protocol, TypeVar

import pyoxigraph as ox
from rdflib import URIRef

from kg import ontology
from kg.entailment import Entailer, compile_rules, inferred_graph, is_record, maintain, prepare
from kg.errors import SourceError, StoreError
from kg.identifiers import is_reserved
from kg.namespaces import SCHEMES_INFERRED_GRAPH
from kg.readers import Reading, parse, read_all
from kg.store import CandidateVersion, Home, VersionInfo
from kg.store.terms import engine_graph_name, engine_quad
from kg.triples import record_graph, to_triples
from kg.validation import Finding, check_dataset, validate_records

__all__ = [
    "Outcome",
    "Refusal",
    "build_dataset",
    "corpus",
    "entailer",
    "import_files",
    "load_file",
    "validate_files",
]

_Item = TypeVar("_Item")


class Progress(Protocol):
    """Pass items on and show how far the work is."""

    def __call__(
        self, items: Iterable[_Item], *, label: str, length: int | None = None
    ) -> Iterator[_Item]:
        """Return the same items; `length` is how many come, where it is known."""


def _in_silence(
    items: Iterable[_Item],
    *,
    label: str,  # noqa: ARG001  # as Progress has it
    length: int | None = None,  # noqa: ARG001
) -> Iterator[_Item]:
    yield from items


@dataclass(frozen=True, slots=True)
class Refusal:
    """What stayed out: where it stands and why."""

    why: str

    def line(self) -> str:
        """Return the refusal as one line for a terminal."""
        return " ".join(self.why.split())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a write: the new version, what went in, and what stayed out."""

    accepted: int = 0
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[Finding, ...] = ()
    version: VersionInfo | None = None
    is_dry: bool = False

    def summary(self) -> str:
        """Return the outcome in one sentence."""
        counts = f"{self.accepted} records conform, {len(self.refusals)} problems keep others out"
        kept = f"{counts}, {len(self.warnings)} warnings"
        if self.is_dry:
            return kept
        if self.version is None:
            return f"{kept}; nothing changed, so no version was made"
        return f"{kept}; version {self.version.number} holds {self.version.quads:,} quads"


@dataclass(slots=True)
class _Batch:
    """The records of one write, as they pass through the stages."""

    asserted: dict[ox.NamedNode, list[ox.Triple]] = field(default_factory=dict)
    places: dict[ox.NamedNode, Reading] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    def refuse(self, graph: ox.NamedNode, findings: Iterable[Finding]) -> None:
        reading = self.places.pop(graph)
        self.asserted.pop(graph)
        for finding in findings:
            problem = SourceError(
                str(finding), source=reading.source, line=reading.line, record=reading.work.id
            )
            self.refusals.append(Refusal(str(problem)))


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


def corpus() -> Path:
    """Return the coding sheet with the evidence that this distribution carries."""
    with as_file(files("kg") / "data" / "evidence.jsonl") as path:
        return path


def build_dataset(home: Home, *, agent: str, progress: Progress = _in_silence) -> Outcome:
    """Make the next version from the installed ontology and corpus.

    Records of other sources stay, and what follows from them is inferred afresh.
    """
    batch = _conforming([corpus()], progress)
    with home.begin(agent=agent, reason="Build ontology, vocabularies, shapes and corpus") as new:
        for name, graph in ontology.named_graphs():
            new.replace(name, graph)
        new.replace(SCHEMES_INFERRED_GRAPH, entailer().background)
        _refuse_what_breaks_the_set(new, batch)
        _infer_all(new)
    return _outcome(batch, new)


def import_files(
    home: Home,
    paths: Iterable[Path],
    *,
    agent: str,
    reason: str,
    expected: int | None = None,
    progress: Progress = _in_silence,
) -> Outcome:
    """Put the records of some files in the place of those that were there, as a new version.

    `expected` is the number of the version that the change was made for.
    """
    if home.current() is None:
        raise StoreError(f"cannot import into {home.path}: it holds no version; run cove build")
    batch = _conforming(paths, progress)
    with home.begin(agent=agent, reason=reason, expected=expected) as new:
        _refuse_what_breaks_the_set(new, batch)
        with home.open(new.version) as before:
            changed = maintain(entailer(), before, batch.asserted)
        new.discard(changed.removes)
        new.add(changed.adds)
    return _outcome(batch, new)


def validate_files(paths: Iterable[Path], *, progress: Progress = _in_silence) -> Outcome:
    """Take the records of some files, or the corpus, through every stage but the commit."""
    batch = _conforming(list(paths) or [corpus()], progress)
    return replace(_outcome(batch, None), is_dry=True)


def load_file(home: Home, path: Path, *, graph: str, agent: str, reason: str) -> Outcome:
    """Put RDF of another vocabulary into a named graph of its own, replacing what it held."""
    name = URIRef(graph)
    if is_reserved(name):
        raise StoreError(
            f"cannot load into {graph}: that name belongs to CoVE; choose one of your own"
        )
    triples = list(parse(path))
    with home.begin(agent=agent, reason=reason) as new:
        new.replace(name, triples)
    return Outcome(version=new.committed)


def _conforming(paths: Iterable[Path], progress: Progress) -> _Batch:
    """Read the records of some files, and keep those that the shapes accept."""
    batch = _Batch()
    for found in progress(read_all(paths), label="read"):
        if isinstance(found, SourceError):
            batch.refusals.append(Refusal(str(found)))
            continue
        graph = engine_graph_name(record_graph(found.work.id))
        batch.places[graph] = found
        batch.asserted[graph] = [
            engine_quad(triple, graph).triple for triple in dict.fromkeys(to_triples(found.work))
        ]
    graphs = list(batch.asserted)
    reports = validate_records(_quads(name, batch.asserted[name]) for name in graphs)
    for graph, report in progress(
        zip(graphs, reports, strict=True), label="validate", length=len(graphs)
    ):
        batch.warnings += report.warnings
        if not report.conforms:
            batch.refuse(graph, report.violations)
    return batch


def _refuse_what_breaks_the_set(new: CandidateVersion, batch: _Batch) -> None:
    """Write what the records assert, and take those back that break a rule across records."""
    before = {name: _quads(name, _triples(new, name)) for name in batch.asserted}
    _write(new, {name: _quads(name, triples) for name, triples in batch.asserted.items()})
    broken: dict[ox.NamedNode, list[Finding]] = {}
    report = check_dataset(new, records=[URIRef(name.value) for name in batch.asserted])
    for finding in report.violations:
        if finding.record is not None:
            broken.setdefault(engine_graph_name(finding.record), []).append(finding)
    _write(new, {name: before[name] for name in broken})
    for name, findings in broken.items():
        batch.refuse(name, findings)


def _write(new: CandidateVersion, graphs: Mapping[ox.NamedNode, Iterable[ox.Quad]]) -> None:
    """Make the quads the whole of their graphs, touching only what is not as it should be."""
    there = {quad for name in graphs for quad in new.quads_for_pattern(None, None, None, name)}
    wanted = {quad for quads in graphs.values() for quad in quads}
    new.discard(there - wanted)
    new.add(wanted - there)


def _infer_all(new: CandidateVersion) -> None:
    """Infer everything afresh: for a build, where most records change."""
    records = _record_graphs(new)
    quads = (quad for name in records for quad in _quads(name, _triples(new, name)))
    empty: list[ox.Quad] = []
    inferred = dict.fromkeys(map(inferred_graph, records), empty)
    for graph, found in groupby(entailer().entail(quads), key=lambda quad: quad.graph_name):
        if isinstance(graph, ox.NamedNode):
            inferred[graph] = list(found)
    _write(new, inferred)
    joined = entailer().join(new)
    new.discard(joined.removes)
    new.add(joined.adds)


def _record_graphs(new: CandidateVersion) -> list[ox.NamedNode]:
    names = (engine_graph_name(name) for name in new.graph_names())
    return [name for name in names if is_record(name)]


def _triples(new: CandidateVersion, graph: ox.NamedNode) -> list[ox.Triple]:
    return [quad.triple for quad in new.quads_for_pattern(None, None, None, graph)]


def _outcome(batch: _Batch, new: CandidateVersion | None) -> Outcome:
    return Outcome(
        accepted=len(batch.asserted),
        refusals=tuple(batch.refusals),
        warnings=tuple(batch.warnings),
        version=new.committed if new is not None else None,
    )


def _quads(graph: ox.NamedNode, triples: Iterable[ox.Triple]) -> list[ox.Quad]:
    return [ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples]
