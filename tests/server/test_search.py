"""The page of the search, its data and its references, over the corpus."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from html import unescape
from io import StringIO

import pytest
import rispy
from flask.testing import FlaskClient

from kg.search import Wanted, find
from kg.store import Home
from server import create_app


@pytest.fixture(scope="module")
def client(corpus_home: Home) -> Iterator[FlaskClient]:
    app = create_app({"home": corpus_home.path, "workers": 1})
    with app.test_client() as found:
        yield found
    app.extensions["answering"].close()


def test_every_page_has_the_search_box(client: FlaskClient) -> None:
    for path in ("/", "/questions", "/search"):
        assert 'role="search"' in client.get(path, headers={"Accept": "text/html"}).text


def test_page_json_and_csv_have_the_numbers_of_the_index(
    client: FlaskClient, corpus_home: Home
) -> None:
    found = find(corpus_home, 1, Wanted("trust", {"sector": "health-care"}))
    asked = "?q=trust&sector=health-care"
    page = client.get(f"/search{asked}", headers={"Accept": "text/html"}).text
    assert page.count("<li><p><span") == min(found.count, 25)
    data = client.get(f"/search.json{asked}").get_json()
    assert data["count"] == found.count > 0
    assert [hit["iri"] for hit in data["hits"]] == [hit.iri for hit in found.hits[:25]]
    rows = list(csv.DictReader(StringIO(client.get(f"/search.csv{asked}").text)))
    assert [row["iri"] for row in rows] == [hit.iri for hit in found.hits]


def test_the_works_found_are_references(client: FlaskClient, corpus_home: Home) -> None:
    works = {hit.work for hit in find(corpus_home, 1, Wanted("trust")).hits if hit.work}
    entries = rispy.loads(client.get("/search.ris?q=trust").text)
    assert len(entries) == len(works) > 3


def test_the_links_of_a_facet_open_what_they_count(client: FlaskClient) -> None:
    page = client.get("/search?q=citizen&country=NL", headers={"Accept": "text/html"}).text
    links = re.findall(r'href="(/search\?[^"]+)" rel="nofollow">[^<]*</a> <span[^>]*>(\d+)<', page)
    assert len(links) > 30
    for address, count in links[::9]:
        data = client.get(unescape(address).replace("/search?", "/search.json?")).get_json()
        assert data["count"] == int(count), address


def test_pages_follow_one_another_to_the_end(client: FlaskClient) -> None:
    seen, address = [], "/search.json?q=co-creation&kind=claim"
    while address:
        data = client.get(address).get_json()
        seen += [hit["iri"] for hit in data["hits"]]
        address = data["next"]
    assert len(seen) == len(set(seen)) == data["count"] > 25


def test_what_is_typed_shows_as_text(client: FlaskClient) -> None:
    page = client.get("/search", query_string={"q": "<script>alert(1)</script> trust"}).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_search_can_be_asked_of_a_version(client: FlaskClient) -> None:
    page = client.get("/version/1/search?q=trust", headers={"Accept": "text/html"})
    assert 'href="/version/1/concept/trust"' in page.text
    assert "immutable" in page.headers["Cache-Control"]


def test_a_wrong_value_is_named_with_what_comes_nearest(client: FlaskClient) -> None:
    response = client.get("/search.json?sector=health-cere", headers={"Accept": "text/html"})
    assert response.status_code == 400
    assert "did you mean health-care" in response.text


def test_nothing_found_says_what_to_do(client: FlaskClient) -> None:
    page = client.get("/search?q=xqzzyw", headers={"Accept": "text/html"}).text
    assert "Use fewer or broader words" in page
