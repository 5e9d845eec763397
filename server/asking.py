"""Ask the questions of the library in workers, which end a query that takes too long."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import current_app
from rdflib.namespace import XSD

from kg.questions import Answer, Question, Value
from server.answering import Answering
from server.reading import Version
from server.replies import asker

__all__ = ["answered"]

_READERS: Mapping[str, Callable[[str], Value]] = {
    str(XSD.integer): int,
    str(XSD.gYear): int,
    str(XSD.decimal): float,
    str(XSD.double): float,
    str(XSD.float): float,
    str(XSD.boolean): lambda text: text in {"true", "1"},
}


def answered(version: Version, asked: Question, given: Mapping[str, str]) -> Answer:
    """Answer a question; raise ParameterError or ProblemError with the remedy."""
    answering: Answering = current_app.extensions["answering"]
    terms = asked.terms(given)
    query = asked.bound(terms)
    found = answering.rows(query, version.number, asker())
    rows = tuple(
        {name: _value(row[name]) if name in row else None for name in asked.variables}
        for row in found
    )
    return Answer(asked, terms, query, rows)


def _value(term: Mapping[str, str]) -> Value:
    """Return the value of a term of SPARQL JSON.

    >>> _value({"type": "literal", "value": "7", "datatype": str(XSD.integer)})
    7
    """
    read = _READERS.get(term.get("datatype", ""), str)
    return read(term["value"]) if term["value"] else None
