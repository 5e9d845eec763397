"""Works as references over HTTP."""

from __future__ import annotations

from io import StringIO

import bibtexparser
import pytest
import rispy
from flask.testing import FlaskClient

from kg.store import Home
from server import create_app

WORK = "/work/adams-2018-urban-informal-communities-co-production-lilongwe"
TYPES = {
    "csl.json": "application/vnd.citationstyles.csl+json",
    "ris": "application/x-research-info-systems",
    "bib": "application/x-bibtex",
}


@pytest.fixture(scope="module")
def client(corpus_home: Home) -> FlaskClient:
    return create_app({"home": corpus_home.path, "workers": 1}).test_client()


@pytest.mark.parametrize("suffix", TYPES)
def test_a_suffix_and_the_header_give_the_same_reference(client: FlaskClient, suffix: str) -> None:
    by_suffix = client.get(f"{WORK}.{suffix}")
    by_header = client.get(WORK, headers={"Accept": TYPES[suffix]})
    assert by_suffix.status_code == by_header.status_code == 200
    assert by_suffix.mimetype == by_header.mimetype == TYPES[suffix]
    assert by_suffix.data == by_header.data


def test_what_is_served_is_read_by_other_programs(client: FlaskClient) -> None:
    (item,) = client.get(f"{WORK}.csl.json").get_json(force=True)
    (ris,) = rispy.load(StringIO(client.get(f"{WORK}.ris").text))
    (entry,) = bibtexparser.parse_string(client.get(f"{WORK}.bib").text).entries
    assert item["volume"] == ris["volume"] == entry["volume"] == "30"
    assert ris["title"] == item["title"]
    assert [name["family"] for name in item["author"]] == ["Adams", "Boateng"]


def test_a_work_links_to_its_references(client: FlaskClient) -> None:
    response = client.get(WORK, headers={"Accept": "text/html"})
    links = response.headers.getlist("Link")
    for suffix, media_type in TYPES.items():
        assert f'href="{WORK}.{suffix}"' in response.text
        assert f'<{WORK}.{suffix}>; rel="alternate"; type="{media_type}"' in links
        assert f'<{WORK}.{suffix}>; rel="describedby"; type="{media_type}"' in links


@pytest.mark.parametrize("path", ["/work/nobody-1999.ris", "/case/nothing.bib"])
def test_what_is_no_work_has_no_reference(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
