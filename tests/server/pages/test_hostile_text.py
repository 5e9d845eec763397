"""Hostile text in every literal of a record shows as text everywhere."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from tests.server.pages.conftest import (
    HOSTILE,
    read,
    triples,
)

CORRECTING = "/review/records/made-2020-hostile"


def test_hostile_text_shows_as_text_on_every_page_of_its_work(client: FlaskClient) -> None:
    seen, waiting, shown = set(), ["/work/made-2020-hostile"], 0
    while waiting:
        path = waiting.pop()
        seen.add(path)
        reader = read(client, path)
        text = client.get(path, headers={"Accept": "text/html"}).get_data(as_text=True)
        shown += "&lt;script&gt;" in text
        pages = (link for link in reader.links if "/made-2020-hostile" in link)
        # the form that corrects it is shown to who signs in: tests/server/review/test_correcting.py
        open_to_all = {page for page in pages if not {".", "?"} & {*page}} - {CORRECTING}
        waiting += open_to_all - seen - {*waiting}
    assert shown >= 8


# Every literal that a record can hold, but for codes, DOI, ISBN and language, which are bound.
LITERALS = frozenset(
    {
        *("conditionText", "containerTitle", "effectText", "familyName", "givenName", "issue"),
        *("label", "locator", "method", "note", "pages", "place", "publisherName", "sampleText"),
        *("statement", "title", "volume", "name"),
    }
)


def test_every_literal_of_the_made_record_is_hostile(client: FlaskClient) -> None:
    graph = "https://w3id.org/cove/record/made-2020-hostile"
    found = triples(
        client.get(f"/data?graph={graph}", headers={"Accept": "text/turtle"}).data, "ttl"
    )
    hostile, texts = set(), set()
    for triple in found:
        if isinstance(triple.object, ox.Literal) and triple.object.datatype.value.endswith("tring"):
            name = re.split("[/#]", triple.predicate.value)[-1]
            texts.add(name)
            hostile |= {name} if HOSTILE in triple.object.value else set()
    assert hostile == LITERALS
    assert texts - hostile == {"language"}


@pytest.mark.parametrize(
    "path",
    [
        "/questions/works?author=onerror",
        "/questions/claims?concept=trust",
        "/questions/effects",
        "/questions/venues",
        "/questions/authors",
        "/questions/processes",
        "/work/",
        "/claim/",
        "/case/",
        "/process/",
        "/agent/",
        "/concept/trust",
        "/concept/sector/health-care",
        "/concept/country/SE",
        "/proposition/trust--value-co-creation",
        "/contradictions/trust--value-co-creation",
        "/network?at=trust",
        "/typologies/ors2016",
        "/search?q=onerror",
        "/search?q=onerror&as=table",
        "/",
        "/timeline",
        "/countries",
    ],
)
def test_hostile_text_shows_as_text_in_every_list_and_picture(
    client: FlaskClient, path: str
) -> None:
    read(client, path)
    assert "<script>" not in client.get(path, headers={"Accept": "text/html"}).text
    assert "<img" not in client.get(path, headers={"Accept": "text/html"}).text


def test_hostile_text_stays_whole_in_the_data(client: FlaskClient) -> None:
    found = triples(client.get("/claim/made-2020-hostile/1.nt").data, "nt")
    assert HOSTILE in {getattr(triple.object, "value", "") for triple in found}
