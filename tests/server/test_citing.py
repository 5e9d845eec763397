"""Permalinks over HTTP: the same bytes of the same version, and how to cite them."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import date
from html import unescape
from importlib.resources import files
from io import StringIO
from pathlib import Path

import bibtexparser
import msgspec
import pytest
import rispy
from flask.testing import FlaskClient

from kg.questions import questions
from kg.references.datasets import CREATOR, NAME, CitedAnswer, write_answer
from kg.store import Home
from server import create_app

WORKS = """PREFIX cove: <https://w3id.org/cove/ontology#>
# the works, and when
SELECT ?work ?year WHERE { ?work a cove:Work ; cove:year ?year } ORDER BY ?work"""
HTML = {"Accept": "text/html,application/xhtml+xml"}
HOSTILE = (
    'ASK { ?s ?p "</pre><script>x</script> } , author = {Nobody} \\\\end{document}" }\n# ER  - \n'
)


@pytest.fixture(scope="module")
def home_path(corpus_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Link to the versions of the corpus from a home of its own, where permalinks are kept."""
    folder = tmp_path_factory.mktemp("citing") / "home"
    folder.mkdir()
    for entry in corpus_home.path.iterdir():
        (folder / entry.name).symlink_to(entry)
    return folder


@pytest.fixture(scope="module")
def client(home_path: Path) -> Iterator[FlaskClient]:
    settings = {"home": home_path, "workers": 1, "client_seconds": 3_600, "client_errors": 1_000}
    app = create_app({**settings, "client_permalinks": 1_000})
    yield app.test_client()
    app.extensions["answering"].close()


def keep(client: FlaskClient, address: str = "/q", **form: str) -> dict[str, str]:
    response = client.post(address, data=form)
    assert response.status_code in {200, 201}, response.text
    found: dict[str, str] = response.json
    return found


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_a_permalink_gives_the_bytes_that_the_endpoint_gives(
    client: FlaskClient, name: str
) -> None:
    kept = keep(client, query=WORKS, format=name)
    again = client.get(kept["answer"])
    asked = client.get("/version/1/sparql", query_string={"query": WORKS, "format": name})
    assert again.data == asked.data
    assert again.mimetype == asked.mimetype == kept["media_type"]
    assert hashlib.sha256(again.data).hexdigest() == kept["sha256"]
    digest = again.headers["Repr-Digest"].removeprefix("sha-256=:").removesuffix(":")
    assert b64decode(digest).hex() == kept["sha256"]
    assert again.headers["Cove-Version"] == "1"
    assert "immutable" in again.headers["Cache-Control"]


def test_the_same_question_has_one_short_name(client: FlaskClient) -> None:
    response = client.post("/q", data={"query": "ASK { ?s ?p 1234 }"})
    assert response.status_code == 201
    again = client.post("/version/1/q", data={"query": "ASK { ?s ?p 1234 }"})
    assert again.status_code == 200
    assert again.json == response.json
    assert re.fullmatch(r"/q/[a-z2-7]{16}", response.headers["Location"])
    assert keep(client, query="ASK { ?s ?p 1234 }", format="xml")["id"] != response.json["id"]


def test_the_dataset_of_the_query_is_kept(client: FlaskClient) -> None:
    query = "SELECT (COUNT(*) AS ?count) WHERE { ?s ?p ?o }"
    graph = "https://w3id.org/cove/scheme/cove"
    kept = keep(client, query=query, format="csv", **{"default-graph-uri": graph})
    whole = keep(client, query=query, format="csv")
    numbers = [int(client.get(one["answer"]).text.split()[1]) for one in (kept, whole)]
    assert 0 < numbers[0] < numbers[1]
    assert graph in client.get(kept["cite"], headers=HTML).text


def test_an_answer_too_large_for_memory_is_kept_and_leaves_no_file(client: FlaskClient) -> None:
    query = "SELECT * WHERE { ?s ?p ?o } LIMIT 12000"
    kept = keep(client, query=query)
    assert int(kept["size"]) > 2 << 20
    answer = client.get(kept["answer"])
    assert hashlib.sha256(answer.data).hexdigest() == kept["sha256"]
    answering = client.application.extensions["answering"]
    assert [path for path in answering.workers.folder.rglob("*") if path.is_file()] == []


