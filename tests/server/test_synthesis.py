"""The page of the synthesis by direction of effect, over the corpus."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from kg.dataset import Dataset
from kg.store import Home
from kg.synthesis import synthesise, votes_of
from server import create_app


@pytest.fixture(scope="module")
def client(corpus_home: Home) -> Iterator[FlaskClient]:
    app = create_app({"home": corpus_home.path, "workers": 1})
    with app.test_client() as found:
        yield found
    app.extensions["answering"].close()


def test_page_shows_the_tests_of_the_library(client: FlaskClient, dataset: Dataset) -> None:
    page = client.get("/synthesis").text
    first = synthesise(votes_of(dataset.question("outcome-directions").rows))[0]
    row = re.search(rf'<tr><th scope="row">{first.outcome}</th>(.*?)</tr>', page, re.DOTALL)
    assert row is not None
    numbers = re.findall(r'<td class="number">(\d+)</td>', row[1])
    assert [int(number) for number in numbers] == list(first.counts.values())
    assert first.p_value is not None
    assert f"{first.p_value + 1e-9:.4f}" in row[1]
    assert "0.0313" in page, "as print has the p-value of six of six"
    assert "0.0312" not in page


def test_page_has_both_plots_and_what_they_cannot_support(client: FlaskClient) -> None:
    page = client.get("/synthesis").text
    assert page.count('role="img"') == 2
    assert "no evidence of no effect" in page
    assert "Votes are not weighted" in page


def test_the_rule_within_a_study_is_a_parameter(client: FlaskClient) -> None:
    assert client.get("/synthesis?share=100").status_code == 200
    for wrong in ("50", "101", "x", "0.7"):
        assert client.get(f"/synthesis?share={wrong}").status_code == 400


def test_a_wrong_concept_is_named(client: FlaskClient) -> None:
    response = client.get("/synthesis?subject=co-productoin", headers={"Accept": "text/html"})
    assert response.status_code == 400
    assert "did you mean co-production" in response.text


def test_an_outcome_without_studies_says_so(client: FlaskClient) -> None:
    page = client.get("/synthesis?subject=steen2018").text
    assert "Choose a broader concept" in page
