"""Files: coding sheets and RDF on their way into a version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import as_file, files
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox
from rdflib import Graph, URIRef

from kg import ontology
from kg.errors import SourceError, StoreError
from kg.ingest.inference import entailer, infer_all, infer_changed, quads_in, rewrite, triples_in
from kg.ingest.kinds import GraphKind, kind_of_graph
from kg.ingest.outcomes import Outcome, Progress, Refusal, in_silence
from kg.namespaces import SCHEMES_INFERRED_GRAPH, SH
from kg.readers import Reading, Source, parse, read_all
from kg.store import Candidate, Place
from kg.store.terms import engine_graph_name, engine_triple
from kg.triples import record_graph, to_triples
from kg.validation import Finding, check_dataset, validate_records

__all__ = ["build_dataset", "corpus", "import_files", "load_file", "validate_files"]


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


def corpus() -> Path:
    """Return the coding sheet with the evidence that this distribution carries."""
    with as_file(files("kg") / "data" / "evidence.jsonl") as path:
        return path


def build_dataset(
    home: Place,
    *,
    agent: str,
    beside: Mapping[URIRef, Graph] = MappingProxyType({}),
    progress: Progress = in_silence,
) -> Outcome:
    """Make the next version from the installed ontology and corpus, and graphs to hold beside.

    Records of other sources stay, and what follows from them is inferred afresh.
    """
    batch = _conforming([corpus()], progress)
    with home.begin(agent=agent, reason="Build ontology, vocabularies, shapes and corpus") as new:
        for name, graph in (*ontology.named_graphs(), *beside.items()):
            new.replace(name, graph)
        new.replace(SCHEMES_INFERRED_GRAPH, entailer().background)
        _refuse_what_breaks_the_set(new, batch)
        infer_all(new)
    return _outcome(batch, new)


def import_files(
    home: Place,
    paths: Iterable[Source],
    *,
    agent: str,
    reason: str,
    expected: int | None = None,
    progress: Progress = in_silence,
) -> Outcome:
    """Put the records of some files in the place of those that were there, as a new version.

    `expected` is the number of the version that the change was made for.
    """
    if home.current() is None:
        raise StoreError(f"cannot import into {home.path}: it holds no version; run cove build")
    batch = _conforming(paths, progress)
    with home.begin(agent=agent, reason=reason, expected=expected) as new:
        _refuse_what_breaks_the_set(new, batch)
        infer_changed(new, batch.asserted)
    return _outcome(batch, new)


def validate_files(paths: Iterable[Source], *, progress: Progress = in_silence) -> Outcome:
    """Take the records of some files, or the corpus, through every stage but the commit."""
    batch = _conforming(list(paths) or [corpus()], progress)
    return replace(_outcome(batch, None), is_dry=True)


def load_file(home: Place, path: Path, *, graph: str, agent: str, reason: str) -> Outcome:
    """Put RDF of another vocabulary into a named graph of its own, replacing what it held."""
    name = URIRef(graph)
    if kind_of_graph(name) is not GraphKind.FOREIGN:
        raise StoreError(
            f"cannot load into {graph}: that name belongs to CoVE; choose one of your own"
        )
    triples = list(parse(path))
    with home.begin(agent=agent, reason=reason) as new:
        new.replace(name, triples)
    return Outcome(version=new.committed)


def _conforming(paths: Iterable[Source], progress: Progress) -> _Batch:
    """Read the records of some files, and keep those that the shapes accept."""
    batch = _Batch()
    for found in progress(read_all(paths), label="read"):
        if isinstance(found, SourceError):
            batch.refusals.append(Refusal(str(found)))
            continue
        graph = engine_graph_name(record_graph(found.work.id))
        batch.places[graph] = found
        batch.asserted[graph] = [
            engine_triple(triple) for triple in dict.fromkeys(to_triples(found.work))
        ]
    graphs = list(batch.asserted)
    reports = validate_records(quads_in(name, batch.asserted[name]) for name in graphs)
    for graph, report in progress(
        zip(graphs, reports, strict=True), label="validate", length=len(graphs)
    ):
        batch.warnings += report.warnings
        if not report.conforms:
            batch.refuse(graph, report.violations)
    return batch


def _refuse_what_breaks_the_set(new: Candidate, batch: _Batch) -> None:
    """Write what the records assert, and take those back that break a rule across records."""
    before = {name: quads_in(name, triples_in(new, name)) for name in batch.asserted}
    rewrite(new, {name: quads_in(name, triples) for name, triples in batch.asserted.items()})
    broken: dict[ox.NamedNode, list[Finding]] = {}
    names = [URIRef(name.value) for name in batch.asserted]
    report = check_dataset(new, records=names, severity=SH.Violation)
    for finding in report.violations:
        if finding.record is not None:
            broken.setdefault(engine_graph_name(finding.record), []).append(finding)
    rewrite(new, {name: before[name] for name in broken})
    for name, findings in broken.items():
        batch.refuse(name, findings)


def _outcome(batch: _Batch, new: Candidate | None) -> Outcome:
    return Outcome(
        accepted=len(batch.asserted),
        refusals=tuple(batch.refusals),
        warnings=tuple(batch.warnings),
        version=new.committed if new is not None else None,
    )
