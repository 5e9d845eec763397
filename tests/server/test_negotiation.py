"""Negotiation: the most specific range that covers a format gives its quality."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from server.negotiation import GRAPHS, ROWS, choose
from server.problems import ProblemError


def accept(header: str) -> MIMEAccept:
    return parse_accept_header(header, MIMEAccept)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("application/*", "application/n-triples"),
        ("text/turtle;q=0.1, application/ld+json", "application/ld+json"),
        ("*/*, text/turtle;q=0", "application/n-triples"),
        ("application/rdf+xml;q=0.5, */*;q=0.1", "application/rdf+xml"),
        ("application/x-turtle", "text/turtle"),
        ("TEXT/TURTLE", "text/turtle"),
        ("text/turtle;charset=utf-8", "text/turtle"),
        ("text/turtle;q=0.5, application/n-triples;q=0.5", "text/turtle"),
    ],
)
def test_the_header_chooses(header: str, expected: str) -> None:
    assert choose(accept(header), GRAPHS) == expected


@pytest.mark.parametrize("asked", ["csv", "CSV", "text/csv"])
def test_a_parameter_goes_before_the_header(asked: str) -> None:
    assert choose(accept("application/json"), ROWS, asked=asked) == "text/csv"


def test_of_several_parameters_the_first_that_is_known_chooses() -> None:
    assert choose(accept("*/*"), GRAPHS, asked=("x-odd", "rdf+xml", "nt")) == "application/rdf+xml"
    with pytest.raises(ProblemError, match="format=x-odd, y-odd"):
        choose(accept("*/*"), GRAPHS, asked=("x-odd", "y-odd"))


@pytest.mark.parametrize("header", ["image/png", "*/*;q=0", "text/turtle"])
def test_what_fits_nothing_is_refused_with_what_there_is(header: str) -> None:
    with pytest.raises(ProblemError) as caught:
        choose(accept(header), ROWS)
    assert caught.value.members["available"] == list(ROWS.values())


@given(st.text(max_size=60))
def test_no_header_breaks_the_choice(header: str) -> None:
    with suppress(ProblemError):
        assert choose(accept(header), GRAPHS) in GRAPHS.values()
