"""What crawlers find: robots.txt, a sitemap whose addresses answer, pages that cost little."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.store import Home
from kg.store.database import Database
from server import create_app, sitemaps

SPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def app(corpus_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    # The corpus is only for reading: versions are linked to, what is made goes elsewhere.
    home = tmp_path_factory.mktemp("home")
    for entry in corpus_home.path.iterdir():
        (home / entry.name).symlink_to(entry)
    app = create_app({"home": home, "client_seconds": 10_000.0})
    yield app
    app.extensions["answering"].close()


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def places(client: FlaskClient) -> list[str]:
    """Return all addresses of the sitemap."""
    index = ElementTree.fromstring(client.get("/sitemap.xml").data)  # noqa: S314  # our own
    assert index.tag == f"{{{SPACE['s']}}}sitemapindex"
    found = []
    for part in index.iterfind("s:sitemap/s:loc", SPACE):
        answer = client.get(urlsplit(part.text or "").path)
        urls = ElementTree.fromstring(answer.data)  # noqa: S314  # our own
        assert urls.tag == f"{{{SPACE['s']}}}urlset"
        assert len(urls) <= sitemaps.MOST
        assert len(answer.data) <= 50 << 20
        assert all(url.findtext("s:lastmod", "", SPACE).count("-") == 2 for url in urls)
        found += [url.findtext("s:loc", "", SPACE) for url in urls]
    return found


def test_the_sitemap_names_each_page_once(places: list[str]) -> None:
    assert len(places) == len(set(places)) > 6_000
    assert {urlsplit(place).netloc for place in places} == {"localhost"}
    kinds = {urlsplit(place).path.split("/")[1] for place in places}
    assert {"work", "claim", "case", "process", "concept", "scheme", "ontology"} <= kinds


def test_addresses_of_the_sitemap_answer(client: FlaskClient, places: list[str]) -> None:
    chance = random.Random(3)  # noqa: S311  # the same each time
    sample = [*places[:25], *chance.sample(places[25:], 60)]
    answers = {place: client.get(urlsplit(place).path, headers=HTML) for place in sample}
    assert [place for place, answer in answers.items() if answer.status_code != 200] == []
    assert len(answers) == 85


def test_robots_may_read_pages_and_not_run_queries(client: FlaskClient, places: list[str]) -> None:
    text = client.get("/robots.txt").text
    robots = RobotFileParser()
    robots.parse(text.splitlines())
    assert robots.site_maps() == ["http://localhost/sitemap.xml"]
    for path in ("/sparql?query=x", "/version/1/work/x", "/why?subject=x", "/dumps/1/cove.nq.gz"):
        assert not robots.can_fetch("*", f"http://localhost{path}")
    refused = [place for place in places if not robots.can_fetch("*", place)]
    assert refused == []


def test_a_page_costs_no_query_after_the_first(
    app: Flask, client: FlaskClient, places: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    things = [
        next(p for p in places if f"/{kind}/" in p.rstrip("/"))
        for kind in ("work", "claim", "case")
    ]
    paths = [urlsplit(place).path for place in things]
    first = {path: client.get(path, headers=HTML) for path in paths}
    asked: list[object] = []
    run = Database._run
    monkeypatch.setattr(Database, "_run", lambda *given: asked.append(given) or run(*given))
    monkeypatch.setattr(app.extensions["answering"].workers, "run", asked.append)
    for path in paths:
        again = client.get(path, headers=HTML)
        assert again.data == first[path].data
        told = {**HTML, "If-None-Match": again.headers["ETag"]}
        assert client.get(path, headers=told).status_code == 304
    assert asked == []
    client.get("/agent/osborne-stephen-p", headers=HTML)
    assert asked, "what counts queries counts them"


def test_a_part_that_is_not_there_is_not_found(client: FlaskClient, places: list[str]) -> None:
    assert client.get("/sitemap-99.xml").status_code == 404


def test_a_sitemap_is_cut_into_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MOST", 30)
    home, work = Home(tmp_path), "https://w3id.org/cove/work/"
    type_ = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    class_ = ox.NamedNode("https://w3id.org/cove/ontology#Work")
    with home.begin(agent="tests", reason="works") as new:
        graph = ox.NamedNode("http://e.org/g")
        new.add(ox.Quad(ox.NamedNode(f"{work}a&{n}"), type_, class_, graph) for n in range(50))
    parts = sitemaps.make_sitemap(home, 1)
    counts = [path.read_text().count("<url>") for path in parts]
    assert counts[:-1] == [30] * (len(parts) - 1)
    assert "work/a&amp;7<" in "".join(path.read_text() for path in parts)
    assert sitemaps.make_sitemap(home, 1) == parts


def test_a_work_with_several_processes_has_a_page(client: FlaskClient) -> None:
    answer = client.get("/work/mangai-2018-co-production-as-deep-engagement", headers=HTML)
    assert answer.status_code == 200
    assert answer.text.count('href="/process/') > 1
