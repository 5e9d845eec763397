"""FAIR signposting and structured data: what machines find on the page about a thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import msgspec
import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from werkzeug.http import parse_options_header

from kg.store import Home
from server import create_app

WORK = "/work/adams-2018-urban-informal-communities-co-production-lilongwe"
RECORD = WORK.replace("/work/", "/record/")
CLAIM = f"{WORK.replace('/work/', '/claim/')}/1"
PAGES = {
    WORK: {"https://schema.org/ScholarlyArticle"},
    CLAIM: {"https://schema.org/Claim"},
    RECORD: {"https://schema.org/Dataset"},
    "/concept/trust": {"https://schema.org/DefinedTerm"},
    "/scheme/cove": {"https://schema.org/DefinedTermSet"},
    "/ontology/Claim": set(),
    "/agent/osborne-stephen-p": {"https://schema.org/Person"},
}
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(corpus_home: Home) -> Iterator[FlaskClient]:
    app = create_app({"home": corpus_home.path, "workers": 1})
    yield app.test_client()
    app.extensions["answering"].close()


def links(client: FlaskClient, path: str) -> dict[str, list[tuple[str, str]]]:
    response = client.get(path, headers=HTML)
    assert response.status_code == 200, path
    found: dict[str, list[tuple[str, str]]] = {}
    for line in response.headers.getlist("Link"):
        target, options = parse_options_header(line)
        found.setdefault(options["rel"], []).append((target.strip("<>"), options.get("type", "")))
    return found


def linkset(client: FlaskClient, path: str) -> list[dict[str, object]]:
    response = client.get(f"/linkset{path}")
    assert response.status_code == 200, path
    assert response.mimetype == "application/linkset+json"
    document: dict[str, list[dict[str, object]]] = msgspec.json.decode(response.data)
    assert list(document) == ["linkset"]
    return document["linkset"]


@pytest.mark.parametrize("path", PAGES)
def test_every_kind_of_page_has_the_signposts_of_level_one(client: FlaskClient, path: str) -> None:
    found = links(client, path)
    assert len(found["cite-as"]) == len(found["license"]) == len(found["collection"]) == 1
    assert {target for target, _ in found["type"]} == {"https://schema.org/AboutPage", *PAGES[path]}
    for target, media_type in found["describedby"]:
        assert client.get(target).mimetype == media_type
    ((target, media_type),) = found["linkset"]
    assert client.get(target).mimetype == media_type
    for target, _ in [*found["collection"], *found.get("item", [])]:
        assert client.get(target, headers=HTML).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_a_linkset_holds_all_that_the_header_does_and_the_way_back(
    client: FlaskClient, path: str
) -> None:
    page, *others = linkset(client, path)
    root = "http://localhost"
    assert page["anchor"] == f"{root}{path}"
    for relation, targets in links(client, path).items():
        if relation == "linkset":
            continue
        there = {(each["href"], each.get("type", "")) for each in page[relation]}
        here = {(root + t if t.startswith("/") else t, type_) for t, type_ in targets}
        assert here <= there, relation
    back = {other["anchor"]: other for other in others}
    for relation, inverse in (("describedby", "describes"), ("item", "collection")):
        for each in page.get(relation, []):
            assert {"href": page["anchor"], "type": "text/html"} in back[each["href"]][inverse]


def test_a_work_names_its_authors_its_doi_and_its_record(client: FlaskClient) -> None:
    found = links(client, "/work/agger-2023-co-production-on-the-inside")
    assert len(found["author"]) >= 2
    assert all(target.startswith("https://w3id.org/cove/agent/") for target, _ in found["author"])
    assert found["cite-as"][0][0].startswith("https://doi.org/10.")
    assert found["collection"][0][0] == "/record/agger-2023-co-production-on-the-inside"


def test_a_header_stays_small_and_the_linkset_whole(client: FlaskClient) -> None:
    response = client.get("/scheme/cove", headers=HTML)
    assert sum(map(len, response.headers.getlist("Link"))) < 6_000
    items = linkset(client, "/scheme/cove")[0]["item"]
    assert len(items) > 100


def test_a_linkset_is_written_as_links_too(client: FlaskClient) -> None:
    response = client.get(f"/linkset{WORK}", headers={"Accept": "application/linkset"})
    assert response.mimetype == "application/linkset"
    count = sum(
        len(targets)
        for group in linkset(client, WORK)
        for targets in group.values()
        if isinstance(targets, list)
    )
    lines = response.text.split(",\n")
    assert len(lines) == count
    assert all(re.fullmatch(r'<[^<>]+>; rel="[a-z-]+".*; anchor="[^"]+"', line) for line in lines)


def test_links_of_a_version_stay_in_it(client: FlaskClient) -> None:
    found = links(client, f"/version/1{WORK}")
    assert found["linkset"][0][0] == f"/version/1/linkset{WORK}"
    assert found["collection"][0][0] == f"/version/1{RECORD}"
    assert client.get(found["linkset"][0][0]).status_code == 200


@pytest.mark.parametrize("path", ["/work/nobody", "/a%20b", "/%3Cx%3E"])
def test_what_is_not_there_has_no_linkset(client: FlaskClient, path: str) -> None:
    assert client.get(f"/linkset{path}").status_code == 404


class _Blocks(HTMLParser):
    """Collect the data blocks of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_inside = tag == "script" and "src" not in dict(attrs)
        if self._is_inside:
            assert dict(attrs) == {"type": "application/ld+json"}

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.found.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = False


