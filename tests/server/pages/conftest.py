"""A small dataset of coded works and one of hostile text, its pages, and how they are read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

import kg.ingest.files
from kg.ingest import build_dataset, corpus
from kg.store import Home
from server import create_app

SLUGS = (
    "osborne-2018-co-production-co-creation-service-management",
    "agger-2023-co-production-on-the-inside",
    "carlqvist-2021-ehealth-value-creating-resource",
    "engen-2021-value-co-destruction-public-services",
)
HOSTILE = "<img src=x onerror=alert(1)> & </title><script>alert(1)</script>"
WORK = "/work/carlqvist-2021-ehealth-value-creating-resource"
CLAIM = "/claim/carlqvist-2021-ehealth-value-creating-resource/4"
PROCESS = "/process/carlqvist-2021-ehealth-value-creating-resource/1/1"
FORMATS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("pages")
    records = [json.loads(line) for line in corpus().read_text(encoding="utf-8").splitlines()]
    chosen = [record for record in records if record["id"] in SLUGS]
    assert len(chosen) == len(SLUGS)
    sheet = home / "sheet.jsonl"
    sheet.write_text("\n".join(map(json.dumps, [*chosen, _hostile()])), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kg.ingest.files, "corpus", lambda: sheet)
        outcome = build_dataset(Home(home / "home"), agent="tests")
    assert outcome.accepted == 5, outcome.refusals
    return home / "home"


def _hostile() -> dict[str, object]:
    return {
        "id": "made-2020-hostile",
        "type": "article-journal",
        "title": HOSTILE,
        "authors": [{"family": HOSTILE, "given": HOSTILE}, {"literal": HOSTILE}],
        "year": 2020,
        "container": HOSTILE,
        "volume": HOSTILE,
        "issue": HOSTILE,
        "pages": HOSTILE,
        "publisher": HOSTILE,
        "language": "en",
        "read_at": "https://example.org/made",
        "read_level": "full-text",
        "note": HOSTILE,
        "study": {"design": "single-case-study", "methods": [HOSTILE], "sample": HOSTILE},
        "cases": [
            {
                "id": "1",
                "name": HOSTILE,
                "countries": ["SE"],
                "place": HOSTILE,
                "sector": "health-care",
                "service": HOSTILE,
                "organisation": HOSTILE,
                "processes": [
                    {
                        "id": "1",
                        "label": HOSTILE,
                        "phase": ["co-delivery"],
                        "participants": [
                            {"role": "patient", "side": "lay", "volition": "not-reported"}
                        ],
                    }
                ],
            }
        ],
        "claims": [
            {
                "id": "1",
                "kind": "empirical-finding",
                "statement": HOSTILE,
                "subject": "trust",
                "object": "value-co-creation",
                "relation": "contributes-to",
                "direction": "increases",
                "strength": "qualitative",
                "locator": HOSTILE,
                "case": "1",
                "process": "1",
                "condition": HOSTILE,
                "effect": HOSTILE,
            }
        ],
    }


@pytest.fixture(scope="session")
def client(small_home: Path) -> Iterator[FlaskClient]:
    app = create_app({"home": small_home, "workers": 2, "client_seconds": 10_000.0})
    yield app.test_client()
    app.extensions["answering"].close()


class _Reader(HTMLParser):
    """Collect what a page links to, and what could run."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.headings = 0
        self.active: list[str] = []
        self.nameless: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.headings += tag == "h1"
        if tag == "a":
            self.links.append(found.get("href") or "")
        is_data = tag == "script" and found.get("type") == "application/ld+json"
        is_ours = tag == "script" and (found.get("src") or "").startswith("/static/")
        if (tag in {"script", "img", "iframe", "style"} and not is_data and not is_ours) or any(
            name[:2] == "on" for name in found
        ):
            self.active.append(tag)
        if "style" in found or (found.get("href") or "").startswith("javascript:"):
            self.active.append(tag)


def read(client: FlaskClient, path: str) -> _Reader:
    response = client.get(path, headers={"Accept": "text/html"})
    assert response.status_code == 200, (path, response.get_data(as_text=True)[:600])
    assert response.mimetype == "text/html", path
    reader = _Reader()
    reader.feed(response.get_data(as_text=True))
    assert reader.headings == 1, path
    assert reader.active == [], path
    return reader


def triples(data: bytes, suffix: str) -> set[ox.Triple]:
    form = ox.RdfFormat.from_media_type(FORMATS[suffix])
    assert form is not None
    return {quad.triple for quad in ox.parse(data, format=form)}
