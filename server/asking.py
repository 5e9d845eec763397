"""Ask the questions of the library in workers, which end a query that takes too long."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import current_app
from rdflib.namespace import XSD

from kg.errors import ParameterError, QueryError
from kg.questions import Answer, Question, Value, check_things, question, works_behind
from server.answering import Answering
from server.problems import ProblemError
from server.reading import Version
from server.replies import asker

__all__ = ["answered", "behind", "found_question", "refused"]

_READERS: Mapping[str, Callable[[str], Value]] = {
    str(XSD.integer): int,
    str(XSD.gYear): int,
    str(XSD.decimal): float,
    str(XSD.double): float,
    str(XSD.float): float,
    str(XSD.boolean): lambda text: text in {"true", "1"},
}


def found_question(name: str) -> Question:
    """Look a question up; raise ProblemError with the nearest names."""
    try:
        return question(name)
    except QueryError as error:
        raise ProblemError("not-found", str(error)) from error


def answered(
    version: Version,
    asked: Question,
    given: Mapping[str, str],
    *,
    first: int = 0,
    most: int | None = None,
) -> Answer:
    """Answer a question, a listing in part; raise ParameterError or ProblemError."""
    answering: Answering = current_app.extensions["answering"]
    terms = asked.terms(given)
    check_things(version.snapshot, asked, terms)
    query = asked.bound(terms, first=first, most=most)
    found = answering.rows(query, version.number, asker())
    rows = tuple(
        {name: _value(row[name]) if name in row else None for name in asked.variables}
        for row in found
    )
    return Answer(asked, terms, asked.bound(terms), rows)


def behind(version: Version, found: Answer) -> tuple[str, ...]:
    """Return the IRIs of all works that an answer rests on, those behind its counts included."""

    def ask(name: str, /, **given: str) -> Answer:
        return answered(version, found_question(name), given)

    return works_behind(ask, found)


def refused(error: ParameterError) -> ProblemError:
    """Return the problem that tells which parameter is wrong, and what comes nearest."""
    members: dict[str, str | int | float | list[str]] = {"parameter": error.parameter}
    if error.nearest:
        members["nearest"] = list(error.nearest)
    return ProblemError("malformed-request", str(error), members=members)


def _value(term: Mapping[str, str]) -> Value:
    """Return the value of a term of SPARQL JSON.

    >>> _value({"type": "literal", "value": "7", "datatype": str(XSD.integer)})
    7
    """
    read = _READERS.get(term.get("datatype", ""), str)
    return read(term["value"]) if term["value"] else None
