"""Graphs: writes to a named graph, or to several by an update, as one new version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import pyoxigraph as ox
from rdflib import URIRef

from kg.errors import QueryError, ReservedError
from kg.ingest.inference import triples_in
from kg.ingest.kinds import GraphKind, kind_of_graph
from kg.ingest.revision import revise_records
from kg.namespaces import BASE, UNNAMED_GRAPH
from kg.store import Candidate, Place, TripleLike, VersionInfo
from kg.store.terms import engine_graph_name, engine_quad
from kg.updates import Step, update_steps
from kg.validation import Finding

__all__ = ["MOST_DIGESTED", "Mode", "Written", "apply_update", "write_graph"]

MOST_DIGESTED = 5_000
"""Triples of the largest graph that is read once more for its digest."""

_MOST_NAMED = 5

Condition = Callable[[str | None], None]
"""Raises where a graph with this digest, None where there is no such graph, may not be written."""


class Mode(Enum):
    """What becomes of the triples that a graph holds already."""

    REPLACE = "replace"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a write: the new version, None where nothing changed, and the warnings.

    `was_there` says whether the graph was there before; `digest` names its content now, None where
    it is gone or too large for that.
    """

    version: VersionInfo | None
    warnings: tuple[Finding, ...] = ()
    graphs: tuple[URIRef, ...] = ()
    was_there: bool = True
    digest: str | None = None


def write_graph(  # noqa: PLR0913  # who, why and on what condition belong to every write
    home: Place,
    graph: URIRef,
    triples: Iterable[TripleLike] | None,
    *,
    agent: str,
    reason: str,
    expected: int | None = None,
    mode: Mode = Mode.REPLACE,
    condition: Condition | None = None,
    before_commit: Callable[[], None] = lambda: None,
) -> Written:
    """Write a named graph as a new version; None removes it.

    A record is validated, and what follows from it is inferred; another graph of CoVE is refused
    with ReservedError; any other is kept as it is. The condition is asked under the writer's lock.
    """
    name = engine_graph_name(graph)
    _refuse_reserved([graph])
    kind = kind_of_graph(graph)
    given = [engine_quad(triple, name).triple for triple in triples or ()]
    warnings: tuple[Finding, ...] = ()
    with home.begin(agent=agent, reason=reason, expected=expected) as new:
        if condition:
            condition(new.digest(graph))
        was_there = next(new.quads_for_pattern(None, None, None, name), None) is not None
        wanted = [*triples_in(new, name), *_renamed(given)] if mode is Mode.MERGE else given
        if kind is GraphKind.RECORD:
            before = {graph: triples_in(new, name)}
            warnings = revise_records(new, {graph: wanted}, before)
        else:
            new.replace(graph, wanted)
        digest = new.digest(graph) if len(wanted) <= MOST_DIGESTED else None
        before_commit()
    return Written(new.committed, warnings, (graph,) if new.committed else (), was_there, digest)


def apply_update(  # noqa: PLR0913  # the dataset parameters of the protocol, and who and why
    home: Place,
    update: str,
    *,
    agent: str,
    reason: str,
    expected: int | None = None,
    default_graphs: Sequence[str] | None = None,
    named_graphs: Sequence[str] | None = None,
    base: str = BASE,
    before_commit: Callable[[], None] = lambda: None,
) -> Written:
    """Run a SPARQL update as a new version: what it changes is treated as `write_graph` does.

    What it inserts into the default graph goes into the named graph `UNNAMED_GRAPH`.
    """
    steps = update_steps(
        update,
        unnamed=str(UNNAMED_GRAPH),
        base=base,
        default_graphs=default_graphs,
        named_graphs=named_graphs,
    )
    _refuse_reserved(name for step in steps for name in step.graphs or ())
    with home.begin(agent=agent, reason=reason, expected=expected) as new:
        for step in steps:
            bound = replace(step, graphs=_changeable(new, step, base))
            new.update(bound, base=base, on_change=lambda name: _refuse_reserved([name]))
        changed = new.changed_graphs()
        records = [name for name in changed if kind_of_graph(name) is GraphKind.RECORD]
        wanted = {name: triples_in(new, engine_graph_name(name)) for name in records}
        warnings = revise_records(new, wanted, _before(new, records))
        before_commit()
    return Written(new.committed, warnings, changed)


def _changeable(new: Candidate, step: Step, base: str) -> frozenset[str] | None:
    """Return the names of the graphs that a step may change, None standing for any."""
    if step.graphs is None or step.finding is None:
        return step.graphs
    try:
        found = new.select(f"BASE <{base}>\n{step.finding}")
    except QueryError:
        return None  # the update itself will say what is wrong, and where
    terms = (term for row in found for term in row.values())
    return step.graphs.union(str(term) for term in terms if isinstance(term, URIRef))


def _before(new: Candidate, records: Sequence[URIRef]) -> dict[URIRef, list[ox.Triple]]:
    """Return what records asserted before the change."""
    before = new.before
    return {
        name: [q.triple for q in before.quads_for_pattern(None, None, None, graph)]
        for name, graph in zip(records, map(engine_graph_name, records), strict=True)
    }


def _renamed(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Give blank nodes new labels, for those of a document are none of the graph's."""
    labels: dict[ox.BlankNode, ox.BlankNode] = {}

    def fresh(node: ox.BlankNode) -> ox.BlankNode:
        return labels.setdefault(node, ox.BlankNode())

    return [
        ox.Triple(
            fresh(t.subject) if isinstance(t.subject, ox.BlankNode) else t.subject,
            t.predicate,
            fresh(t.object) if isinstance(t.object, ox.BlankNode) else t.object,
        )
        for t in triples
    ]


def _refuse_reserved(names: Iterable[str]) -> None:
    found = sorted(n for n in names if kind_of_graph(URIRef(n)) is GraphKind.RESERVED)
    if found:
        shown = ", ".join(found[:_MOST_NAMED]) + (" …" if len(found) > _MOST_NAMED else "")
        raise ReservedError(
            f"cannot write to {shown}: CoVE makes such graphs itself, from its sources or by "
            "inference; write to the graph of a record, or to one with a name of your own"
        )
