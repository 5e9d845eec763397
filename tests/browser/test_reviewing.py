"""Reviewers in a browser: from an empty project to a published record; two who disagree."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, Page, expect

from kg.accounts import Role, Users, users
from kg.ingest import Outcome

PASSWORD = "a made password"
# A made record: nobody wrote it.
RIS = (
    b"TY  - JOUR\r\nTI  - Made trust in made services\r\nAU  - Maker, Ada\r\nPY  - 2020\r\n"
    b"T2  - Journal of Made Things\r\nDO  - 10.5555/made.browser\r\n"
    b"AB  - Trust grew when staff explained the rules to them.\r\nER  - \r\n"
)
FILLED = {
    "study.design": "survey",
    "claims.0.kind": "empirical-finding",
    "claims.0.relation": "contributes-to",
    "claims.0.direction": "increases",
    "claims.0.strength": "quantitative",
    "read_level": "abstract",
}
TYPED = {
    "claims.0.statement": "Explaining the rules increases the trust of made users.",
    "claims.0.subject": "transparency",
    "claims.0.object": "trust",
    "claims.0.locator": "abstract",
}


@pytest.fixture(scope="module")
def site(
    built: tuple[Path, Outcome],
    tmp_path_factory: pytest.TempPathFactory,
    run_server: Callable[..., AbstractContextManager[object]],
) -> Iterator[str]:
    """Run a server over a copy of the corpus, with users: where it is."""
    home = shutil.copytree(built[0], tmp_path_factory.mktemp("reviewing") / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(users, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64))
        for name in ("nora", "rita", "rolf"):
            Users(home).add(name, Role.REVIEWER, PASSWORD)
    with run_server(home, workers=1, client_seconds=10_000) as server:
        yield f"http://127.0.0.1:{server.port}"  # type: ignore[attr-defined]


def sign_in(page: Page, name: str) -> None:
    page.goto("/review")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def open_review(page: Page, title: str, votes: str) -> None:
    page.get_by_role("link", name="Open a review").click()
    page.get_by_label("Title").fill(title)
    page.locator("#votes").select_option(votes)
    page.locator("#stages").select_option("full-text")
    page.get_by_role("button", name="Open it").click()


def fill_in(page: Page, **changes: str) -> None:
    """Fill the form in as a person does, and wait until nothing is missing."""
    page.get_by_role("button", name="Add a claim").click()
    for name, code in {**FILLED, **changes}.items():
        page.locator(f'[name="{name}"]').select_option(code)
    for name, text in TYPED.items():
        page.locator(f'[name="{name}"]').fill(text)
    expect(page.locator("#sum")).to_have_text(re.compile("Nothing is missing"))


def test_a_new_reviewer_comes_from_an_empty_project_to_a_published_record(
    page: Page, assert_accessible: Callable[[Page], None]
) -> None:
    sign_in(page, "nora")
    open_review(page, "Made trust", "1")
    page.get_by_role("link", name="Record the first search").click()
    page.get_by_label("What was searched").fill("Made Index")
    page.get_by_label("The search, word for word").fill("made AND trust")
    page.get_by_role("button", name="Record it").click()
    file = {"name": "made.ris", "mimeType": "text/plain", "buffer": RIS}
    page.get_by_label("File").set_input_files(file)  # type: ignore[arg-type]  # a file payload
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("1 records in the file: 1 read, 0 failed")).to_be_visible()
    page.get_by_role("link", name="Go on").click()
    page.get_by_role("link", name="Screen by full text").click()
    page.get_by_role("button", name="Include").click()
    page.get_by_role("link", name="Coding").first.click()
    page.get_by_role("button", name="Code it").first.click()
    page.get_by_text("Paste the text that you read").click()
    page.locator("#pasted").fill("Trust grew when staff explained the rules to them.")
    page.get_by_role("button", name="Keep the text").click()
    page.get_by_label("Or begin from a case").fill("Stockholm")
    page.get_by_role("button", name="Take over").first.click()
    expect(page.locator('[name="cases.0.place"]')).to_have_value("Stockholm region")
    fill_in(page)
    page.locator('[name="claims.0.passage"]').fill("staff explained the rules")
    page.get_by_role("button", name="Suggest concepts").click()
    pick = page.get_by_role("button", name="Trust as object", exact=True)
    expect(pick).to_be_visible(timeout=60_000)  # the first asks for the ranking to be made
    expect(page.get_by_text("✓ found in the text")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="My coding is done").click()
    rate_a_finding(page)
    page.get_by_role("link", name="Publish", exact=True).click()
    page.get_by_label("What this publication brings or mends").fill("First publication")
    page.get_by_role("button", name="Publish 1 record").click()
    page.get_by_role("link", name="the page of this review").click()
    expect(page.get_by_role("heading", name="Made trust")).to_be_visible()
    expect(page.get_by_text("coded by nora")).to_be_visible()
    expect(page.get_by_text("Low confidence")).to_be_visible()
    expect(page.get_by_role("region", name="Flow diagram")).to_be_visible()
    assert_accessible(page)
    query = (
        "SELECT ?statement { <https://w3id.org/cove/claim/maker-2020-made-trust-made-services/1>"
        " <https://w3id.org/cove/ontology#statement> ?statement }"
    )
    answer = page.request.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    assert TYPED["claims.0.statement"] in answer.text()


def rate_a_finding(page: Page) -> None:
    page.get_by_role("link", name="Appraisal", exact=True).click()
    page.get_by_role("link", name="Rate a finding").click()
    page.get_by_label("Finding", exact=True).fill("Made users trust what is explained to them.")
    page.get_by_role("checkbox").check()
    for concern in page.get_by_role("group").filter(has=page.get_by_label("Why")).all():
        concern.get_by_label("minor concerns", exact=True).check()
        concern.get_by_label("Why").fill("One made study.")
    page.get_by_label("low", exact=True).check()
    page.get_by_label("Explanation of the rating").fill("One made study.")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Made users trust what is explained")).to_be_visible()


def test_two_coders_who_disagree_come_to_one_coding(
    page: Page, browser: Browser, site: str, assert_accessible: Callable[[Page], None]
) -> None:
    sign_in(page, "rita")
    open_review(page, "Made disagreement", "2")
    page.get_by_role("link", name="Members", exact=True).click()
    page.get_by_label("Name").fill("rolf")
    page.locator("select[name=role]").last.select_option("reviewer")
    page.locator("main form button").last.click()
    page.get_by_role("link", name="Coding").first.click()
    page.locator("#id").fill("maker-2021-made")
    page.locator("#title").fill("Made work")
    page.get_by_role("button", name="Code it").click()
    path = page.url.removeprefix(site)
    code_whole(page)
    context = browser.new_context(base_url=site)
    other = context.new_page()
    sign_in(other, "rolf")
    assert other.request.get(f"{path}/compare").status == 403
    other.goto(path)
    code_whole(other, **{"claims.0.direction": "mixed"})
    context.close()
    page.goto(f"{path}/compare")
    expect(page.get_by_role("rowheader", name="≠ direction")).to_be_visible()
    assert_accessible(page)
    page.locator('[name="row.0"][value="1"]').check()
    page.get_by_role("button", name="Go on to what all agree on").click()
    expect(page.locator('[name="claims.0.direction"]')).to_have_value("mixed")
    page.get_by_label("Why so").fill("The source says both.")
    page.get_by_role("button", name="This is agreed").click()
    expect(page.get_by_text("✓ agreed")).to_be_visible()
    page.get_by_role("link", name="Agreement", exact=True).click()
    expect(page.get_by_role("rowheader", name="claim: direction")).to_be_visible()
    assert_accessible(page)


def code_whole(page: Page, **changes: str) -> None:
    """Code a publication of which nothing is known yet, and be done with it."""
    page.get_by_role("button", name="Add an author").click()
    page.locator('[name="authors.0.family"]').fill("Maker")
    page.locator('[name="year"]').fill("2021")
    page.locator('[name="read_at"]').fill("https://example.org/made")
    page.locator('[name="type"]').select_option("article-journal")
    fill_in(page, **changes)
    page.get_by_role("button", name="My coding is done").click()
    expect(page).to_have_url(re.compile("/coding$"))
