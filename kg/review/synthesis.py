"""Synthesis: the votes of a review's studies on each outcome, from the works that it publishes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.records import Work
from kg.synthesis import Synthesis, synthesise, votes_of
from kg.thesaurus import entries

__all__ = ["said_of", "synthesis_of"]


def synthesis_of(works: Iterable[Work]) -> tuple[Synthesis, ...]:
    """Count one vote a study and outcome, by direction; the outcome is what a claim is on."""
    return synthesise(votes_of([row for work in works for row in _rows(work)]))


def said_of(one: Synthesis) -> str:
    """Say the votes on an outcome in a line."""
    counts = ", ".join(f"{count} {name}" for name, count in one.counts.items() if count)
    if one.p_value is None:
        return f"{counts}; no clear direction to test"
    return f"{counts}; sign test p = {one.p_value:.4f} of {one.tested}"


def _rows(work: Work) -> Iterator[dict[str, object]]:
    for claim in work.claims:
        if claim.direction != "none":
            yield {
                "work": work.id,
                "workLabel": work.short_form,
                "outcomeLabel": entries()[claim.object_].label,
                "direction": claim.direction,
                "claim": claim.id,
                "participants": work.study.participants,
                "design": work.study.design,
            }
