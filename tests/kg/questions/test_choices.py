from __future__ import annotations

import pytest

from kg.dataset import Dataset
from kg.errors import ParameterError
from kg.questions import choices, listed, question, questions
from kg.questions.parameters import THINGS, kind_of


def test_codes_are_found_by_label_and_by_code(dataset: Dataset) -> None:
    asked = question("claims")
    found = choices(dataset.select, asked, "sector", "health")
    assert ("health-care", "Health care") in [(c.value, c.label) for c in found]
    assert choices(dataset.select, asked, "country", "SE")[0].label.startswith("Se")


def test_works_are_found_by_what_people_call_them(dataset: Dataset) -> None:
    found = choices(dataset.select, question("claims"), "work", "osborne and strok")
    assert found
    for choice in found:
        assert "osborne and strok" in choice.label.casefold()
        assert len(dataset.question("claims", work=choice.value)) >= 0


def test_propositions_are_found_by_their_ends(dataset: Dataset) -> None:
    found = choices(dataset.select, question("proposition-evidence"), "proposition", "efficiency")
    assert found
    answer = dataset.question("proposition-evidence", proposition=found[0].value)
    assert len(answer) > 0


def test_a_text_with_quotes_is_only_a_text(dataset: Dataset) -> None:
    assert choices(dataset.select, question("claims"), "work", '") } #') == ()


def test_choices_of_an_unknown_parameter_name_those_there_are(dataset: Dataset) -> None:
    with pytest.raises(ParameterError, match=r"no parameter 'colour'.*concept"):
        choices(dataset.select, question("concept-evidence"), "colour")


def test_every_parameter_that_names_something_has_choices(dataset: Dataset) -> None:
    kinds = {
        kind_of(parameter)[0]: (one, name)
        for one in questions().values()
        for name, parameter in one.header.parameters.items()
    }
    assert len(kinds) >= 9
    for kind, (one, name) in kinds.items():
        if kind == "evidence-review":
            continue  # the corpus holds no published review
        if kind in THINGS:
            assert choices(dataset.select, one, name), kind
        elif kind not in {"integer", "iri", "text"}:
            assert listed(one.header.parameters[name]), kind
