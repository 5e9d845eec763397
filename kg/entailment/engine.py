"""An engine that chains forward from the triples of a record to all that follows.

Each new fact is put through the functions of its predicate, which look the rest of their rules'
bodies up among the facts of the record and of the background, until nothing new comes
(semi-naive evaluation).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import cast

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.entailment.rules import Atom, Rule, Term
from kg.entailment.triggers import Fact, Facts, Indexes, Trigger, triggers_of

__all__ = ["Engine"]


class Engine:
    """Rules made ready to run over records that share a background, itself already closed."""

    def __init__(self, rules: Iterable[Rule], background: Iterable[Triple] = ()) -> None:
        self._numbers = _Numbers()
        self._background = Facts(Indexes(set(), set()))
        self._by_predicate: defaultdict[int, list[Trigger]] = defaultdict(list)
        self._by_value: defaultdict[tuple[int, int], list[Trigger]] = defaultdict(list)
        self._predicates: dict[NamedNode, int] = {}
        for rule in rules:
            if rule.head is not None:
                self._prepare(rule.head, rule.body)
        for fact in self._facts(background, self._numbers):
            if fact not in self._background.known:
                self._background.add(fact)

    def _prepare(self, head: Atom, body: tuple[Atom, ...]) -> None:
        for atom in (head, *body):
            self._predicates[atom.predicate] = self._numbers.of(atom.predicate)
        for each in triggers_of(head, body, self._numbers.of, self._background):
            if each.object is None:
                self._by_predicate[each.predicate].append(each)
            else:
                self._by_value[each.predicate, each.object].append(each)

    def _facts(self, triples: Iterable[Triple | Quad], numbers: _Numbers) -> Iterator[Fact]:
        """Write in numbers what some rule speaks of; the rest cannot matter."""
        predicates, number = self._predicates, numbers.of
        for triple in triples:
            predicate = predicates.get(triple.predicate)
            if predicate is not None:
                yield number(triple.subject), predicate, number(triple.object)

    def infer(self, asserted: Iterable[Triple | Quad]) -> list[Triple]:
        """Return what follows from the triples and the background, and is in neither."""
        numbers, facts = _Numbers(self._numbers), Facts(self._background.indexes)
        pending = list(self._facts(asserted, numbers))
        given, known, shared = set(pending), facts.known, self._background.known
        inferred: list[Fact] = []
        while pending:
            fact = pending.pop()
            is_given = fact in given
            if fact in known or (fact in shared and not is_given):
                continue
            facts.add(fact)
            if not is_given:
                inferred.append(fact)
            subject, predicate, obj = fact
            for trigger in self._by_predicate.get(predicate, ()):
                trigger.fire(subject, obj, facts, pending)
            for trigger in self._by_value.get((predicate, obj), ()):
                trigger.fire(subject, obj, facts, pending)
        return [numbers.triple(fact) for fact in inferred]


class _Numbers:
    """Numbers of terms: those of the background, then one's own; negative for literals."""

    def __init__(self, base: _Numbers | None = None) -> None:
        self.base_numbers = base.numbers if base else {}
        self.base_terms = base.terms if base else {}
        self.numbers: dict[Term, int] = {}
        self.terms: dict[int, Term] = {}

    def of(self, term: Term | Triple) -> int:
        """Find or give the number of a term."""
        if isinstance(term, Triple):
            raise TypeError(f"a record holds no triple terms: {term}")
        number = self.base_numbers.get(term) or self.numbers.get(term)
        if number is None:
            number = len(self.base_numbers) + len(self.numbers) + 1
            number = -number if isinstance(term, Literal) else number
            self.numbers[term] = number
            self.terms[number] = term
        return number

    def triple(self, fact: Fact) -> Triple:
        """Write a fact as a triple again."""
        subject, predicate, obj = (self.terms.get(n) or self.base_terms[n] for n in fact)
        return Triple(cast("NamedNode", subject), cast("NamedNode", predicate), obj)
