from __future__ import annotations

import pytest
from rdflib import Literal, URIRef

from kg.errors import ParameterError, QueryError
from kg.namespaces import COVE, PREFIXES
from kg.questions import question, questions, search
from kg.questions.binding import bind, parameter_names

_HEALTH = URIRef(PREFIXES["concept"] + "sector/health-care")


@pytest.mark.parametrize("given", ["health-care", "Health care", "HEALTH CARE", str(_HEALTH)])
def test_a_code_is_taken_as_notation_label_or_iri(given: str) -> None:
    assert question("whose-value").terms({"sector": given})["sector"] == _HEALTH


@pytest.mark.parametrize("given", [None, "", "any"])
def test_what_is_left_open_becomes_the_class_of_everything(given: str | None) -> None:
    assert question("whose-value").terms({"sector": given})["sector"] == COVE.Claim


def test_a_wrong_code_is_named_with_the_nearest() -> None:
    with pytest.raises(ParameterError, match="'sector': 'healthcare'") as caught:
        question("whose-value").terms({"sector": "healthcare"})
    assert caught.value.parameter == "sector"
    assert "health-care" in caught.value.nearest


def test_an_unknown_parameter_is_refused_with_those_there_are() -> None:
    with pytest.raises(ParameterError, match="no parameter 'sectr'") as caught:
        question("whose-value").terms({"sectr": "health-care"})
    assert caught.value.nearest == ("sector",)


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("before-and-after", {"year": "soon"}, "not a whole number"),
        ("before-and-after", {"year": 3000}, "out of bounds"),
        ("gap-matrix", {"rows": "colour"}, "none of its choices"),
        ("opposing-evidence", {"against": "https://example.org/x"}, "not the IRI of a work"),
        ("claims-in-cell", {"row": "x"}, "not an IRI"),
        ("works-stating", {"subject": "no such concept"}, "none of its choices"),
    ],
)
def test_a_value_that_cannot_be_bound_is_refused(
    name: str, given: dict[str, object], message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        question(name).terms(given)


def test_every_question_can_be_asked_with_its_defaults() -> None:
    for one in questions().values():
        assert not parameter_names(one.bound(one.terms({})))


def test_binding_leaves_strings_iris_and_comments_alone() -> None:
    query = "ASK { <http://a/$x> ?p '$x', \"$x\", $x, $xy } # $x"
    bound = bind(query, {"x": Literal('quote " and \\ and\nline')})
    assert bound.count("$x") == 5
    assert '"""quote' in bound


def test_a_text_cannot_leave_its_literal() -> None:
    one = question("senses-of-a-term")
    bound = one.bound(one.terms({"term": '"))} DROP ALL #'}))
    assert r"LCASE(\"" not in bound
    assert r'"\"))} DROP ALL #"' in bound


def test_an_iri_with_a_bracket_is_refused() -> None:
    one = question("claims-in-cell")
    with pytest.raises(ParameterError, match="is not an IRI"):
        one.bound(one.terms({"row": "https://example.org/> . ?s ?p ?o"}))


def test_a_question_is_found_by_number_and_by_words() -> None:
    assert question("cq05") is question("5") is question("evidence-by-sector")
    assert question("evidence-by-sector") in search("evidence sector")
    assert search("no such words here") == ()


def test_an_unknown_question_is_refused_with_the_nearest() -> None:
    with pytest.raises(QueryError, match="did you mean evidence-by-sector"):
        question("evidence-per-sector")
