"""The views: each number opens what it counts, each picture has its table, all forms agree."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from io import StringIO
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from kg.dataset import Dataset
from kg.questions import questions
from kg.store import Home
from server import create_app
from server.views import VIEWS

CLASH = "/contradictions/professional-attitude--co-production"
PAGES = (
    "/concepts",
    "/concepts/index?letter=C",
    "/typologies",
    "/typologies/nss2017",
    "/typologies/bov2007",
    "/typologies/linders2012",
    "/typologies/compare",
    "/typologies/crossing",
    "/definitions",
    "/contradictions",
    CLASH,
    "/network?at=trust&at=co-production",
    "/timeline?facet=sector&count=works&start=2015",
    "/countries?sector=health-care",
)
_LINK = re.compile(r'<a [^>]*href="([^"]+)"[^>]*>([^<]*)</a>')
_COUNT = re.compile(r"/questions/(?P<name>[a-z-]+)\?")
_PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def client(corpus_home: Home) -> Iterator[FlaskClient]:
    app = create_app(
        {"home": corpus_home.path, "workers": 1, "client_seconds": 10_000.0, "query_seconds": 60.0}
    )
    with app.test_client() as found:
        yield found
    app.extensions["answering"].close()


def read(client: FlaskClient, path: str) -> str:
    response = client.get(path, headers={"Accept": "text/html"})
    assert response.status_code == 200, (path, response.text[:600])
    return response.text


def links(text: str) -> list[tuple[str, str]]:
    return [(unescape(address), words.strip()) for address, words in _LINK.findall(text)]


def counts(text: str) -> list[tuple[str, int]]:
    """Return what the numbers of a page open: each address with its number."""
    found = ((address, words) for address, words in links(text) if _COUNT.match(address))
    return [(address, int(words)) for address, words in found if words.isdigit()]


def _spread(row: Iterable[str]) -> list[str]:
    """Take apart cells that join several values, which have no order of their own."""
    return sorted(re.split("[,;] ", ",".join(row).casefold()))


def table(client: FlaskClient, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(client.get(path).text)))


@pytest.mark.parametrize("path", PAGES)
def test_a_view_has_one_heading_says_its_version_and_stays_small(
    client: FlaskClient, path: str
) -> None:
    text = read(client, path)
    assert text.count("<h1") == 1
    assert "Version 1." in text
    assert len(text) < 300_000


@pytest.mark.parametrize("path", PAGES)
def test_a_number_of_a_view_opens_as_many_as_it_says(
    client: FlaskClient, dataset: Dataset, path: str
) -> None:
    found = counts(read(client, path))
    assert found or path.startswith(("/concepts/index", "/typologies/compare"))
    for address, count in found[:: max(1, len(found) // 3)]:
        parts = urlsplit(address)
        name = parts.path.rpartition("/")[2]
        assert len(dataset.question(name, **dict(parse_qsl(parts.query)))) == count, address


@pytest.mark.parametrize("path", PAGES)
def test_the_links_of_a_view_lead_somewhere(client: FlaskClient, path: str) -> None:
    found = sorted({address for address, _ in links(read(client, path))})
    inner = [one for one in found if one.startswith("/") and "/questions/" not in one]
    for address in inner[:: max(1, len(inner) // 5)]:
        with client.get(address, headers={"Accept": "*/*"}) as response:
            assert response.status_code in {200, 303, 308}, (address, response.text[:400])


@pytest.mark.parametrize("path", [page for page in PAGES if "network" not in page])
def test_csv_json_and_query_of_a_view_have_equal_rows(
    client: FlaskClient, dataset: Dataset, path: str
) -> None:
    stem, _, asked = path.partition("?")
    rows = table(client, f"{stem}.csv?{asked}")
    query = client.get(f"{stem}.rq?{asked}")
    assert query.mimetype == "application/sparql-query"
    told = [
        ["" if term is None else str(term) for term in row.terms]
        for row in dataset.select(query.text)
    ]
    spread = [sorted(re.split("[,;] ", ",".join(row).casefold())) for row in told]
    assert spread == [sorted(re.split("[,;] ", ",".join(row.values()).casefold())) for row in rows]
    if path != CLASH:
        assert len(json.loads(client.get(f"{stem}.json?{asked}").data)["rows"]) == len(rows) > 0


@pytest.mark.parametrize("path", [CLASH, "/network", "/timeline", "/countries", "/map"])
def test_a_picture_is_a_file_in_lines_and_in_pixels(client: FlaskClient, path: str) -> None:
    drawing = client.get(f"{path}.svg")
    assert drawing.mimetype == "image/svg+xml"
    assert ElementTree.fromstring(drawing.text).tag.endswith("svg")  # noqa: S314  # our own
    pixels = client.get(f"{path}.png")
    assert pixels.mimetype == "image/png"
    assert pixels.data.startswith(_PNG)


@pytest.mark.parametrize("path", ["/network", "/timeline", "/countries", CLASH])
def test_a_picture_and_its_table_open_the_same(client: FlaskClient, path: str) -> None:
    text = read(client, path)
    drawn = text[text.index("<svg xmlns") : text.rindex("</svg>")]
    opened = set(re.findall(r'<a href="([^"]+)"><title>', drawn))
    rest = text.replace(drawn, "")
    beside = {one for one in opened if "/questions/" in one or "/claim/" in one}
    assert beside
    assert [one for one in beside if f'href="{one}"' not in rest] == []


# --- concepts


def test_the_tree_holds_every_concept_once_unfolded(client: FlaskClient) -> None:
    text = read(client, "/concepts")
    rows = table(client, "/concepts.csv")
    named = {row["concept"].rpartition("/concept/")[2] for row in rows}
    assert {one for one in named if f'href="/concept/{one}"' not in text} == set()
    assert len(named) == 469
    assert text.count("<details><summary ") == len({row["above"] for row in rows} - {""})


def test_what_is_provisional_says_so_in_tree_and_index(client: FlaskClient) -> None:
    rows = {row["concept"]: row["status"] for row in table(client, "/concepts.csv")}
    text = read(client, "/concepts")
    provisional = sum(status == "Provisional" for status in rows.values())
    assert f"{provisional} are provisional" in text
    assert 'title="provisional' in read(client, "/concepts/index?letter=B")


def test_another_name_leads_to_the_preferred_one(client: FlaskClient) -> None:
    text = read(client, "/concepts/index?letter=A")
    assert re.search(r'absence of trust, <i>see</i> <a href="/concept/trust-lack">', text)


def test_a_name_of_several_concepts_is_marked(client: FlaskClient) -> None:
    found = [row for row in table(client, "/concepts/index.csv") if row["name"] == "Co-production"]
    assert int(found[0]["senses"]) >= 4
    assert f"{found[0]['senses']} senses" in read(client, "/concepts/index?letter=C")


# --- typologies


@pytest.mark.parametrize(
    ("scheme", "rows", "columns"), [("ors2016", 2, 2), ("nss2017", 3, 4), ("bov2007", 3, 3)]
)
def test_a_typology_is_shown_as_its_grid(
    client: FlaskClient, scheme: str, rows: int, columns: int
) -> None:
    text = read(client, f"/typologies/{scheme}")
    grid = text[text.index('class="grid cells"') : text.index("</table>")]
    assert grid.count('<th scope="row">') == rows
    assert grid.count('<th scope="col">') == columns
    assert grid.count("<td ") + grid.count("<td>") == rows * columns + 1


def test_an_empty_cell_says_whether_more_coding_could_fill_it(client: FlaskClient) -> None:
    cells = {row["type"]: row for row in table(client, "/typologies/ors2016.csv")}
    empty = cells["https://w3id.org/cove/concept/ors2016-co-construction"]
    assert empty["processes"] == "0"
    text = read(client, "/typologies/ors2016")
    said = "none coded" if int(empty["open"]) else "no evidence"
    assert re.findall("<strong>(none coded|no evidence)</strong>", text) == [said]


def test_a_candidate_is_placed_nowhere_and_kept_out_by_nothing(dataset: Dataset) -> None:
    for cell in dataset.question("typology-cells", framework="nss2017").rows:
        found = dataset.question(
            "cell-candidates", framework="nss2017", one=cell["first"], other=cell["second"]
        )
        level = str(cell["rowLabel"]).partition(" ")[0]
        told = {str(row["rowValue"]) for row in found.rows}
        assert told <= {level, "not coded", "Not reported"}


def test_one_case_stands_under_every_typology_that_places_any(client: FlaskClient) -> None:
    text = read(client, "/typologies/compare")
    rows = table(client, "/typologies/compare.csv")
    assert len({row["scheme"] for row in rows}) == 7
    assert text.count("/why?") == sum(row["basis"] == "inferred" for row in rows) > 0
    reason = next(address for address, _ in links(text) if "/why?" in address)
    assert "because" in read(client, reason)


def test_each_process_counts_fails_or_is_undecided_under_a_definition(
    client: FlaskClient, dataset: Dataset
) -> None:
    rows = table(client, "/definitions.csv")
    assert len(rows) == 12
    processes = len(dataset.question("processes"))
    for row in rows:
        assert sum(int(row[name]) for name in ("meeting", "failing", "undecided")) == processes
    text = read(client, "/definitions")
    assert text.count("●") == sum(int(row["demands"]) for row in rows)


# --- contradictions


def test_contradictions_are_those_where_claims_affirm_and_deny(
    client: FlaskClient, dataset: Dataset
) -> None:
    rows = table(client, "/contradictions.csv")
    opposite = {row["proposition"] for row in rows if row["otherWay"].endswith("/decreases")}
    inferred = {str(row["proposition"]) for row in dataset.question("contradictions").rows}
    assert inferred <= opposite
    assert len(opposite) == 16


def test_an_argument_map_says_the_same_in_every_form(client: FlaskClient) -> None:
    rows = [row for row in table(client, f"{CLASH}.csv") if row["direction"] != "None"]
    found = client.get(f"{CLASH}.json").json
    assert found is not None
    assert {one["from"] for one in found["relations"]} == {row["claim"] for row in rows}
    text = client.get(f"{CLASH}.argdown").text
    assert text.count("\n  + <") == sum(one["relation"] == "support" for one in found["relations"])
    assert text.count("\n  - <") == sum(one["relation"] == "attack" for one in found["relations"])


# --- the network


def test_the_network_grows_by_what_is_followed(client: FlaskClient) -> None:
    text = read(client, "/network?at=trust")
    onward = [address for address, _ in re.findall(r'<a href="([^"]+)"><title>(Go on)', text)]
    assert onward
    grown = read(client, unescape(onward[0]))
    assert grown.count('class="close"') == 2
    assert "/network?at=trust" in unescape(grown)


def test_the_network_never_shows_more_than_can_be_read(client: FlaskClient) -> None:
    text = read(client, "/network?at=co-production")
    more = int(re.findall(r">and (\d+) more links<", text)[0])
    rows = table(client, "/questions/neighbours.csv?concept=co-production")
    others = [row for row in rows if row["subject"] != row["object"]]
    drawn = len(others) - more
    assert text.count('class="edge edge-') == drawn <= 14


@pytest.mark.parametrize("at", ["at=trsut", "&".join(f"at=f-{n}" for n in range(9))])
def test_a_concept_that_is_not_there_is_named(client: FlaskClient, at: str) -> None:
    response = client.get(f"/network?{at}")
    assert response.status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/typologies/none", "/contradictions/none", "/timeline?facet=colour", "/timeline?count=x"],
)
def test_what_is_asked_wrongly_is_refused_with_a_reason(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400


def test_a_view_of_a_version_stays_within_it(client: FlaskClient) -> None:
    text = read(client, "/version/1/concepts")
    assert 'href="/version/1/concept/' in text


@pytest.mark.parametrize("name", VIEWS)
def test_a_question_leads_to_its_view_with_what_was_asked(client: FlaskClient, name: str) -> None:
    given = {"concept": "trust"} if "concept" in questions()[name].header.parameters else {}
    path = f"/questions/{name}?{urlencode(given)}"
    words = VIEWS[name][1]
    (address,) = [address for address, said in links(read(client, path)) if said == words]
    assert urlencode(given) in address
    assert client.get(address).status_code == 200
