"""Three people go their ways from end to end: a researcher, a reviewer, a developer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Page, expect

from kg.accounts import Role, Users, users
from kg.store import Home

PASSWORD = "a made password"
RECORDS = "\n".join(
    f"TY  - JOUR\nTI  - Made record {n} on the keeping of benches\nAU  - Maker, Ada\nPY  - 2020\n"
    f"AB  - Made up for this test: a bench is kept.\nER  - "
    for n in (1, 2)
)


@pytest.fixture(scope="module")
def bench(
    tmp_path_factory: pytest.TempPathFactory,
    run_server: Callable[..., AbstractContextManager[Any]],
) -> Iterator[str]:
    """Run a server with a reviewer's account: where it is."""
    path = tmp_path_factory.mktemp("bench") / "home"
    with Home(path).begin(agent="tests", reason="one quad") as candidate:
        candidate.bulk_load(b"<a:s> <a:p> <a:o> <a:g> .\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(users, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64))
        Users(path).add("rita", Role.REVIEWER, PASSWORD)
    with run_server(path, workers=1) as server:
        yield f"http://127.0.0.1:{server.port}"


def test_a_researcher_asks_reads_the_passage_and_cites_the_answer(
    page: Page, assert_accessible: Callable[[Page], None], shoot: Callable[..., None]
) -> None:
    page.goto("/")
    shoot(page, "researcher-1-home")
    shoot(page, "researcher-1-home-phone", phone=True, dark=True)
    page.get_by_role("link", name="Ask", exact=True).click()
    page.get_by_label("Look for").fill("mandate")
    page.get_by_role("button", name="Find").click()
    page.locator("main").get_by_role("link", name="mandate").first.click()
    expect(page.locator("#answer")).to_be_visible()
    shoot(page, "researcher-2-question")
    page.goto("/questions/claims?concept=trust")
    page.get_by_role("columnheader").get_by_role("link").first.click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_count(1)
    page.get_by_label("Rows that hold").fill("trust")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**find=trust**")
    page.locator("tbody a[href*='/claim/']").first.click()
    expect(page.get_by_role("complementary", name="Source")).to_contain_text("Where:")
    shoot(page, "researcher-3-claim")
    page.go_back()
    page.get_by_role("button", name="Get a permalink and cite it").click()
    expect(page.get_by_role("heading", name="Cite it")).to_be_visible()
    assert "/q/" in page.url
    assert_accessible(page)
    shoot(page, "researcher-4-cite")


def test_a_reader_goes_from_a_word_to_a_gap_and_a_contradiction(
    page: Page, shoot: Callable[..., None]
) -> None:
    page.goto("/")
    page.get_by_label("Search works, claims, cases and concepts").fill("truts")  # as one types
    page.locator("main").get_by_role("button", name="Search").click()
    expect(page.locator("main")).to_contain_text("trust")
    shoot(page, "reader-1-search")
    page.goto("/concept/trust")
    expect(page.get_by_role("heading", name="What is known")).to_be_visible()
    shoot(page, "reader-2-concept")
    shoot(page, "reader-2-concept-phone", phone=True)
    amount = page.locator(".balance a").first
    count = int((amount.text_content() or "").split()[0])
    amount.click()
    expect(page.locator("#answer .count")).to_contain_text(f"{count} row")
    page.goto("/map")
    shoot(page, "reader-3-map")
    page.locator(".evidence-map a").first.click()
    expect(page.locator("#answer")).to_be_visible()
    page.goto("/contradictions")
    shoot(page, "reader-4-contradictions")


def test_a_reviewer_opens_a_review_imports_and_screens(
    open_page: Callable[[str], AbstractContextManager[Page]],
    bench: str,
    tmp_path: Path,
    assert_accessible: Callable[[Page], None],
    shoot: Callable[..., None],
) -> None:
    export = tmp_path / "export.ris"
    export.write_text(RECORDS, encoding="utf-8")
    with open_page(bench) as page:
        page.goto("/review")
        page.get_by_label("Name").fill("rita")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name="Open a review").click()
        page.get_by_label("Title").fill("Benches, a made review")
        page.get_by_label("A record is decided by").select_option("1")
        page.get_by_role("button", name="Open it").click()
        expect(page.get_by_role("heading", name="Benches, a made review")).to_be_visible()
        assert_accessible(page)
        start = page.url
        page.goto(f"{start.rstrip('/')}/searches")
        page.get_by_label("What was searched").fill("Made index")
        page.get_by_label("Hits").fill("2")
        page.get_by_role("button", name="Record it").click()
        page.goto(f"{start.rstrip('/')}/import")
        page.get_by_label("File").set_input_files(export)
        page.get_by_role("button", name="Import").click()
        expect(page.locator("main")).to_contain_text("2 records in the file: 2 read, 0 failed")
        shoot(page, "reviewer-1-account")
        page.goto(start)
        page.get_by_role("link", name="Screen by title and abstract").first.click()
        assert_accessible(page)
        shoot(page, "reviewer-2-screening")
        page.keyboard.press("i")
        expect(page.locator("main")).to_contain_text("1 of 2 decided")
        page.wait_for_load_state("load")  # the keys are listened to from then on
        page.keyboard.press("e")
        expect(page.locator("main")).to_contain_text("nothing left to judge")
        page.goto(start)
        shoot(page, "reviewer-3-overview")


def test_a_developer_finds_the_terms_asks_and_takes_the_data(
    page: Page, site: str, shoot: Callable[..., None]
) -> None:
    page.goto("/")
    page.get_by_role("link", name="Build on it", exact=True).click()
    expect(page.locator("h1")).to_be_visible()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Ontology").click()
    page.locator("main a[href$='/ontology/Claim']").first.click()
    expect(page.locator("h1")).to_contain_text("claim")
    shoot(page, "developer-1-term")
    thing = f"{site}/concept/trust"
    for media_type in ("text/turtle", "application/ld+json", "application/rdf+xml"):
        answer = page.request.get(thing, headers={"Accept": media_type})
        assert answer.headers["content-type"].partition(";")[0] == media_type
    page.goto("/concept/trust")
    page.get_by_role("link", name="in the query editor").click()
    expect(page.locator(".CodeMirror")).to_contain_text("DESCRIBE")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#status")).to_contain_text("whole")
    shoot(page, "developer-2-editor")
    page.get_by_role("contentinfo").get_by_role("link", name="Versions").click()
    page.locator("main a[href='/version/1']").first.click()
    assert page.request.get(f"{site}/version/1/concept/trust.ttl").ok
