"""Reviews: who sees which, and what it takes to open one and to let others in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kg.review.projects import RESERVED
from server import create_app


@pytest.fixture(scope="module")
def slug(people: Any) -> str:
    olga = people["olga"]
    olga.get("/review/new")
    page = olga.post(
        "/review/new",
        title="A made review of benches",
        question="Does a bench keep what it is told?",
        inclusion="says something of benches\n\n says more ",
        exclusion="not about benches\nno report",
        votes="2",
        stages="title-abstract full-text",
    )
    assert "What to do next" in page
    return str(olga.path).split("/")[2]


def test_an_empty_bench_says_what_to_do(people: Any) -> None:
    assert "Open one" in people["rolf"].get("/review")
    assert "must be that of a reviewer" in people["leo"].get("/review")


def test_a_reader_s_account_opens_no_review(people: Any) -> None:
    people["leo"].get("/review/password")
    people["leo"].post("/review/new", title="Mine")
    assert people["leo"].status == 403


def test_an_empty_review_says_what_to_do_next(people: Any, slug: str) -> None:
    page = people["olga"].get(f"/review/{slug}/")
    assert "Add the second reviewer" in page
    assert "Record the first search" in page
    assert "A made review of benches" in people["olga"].get("/review")


def test_a_title_that_cannot_be_keeps_what_was_typed(people: Any) -> None:
    people["olga"].get("/review/new")
    page = people["olga"].post("/review/new", title="  ", question="Is this <kept>?")
    assert people["olga"].status == 422
    assert "Is this &lt;kept&gt;?" in page
    assert "give it one" in page


@pytest.mark.parametrize("page", ["", "protocol", "members", "history"])
def test_who_takes_no_part_learns_nothing(people: Any, slug: str, page: str) -> None:
    told = people["rolf"].get(f"/review/{slug}/{page}")
    assert people["rolf"].status == 404
    assert "A made review" not in told
    guessed = people["rolf"].get(f"/review/no-such-review/{page}")
    assert guessed.replace("no-such-review", slug) == told


def test_members_come_with_a_role_and_go(people: Any, slug: str) -> None:
    olga, leo = people["olga"], people["leo"]
    olga.get(f"/review/{slug}/members")
    page = olga.post(f"/review/{slug}/members", name="nobody", role="reader")
    assert "no user" in page
    assert 'value="nobody"' in page
    olga.post(f"/review/{slug}/members", name="leo", role="reader")
    assert "you are reader" in leo.get("/review")
    page = leo.get(f"/review/{slug}/protocol")
    assert "says something of benches" in page
    assert "<textarea" not in page
    for path, values in (("protocol", {"title": "Mine"}), ("members", {"name": "leo"})):
        page = leo.post(f"/review/{slug}/{path}", **values, role="owner")
        assert leo.status in {403, 422}
        assert "asks for owner" in page
    olga.post(f"/review/{slug}/members", name="leo", role="none")
    leo.get(f"/review/{slug}/")
    assert leo.status == 404
    page = olga.post(f"/review/{slug}/members", name="olga", role="reader")
    assert "has an owner" in page


def test_a_protocol_is_changed_and_the_history_has_both(people: Any, slug: str) -> None:
    olga = people["olga"]
    assert "says more" in olga.get(f"/review/{slug}/protocol")
    olga.post(f"/review/{slug}/protocol", title="A made review of benches", plan="Line 1\r\nLine 2")
    page = olga.get(f"/review/{slug}/history")
    assert page.count("protocol set") == 2
    assert "Does a bench keep what it is told?" in page


def test_a_page_of_history_that_there_is_not_is_empty(people: Any, slug: str) -> None:
    for before in ("0", "1", "x", "-1", "9" * 40):
        people["olga"].get(f"/review/{slug}/history?before={before}")
        assert people["olga"].status == 200


def test_a_review_may_be_called_as_a_page_of_the_bench(people: Any) -> None:
    olga = people["olga"]
    olga.get("/review/new")
    page = olga.post("/review/new", title="Records")
    assert olga.path == "/review/records-2/"
    assert "What to do next" in page


def test_no_page_of_the_bench_stands_where_a_review_could(tmp_path: Path) -> None:
    app = create_app({"home": tmp_path})
    try:
        rules = [each for each in app.url_map.iter_rules() if each.endpoint.startswith("review.")]
        starts = {f"{each.rule}/".split("/")[2] for each in rules}
        assert {start for start in starts if start and not start.startswith("<")} == RESERVED
    finally:
        app.extensions["answering"].close()