def test_a_client_that_has_the_answer_is_not_sent_it_again(client: FlaskClient) -> None:
    kept = keep(client, query=WORKS)
    tag = client.get(kept["answer"]).headers["ETag"]
    again = client.get(kept["answer"], headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", questions())
def test_every_question_of_the_library_can_be_cited(client: FlaskClient, name: str) -> None:
    kept = keep(client, f"/questions/{name}/permalink", format="csv")
    answer = client.get(kept["answer"])
    assert hashlib.sha256(answer.data).hexdigest() == kept["sha256"]
    assert answer.text.split("\r\n")[0].split(",") == list(questions()[name].variables)
    assert questions()[name].header.summary in unescape(client.get(kept["cite"]).text)


def test_parameters_of_a_question_are_kept_and_cited(client: FlaskClient) -> None:
    given = {"sector": "health-care"}
    kept = keep(client, "/version/1/questions/whose-value/permalink", **given)
    other = keep(client, "/version/1/questions/whose-value/permalink")
    assert kept["id"] != other["id"]
    assert client.get(kept["answer"]).data != client.get(other["answer"]).data
    for suffix in ("txt", "bib", "ris", "csl.json", "html"):
        assert "health-care" in client.get(f"{kept['cite']}.{suffix}").text, suffix
    page = client.get(kept["cite"], headers=HTML).text
    assert 'href="/version/1/questions/whose-value?' in page


def test_a_citation_names_query_version_checksum_date_and_licence(client: FlaskClient) -> None:
    kept = keep(client, query=WORKS)
    said = (kept["sha256"], "ersion 1", "creativecommons.org/licenses/by/4.0", "ORDER BY ?work")
    for suffix in ("txt", "bib", "ris", "csl.json", "html"):
        text = client.get(f"{kept['cite']}.{suffix}").text
        found = text.replace(r"\_", "_")
        assert not [each for each in said if each not in found], suffix
        assert f"http://localhost/q/{kept['id']}/cite" in text
        assert kept["created"][:10] in text or kept["created"][:10].replace("-", "/") in text


def test_a_citation_is_chosen_by_the_header_too(client: FlaskClient) -> None:
    kept = keep(client, query=WORKS)
    for suffix, accept in (
        ("txt", "text/plain"),
        ("bib", "application/x-bibtex"),
        ("ris", "application/x-research-info-systems"),
        ("csl.json", "application/vnd.citationstyles.csl+json"),
    ):
        response = client.get(kept["cite"], headers={"Accept": accept})
        assert response.mimetype == accept
        assert response.data == client.get(f"{kept['cite']}.{suffix}").data
    assert client.get(kept["cite"], headers={"Accept": "image/png"}).status_code == 406


def test_other_programs_read_the_citation_of_a_hostile_query(client: FlaskClient) -> None:
    kept = keep(client, query=HOSTILE)
    (ris,) = rispy.load(StringIO(client.get(f"{kept['cite']}.ris").text))
    library = bibtexparser.parse_string(client.get(f"{kept['cite']}.bib").text)
    (item,) = msgspec.json.decode(client.get(f"{kept['cite']}.csl.json").data)
    assert not library.failed_blocks
    (entry,) = library.entries
    assert ris["type_of_reference"] == "DATA"
    assert item["type"] == "dataset"
    assert item["abstract"] == HOSTILE
    assert entry["author"] == "{The CoVE developers}"
    assert ris["authors"] == [item["author"][0]["literal"]] == ["The CoVE developers"]
    assert entry["version"] == item["version"] == "1"
    page = client.get(kept["cite"], headers=HTML)
    assert "<script>" not in page.text
    assert "unsafe" not in page.headers["Content-Security-Policy"]


def test_a_hostile_title_and_parameter_break_no_form() -> None:
    text = "a}\r\nER  - \r\nTY  - BOOK, author = {N} \\end{document} <b>\u2028\x00"
    answer = CitedAnswer(
        id="x",
        title=text,
        query=text,
        parameters={"a": text},
        version=1,
        issued=date(2026, 1, 2),
        asked=date(2026, 2, 3),
        sha256="0",
        licence="L",
        address="https://example.org/q/x/cite",
    )
    assert len(rispy.load(StringIO(write_answer(answer, "ris")))) == 1
    library = bibtexparser.parse_string(write_answer(answer, "bibtex"))
    assert [len(library.entries), len(library.failed_blocks)] == [1, 0]
    (item,) = msgspec.json.decode(write_answer(answer, "csl"))
    assert item["issued"] == {"date-parts": [[2026, 1, 2]]}


def test_the_dataset_is_cited_as_its_own_file_says() -> None:
    root = Path(str(files("kg"))).parent / "CITATION.cff"
    if not root.is_file():
        pytest.skip("the file is in the checkout only, not in the wheel")
    said = root.read_text(encoding="utf-8")
    assert f'name: "{CREATOR}"' in said
    assert f'title: "{NAME}"' in said


@pytest.mark.parametrize(
    ("form", "status", "kind"),
    [
        ({"query": "SELECT (NOW() AS ?now) WHERE {}"}, 400, "not-citable"),
        ({"query": "SELECT (BNODE() AS ?node) WHERE {}"}, 400, "not-citable"),
        ({"query": "CONSTRUCT { [] a ?type } WHERE { ?s a ?type }"}, 400, "not-citable"),
        ({"query": "SELECT * WHERE { SERVICE <http://a/> {} }"}, 400, "service-refused"),
        ({"query": "INSERT DATA { <a:a> <a:b> <a:c> }"}, 400, "update-refused"),
        ({"query": "SELECT * WHERE {"}, 400, None),
        ({"query": "ASK { " + "{" * 3_000 + "}" * 3_000 + "}"}, 400, "query-too-deep"),
        ({"query": f"ASK {{ ?s ?p '{'x' * 70_000}' }}"}, 413, "query-too-large"),
        ({"query": "ASK {}", "format": "png"}, 406, "not-acceptable"),
        ({"format": "csv"}, 400, "malformed-request"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_has_no_answer_that_stays_is_not_kept(
    client: FlaskClient, home_path: Path, form: dict[str, str], status: int, kind: str | None
) -> None:
    before = len(list((home_path / "permalinks").glob("*/*")))
    response = client.post("/q", data=form)
    assert response.status_code == status
    assert kind is None or response.json["type"] == f"/problems/{kind}"
    assert len(list((home_path / "permalinks").glob("*/*"))) == before


def test_a_wrong_parameter_of_a_question_is_named(client: FlaskClient) -> None:
    response = client.post("/questions/whose-value/permalink", data={"sector": "helth-care"})
    assert response.status_code == 400
    assert response.json["parameter"] == "sector"
    assert client.post("/questions/whose-value/permalink", data={"x": "y"}).status_code == 400
    assert client.post("/questions/nothing/permalink").status_code == 404


@pytest.mark.parametrize("name", ["aaaaaaaaaaaaaaaa", "x", "..%2F..%2Faccounts", "%00", "A" * 300])
def test_a_name_that_nobody_made_is_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/q/{name}").status_code == 404
    assert client.get(f"/q/{name}/cite").status_code == 404


def test_a_permalink_is_made_by_post_only(client: FlaskClient) -> None:
    assert client.get("/q", query_string={"query": "ASK {}"}).status_code == 405
    assert client.options("/q").headers["Allow"] == "OPTIONS, POST"


def test_pages_lead_a_browser_to_the_citation(client: FlaskClient) -> None:
    page = client.get("/questions/whose-value?sector=health-care", headers=HTML).text
    action = re.search(r'<form method="post" action="([^"]+)"', page)
    assert action is not None
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    response = client.post(action[1], data=dict(hidden[:1]), headers=HTML)
    assert response.status_code == 303
    shown = client.get(response.headers["Location"], headers=HTML)
    assert "health-care" in shown.text
    assert 'formaction="/q"' in client.get("/sparql", headers=HTML).text


def test_an_answer_links_to_its_citation(client: FlaskClient) -> None:
    kept = keep(client, query=WORKS)
    links = client.get(kept["answer"]).headers.getlist("Link")
    assert f'<{kept["cite"]}>; rel="cite-as"' in links
    assert f'<{kept["cite"]}.bib>; rel="describedby"; type="application/x-bibtex"' in links


def test_the_answer_of_an_old_version_is_the_same_after_it_was_rebuilt(home: Home) -> None:
    app = create_app({"home": home.path, "workers": 1})
    client = app.test_client()
    try:
        kept = keep(client, query=WORKS, format="csv")
        before = client.get(kept["answer"]).data
    finally:
        app.extensions["answering"].close()
    with home.begin(agent="tests", reason="one work less") as candidate:
        candidate.bulk_load(
            b"<https://w3id.org/cove/work/new> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
            b"<https://w3id.org/cove/ontology#Work> <https://w3id.org/cove/data/x> .\n"
            b"<https://w3id.org/cove/work/new> <https://w3id.org/cove/ontology#year> "
            b'"2021" <https://w3id.org/cove/data/x> .\n'
        )
    assert home.prune(keep=1)
    later = create_app({"home": home.path, "workers": 1})
    try:
        client = later.test_client()
        assert client.get(kept["answer"]).data == before
        newest = keep(client, query=WORKS, format="csv")
        assert client.get(newest["answer"]).data != before
    finally:
        later.extensions["answering"].close()


def test_other_bytes_are_never_sent_for_those_that_were_cited(
    client: FlaskClient, home_path: Path
) -> None:
    kept = keep(client, query="ASK { ?s ?p 4321 }")
    (path,) = home_path.glob(f"permalinks/*/{kept['id']}.json")
    path.write_text(path.read_text().replace(kept["sha256"], "0" * 64))
    response = client.get(kept["answer"])
    assert response.status_code == 409
    assert response.json["type"] == "/problems/answer-changed"
    assert response.headers["Cache-Control"] == "no-store"


def test_a_flood_is_held_to_a_pace_and_leaves_no_more_than_it_may(
    home_path: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    for entry in home_path.iterdir():
        if entry.name != "permalinks":
            (folder / entry.name).symlink_to(entry)
    app = create_app({"home": folder, "workers": 1, "client_permalinks": 5})
    client = app.test_client()
    try:
        answers = [client.post("/q", data={"query": f"ASK {{ ?s ?p {n} }}"}) for n in range(8)]
        assert [answer.status_code for answer in answers] == [201] * 5 + [429] * 3
        assert int(answers[-1].headers["Retry-After"]) > 600
        assert len(list(folder.glob("permalinks/*/*.json"))) == 5
        again = client.post("/q", data={"query": "ASK { ?s ?p 0 }"})
        assert again.status_code == 200
    finally:
        app.extensions["answering"].close()
