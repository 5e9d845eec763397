"""Every kind of page in a browser: nothing goes wrong, axe finds nothing, no script is needed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

PAGES = {
    "home": "/",
    "work": "/work/osborne-2018-co-production-co-creation-service-management",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_in_light_and_in_dark(
    page: Page, name: str, assert_accessible: Callable[[Page], None], shoot: Callable[..., None]
) -> None:
    response = page.goto(PAGES[name])
    assert response is not None
    assert response.status == 200
    assert_accessible(page)
    shoot(page, name)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_needs_no_script(plain_page: Page, name: str) -> None:
    plain_page.goto(PAGES[name])
    assert plain_page.locator("h1").count() == 1
    assert plain_page.locator("main a").count() > 0
