"""The pages, over a small dataset made of coded works and one of hostile text."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from urllib.parse import unquote, urlsplit

import msgspec
import pytest
from flask.testing import FlaskClient

from kg.questions import questions
from tests.server.pages.conftest import (
    CLAIM,
    FORMATS,
    PROCESS,
    WORK,
    read,
    triples,
)

THINGS = (
    WORK,
    CLAIM,
    PROCESS,
    "/case/carlqvist-2021-ehealth-value-creating-resource/1",
    "/effect/carlqvist-2021-ehealth-value-creating-resource/4/1",
    "/study/carlqvist-2021-ehealth-value-creating-resource",
    "/record/carlqvist-2021-ehealth-value-creating-resource",
    "/involvement/carlqvist-2021-ehealth-value-creating-resource/1/1/1",
    "/service/carlqvist-2021-ehealth-value-creating-resource/1",
    f"{WORK}/author/1",
    "/agent/osborne-stephen-p",
    "/proposition/digital-technology--value-co-creation",
    "/concept/value-co-creation",
    "/concept/sector/health-care",
    "/concept/country/SE",
    "/concept/role/patient",
    "/concept/ors2016-co-production",
    "/scheme/ors2016",
    "/scheme/cove",
    "/definition/parks-1980",
    "/premise/fp6",
    "/ontology/Claim",
)


@pytest.mark.parametrize("path", THINGS)
def test_every_kind_of_thing_has_a_page_with_one_heading(client: FlaskClient, path: str) -> None:
    assert read(client, path).links


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("path", THINGS)
def test_every_kind_of_thing_answers_in_every_rdf_format(
    client: FlaskClient, path: str, suffix: str
) -> None:
    by_suffix = client.get(f"{path}.{suffix}")
    by_header = client.get(path, headers={"Accept": FORMATS[suffix]})
    assert by_suffix.mimetype == by_header.mimetype == FORMATS[suffix]
    assert by_suffix.data == by_header.data
    assert triples(by_suffix.data, suffix)


def test_the_formats_of_a_document_hold_the_same_triples(client: FlaskClient) -> None:
    sets = [triples(client.get(f"{WORK}.{suffix}").data, suffix) for suffix in FORMATS]
    assert all(found == sets[0] for found in sets[1:])


def test_a_document_names_its_formats_licence_and_what_to_cite(client: FlaskClient) -> None:
    response = client.get(WORK, headers={"Accept": "text/html"})
    header = " ".join(response.headers.getlist("Link"))
    for rel in ("alternate", "describedby", "license", "cite-as"):
        assert f'rel="{rel}"' in header
    assert "https://doi.org/" in header
    assert "Accept" in response.vary


def test_a_page_that_the_client_has_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get(f"{WORK}.ttl")
    again = client.get(f"{WORK}.ttl", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_page_of_a_version_links_within_that_version(client: FlaskClient) -> None:
    reader = read(client, f"/version/1{WORK}")
    assert any(link.startswith("/version/1/claim/") for link in reader.links)


@pytest.mark.parametrize("path", ["/work/none", "/nothing/here", "/work/a%20b", "/questions/none"])
def test_what_is_not_there_is_told_with_a_way_on(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert 'href="/"' in response.get_data(as_text=True)


def test_an_inferred_statement_is_marked_and_explained(client: FlaskClient) -> None:
    reader = read(client, PROCESS)
    reasons = [link for link in reader.links if "/why?" in link]
    assert reasons
    text = client.get(reasons[0], headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "because" in text
    assert "stated in" in text


def test_a_claim_names_its_passage_and_how_far_the_work_was_read(client: FlaskClient) -> None:
    text = client.get(CLAIM, headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "Where: abstract" in text
    assert "the page that was read" in text


@pytest.mark.parametrize(
    "path", ["/concept/value-co-creation", "/concept/sector/health-care", "/concept/country/SE"]
)
def test_a_count_of_evidence_opens_as_many_claims(client: FlaskClient, path: str) -> None:
    text = client.get(path, headers={"Accept": "text/html"}).get_data(as_text=True)
    opened = re.findall(r'href="(/questions/claims\?[^"]+)" aria-label="(\d+) claims?:', text)
    assert opened
    for address, count in opened:
        rows = msgspec.json.decode(
            client.get(unescape(address).replace("claims?", "claims.json?")).data
        )["rows"]
        assert len(rows) == int(count), address


def test_a_page_of_a_version_says_how_to_reach_the_newest(client: FlaskClient) -> None:
    assert f"/version/1{CLAIM}" in read(client, CLAIM).links
    assert CLAIM in read(client, f"/version/1{CLAIM}").links


def test_no_link_of_the_site_is_broken(client: FlaskClient) -> None:
    start = ["/", "/questions", "/scheme/", "/ontology", "/shapes", "/mappings", "/versions", WORK]
    waiting = [*start, "/work/", "/claim/", PROCESS, CLAIM, "/concept/value-co-creation"]
    seen: set[str] = set()
    for path in waiting:
        for link in read(client, path).links:
            parts = urlsplit(link)
            if not parts.netloc and parts.path and "/why" not in parts.path:
                seen.add(unquote(parts.path) + (f"?{parts.query}" if parts.query else ""))
    broken = []
    for link in sorted(seen):
        response = client.get(link, headers={"Accept": "*/*"})
        if response.status_code not in {200, 303, 308}:
            broken.append((response.status_code, link))
    assert broken == []
    assert len(seen) > 500


@pytest.mark.parametrize("name", questions())
def test_every_question_has_a_page_with_its_form_and_query(client: FlaskClient, name: str) -> None:
    response = client.get(f"/questions/{name}", headers={"Accept": "text/html"})
    text = response.get_data(as_text=True)
    assert response.status_code == 200, text[:500]
    for parameter in questions()[name].header.parameters:
        assert f'id="f-{parameter}"' in text
    assert "SELECT" in text
    assert len(response.data) < 300_000


def test_page_csv_and_json_of_a_question_hold_the_same_rows(client: FlaskClient) -> None:
    rows = msgspec.json.decode(client.get("/questions/works.json").data)["rows"]
    assert len(rows) == 5
    assert client.get("/questions/works.csv").data.count(b"\r\n") == len(rows) + 1
    assert client.get("/api/questions/works").data == client.get("/questions/works.json").data
    text = client.get("/questions/works", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "5 rows" in re.sub(r"\s+", " ", text)


def test_a_wrong_parameter_is_told_at_its_field_and_kept(client: FlaskClient) -> None:
    response = client.get("/questions/claims?concept=trsut", headers={"Accept": "text/html"})
    text = response.get_data(as_text=True)
    assert 'value="trsut"' in text
    assert 'aria-invalid="true"' in text
    assert "trust" in text


def test_questions_are_found_by_their_words(client: FlaskClient) -> None:
    assert "/questions/destruction-under-mandate" in read(client, "/questions?q=mandate").links
    assert "No question" in client.get("/questions?q=zzz").get_data(as_text=True)


def test_a_count_of_the_home_page_opens_a_list_as_long(client: FlaskClient) -> None:
    text = client.get("/", headers={"Accept": "text/html"}).get_data(as_text=True)
    counts = re.findall(r'<a href="/(work|case)/"><span class="number">(\d+)</span>', text)
    assert {kind for kind, _ in counts} == {"work", "case"}
    for kind, count in counts:
        links = set(read(client, f"/{kind}/").links)
        assert sum(link.startswith(f"/{kind}/") and link[-1] != "/" for link in links) == int(count)


def test_versions_have_a_page_a_patch_and_a_feed(client: FlaskClient) -> None:
    assert "/version/1" in read(client, "/versions").links
    assert "/version/1/patch" in read(client, "/version/1").links
    assert client.get("/version/1/patch").data[:2] == b"\x1f\x8b"
    assert "/version/1.ttl" in read(client, "/version/1").links
    assert client.get("/version/2").status_code == 404
    for address in ("/changes", "/versions"):
        first = client.get(address)
        tag = {"If-None-Match": first.headers["ETag"]}
        assert client.get(address, headers=tag).status_code == 304
        assert client.get(f"{address}?page=2").status_code == 404
    assert client.get("/changes").mimetype == "application/atom+xml"


def test_versions_are_listed_a_hundred_at_a_time(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering = client.application.extensions["answering"]
    info = answering.home.info(1)
    monkeypatch.setattr(answering, "version", lambda number=None: number or 250)
    monkeypatch.setattr(answering.home, "info", lambda number: replace(info, number=number))
    seen: list[int] = []
    for page in (1, 2, 3):
        found = read(client, f"/versions?page={page}").links
        seen += [int(link[9:]) for link in found if re.fullmatch(r"/version/\d+", link)]
        assert (f"/versions?page={page + 1}" in found) == (page < 3)
        text = client.get(f"/changes?page={page}").get_data(as_text=True)
        assert ('rel="next"' in text, 'rel="previous"' in text) == (page < 3, page > 1)
    assert seen == list(range(250, 0, -1))


def test_the_context_holds_every_prefix_of_the_documents(client: FlaskClient) -> None:
    context = msgspec.json.decode(client.get("/context.jsonld").data)["@context"]
    used = msgspec.json.decode(client.get(f"{WORK}.jsonld").data)["@context"]
    assert used.items() <= context.items()
