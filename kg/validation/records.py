"""Validate records: one report a record, alone or many in a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.term import Node

from kg.errors import ConfigurationError
from kg.validation.engines import DEFAULT_ENGINE, ENGINES, Data, Validate
from kg.validation.report import Report, findings_of
from kg.validation.shapes import rules_of, shapes_graph

__all__ = ["validate", "validate_records"]


def validate(data: Data, *, engine: str = DEFAULT_ENGINE, shapes: Graph | None = None) -> Report:
    """Validate what a record asserts (without what is inferred from it) against the shapes.

    Of a store the union of its graphs is validated. Without `shapes`, they are those of the
    ontology, compiled once a process.
    """
    if shapes is not None:
        return _report(_engine(engine)(shapes), data, rules_of(shapes))
    return _report(_compiled(engine), data, _rules())


def validate_records(
    records: Iterable[Iterable[ox.Quad]], *, engine: str = DEFAULT_ENGINE
) -> Iterator[Report]:
    """Validate records one by one, each given as the quads of its named graph.

    Each is validated alone, so that its report does not depend on its neighbours; one call
    serves a chunk of records in a worker process.
    """
    compiled, rules = _compiled(engine), _rules()
    for quads in records:
        store = ox.Store()
        store.extend(quads)
        report = _report(compiled, store, rules)
        yield report.within(URIRef(name.value)) if (name := _name(store)) else report


def _report(run: Validate, data: Data, rules: dict[Node, str]) -> Report:
    return Report.of(findings_of(run(data), rules))


def _name(store: ox.Store) -> ox.NamedNode | None:
    names = [name for name in store.named_graphs() if isinstance(name, ox.NamedNode)]
    return names[0] if len(names) == 1 else None


@cache
def _compiled(engine: str) -> Validate:
    return _engine(engine)(shapes_graph())


@cache
def _rules() -> dict[Node, str]:
    return rules_of(shapes_graph())


def _engine(name: str) -> Callable[[Graph], Validate]:
    if name not in ENGINES:
        raise ConfigurationError(f"no SHACL engine {name!r}: choose one of {', '.join(ENGINES)}")
    return ENGINES[name]
