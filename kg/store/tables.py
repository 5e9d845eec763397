"""The answer of a SELECT query: variables and rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import Literal

from kg.store.terms import Term, rdflib_term

__all__ = ["Row", "Table", "table_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Row(Mapping[str, Term | None]):
    """One solution: from each variable to its term, or None where it is unbound.

    >>> row = Row(("title", "year"), (Literal("Value"), None))
    >>> row["title"], row["year"], row.value("title")
    (rdflib.term.Literal('Value'), None, 'Value')
    """

    variables: tuple[str, ...]
    terms: tuple[Term | None, ...]

    def __getitem__(self, variable: str) -> Term | None:
        """Return the term of the variable, None where it is unbound."""
        try:
            return self.terms[self.variables.index(variable)]
        except ValueError:
            raise KeyError(variable) from None

    def __iter__(self) -> Iterator[str]:
        """Iterate over the variables."""
        return iter(self.variables)

    def __len__(self) -> int:
        """Count the variables."""
        return len(self.variables)

    def value(self, variable: str) -> object:
        """Return the Python value: of a literal its own, of an IRI the text, else None.

        A literal whose lexical form is not one of its datatype gives that form.
        """
        term = self[variable]
        if not isinstance(term, Literal):
            return None if term is None else str(term)
        return str(term) if term.value is None else term.value


@dataclass(frozen=True, slots=True)
class Table:
    """The variables of a query in their order, and its solutions in theirs."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the rows."""
        return iter(self.rows)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.rows)

    def column(self, variable: str) -> tuple[Term | None, ...]:
        """Return the terms of one variable, row by row."""
        return tuple(row[variable] for row in self.rows)

    def values(self) -> tuple[tuple[object, ...], ...]:
        """Return the rows as Python values, as a data frame takes them."""
        return tuple(tuple(row.value(name) for name in self.variables) for row in self.rows)


def table_of(solutions: ox.QuerySolutions) -> Table:
    """Collect the solutions of the engine in a table."""
    variables = tuple(variable.value for variable in solutions.variables)
    return Table(variables, tuple(_rows(variables, solutions)))


def _rows(variables: tuple[str, ...], solutions: Iterable[ox.QuerySolution]) -> Iterator[Row]:
    for solution in solutions:
        yield Row(
            variables,
            tuple(
                None if solution[name] is None else rdflib_term(solution[name])
                for name in variables
            ),
        )
