"""Publication: the records of a review and what is said of them, all as one version or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rdflib import URIRef

from kg.errors import StoreError
from kg.ingest.graphs import Written
from kg.ingest.inference import triples_in
from kg.ingest.revision import revise_records
from kg.namespaces import PROV
from kg.records import Work
from kg.store import Candidate, Place, TripleLike
from kg.store.terms import engine_graph_name, engine_quad
from kg.triples import record_graph, to_triples

__all__ = ["publish_records"]

_MOST_NAMED = 5


def publish_records(  # noqa: PLR0913  # what, about it, who and why
    home: Place,
    works: Sequence[Work],
    *,
    withdrawn: Iterable[str],
    graph: URIRef,
    description: Iterable[TripleLike],
    agent: str,
    reason: str,
    before_commit: Callable[[], None] = lambda: None,
) -> Written:
    """Write the records of a review, take back those that are withdrawn, and describe the review.

    A record that another source has made is never replaced. Raise ConformanceError where a rule
    is broken: then nothing is written.
    """
    with home.begin(agent=agent, reason=reason) as new:
        wanted = {
            record_graph(work.id): [
                engine_quad(triple, engine_graph_name(record_graph(work.id))).triple
                for triple in dict.fromkeys(to_triples(work))
            ]
            for work in works
        } | {record_graph(slug): [] for slug in withdrawn}
        before = {name: triples_in(new, engine_graph_name(name)) for name in wanted}
        _refuse_others(new, graph, [name for name, triples in before.items() if triples])
        warnings = revise_records(new, wanted, before)
        new.replace(graph, description)
        before_commit()
    return Written(new.committed, warnings, (graph, *wanted))


def _refuse_others(new: Candidate, graph: URIRef, there: Iterable[URIRef]) -> None:
    """Refuse to write over records that are there and not members of this review."""
    members = {
        quad.object
        for quad in new.quads_for_pattern(
            engine_graph_name(graph),
            engine_graph_name(PROV.hadMember),
            None,
            engine_graph_name(graph),
        )
    }
    others = sorted(name for name in there if engine_graph_name(name) not in members)
    if others:
        named = ", ".join(name.rpartition("/")[2] for name in others[:_MOST_NAMED])
        raise StoreError(
            f"cannot publish {named}: the dataset has such a record from another source; "
            "give the publication another id, or leave it out"
        )
