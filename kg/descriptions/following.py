"""Follow a change: bring counts from one version to the next at the cost of the change."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from kg.descriptions.counts import TYPE, Counts, Reader, Said, Tally, Value

__all__ = ["follow"]


def follow(counts: Counts, before: Reader, after: Reader, touched: Iterable[ox.Triple]) -> Counts:
    """Return the counts after a change, from those before and the triples that it touched."""
    old, new = Said(before), Said(after)
    changed = {triple for triple in touched if old.holds(triple) != new.holds(triple)}
    tally = Tally(counts.copy())
    for subject in _concerned(changed, old, new):
        tally.add(old.about(subject), old, times=-1)
        tally.add(new.about(subject), new)
    _follow_objects(tally.counts, changed, old, new)
    return tally.settle()


def _concerned(
    changed: Iterable[ox.Triple], old: Said, new: Said
) -> set[ox.NamedNode | ox.BlankNode | ox.Triple]:
    """Return the subjects whose triples count otherwise: theirs changed, or a value's classes."""
    concerned = {triple.subject for triple in changed}
    retyped = {triple.subject for triple in changed if triple.predicate == TYPE}
    for node in retyped:
        if isinstance(node, ox.NamedNode | ox.BlankNode):
            concerned |= {triple.subject for triple in old.to(node) | new.to(node)}
    return concerned


def _follow_objects(counts: Counts, changed: Iterable[ox.Triple], old: Said, new: Said) -> None:
    pairs: set[tuple[ox.NamedNode, Value]] = set()
    for triple in changed:
        pairs.add((triple.predicate, triple.object))
    for predicate, value in pairs:
        counts.property_objects[predicate.value] += new.has(predicate, value) - old.has(
            predicate, value
        )
    for value in {value for _, value in pairs}:
        counts.objects += new.has(None, value) - old.has(None, value)
