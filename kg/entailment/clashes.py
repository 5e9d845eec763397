"""Contradictions: what the ontology says cannot hold together, and the data says does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import rdflib
from pyoxigraph import Literal, Triple, Variable

from kg.entailment.matching import Bindings, Reader, solutions, solutions_with
from kg.entailment.rules import Axiom, Rule, by_predicate

__all__ = ["Clash", "clashes"]


@dataclass(frozen=True, slots=True)
class Clash:
    """The triples that cannot hold together, and the axiom that says so."""

    axiom: Axiom
    triples: tuple[Triple, ...]

    def line(self, label: Callable[[object], str]) -> str:
        """Put it in plain words, with labels for the things."""
        ends = ((each.subject, each.predicate, each.object) for each in self.triples)
        said = "; ".join(" · ".join(map(label, each)) for each in ends)
        return f"{self.axiom.text}, yet {said}"


def clashes(
    reader: Reader, rules: Iterable[Rule], *, among: Iterable[Triple] | None = None
) -> list[Clash]:
    """Find the contradictions in a closed store, or those that some of its triples are part of."""
    chosen = [rule for rule in rules if rule.head is None]
    found: dict[tuple[Axiom, frozenset[Triple]], Clash] = {}
    for rule, bindings in _cases(reader, chosen, among):
        if rule.different is None or _are_different(bindings, rule.different):
            triples = _triples(rule, bindings)
            found.setdefault((rule.axiom, frozenset(triples)), Clash(rule.axiom, triples))
    return sorted(found.values(), key=lambda clash: (clash.axiom.text, str(clash.triples)))


def _cases(
    reader: Reader, rules: list[Rule], among: Iterable[Triple] | None
) -> Iterator[tuple[Rule, Bindings]]:
    if among is None:
        for rule in rules:
            yield from ((rule, bindings) for bindings in solutions(reader, rule.body))
        return
    concerned = by_predicate(rules)
    for triple in among:
        for rule in concerned.get(triple.predicate, ()):
            yield from ((rule, found) for found in solutions_with(reader, rule, triple))


def _are_different(bindings: Bindings, pair: tuple[Variable, Variable]) -> bool:
    """Say whether both are literals, of two values."""
    one, other = (bindings[variable] for variable in pair)
    if not isinstance(one, Literal) or not isinstance(other, Literal) or one == other:
        return False
    return _value(one) != _value(other)


def _value(literal: Literal) -> object:
    # rdflib knows the value spaces of XSD; what it cannot read is compared as it is written
    read = rdflib.Literal(
        literal.value,
        lang=literal.language,
        datatype=None if literal.language else rdflib.URIRef(literal.datatype.value),
    )
    return read if read.value is None or literal.language else read.value


def _triples(rule: Rule, bindings: Bindings) -> tuple[Triple, ...]:
    bound = (atom.bind(bindings) for atom in rule.body)
    return tuple(Triple(s, p, o) for s, p, o in bound if s is not None and o is not None)  # type: ignore[arg-type]
