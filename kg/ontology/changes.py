"""Changes: which terms an ontology gained, lost and said otherwise between two of its states."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from rdflib import Graph, URIRef

from kg.ontology.expressions import Part
from kg.ontology.terms import Term, terms

__all__ = ["Change", "changes"]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one term; a new one has no `before`, one that is gone no `after`.

    `aspect` names the field of `Term` that was changed, None where the whole term came or went.
    """

    term: Term
    aspect: str | None
    before: str | None
    after: str | None


def changes(before: Graph, after: Graph) -> tuple[Change, ...]:
    """List what changed between two states of an ontology, by term."""
    old = {term.iri: term for term in terms(before)}
    new = {term.iri: term for term in terms(after)}
    return tuple(change for iri in sorted(old.keys() | new.keys()) for change in _of(iri, old, new))


def _of(iri: URIRef, old: dict[URIRef, Term], new: dict[URIRef, Term]) -> Iterator[Change]:
    was, now = old.get(iri), new.get(iri)
    if was is None and now is not None:
        yield Change(now, None, None, now.definition)
    elif was is not None and now is None:
        yield Change(was, None, was.definition, None)
    elif was is not None and now is not None:
        for field in fields(Term):
            before, after = getattr(was, field.name), getattr(now, field.name)
            if before != after:
                yield Change(now, field.name, _words(before), _words(after))


def _words(value: object) -> str:
    """Put a field of a term in words.

    >>> _words(None), _words(("symmetric", "transitive"))
    ('', 'symmetric; transitive')
    """
    if isinstance(value, tuple):
        if value and isinstance(value[0], Part):
            return "".join(part.text for part in value)
        return "; ".join(_words(each) for each in value)
    return "" if value is None else str(value)
