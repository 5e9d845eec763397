"""A curator in a browser: from a claim that is wrong to one that is corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Page, expect

from kg.accounts import Role, Users, users
from kg.ingest import build_dataset
from kg.store import Home

PASSWORD = "a made password"
MADE = Path(__file__).parents[1] / "queries" / "made.jsonl"
STATEMENT = "Made statement 2, corrected in a browser."


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory,
    run_server: Callable[..., AbstractContextManager[object]],
) -> Iterator[str]:
    """Run a server over made records, with a curator: where it is."""
    home = tmp_path_factory.mktemp("correcting") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.ingest.files.corpus", lambda: MADE)
        patch.setattr(users, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64))
        build_dataset(Home(home), agent="tests")
        Users(home).add("cora", Role.CURATOR, PASSWORD)
    with run_server(home, workers=1, client_seconds=10_000) as server:
        yield f"http://127.0.0.1:{server.port}"  # type: ignore[attr-defined]


def test_a_curator_corrects_a_claim_from_its_page(
    page: Page, faults: list[str], assert_accessible: Callable[[Page], None]
) -> None:
    page.goto("/claim/made-one/2")
    page.get_by_text("Correct it", exact=True).click()
    page.get_by_role("link", name="Correct it in a form").click()
    page.get_by_label("Name").fill("cora")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("details.claim[open]")).to_have_count(1)
    statement = page.locator("details.claim[open]").get_by_label("Statement")
    before = statement.input_value()
    statement.fill(STATEMENT)
    page.get_by_role("button", name="Show what changes").click()
    row = page.locator(".changes tbody tr")
    expect(row).to_have_count(1)
    expect(row.locator("del")).to_have_text(before)
    expect(row.locator("ins")).to_have_text(STATEMENT)
    assert_accessible(page)
    page.get_by_role("button", name="Keep the correction").click()
    expect(page.locator('[data-said="reason"]')).to_contain_text("say why")
    expect(page.locator('[name$=".statement"]').nth(1)).to_have_value(STATEMENT)
    assert faults.pop().startswith("error in the console: Failed to load resource")  # the 422
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    page.get_by_label("Why the record is corrected").fill("A made reason.")
    page.get_by_role("button", name="Keep the correction").click()
    expect(page.get_by_role("status")).to_contain_text("Kept as version")
    page.goto("/claim/made-one/2")
    expect(page.locator("h1")).to_contain_text(STATEMENT)
