"""The evidence map: picture, table, CSV and query have one number, and it opens its claims."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from html import unescape
from io import StringIO
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from kg.dataset import Dataset
from kg.store import Home
from server import create_app

_ASKED = (
    "rows=sector&columns=dimension",
    "rows=phase&columns=holder&by=link",
    "rows=sector&columns=effect&sector=health-care&start=2015",
    "rowsUnder=service-outcome&columns=design&reading=abstract",
)


@pytest.fixture(scope="module")
def client(corpus_home: Home) -> Iterator[FlaskClient]:
    app = create_app({"home": corpus_home.path, "workers": 1})
    with app.test_client() as found:
        yield found
    app.extensions["answering"].close()


def page_of(client: FlaskClient, asked: str) -> str:
    response = client.get(f"/map?{asked}", headers={"Accept": "text/html"})
    assert response.status_code == 200
    return response.text


@pytest.mark.parametrize("asked", _ASKED)
def test_every_number_opens_as_many_as_it_says(
    client: FlaskClient, dataset: Dataset, asked: str
) -> None:
    text = page_of(client, asked)
    links = re.findall(r'<a href="(/questions/(?:claims|works)-in-cell[^"]*)">(\d+)', text)
    assert len(links) > 5
    for address, count in [*links[:: max(1, len(links) // 4)], links[-1]]:
        parts = urlsplit(unescape(address))
        name = parts.path.rpartition("/")[2]
        assert len(dataset.question(name, **dict(parse_qsl(parts.query)))) == int(count), address


def test_a_cell_leads_to_the_page_of_its_claims(client: FlaskClient) -> None:
    address, count = re.findall(
        r'<a href="(/questions/claims-in-cell[^"]*)">(\d+)', page_of(client, _ASKED[0])
    )[0]
    page = client.get(unescape(address), headers={"Accept": "text/html"}).text
    assert int(re.findall(r'<span class="count">(\d+) row', page)[0]) == int(count) > 0


@pytest.mark.parametrize("asked", _ASKED)
def test_csv_query_and_table_have_equal_numbers(
    client: FlaskClient, dataset: Dataset, asked: str
) -> None:
    text = page_of(client, asked)
    rows = list(csv.DictReader(StringIO(client.get(f"/map.csv?{asked}").text)))
    query = unescape(re.findall(r"<pre[^>]*><code>(.*?)</code>", text, re.DOTALL)[0])
    told = [[str(term) for term in row.terms] for row in dataset.select(query)]
    assert told == [list(row.values()) for row in rows]
    shown = re.findall(r'claims-in-cell[^"]*">(\d+) claims', text)
    assert [int(each) for each in shown] == [int(r["claims"]) for r in rows if int(r["claims"])]


def test_picture_is_a_file_of_its_own_with_every_bubble(client: FlaskClient) -> None:
    response = client.get(f"/map.svg?{_ASKED[0]}")
    assert response.mimetype == "image/svg+xml"
    root = ElementTree.fromstring(response.text)  # noqa: S314  # our own
    rows = csv.DictReader(StringIO(client.get(f"/map.csv?{_ASKED[0]}").text))
    ways = ("creating", "destroying", "mixing", "unchanging", "recovering")
    numbers = [int(row[way]) for row in rows for way in ways if int(row[way])]
    titles = [node.text or "" for node in root.iter("{http://www.w3.org/2000/svg}title")]
    drawn = [int(each.rpartition(": ")[2]) for each in titles if each[-1:].isdigit()]
    assert sorted(drawn) == sorted(numbers) != []


def test_gaps_single_works_and_both_ways_are_told(client: FlaskClient) -> None:
    text = page_of(client, _ASKED[0])
    rows = list(csv.DictReader(StringIO(client.get(f"/map.csv?{_ASKED[0]}").text)))
    both = sum(int(r["creating"]) > 0 < int(r["destroying"]) for r in rows)
    gaps = sum(int(r["claims"]) == 0 for r in rows)
    assert text.count('<span class="quiet">gap</span>') == text.count('"cell cell-gap"') == gaps > 0
    assert text.count("<strong>both ways</strong>") == text.count('"cell cell-both"') == both > 0


def test_a_wrong_facet_is_named(client: FlaskClient) -> None:
    for wrong in ("rows=colour", "by=colour", "sector=health-cere"):
        assert client.get(f"/map?{wrong}").status_code == 400


@pytest.mark.parametrize("side", ["rows", "columns"])
def test_a_map_of_all_concepts_lets_choose_a_branch(client: FlaskClient, side: str) -> None:
    text = page_of(client, f"{side}=concept&country=GB")
    branches = re.findall(rf'<a href="(/map\?[^"]*{side}Under=[^"]*)">', text)
    assert len(branches) == 14
    for address in branches:
        chosen = client.get(unescape(address), headers={"Accept": "text/html"}).text
        assert 'class="scroll evidence-map"' in chosen
        assert "country=GB" in unescape(chosen)