def structured(client: FlaskClient, path: str) -> dict[str, object]:
    response = client.get(path, headers=HTML)
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    blocks = _Blocks()
    blocks.feed(response.text)
    (text,) = blocks.found
    found: dict[str, object] = msgspec.json.decode(text)
    assert found["@context"] == "https://schema.org/"
    return found


def test_a_work_is_described_for_search_engines(client: FlaskClient) -> None:
    found = structured(client, WORK)
    assert found["@type"] == "ScholarlyArticle"
    assert found["@id"] == f"https://w3id.org/cove{WORK}"
    assert [author["name"] for author in found["author"]] == ["Adams, E. A.", "Boateng, G. O."]
    assert found["datePublished"] == "2018"
    assert found["isPartOf"] == {
        "@type": "Periodical",
        "name": "Environment and Urbanization",
        "volumeNumber": "30",
        "issueNumber": "2",
    }


def test_a_concept_and_a_scheme_are_terms_and_a_set_of_them(client: FlaskClient) -> None:
    found = structured(client, "/concept/trust")
    assert found["@type"] == "DefinedTerm"
    assert found["description"]
    assert found["inDefinedTermSet"] == "https://w3id.org/cove/scheme/cove"
    assert structured(client, "/scheme/cove")["@type"] == "DefinedTermSet"


def test_the_first_page_describes_the_dataset(client: FlaskClient) -> None:
    found = structured(client, "/")
    assert found["@type"] == "Dataset"
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    for file in found["distribution"]:
        assert file["contentUrl"].startswith("http://localhost/dumps/current/")
    assert client.get("/", headers={"Host": '"><script>'}).status_code == 400


def test_a_claim_is_a_nanopublication_too(client: FlaskClient) -> None:
    response = client.get(f"{CLAIM}.nanopub.trig")
    assert response.status_code == 200
    assert response.mimetype == "application/trig"
    asked = client.get(CLAIM, headers={"Accept": "application/trig"})
    assert asked.data == response.data
    assert (f"{CLAIM}.nanopub.trig", "application/trig") in links(client, CLAIM)["alternate"]
    (name,) = {
        quad.subject.value
        for quad in ox.parse(response.data, format=ox.RdfFormat.TRIG)
        if str(quad.graph_name).endswith("#Head>") and isinstance(quad.subject, ox.NamedNode)
    }
    path = name.removeprefix("https://w3id.org/cove")
    named = client.get(path)
    assert (named.status_code, named.data) == (200, response.data)
    assert "immutable" in named.headers["Cache-Control"]
    other = client.get(f"{path[:-1]}{'A' if path[-1] != 'A' else 'B'}")
    assert other.status_code == 404
    assert client.get("/claim/none.nanopub.trig").status_code == 404
    assert client.get(f"{WORK}.nanopub.trig").status_code == 404


@pytest.mark.parametrize("path", ["/ontology", "/shapes", "/mappings"])
def test_the_vocabulary_s_own_documents_have_signposts(client: FlaskClient, path: str) -> None:
    found = links(client, path)
    assert found["cite-as"] == [(f"https://w3id.org/cove{path}", "")]
    ((target, media_type),) = found["linkset"]
    assert client.get(target).mimetype == media_type
    assert len(found["describedby"]) == 4
