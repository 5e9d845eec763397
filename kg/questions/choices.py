"""Choices: what a parameter of a question can be given, from the vocabularies and the data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rdflib import Literal, URIRef

from kg import codes
from kg.errors import ParameterError
from kg.namespaces import COVE, FOAF, PREFIXES, SCHEMA, SKOS
from kg.questions.binding import bind, without_header
from kg.questions.header import Parameter
from kg.questions.library import Question
from kg.questions.parameters import THINGS, Terms, kind_of
from kg.store import Table

__all__ = ["Choice", "choices", "listed"]

Select = Callable[[str], Table]

_CLASSES: Mapping[str, URIRef] = {
    "agent": FOAF.Agent,
    "case": COVE.Case,
    "claim": COVE.Claim,
    "definition": COVE.Definition,
    "evidence-review": SCHEMA.Review,
    "process": COVE.CoProcess,
    "proposition": COVE.Proposition,
    "record": COVE.Record,
    "scheme": SKOS.ConceptScheme,
    "work": COVE.Work,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a parameter takes, with the name that people know it by."""

    value: str
    label: str


def choices(select: Select, asked: Question, name: str, text: str = "") -> tuple[Choice, ...]:
    """Return the choices of a parameter whose value or name holds a text.

    Codes and words come whole; of things in the graph the first 20 by name.
    """
    parameter = asked.header.parameters.get(name)
    if parameter is None:
        known = ", ".join(asked.header.parameters) or "none"
        raise ParameterError(
            f"no parameter {name!r}; the question {asked.name} takes {known}", parameter=name
        )
    kind, _ = kind_of(parameter)
    if kind in THINGS:
        return _things(select, kind, text)
    return tuple(_holding(listed(parameter), text))


def listed(parameter: Parameter) -> tuple[Choice, ...]:
    """Return the choices that are the same in every version: codes with their labels, or words."""
    kind, scheme = kind_of(parameter)
    if kind == "choice":
        return tuple(Choice(word, word.replace("-", " ")) for word in parameter.choices)
    return _codes(scheme) if kind in {"code", "concept"} else ()


@cache
def _codes(scheme: str) -> tuple[Choice, ...]:
    found = (Choice(code, codes.label(iri)) for code, iri in codes.codes(scheme).items())
    return tuple(sorted(found, key=lambda choice: choice.label.casefold()))


def _holding(found: Iterable[Choice], text: str) -> list[Choice]:
    """Keep the choices that hold a text, those that begin with it first."""
    wanted = text.strip().casefold()
    kept = [c for c in found if wanted in c.label.casefold() or wanted in c.value.casefold()]
    return sorted(kept, key=lambda c: not c.label.casefold().startswith(wanted))


def _things(select: Select, kind: str, text: str) -> tuple[Choice, ...]:
    terms: Terms = {"class": _CLASSES[kind], "text": Literal(text.strip().lower())}
    name = "propositions" if kind == "proposition" else "named"
    rows = select(bind(_query(name), terms))
    start = PREFIXES[kind]
    return tuple(Choice(str(row["thing"]).removeprefix(start), str(row["name"])) for row in rows)


@cache
def _query(name: str) -> str:
    return without_header(
        files("queries").joinpath("choices", f"{name}.rq").read_text(encoding="utf-8")
    )
