"""A rule turned into functions: one for each pattern of its body that a new fact may match."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from pyoxigraph import Literal, NamedNode, Variable

from kg.entailment.rules import Atom, Term

__all__ = ["Fact", "Facts", "Indexes", "Trigger", "triggers_of"]

Fact: TypeAlias = tuple[int, int, int]
"""A triple in numbers, negative for literals."""


class Indexes(NamedTuple):
    """The predicates whose facts the rules look up, and from which end."""

    by_subject: set[int]
    by_object: set[int]


class Facts:
    """Facts, found whole, or by predicate and what else the indexes ask for."""

    def __init__(self, indexes: Indexes) -> None:
        self.indexes = indexes
        self.known: set[Fact] = set()
        self.objects: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        self.subjects: defaultdict[tuple[int, int], list[int]] = defaultdict(list)

    def add(self, fact: Fact) -> None:
        """Keep a fact that is not known yet."""
        subject, predicate, obj = fact
        self.known.add(fact)
        if predicate in self.indexes.by_subject:
            self.objects[predicate, subject].append(obj)
        if predicate in self.indexes.by_object:
            self.subjects[predicate, obj].append(subject)


_Join: TypeAlias = Callable[[Facts, list[int], list[Fact]], None]
"""Look a pattern up among the facts of a record, bind, and go on to what comes after."""


class Trigger(NamedTuple):
    """What a new fact with this predicate, and this object if there is one, sets off."""

    predicate: int
    object: int | None
    fire: Callable[[int, int, Facts, list[Fact]], None]


def triggers_of(
    head: Atom, body: Sequence[Atom], number: Callable[[Term], int], background: Facts
) -> Iterator[Trigger]:
    """Make the functions of a rule, which look in a record and in the background."""
    terms = list(dict.fromkeys(end for atom in (*body, head) for end in _ends(atom)))
    layout = _Layout(
        {term: place for place, term in enumerate(terms)},
        [0 if isinstance(term, Variable) else number(term) for term in terms],
        number,
    )
    for first in body:
        if len(body) == 1 and isinstance(first.subject, Variable) and first.subject != first.object:
            yield _shortcut(first, head, layout)
            continue
        join = _emit(head, layout)
        for atom, bound in reversed(_ordered(first, body)):
            join = _join(atom, bound, layout, background, join)
        yield _trigger(first, layout, join)


class _Layout(NamedTuple):
    """Where the terms of a rule have their places, with the constants filled in."""

    places: Mapping[Term | Variable, int]
    template: list[int]
    number: Callable[[Term], int]

    def of(self, atom: Atom) -> tuple[int, int, int]:
        """Give the place of the subject, the number of the predicate, the place of the object."""
        return self.places[atom.subject], self.number(atom.predicate), self.places[atom.object]


def _ordered(first: Atom, body: Sequence[Atom]) -> list[tuple[Atom, frozenset[Variable]]]:
    """Put the other patterns in an order in which each has as little to find as can be."""
    bound = frozenset(first.variables())
    rest = [atom for atom in body if atom is not first]
    ordered = []
    while rest:
        best = min(rest, key=lambda atom: len(set(atom.variables()) - bound))
        rest.remove(best)
        ordered.append((best, bound))
        bound |= frozenset(best.variables())
    return ordered


def _shortcut(only: Atom, head: Atom, layout: _Layout) -> Trigger:
    """Go from a fact straight to the head where a rule needs nothing else; most do not."""
    ends = {only.subject: 0, only.object: 1}
    subject, obj = ends.get(head.subject, 2), ends.get(head.object, 3)
    _, predicate, object_place = layout.of(only)
    _, implied, _ = layout.of(head)
    constants = tuple(layout.template[layout.places[end]] for end in _ends(head))

    def fire(new_subject: int, new_object: int, facts: Facts, found: list[Fact]) -> None:
        terms = (new_subject, new_object, *constants)
        fact = (terms[subject], implied, terms[obj])
        if fact not in facts.known and fact[0] > 0:  # a literal is no subject in RDF
            found.append(fact)

    is_valued = not isinstance(only.object, Variable)
    return Trigger(predicate, layout.template[object_place] if is_valued else None, fire)


def _trigger(first: Atom, layout: _Layout, join: _Join) -> Trigger:
    subject, predicate, obj = layout.of(first)
    template = layout.template
    wanted = None if isinstance(first.subject, Variable) else template[subject]
    is_loop = subject == obj
    is_valued = not isinstance(first.object, Variable)

    def fire(new_subject: int, new_object: int, facts: Facts, found: list[Fact]) -> None:
        if (wanted is not None and new_subject != wanted) or (
            is_loop and new_subject != new_object
        ):
            return
        bindings = template.copy()
        bindings[subject] = new_subject
        bindings[obj] = new_object
        join(facts, bindings, found)

    return Trigger(predicate, template[obj] if is_valued else None, fire)


def _join(
    atom: Atom, bound: frozenset[Variable], layout: _Layout, background: Facts, then: _Join
) -> _Join:
    """Choose the look-up for a pattern, by what is bound when its turn comes."""
    free = set(atom.variables()) - bound
    _, predicate, _ = ends = layout.of(atom)
    if not free:
        return _check(ends, background, then)
    if atom.subject not in free:
        background.indexes.by_subject.add(predicate)
        return _forward(ends, background, then)
    if atom.object not in free:
        background.indexes.by_object.add(predicate)
        return _backward(ends, background, then)
    raise ValueError(f"the patterns of a rule must hang together, and {atom} does not")


def _check(ends: tuple[int, int, int], background: Facts, then: _Join) -> _Join:
    subject, predicate, obj = ends

    def check(facts: Facts, bindings: list[int], found: list[Fact]) -> None:
        fact = (bindings[subject], predicate, bindings[obj])
        if fact in facts.known or fact in background.known:
            then(facts, bindings, found)

    return check


def _forward(ends: tuple[int, int, int], background: Facts, then: _Join) -> _Join:
    subject, predicate, obj = ends

    def forward(facts: Facts, bindings: list[int], found: list[Fact]) -> None:
        key = (predicate, bindings[subject])
        for source in (facts, background):
            for bindings[obj] in source.objects.get(key, ()):
                then(facts, bindings, found)

    return forward


def _backward(ends: tuple[int, int, int], background: Facts, then: _Join) -> _Join:
    subject, predicate, obj = ends

    def backward(facts: Facts, bindings: list[int], found: list[Fact]) -> None:
        key = (predicate, bindings[obj])
        for source in (facts, background):
            for bindings[subject] in source.subjects.get(key, ()):
                then(facts, bindings, found)

    return backward


def _emit(head: Atom, layout: _Layout) -> _Join:
    subject, predicate, obj = layout.of(head)

    def emit(facts: Facts, bindings: list[int], found: list[Fact]) -> None:
        fact = (bindings[subject], predicate, bindings[obj])
        if fact[0] > 0 and fact not in facts.known:  # a literal is no subject in RDF
            found.append(fact)

    return emit


def _ends(atom: Atom) -> tuple[NamedNode | Variable, NamedNode | Literal | Variable]:
    return atom.subject, atom.object
