"""Two people carry out a review in a browser: from an empty bench to a flow that adds up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, Page, expect

from kg.accounts import Role, Users, users
from kg.store import Home

PASSWORD = "a made password"
RECORDS = "\n".join(
    f"TY  - JOUR\nTI  - Made record {name} of a bench that is kept\nAU  - Maker, {name}\n"
    f"PY  - 2020\nT2  - Journal of Made Things\nVL  - {n}\nDO  - 10.5555/made.{n}\n"
    f"AB  - Made up for a test of {name}.\nER  - "
    for n, name in enumerate(("Ash", "Birch", "Cedar", "Cedar"))
).replace("made.3", "made.2")


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory,
    run_server: Callable[..., AbstractContextManager[object]],
) -> Iterator[str]:
    """Run a server over a home with two users and no review."""
    home = tmp_path_factory.mktemp("bench") / "home"
    with Home(home).begin(agent="tests", reason="one quad") as candidate:
        candidate.bulk_load(b"<a:s> <a:p> <a:o> <a:g> .\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(users, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64))
        for name in ("rita", "rolf"):
            Users(home).add(name, Role.REVIEWER, PASSWORD)
    with run_server(home, workers=1) as server:
        yield f"http://127.0.0.1:{server.port}"  # type: ignore[attr-defined]


def sign_in(page: Page, name: str) -> None:
    page.goto("/review")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Your reviews")).to_be_visible()


def title(page: Page) -> str:
    return page.locator("#card").inner_text()


@pytest.fixture
def other(browser: Browser, site: str) -> Iterator[Page]:
    """Open the browser of the second reviewer."""
    context = browser.new_context(base_url=site)
    yield context.new_page()
    context.close()


def set_up(page: Page) -> str:
    """Open a review by following what the overview says; return where it is."""
    page.get_by_role("link", name="Open a review").click()
    page.get_by_label("Title").fill("Benches that are kept")
    page.get_by_role("button", name="Open it").click()
    address = page.url
    page.get_by_role("link", name="Write the question and the criteria").click()
    page.get_by_label("The question").fill("Is a bench kept?")
    page.get_by_label("It takes in").fill("a bench")
    page.get_by_label("It leaves out").fill("no bench\nnot kept")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("link", name="Add the second reviewer").click()
    page.get_by_label("Name of a user").fill("rolf")
    page.get_by_role("button", name="Add").click()
    page.goto(address)
    page.get_by_role("link", name="Record the first search").click()
    page.get_by_label("What was searched").fill("Made Index")
    page.get_by_label("The search, word for word").fill('TI("bench" AND kept)')
    page.get_by_label("Hits").fill("4")
    page.get_by_role("button", name="Record it").click()
    made = {"name": "made.ris", "mimeType": "text/plain", "buffer": RECORDS.encode()}
    page.get_by_label("File").set_input_files(made)  # type: ignore[arg-type]  # a FilePayload
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("4 records in the file: 4 read, 0 failed")).to_be_visible()
    page.get_by_role("link", name="Go on").click()
    page.get_by_role("link", name="Look for duplicates").click()
    page.get_by_role("button", name="Look for duplicates").click()
    found = page.get_by_text("4 records are 3 publications: 1 duplicates")
    expect(found).to_be_visible(timeout=60_000)
    return address


def test_two_reviewers_go_from_an_empty_bench_to_the_flow(
    page: Page, other: Page, assert_accessible: Callable[[Page], None], shoot: Callable[..., None]
) -> None:
    sign_in(page, "rita")
    address = set_up(page)
    assert_accessible(page)
    sign_in(other, "rolf")
    for each, keys in ((page, "1e i i"), (other, "i i u")):
        each.goto(address)
        each.get_by_role("link", name="Screen by title and abstract").click()
        if each is page:
            assert_accessible(page)
            shoot(page, "screening")
            shoot(page, "screening-phone", phone=True, dark=True)
        for stroke in keys.split():
            before = title(each)
            each.wait_for_load_state()  # keys work once the script is there; buttons always
            for key in stroke:
                each.keyboard.press(key)
            expect(each.locator("h1")).not_to_have_text(before)
        expect(each.get_by_role("heading", name="nothing left to judge")).to_be_visible()
    page.goto(address)
    page.get_by_role("link", name="Settle the conflict").click()
    expect(page.get_by_text("exclude, no bench")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Reason to exclude").select_option("no bench")
    page.get_by_role("button", name="Exclude").click()
    expect(page.get_by_text("There is no conflict")).to_be_visible()
    for each in (page, other):
        each.goto(address)
        each.get_by_role("link", name="Screen by full text").click()
        for _ in range(2):
            before = title(each)
            each.get_by_role("button", name="Include").click()
            expect(each.locator("h1")).not_to_have_text(before)
    page.goto(address)
    page.get_by_role("link", name="See the flow diagram").click()
    expect(page.get_by_text("Every sum of the statement holds")).to_be_visible()
    assert_accessible(page)
    shoot(page, "flow")
    page.locator(".prisma a").filter(has_text="Reports of new").first.click()
    expect(page.locator("ol.list li")).to_have_count(2)
