"""The library on engines that others operate: the rows of the embedded store, all of them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import pytest
from rdflib import Literal
from rdflib.namespace import XSD

from kg.questions import Question, questions
from kg.store import EndpointStore, Home, Row
from kg.validation import check_dataset

# What asks for a record that is not among those sampled, so that no row can come.
EMPTY = frozenset(
    {"claims-about-process", "disagreeing-pairs", "disagreement-between", "trace-type"}
)
# What Virtuoso 7.20 cannot answer; none of the forty questions is among them.
VIRTUOSO_CANNOT = {
    "cell-candidates": "it leaves out some rows of a MINUS, not the same ones every time",
    "concept-index": "it takes a minute, and is not as the standard has it",
    "definitions-tested": "it takes a count that stands alone in a subquery for 0",
    "disagreeing-pairs": "its compiler fails: SQ156, subq ot was supposed to be found",
    "disagreements": "it gives some rows twice, with another order of what differs",
    "sides-compared": "its compiler fails: SQ156, bad dfe in sqlo_place_exp",
    "typology-cells": "its compiler fails: SQ156, bad dfe in sqlo_place_exp",
}
_CONCATENATED = re.compile(r'SEPARATOR = "(.*?)"\) AS \?(\w+)\)')
# Here each value brings its separator with it; the first is cut off.
_CARRYING = re.compile(r'CONCAT\("(.*?)", .*SEPARATOR = ""\), 3\)+ AS \?(\w+)\)')
_RENAMED = re.compile(r"\(\?(\w+) AS \?(\w+)\)")
_NUMBERS = {XSD.integer, XSD.decimal, XSD.double}


# Where the standard leaves the value open, or an engine has fewer digits, rows are the same when
# these differences are put aside; nothing else may differ, and no question is left out.
def alike(row: Row, concatenated: Mapping[str, str]) -> tuple[object, ...]:
    """Give a row in the form in which engines are compared."""
    found: list[object] = []
    for name, term in row.items():
        if name in concatenated:
            # SPARQL 1.1 §18.5.1.7: the order is open. Of nothing, an engine gives no value or an
            # empty text; Oxigraph keeps a language that all the texts have, Virtuoso does not.
            found.append(tuple(sorted(str(term or "").split(concatenated[name]))))
        elif isinstance(term, Literal) and term.datatype in _NUMBERS:
            # Virtuoso has fifteen digits of a decimal number, and writes 0.0 as an integer.
            number = float(term)
            found.append(number if number.is_integer() else float(f"{number:.12g}"))
        else:
            found.append(term)
    return tuple(found)


@pytest.mark.parametrize("asked", questions().values(), ids=lambda one: one.name)
def test_a_question_has_the_same_rows(
    asked: Question, engine: EndpointStore, sampled: Home
) -> None:
    if engine.endpoint.engine.name == "virtuoso" and asked.name in VIRTUOSO_CANNOT:
        assert asked.header.question is None
        pytest.skip(VIRTUOSO_CANNOT[asked.name])
    query = asked.bound(asked.terms({}))
    found = [*_CONCATENATED.findall(query), *_CARRYING.findall(query)]
    concatenated = {name: separator for separator, name in found}
    again = {to: concatenated[name] for name, to in _RENAMED.findall(query) if name in concatenated}
    concatenated |= again
    with sampled.open() as store:
        expected = [alike(row, concatenated) for row in store.select(query)]
    assert expected or asked.name in EMPTY or asked.header.missing
    assert [alike(row, concatenated) for row in engine.select(query)] == expected
    assert not any(math.isnan(each) for row in expected for each in row if isinstance(each, float))


def test_the_checks_find_the_same(engine: EndpointStore, sampled: Home) -> None:
    if engine.endpoint.engine.name == "oxigraph":
        pytest.skip("oxigraph serve takes long for them over the union of graphs")
    with sampled.open() as store:
        expected = sorted(map(str, check_dataset(store).findings))
    assert sorted(map(str, check_dataset(engine).findings)) == expected
    assert len(expected) > 100


def test_a_graph_is_the_same_term_by_term(engine: EndpointStore, sampled: Home) -> None:
    with sampled.open() as store:
        names = store.graph_names()
        assert engine.graph_names() == names
        for name in names[100:110]:
            assert set(engine.graph(name)) == set(store.graph(name))
        assert len(engine) == len(store)
