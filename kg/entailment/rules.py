"""A rule: the triples it needs, the triple it gives and the axiom it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple, Variable

from kg.namespaces import RDF

__all__ = ["RDF_TYPE", "Atom", "Axiom", "Rule", "Term", "by_predicate"]

Term: TypeAlias = NamedNode | BlankNode | Literal

RDF_TYPE = NamedNode(str(RDF.type))


@dataclass(frozen=True, slots=True)
class Atom:
    """A triple pattern with a constant predicate.

    >>> print(Atom(Variable("x"), NamedNode("urn:affirms"), Variable("y")))
    ?x <urn:affirms> ?y .
    """

    subject: NamedNode | Variable
    predicate: NamedNode
    object: NamedNode | Literal | Variable

    def __str__(self) -> str:
        """Write the pattern as SPARQL does."""
        return f"{self.subject} {self.predicate} {self.object} ."

    def variables(self) -> Iterator[Variable]:
        """Yield the variables of the pattern."""
        for term in (self.subject, self.object):
            if isinstance(term, Variable):
                yield term

    def bind(self, bindings: Mapping[Variable, Term]) -> tuple[Term | None, NamedNode, Term | None]:
        """Put what is bound in the place of its variable, and None for what is free."""
        subject, obj = self.subject, self.object
        return (
            bindings.get(subject) if isinstance(subject, Variable) else subject,
            self.predicate,
            bindings.get(obj) if isinstance(obj, Variable) else obj,
        )

    def match(
        self, triple: Triple | Quad, bindings: Mapping[Variable, Term]
    ) -> dict[Variable, Term] | None:
        """Extend the bindings so that the pattern is the triple, or say None."""
        if triple.predicate != self.predicate:
            return None
        found = dict(bindings)
        for mine, its in ((self.subject, triple.subject), (self.object, triple.object)):
            if isinstance(its, Triple):
                return None
            wanted = found.setdefault(mine, its) if isinstance(mine, Variable) else mine
            if wanted != its:
                return None
        return found


@dataclass(frozen=True, slots=True)
class Axiom:
    """The axiom that a rule was compiled from, as people read it."""

    kind: str
    """The property or class of OWL or RDFS that states it, such as `propertyChainAxiom`."""

    text: str
    terms: tuple[NamedNode, ...]
    """The terms that the axiom names, the one it is stated about first."""

    sources: tuple[str, ...] = ()
    """Whom the axiom is attributed to, where it is."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Where all of the body holds, the head holds; without a head, the body is a clash."""

    head: Atom | None
    body: tuple[Atom, ...]
    axiom: Axiom
    joins_records: bool = False
    """Whether the triples of the body may come from several records."""

    different: tuple[Variable, Variable] | None = None
    """Two variables that must be bound to literals of different values (clashes only)."""

    def __str__(self) -> str:
        """Write the body, an arrow and the head."""
        body = " ".join(map(str, self.body))
        return f"{body} => {self.head if self.head is not None else 'clash'}"


def by_predicate(rules: Iterable[Rule]) -> Mapping[NamedNode, tuple[Rule, ...]]:
    """Find rules by the predicates in their bodies."""
    found: dict[NamedNode, dict[Rule, None]] = {}
    for rule in rules:
        for atom in rule.body:
            found.setdefault(atom.predicate, {})[rule] = None
    return {predicate: tuple(them) for predicate, them in found.items()}
