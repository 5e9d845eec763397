"""Keep what was inferred right when records change, at a cost that follows the change.

Delete and rederive (Gupta, Mumick and Subrahmanian 1993): take away all that rested on a fact that
is gone, put back what still follows, then add what follows from the facts that are new. Only rules
that join records need it; what follows from a record by itself is inferred afresh.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from kg.entailment.closure import Entailer
from kg.entailment.matching import Reader, head_of, solutions_for, solutions_with
from kg.entailment.placing import Delta, Placing, inferred_graph
from kg.entailment.rules import Rule, by_predicate
from kg.namespaces import PREFIXES

__all__ = ["maintain"]

_Rules: TypeAlias = Mapping[NamedNode, tuple[Rule, ...]]

_UNPLACED = inferred_graph(NamedNode(PREFIXES["record"]))


def maintain(
    entailer: Entailer, before: Reader, changes: Mapping[NamedNode, Iterable[Triple]]
) -> Delta:
    """Return what changes in all inferred graphs when records come to assert what is given.

    `before` is the whole store with its background, its inferred graphs as this function and
    `join` leave them; a record that is to go asserts nothing.
    """
    placing = entailer.placing
    rules = by_predicate(rule for rule in entailer.rules if rule.joins_records)
    after = _After(before, changes, placing)
    for record, asserted in after.asserted.items():
        after.write(entailer.local(asserted), inferred_graph(record))
    old = {quad for graph in after.hidden for quad in _all(before, graph)}
    new = set(after.own)
    lost = [t for t in _facts(old, placing) if not _is_fact(after, t, placing)]
    come = [t for t in _facts(new, placing) if not _is_fact(before, t, placing)]

    touched = _overdelete(rules, before, lost)
    after.forget(touched)
    after.keep(old)
    doubtful = [*touched, *filter(placing.joins, lost)]
    returned = [t for t in doubtful if _follows(rules, after, t)]
    after.write(returned, _UNPLACED)
    touched |= _add(rules, after, [*returned, *come])

    touched |= {quad.triple for quad in (*old, *new) if placing.joins(quad)}
    touched |= _about(before, placing, (*old, *new))
    kept_old = {q for q in old if q.graph_name in after.inferred and not placing.is_joined(q)}
    kept_new = {q for q in new if q.graph_name in after.inferred}
    joined_old = {q for t in touched for q in _lookup(before, t) if placing.is_joined(q)}
    joined_new = set(placing.places(after, filter(after.has_joined, touched)))
    return Delta.between(kept_old | joined_old, kept_new | joined_new)


class _After:
    """The store as it will be: the old one, the changed records hidden, under the new ones."""

    def __init__(
        self, before: Reader, changes: Mapping[NamedNode, Iterable[Triple]], placing: Placing
    ) -> None:
        self.asserted = {record: list(triples) for record, triples in changes.items()}
        self.inferred = frozenset(map(inferred_graph, self.asserted))
        self.hidden = self.inferred.union(self.asserted)
        self.own = Store()
        self._before = before
        self._placing = placing
        self._gone: set[Triple] = set()
        for record, triples in self.asserted.items():
            self.write(triples, record)

    def quads_for_pattern(
        self,
        subject: NamedNode | BlankNode | Triple | None,
        predicate: NamedNode | None,
        object: NamedNode | BlankNode | Literal | Triple | None,  # noqa: A002  # pyoxigraph's name
        graph_name: NamedNode | BlankNode | DefaultGraph | None = None,
        /,
    ) -> Iterator[Quad]:
        """Yield the quads that have all the terms given."""
        for quad in self._before.quads_for_pattern(subject, predicate, object, graph_name):
            if quad.graph_name not in self.hidden and not (
                quad.triple in self._gone and self._placing.is_joined(quad)
            ):
                yield quad
        yield from self.own.quads_for_pattern(subject, predicate, object, graph_name)

    def write(self, triples: Iterable[Triple], graph: NamedNode) -> None:
        """Add triples to a graph of the new state."""
        self.own.extend(Quad(t.subject, t.predicate, t.object, graph) for t in triples)

    def forget(self, triples: Iterable[Triple]) -> None:
        """Take joined triples away wherever the old store has them."""
        self._gone.update(triples)

    def keep(self, old: Iterable[Quad]) -> None:
        """Keep the joined triples of hidden graphs that are not gone."""
        joined = (quad.triple for quad in old if self._placing.is_joined(quad))
        self.write((triple for triple in joined if triple not in self._gone), _UNPLACED)

    def has_joined(self, triple: Triple) -> bool:
        """Say whether a triple follows from several records together."""
        return any(self._placing.is_joined(quad) for quad in _lookup(self, triple))


def _overdelete(rules: _Rules, before: Reader, lost: list[Triple]) -> set[Triple]:
    """Collect all that rested, directly or not, on one of the facts."""
    gone: set[Triple] = set()
    waiting = list(lost)
    while waiting:
        new = set(_consequences(rules, before, waiting.pop())) - gone
        gone |= new
        waiting += new
    return gone


def _add(rules: _Rules, after: _After, news: list[Triple]) -> set[Triple]:
    """Add all that follows, directly or not, with one of the facts."""
    added: set[Triple] = set()
    waiting = list(news)
    while waiting:
        consequences = set(_consequences(rules, after, waiting.pop()))
        new = {triple for triple in consequences if not after.has_joined(triple)}
        after.write(new, _UNPLACED)
        added |= new
        waiting += new
    return added


def _consequences(rules: _Rules, reader: Reader, fact: Triple) -> Iterator[Triple]:
    for rule in rules.get(fact.predicate, ()):
        for bindings in solutions_with(reader, rule, fact):
            head = head_of(rule, bindings)
            if head is not None:
                yield head


def _follows(rules: _Rules, reader: Reader, triple: Triple) -> bool:
    every = {rule for them in rules.values() for rule in them}
    return any(True for rule in every for _ in solutions_for(reader, rule, triple))


def _facts(quads: Iterable[Quad], placing: Placing) -> list[Triple]:
    """List what does not come from several records together."""
    return list(dict.fromkeys(q.triple for q in quads if not placing.is_joined(q)))


def _is_fact(reader: Reader, triple: Triple, placing: Placing) -> bool:
    return any(not placing.is_joined(quad) for quad in _lookup(reader, triple))


def _about(before: Reader, placing: Placing, changed: Iterable[Quad]) -> set[Triple]:
    """Collect the joined triples whose place may change: their subject came, went or moved."""
    ends = {end for quad in changed for end in (quad.subject, quad.object)}
    named = (end for end in ends if isinstance(end, NamedNode))
    return {quad.triple for end in named for quad in placing.joined(before, end)}


def _lookup(reader: Reader, triple: Triple) -> Iterator[Quad]:
    return reader.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)


def _all(reader: Reader, graph: NamedNode) -> Iterator[Quad]:
    return reader.quads_for_pattern(None, None, None, graph)
