"""Answers: the rows of a question as plain values, and the way back to what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from rdflib import Graph, URIRef
from rdflib.term import Literal

from kg.errors import ParameterError
from kg.identifiers import mint, parts_of
from kg.namespaces import PREFIXES
from kg.questions.header import Column, Parameter
from kg.questions.library import Question, question
from kg.questions.parameters import THINGS, Term, Terms, expand, kind_of, shortened
from kg.store import Store

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = [
    "Answer",
    "Ask",
    "Opened",
    "Row",
    "Value",
    "address_parameters",
    "answer",
    "check_things",
    "works_behind",
]

Value = str | int | float | bool | None
Row = Mapping[str, Value]

_DTYPES = {"count": "Int64", "integer": "Int64", "year": "Int64", "number": "Float64"}
_DTYPES["boolean"] = "boolean"


@dataclass(frozen=True)
class Opened:
    """A question with what to ask it, so that the things behind a number can be listed."""

    question: str
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What a question answered: its rows, and the query and parameters that gave them."""

    question: Question
    terms: Terms
    query: str
    rows: tuple[Row, ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """Name the columns, labels included, in the order of the query."""
        return self.question.variables

    def __iter__(self) -> Iterator[Row]:
        """Go through the rows."""
        return iter(self.rows)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.rows)

    def column(self, name: str) -> Column:
        """Describe a column; a label column is text with the title of what it names."""
        columns = self.question.header.columns
        return columns.get(name) or Column("text", columns[name.removesuffix("Label")].title)

    def openings(self, row: Row) -> dict[str, Opened]:
        """Return, for each count of a row, the question that lists what was counted."""
        found = {name: self.opening(row, name) for name in self.question.header.columns}
        return {name: opened for name, opened in found.items() if opened}

    def opening(self, row: Row, name: str) -> Opened | None:
        """Return the question that lists what one column of a row counts, if it counts any."""
        column = self.question.header.columns.get(name)
        if column is None or not column.opens or not row[name]:
            return None
        values = {
            parameter: self._opened(value, row)
            for parameter, value in column.opens.parameters.items()
        }
        return Opened(column.opens.question, values)

    def _opened(self, value: str, row: Row) -> str:
        if value.startswith("?"):
            return str(row[value[1:]] or "")
        if value.startswith("$"):
            name = value[1:]
            term, parameter = self.terms[name], self.question.header.parameters[name]
            return "" if term == _any(parameter.any) else str(term)
        return value

    def to_pandas(self) -> DataFrame:
        """Return the rows as a frame with nullable types; needs the extra `notebook`."""
        import pandas as pd  # noqa: PLC0415  # an optional extra

        series = {
            name: pd.array(
                [row[name] for row in self.rows],
                dtype=_DTYPES.get(self.column(name).type, "string"),
            )
            for name in self.variables
        }
        return pd.DataFrame(series)


class Described(Protocol):
    """Tell what a version says about a thing."""

    def describe(self, node: URIRef) -> Graph:
        """Return the triples about a thing."""


class Ask(Protocol):
    """Answer a question of the library, given its name and its parameters."""

    def __call__(self, name: str, /, **given: str) -> Answer:
        """Return the answer."""


def answer(store: Store, name: str, /, **given: object) -> Answer:
    """Ask a question of the library; raise ParameterError or QueryError with the remedy."""
    asked = question(name)
    terms = asked.terms(given)
    check_things(store, asked, terms)
    query = asked.bound(terms)
    table = store.select(query)
    rows = tuple({name: _value(row[name]) for name in table.variables} for row in table)
    return Answer(asked, terms, query, rows)


def address_parameters(opened: Opened) -> dict[str, str]:
    """Write what a list is opened with as a person would.

    Codes and names, not whole IRIs; nothing that it would be asked with anyhow.
    """
    declared = question(opened.question).header.parameters
    said = {name: shortened(declared[name], text) for name, text in opened.parameters.items()}
    return {name: text for name, text in said.items() if text not in {"", _usual(declared[name])}}


def _usual(parameter: Parameter) -> str:
    default = "" if parameter.default is None else str(parameter.default)
    return shortened(parameter, default)


def works_behind(ask: Ask, given: Answer) -> tuple[str, ...]:
    """Return the IRIs of all works that an answer rests on, those behind its counts included.

    `ask` answers a question, given its name and its parameters, as `partial(answer, store)` does.
    """
    found = set(_named_works(given))
    opened = {
        (each.question, tuple(sorted(each.parameters.items())))
        for row in given.rows
        for each in given.openings(row).values()
    }
    for name, parameters in sorted(opened):
        found |= set(_named_works(ask(name, **dict(parameters))))
    return tuple(sorted(found))


def _named_works(given: Answer) -> Iterator[str]:
    types = {name: column.type for name, column in given.question.header.columns.items()}
    for row in given.rows:
        for name, type_ in types.items():
            iri = row[name]
            if isinstance(iri, str) and type_ in {"work", "claim", "case", "process", "effect"}:
                yield str(mint("work", parts_of(URIRef(iri))[0]))


def check_things(store: Described, asked: Question, terms: Terms) -> None:
    """Refuse a parameter that names a thing of which the version says nothing.

    A default may name what a smaller dataset lacks: then the answer has no rows.
    """
    for name, parameter in asked.header.parameters.items():
        kind, _ = kind_of(parameter)
        term = terms[name]
        is_given = str(term) != f"{PREFIXES.get(kind, '')}{parameter.default}"
        is_named = kind in THINGS and term != _any(parameter.any) and is_given
        if is_named and not len(store.describe(URIRef(term))):
            raise ParameterError(
                f"parameter {name!r}: nothing in this version is {str(term)!r}; "
                f"find it with a search, or list the {kind} pages",
                parameter=name,
            )


def _any(name: str | None) -> Term | None:
    return expand(name) if name else None


def _value(term: object) -> Value:
    if term is None:
        return None
    if not isinstance(term, Literal):
        return str(term)
    value = term.toPython()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bool | int | float):
        return value
    return str(term) or None
