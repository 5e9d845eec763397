"""Lists of references: all works behind an answer, in forms that other programs read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import StringIO

import bibtexparser
import msgspec
import pytest
import rispy
from flask.testing import FlaskClient

from kg.questions import questions
from kg.store import Home
from server import bibliographies, create_app
from server.bibliographies import LISTS


@pytest.fixture(scope="module")
def client(corpus_home: Home) -> Iterator[FlaskClient]:
    settings = {"home": corpus_home.path, "workers": 1, "client_seconds": 3_600}
    app = create_app({**settings, "client_errors": 1_000})
    yield app.test_client()
    app.extensions["answering"].close()


def works_of(client: FlaskClient, address: str) -> set[str]:
    found = msgspec.json.decode(client.get(f"/api{address}").data)["works"]
    return {each["work"].rpartition("/")[2] for each in found}


SAMPLE = ("claims", "whose-value", "citation-links", "rival-definitions", "outcome-directions")


@pytest.mark.parametrize("name", questions() if "COVE_TEST_ALL" in os.environ else SAMPLE)
def test_every_answer_has_the_references_of_all_its_works(client: FlaskClient, name: str) -> None:
    response = client.get(f"/questions/{name}/references.csl.json")
    assert response.status_code == 200, response.text[:300]
    items = msgspec.json.decode(response.data)
    assert {item["id"] for item in items} == works_of(client, f"/questions/{name}/works")


def test_the_forms_hold_the_same_works_and_other_programs_read_them(client: FlaskClient) -> None:
    address = "/questions/claims/references"
    asked = "?concept=trust"
    expected = works_of(client, f"/questions/claims/works{asked}")
    assert len(expected) > 5
    ris = rispy.load(StringIO(client.get(f"{address}.ris{asked}").text))
    library = bibtexparser.parse_string(client.get(f"{address}.bib{asked}").text)
    items = msgspec.json.decode(client.get(f"{address}.csl.json{asked}").data)
    lines = client.get(f"{address}.txt{asked}").text.splitlines()
    assert not library.failed_blocks
    assert {entry["id"] for entry in ris} == expected
    assert {entry.key for entry in library.entries} == expected
    assert {item["id"] for item in items} == expected
    assert len(lines) == len(expected)
    assert lines == sorted(lines, key=str.casefold)


def test_a_list_is_chosen_by_the_header_too(client: FlaskClient) -> None:
    for suffix, media_type in LISTS.items():
        response = client.get("/questions/whose-value/references", headers={"Accept": media_type})
        assert response.mimetype == media_type
        assert response.data == client.get(f"/questions/whose-value/references.{suffix}").data
        assert f'filename="cove-whose-value.{suffix}"' in response.headers["Content-Disposition"]


def test_the_page_of_a_question_leads_to_its_references(client: FlaskClient) -> None:
    page = client.get("/questions/claims?concept=trust", headers={"Accept": "text/html"}).text
    for suffix in LISTS:
        assert f'href="/questions/claims/references.{suffix}?concept=trust"' in page


def test_a_list_of_a_version_stays(client: FlaskClient) -> None:
    response = client.get("/version/1/questions/whose-value/references.ris")
    assert "immutable" in response.headers["Cache-Control"]
    assert response.data == client.get("/questions/whose-value/references.ris").data


def test_a_list_that_is_too_long_is_refused_whole(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bibliographies, "MOST", 3)
    response = client.get("/questions/works/references.ris?sector=health-care")
    assert response.status_code == 413
    assert response.json["type"] == "/problems/answer-too-large"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/questions/nothing/references.ris", 404),
        ("/questions/whose-value/references.ris?sector=helth-care", 400),
        ("/questions/whose-value/references.ris?colour=red", 400),
        ("/questions/whose-value/references.docx", 404),
        ("/version/99/questions/whose-value/references.ris", 404),
    ],
)
def test_what_cannot_be_listed_is_told(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status
