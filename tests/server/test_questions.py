"""The pages and the interface of the questions, over the corpus."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html import unescape

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from kg.questions import questions
from kg.store import Home
from server import create_app
from server.questions import DATA

NAMES = list(questions())


@pytest.fixture(scope="module")
def client(corpus_home: Home) -> Iterator[FlaskClient]:
    app = create_app(
        {"home": corpus_home.path, "workers": 1, "client_seconds": 3_600, "client_errors": 10_000}
    )
    with app.test_client() as found:
        yield found
    app.extensions["answering"].close()


def _page(client: FlaskClient, address: str, status: int = 200) -> str:
    response = client.get(address, headers={"Accept": "text/html"})
    assert response.status_code == status, response.text[:500]
    return response.text


@pytest.mark.parametrize("name", NAMES)
def test_every_question_has_a_page_with_its_answer(name: str, client: FlaskClient) -> None:
    page = _page(client, f"/questions/{name}")
    one = questions()[name]
    assert page.count("<h1>") == 1
    assert "PREFIX " in unescape(page)
    if "<table>" not in page:
        assert one.header.missing
        return
    # what a claim states is the name of its link
    repeated = sum(name.lower().endswith("statement") for name in one.header.columns)
    columns = len(one.header.columns)
    assert columns - repeated <= page.count('<th scope="col"') <= columns
    assert ("<svg xmlns" in page) == (one.header.display.kind != "table")
    reasons = [column.alone for column in one.header.columns.values() if column.alone]
    assert len(re.findall("<dt>", page.partition("and why</summary>")[2])) == len(reasons)
    assert all(f"{reason[1:]}." in unescape(page) for reason in reasons)


@pytest.mark.parametrize("suffix", DATA)
def test_an_answer_can_be_taken_away(suffix: str, client: FlaskClient) -> None:
    response = client.get(f"/questions/evidence-by-sector.{suffix}")
    assert response.status_code == 200
    assert response.mimetype == DATA[suffix]
    if suffix in {"csv", "tsv"}:
        delimiter = "," if suffix == "csv" else "\t"
        assert len(list(csv.reader(io.StringIO(response.text), delimiter=delimiter))) == 22
    elif suffix == "json":
        assert len(json.loads(response.data)["rows"]) == 21
    elif suffix == "jsonld":
        assert list(ox.parse(response.data, format=ox.RdfFormat.JSON_LD))
    else:
        assert len(list(load_workbook(io.BytesIO(response.data))["Answer"].rows)) == 22


def test_a_number_of_a_question_leads_to_its_name(client: FlaskClient) -> None:
    response = client.get("/questions/cq05?page=1")
    assert response.status_code == 308
    assert response.headers["Location"] == "/questions/evidence-by-sector?page=1"


def test_a_count_on_the_page_leads_to_as_many_rows(client: FlaskClient) -> None:
    page = _page(client, "/questions/evidence-by-sector?sort=-claims")
    links = re.findall(r'<td class="number"><a href="([^"]+)">(\d+)</a>', page)
    assert len(links) == 63
    for address, count in links[:4]:
        name, _, parameters = unescape(address).partition("?")
        answer = client.get(f"{name}.csv?{parameters}")
        assert len(list(csv.reader(io.StringIO(answer.text)))) == int(count) + 1


def test_a_table_is_sorted_by_its_address(client: FlaskClient) -> None:
    up = _numbers(_page(client, "/questions/evidence-by-sector?sort=claims"))
    down = _numbers(_page(client, "/questions/evidence-by-sector?sort=-claims"))
    assert up == sorted(up)
    assert down == sorted(down, reverse=True)
    page = _page(client, "/questions/evidence-by-sector?sort=claims")
    assert 'aria-sort="ascending"' in page
    assert "sort=-claims" in page


def _numbers(page: str) -> list[int]:
    rows = re.findall(r"<tr><td>.*?</tr>", page)
    return [int(re.findall(r">(\d+)</a>", row)[1]) for row in rows]


def test_rows_are_found_by_their_words(client: FlaskClient) -> None:
    page = _page(client, "/questions/evidence-by-sector?find=HEALTH")
    assert "Health care" in page
    assert "Education" not in page.partition("<tbody>")[2].partition("</tbody>")[0]
    nothing = _page(client, "/questions/evidence-by-sector?find=xyzzy")
    assert "No row holds all of these words" in nothing


def test_the_pages_of_a_listing_follow_one_another(client: FlaskClient) -> None:
    seen: list[str] = []
    address = "/questions/works?page=1"
    for _ in range(3):
        page = _page(client, address)
        seen += re.findall(r'<tr><td><a href="(/work/[^"]+)"', page)
        later = re.search(r'<a rel="next" href="\?([^"#]*)', page)
        if later is None:
            break
        address = f"/questions/works?{unescape(later[1])}"
    assert len(seen) == len(set(seen)) == 280


def test_a_wrong_choice_is_named_with_what_is_near(client: FlaskClient) -> None:
    page = _page(client, "/questions/whose-value?sector=helth-care", 400)
    assert 'value="helth-care"' in page
    assert "did you mean health-care" in unescape(page)
    problem = client.get("/api/questions/whose-value?sector=helth-care")
    assert problem.status_code == 400
    assert problem.mimetype == "application/problem+json"
    assert json.loads(problem.data)["parameter"] == "sector"
    assert "health-care" in json.loads(problem.data)["nearest"]


def test_a_thing_typed_by_its_name_is_offered_by_its_address(client: FlaskClient) -> None:
    page = _page(client, "/questions/claims?work=osborne", 400)
    assert "<code>osborne-" in page


def test_a_page_of_a_version_stays_in_it(client: FlaskClient) -> None:
    page = _page(client, "/version/1/questions/evidence-by-sector")
    assert 'href="/version/1/questions/claims?' in page


def test_choices_come_from_the_data(client: FlaskClient) -> None:
    found = json.loads(client.get("/api/questions/claims/choices/work?q=osborne").data)
    assert found["choices"]
    assert all("osborne" in each["label"].casefold() for each in found["choices"])
    assert client.get("/api/questions/claims/choices/colour").status_code == 404
    assert client.get("/api/questions/nothing/choices/work").status_code == 404


def test_an_answer_of_the_interface_can_be_cut(client: FlaskClient) -> None:
    whole = json.loads(client.get("/api/questions/evidence-by-sector").data)["rows"]
    part = json.loads(client.get("/api/questions/evidence-by-sector?limit=3&offset=2").data)["rows"]
    assert part == whole[2:5]
    for wrong in ("limit=0", "limit=x", "offset=-1", "limit=2&limit=3", "page=2"):
        assert client.get(f"/api/questions/evidence-by-sector?{wrong}").status_code == 400


def test_an_answer_of_the_interface_is_that_of_the_library(client: FlaskClient) -> None:
    found = json.loads(client.get("/api/questions").data)["questions"]
    assert [one["name"] for one in found] == NAMES
    assert len(json.loads(client.get("/api/questions?q=contradict").data)["questions"]) >= 2


def test_no_parameter_has_a_name_that_pages_need() -> None:
    taken = {"page", "sort", "find", "limit", "offset"}
    assert not [one for one in questions().values() if taken & set(one.header.parameters)]


def test_an_answer_is_compared_with_that_of_a_version(client: FlaskClient) -> None:
    page = _page(client, "/questions/evidence-by-sector/since/1")
    assert page.count("<p>None.</p>") == 2
    assert client.get("/questions/evidence-by-sector/since/99").status_code == 404


def test_the_works_behind_an_answer_are_all_there(client: FlaskClient) -> None:
    found = json.loads(client.get("/api/questions/evidence-by-sector/works").data)["works"]
    listed = client.get("/questions/claims.json").json
    assert listed is not None
    expected = {row["reportedIn"] for row in listed["rows"] if row["sectors"]}
    assert sorted({each["work"] for each in found} ^ expected)[:5] == []
    assert len(found) > 100


def test_the_iri_of_a_question_leads_to_its_page(client: FlaskClient) -> None:
    response = client.get("/question/claims", headers={"Accept": "text/html"})
    assert response.status_code == 303
    assert response.headers["Location"] == "/questions/claims"
    assert client.get("/question/nothing", headers={"Accept": "text/html"}).status_code == 404
