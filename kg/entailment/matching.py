"""Match the bodies of rules against the triples of a reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple, Variable

from kg.entailment.rules import Atom, Rule, Term

__all__ = ["Bindings", "Reader", "head_of", "solutions", "solutions_for", "solutions_with"]

Bindings: TypeAlias = Mapping[Variable, Term]


class Reader(Protocol):
    """What can look triples up by pattern: an Oxigraph store, or an overlay over one."""

    def quads_for_pattern(
        self,
        subject: NamedNode | BlankNode | Triple | None,
        predicate: NamedNode | None,
        object: NamedNode | BlankNode | Literal | Triple | None,  # noqa: A002  # pyoxigraph's name
        graph_name: NamedNode | BlankNode | DefaultGraph | None = None,
        /,
    ) -> Iterator[Quad]:
        """Yield the quads that have all the terms given."""


def solutions(
    reader: Reader, body: Sequence[Atom], bindings: Bindings | None = None
) -> Iterator[Bindings]:
    """Yield every way of binding the variables so that the body holds in all graphs together."""
    bindings = bindings or {}
    if not body:
        yield bindings
        return
    atom = max(body, key=lambda each: _boundness(each, bindings))
    rest = [each for each in body if each is not atom]
    subject, predicate, obj = atom.bind(bindings)
    if isinstance(subject, Literal):
        return
    seen: set[Triple] = set()
    for quad in reader.quads_for_pattern(subject, predicate, obj, None):
        found = atom.match(quad, bindings)
        if found is not None and quad.triple not in seen:
            seen.add(quad.triple)
            yield from solutions(reader, rest, found)


def solutions_for(reader: Reader, rule: Rule, triple: Triple) -> Iterator[Bindings]:
    """Yield every way in which the rule gives the triple."""
    bindings = rule.head.match(triple, {}) if rule.head is not None else None
    if bindings is not None:
        yield from solutions(reader, rule.body, bindings)


def solutions_with(reader: Reader, rule: Rule, triple: Triple) -> Iterator[Bindings]:
    """Yield every way in which the triple takes part in the body of the rule."""
    for atom in rule.body:
        bindings = atom.match(triple, {})
        if bindings is not None:
            yield from solutions(reader, [a for a in rule.body if a is not atom], bindings)


def head_of(rule: Rule, bindings: Bindings) -> Triple | None:
    """Give the triple that the rule entails, or None where it would not be RDF."""
    if rule.head is None:
        return None
    subject, predicate, obj = rule.head.bind(bindings)
    if subject is None or obj is None or isinstance(subject, Literal):
        return None
    return Triple(subject, predicate, obj)


def _boundness(atom: Atom, bindings: Bindings) -> int:
    """Count the ends that are known, a known subject before a known object."""
    subject, _, obj = atom.bind(bindings)
    return 2 * (subject is not None) + (obj is not None)
