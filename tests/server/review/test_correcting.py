"""Correcting by a form: checked at the field, shown before it is kept, never lost, attributed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from argon2 import PasswordHasher

from kg.accounts import Role, Users, users
from kg.audit import read_audit
from kg.forms import standing
from kg.ingest import build_dataset
from kg.store import ENGINES, Home, Place, RemoteHome, connect
from tests.kg.store.conftest import oxigraph

PASSWORD = "a made password"
SLUG = "made-one"
FORM = f"/review/records/{SLUG}"
MADE = Path(__file__).parents[2] / "queries" / "made.jsonl"


class _Inputs(HTMLParser):
    """Read what a browser would send of the form with the most fields."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, is_sent = given.get("name", ""), given.get("type") != "checkbox" or "checked" in given
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.found.append((self._select, given.get("value", "")))
        elif tag == "textarea":
            self._area = name
            self.found.append((name, ""))
        elif tag == "input" and name not in {"", "q", "token"} and is_sent:
            self.found.append((name, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[-1] = (self._area, self.found[-1][1] + data)


def inputs_of(page: str) -> dict[str, list[str]]:
    reader = _Inputs()
    reader.feed(page)
    found: dict[str, list[str]] = {}
    for name, value in reader.found:
        found.setdefault(name, []).append(value)
    return found


@pytest.fixture(scope="module", params=["home", "oxigraph serve"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """Give made records, in a home or behind an engine; the module writes to them."""
    folder = tmp_path_factory.mktemp("correcting")
    made = Home(folder / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.ingest.files.corpus", lambda: MADE)
        build_dataset(made, agent="tests")
    if request.param == "home":
        yield made
        return
    data = folder / "data.nq"
    with made.open() as store:
        ox.serialize(store.quads_for_pattern(None, None, None), data, ox.RdfFormat.N_QUADS)
    with oxigraph(folder / "database", data) as url:
        yield connect(f"{url}/query", folder / "beside", engine=ENGINES["oxigraph"])


@pytest.fixture(scope="module")
def home(place: Place) -> Path:
    """Return the folder of the dataset, with a curator and a reviewer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(users, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64))
        Users(place.path).add("cora", Role.CURATOR, PASSWORD)
        Users(place.path).add("rita", Role.REVIEWER, PASSWORD)
    return place.path


@pytest.fixture(scope="module")
def server(
    home: Path, place: Place, run_server: Callable[..., AbstractContextManager[Any]]
) -> Iterator[Any]:
    store = {"store": place.url} if isinstance(place, RemoteHome) else {}
    with run_server(home, workers=1, client_errors=1_000, **store) as started:
        yield started


@pytest.fixture
def cora(visitor: Any) -> Any:
    visitor.sign_in("cora")
    return visitor


@pytest.fixture
def form(cora: Any) -> dict[str, list[str]]:
    """Give what the form of the record holds, as the curator has it open."""
    return inputs_of(cora.get(FORM))


def as_it_is(place: Place) -> dict[str, Any]:
    with place.open() as snapshot:
        found = standing(snapshot, SLUG)
    assert found is not None
    return found.sheet


def test_a_page_leads_to_the_form_open_at_its_thing(cora: Any) -> None:
    page = cora.get(f"/claim/{SLUG}/2")
    (address,) = re.findall(r'href="(/review/records/[^"#]*)', page)
    page = cora.get(unescape(address))
    (opened,) = re.findall(
        r'<details class="claim" id="claims\.\d+" open>.*?<h3 id="([^"]*)"', page
    )
    assert opened == "claim-2"
    assert "made-one" in cora.get(f"/case/{SLUG}/1")


def test_only_a_curator_who_is_signed_in_gets_the_form(visitor: Any) -> None:
    visitor.get(FORM)
    assert visitor.path.startswith("/review/sign-in?next=")
    visitor.sign_in("rita")
    page = visitor.get(FORM)
    assert visitor.status == 403
    assert "this asks for a curator" in page
    assert 'id="draft"' not in page


def test_a_form_that_is_sent_back_as_it_came_changes_nothing(cora: Any, form: Any) -> None:
    page = cora.post(FORM, **form, action="look")
    assert cora.status == 200
    assert "Nothing differs from the record as it is." in page
    page = cora.post(FORM, **form, action="save", reason="a made reason")
    assert cora.status == 422
    assert "nothing differs" in page


def test_a_correction_is_shown_then_kept_with_name_and_reason(
    cora: Any, form: Any, place: Place
) -> None:
    before, number = as_it_is(place), place.current() or 0
    form["claims.0.statement"] = ["Made statement <b>1</b>, corrected in a test."]
    form["claims.0.locator"] = ["p. 7"]
    page = cora.post(FORM, **form, action="look")
    told = re.findall(r"<tr><th scope=\"row\">Claim 1 . ([^<]*)</th>", page)
    assert told == ["Statement", "Locator"]
    assert "<ins>Made statement &lt;b&gt;1&lt;/b&gt;, corrected in a test.</ins>" in page
    assert place.current() == number, "looking writes nothing"
    page = cora.post(FORM, **inputs_of(page) | {"reason": "A made reason."}, action="save")
    assert cora.path == f"{FORM}?kept={number + 1}"
    assert f'<a href="/version/{number + 1}">' in page
    info = place.info()
    assert (info.number, info.agent, info.reason) == (number + 1, "cora", "A made reason.")
    after = as_it_is(place)
    assert after["claims"][0]["statement"] == "Made statement <b>1</b>, corrected in a test."
    before["claims"][0] |= {"statement": after["claims"][0]["statement"], "locator": "p. 7"}
    assert after == before, "nothing else has changed"
    entry = read_audit(place.path)[-1]
    assert (entry.who, entry.outcome, entry.version) == ("cora (curator)", "written", number + 1)


def test_what_breaks_a_rule_is_said_at_its_field_and_nothing_is_written(
    cora: Any, form: Any, place: Place
) -> None:
    number = place.current()
    form["claims.0.direction"] = ["sideways"]
    form["year"] = ["in spring"]
    page = cora.post(FORM, **form, action="save", reason="a made reason")
    assert cora.status == 422
    for way in ("claims.0.direction", "year"):
        (said,) = re.findall(rf'data-said="{re.escape(way)}">(.*?)</span></span>', page)
        assert "violation" in said
    again = inputs_of(page)
    assert again["year"] == ["in spring"]
    assert again["claims.0.direction"] == ["sideways"]
    assert again["reason"] == ["a made reason"]
    assert place.current() == number


def test_hostile_text_shows_as_text_in_every_field(cora: Any, form: Any) -> None:
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    typed = {name: form[name] if name in {"tag", "at"} else [hostile] for name in form}
    for action in ("look", "save", "add:claims"):
        page = cora.post(FORM, **{**typed, "reason": [hostile]}, action=action)
        assert cora.status in {200, 422}
        assert page.count("&lt;script&gt;") > 20
        assert "<script>" not in page
        assert "<img" not in page


def test_a_correction_without_a_reason_is_not_kept(cora: Any, form: Any, place: Place) -> None:
    number = place.current()
    form["title"] = ["A made title without a reason"]
    page = cora.post(FORM, **form, action="save", reason=" ")
    assert cora.status == 422
    assert "say why" in re.findall(r'data-said="reason">(.*?)</span></span>', page)[0]
    assert inputs_of(page)["title"] == form["title"]
    assert place.current() == number


def test_what_others_changed_meanwhile_is_not_written_over(
    cora: Any, form: Any, place: Place, server: Any, visitor: Any
) -> None:
    theirs = {**form, "publisher": ["A made publisher"]}
    cora.post(FORM, **theirs, action="save", reason="made: first")
    number = place.current() or 0
    mine = {**form, "pages": ["1-2"]}
    page = cora.post(FORM, **mine, action="save", reason="made: second")
    assert cora.status == 412
    assert "The record has changed since you opened it" in page
    assert place.current() == number
    assert "<del>A made publisher</del>" in page, "what would be undone is shown"
    again = inputs_of(page)
    assert again["pages"] == ["1-2"]
    assert again["reason"] == ["made: second"]
    again["publisher"] = ["A made publisher"]
    cora.post(FORM, **again, action="save")
    assert cora.status == 200
    assert {"pages": "1-2", "publisher": "A made publisher"}.items() <= as_it_is(place).items()


def test_parts_are_added_and_removed_before_anything_is_kept(
    cora: Any, form: Any, place: Place
) -> None:
    count = len(as_it_is(place)["claims"])
    page = cora.post(FORM, **form, action="add:claims")
    assert f"claims.{count}.statement" in inputs_of(page)
    page = cora.post(FORM, **inputs_of(page), action="look")
    assert "still to fill in" in page
    page = cora.post(FORM, **inputs_of(page), action=f"remove:claims.{count}")
    page = cora.post(FORM, **inputs_of(page), action="look")
    assert "Nothing differs" in page
    page = cora.post(FORM, **inputs_of(page), action="add:nonsense")
    assert cora.status == 422
    assert inputs_of(page)["title"] == form["title"]


def test_a_form_of_another_session_is_refused_and_one_of_none_is_kept(
    cora: Any, form: Any, place: Place
) -> None:
    number = place.current()
    cora.token = "0" * 64
    cora.post(FORM, **form, action="save", reason="made")
    assert cora.status == 403
    cora.cookies.clear()
    page = cora.post(FORM, **{**form, "title": ["A made title, typed"]}, action="save")
    assert cora.status == 401
    assert "A made title, typed" in unescape(page)
    assert place.current() == number


def test_a_correction_stays_in_its_record(cora: Any, form: Any, place: Place) -> None:
    with place.open() as snapshot:
        other = standing(snapshot, "made-two")
    form["id"] = ["made-two"]
    form["issue"] = ["7"]
    cora.post(FORM, **form, action="save", reason="made")
    assert as_it_is(place)["issue"] == "7"
    with place.open() as snapshot:
        assert standing(snapshot, "made-two") == other


def test_there_is_no_form_for_a_record_that_is_not_there(cora: Any) -> None:
    cora.get("/review/records/made-none")
    assert cora.status == 404
