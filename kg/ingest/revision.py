"""Revision: records in a candidate that come to assert something else, all of them or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO

import pyoxigraph as ox
from rdflib import URIRef

from kg.entailment import is_record
from kg.errors import ConformanceError, SourceError, StoreError
from kg.identifiers import parts_of
from kg.ingest.inference import infer_changed, quads_in, rewrite
from kg.readers import read_stream
from kg.store import Candidate
from kg.store.terms import engine_graph_name, engine_triple
from kg.triples import to_triples
from kg.validation import Finding, Report, check_dataset, validate_records

__all__ = ["revise_records"]

_MOST_NAMED = 5


def revise_records(
    new: Candidate,
    changes: Mapping[URIRef, Sequence[ox.Triple]],
    before: Mapping[URIRef, Sequence[ox.Triple]],
) -> tuple[Finding, ...]:
    """Write what records come to assert, with all that follows, and return the warnings.

    A record that is to go asserts nothing. `before` is what they asserted. Raise SourceError where
    a graph is not the record of one work, and ConformanceError where a rule is broken.
    """
    if not changes:
        return ()
    if new.version is None:
        raise StoreError("cannot write records: there is no version yet; run cove build")
    asserted = {
        engine_graph_name(name): _record_of(name, triples) if triples else []
        for name, triples in changes.items()
    }
    reports = validate_records(quads_in(name, found) for name, found in asserted.items() if found)
    findings = [finding for report in reports for finding in report.findings]
    _refuse(findings)
    rewrite(new, {name: quads_in(name, triples) for name, triples in asserted.items()})
    touched = {name for name, triples in asserted.items() if triples}
    touched |= _that_point_to(new, _gone(before, asserted)) - asserted.keys()
    report = check_dataset(new, records=[URIRef(name.value) for name in touched])
    _refuse(report.findings)
    infer_changed(new, asserted)
    return Report.of(findings).warnings


def _record_of(name: URIRef, triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return the triples of a record in the form that every reader gives them."""
    document = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    found = list(read_stream(BytesIO(document), ".nt", source=str(name)))
    errors = [each.what for each in found if isinstance(each, SourceError)]
    if errors:
        more = f" (and {len(errors) - _MOST_NAMED} more)" if len(errors) > _MOST_NAMED else ""
        raise SourceError("; ".join(errors[:_MOST_NAMED]) + more, source=str(name))
    works = [each.work for each in found if not isinstance(each, SourceError)]
    slug = parts_of(name)[0]
    if [work.id for work in works] != [slug]:
        names = ", ".join(work.id for work in works)
        what = f"describes {names}; a record graph describes the one work of its name, {slug}"
        raise SourceError(what, source=str(name))
    return [engine_triple(triple) for triple in dict.fromkeys(to_triples(works[0]))]


def _refuse(findings: Iterable[Finding]) -> None:
    report = Report.of(findings)
    if not report.conforms:
        lines = [str(finding) for finding in report.violations[:_MOST_NAMED]]
        more = len(report.violations) - len(lines)
        rest = f" (and {more} more)" if more else ""
        message = f"cannot write what breaks the rules of the graph: {'; '.join(lines)}{rest}"
        raise ConformanceError(message, report=report)


def _gone(
    before: Mapping[URIRef, Sequence[ox.Triple]],
    asserted: Mapping[ox.NamedNode, Sequence[ox.Triple]],
) -> set[ox.NamedNode]:
    """Return the things that were described before and are no more."""
    described = {t.subject for triples in asserted.values() for t in triples}
    old = {t.subject for triples in before.values() for t in triples}
    return {thing for thing in old - described if isinstance(thing, ox.NamedNode)}


def _that_point_to(new: Candidate, things: Iterable[ox.NamedNode]) -> set[ox.NamedNode]:
    graphs = {
        quad.graph_name
        for thing in things
        for quad in new.quads_for_pattern(None, None, thing)
        if is_record(quad.graph_name)
    }
    return {graph for graph in graphs if isinstance(graph, ox.NamedNode)}
