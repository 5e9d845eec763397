"""The views in a browser: axe finds nothing, no script is needed, a person can walk on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

VIEWS = {
    "concepts": "/concepts",
    "index": "/concepts/index?letter=T",
    "typologies": "/typologies",
    "grid": "/typologies/nss2017",
    "compare": "/typologies/compare",
    "crossing": "/typologies/crossing",
    "contradictions": "/contradictions",
    "argument": "/contradictions/professional-attitude--co-production",
    "network": "/network?at=trust&at=co-production",
    "timeline": "/timeline",
    "countries": "/countries",
    "map": "/map?rows=phase&columns=holder",
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_accessible_in_light_and_in_dark(
    page: Page, name: str, assert_accessible: Callable[[Page], None], shoot: Callable[..., None]
) -> None:
    response = page.goto(VIEWS[name])
    assert response is not None
    assert response.status == 200
    assert_accessible(page)
    shoot(page, f"view-{name}")
    shoot(page, f"view-{name}-phone", phone=True, dark=True)


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_fits_a_phone(page: Page, name: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(VIEWS[name])
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_without_a_script_one_walks_the_network_and_opens_its_claims(plain_page: Page) -> None:
    plain_page.goto("/network?at=trust")
    plain_page.get_by_role("link", name="Go on to Citizen motivation").click()
    assert plain_page.locator(".chips li").count() == 2
    plain_page.get_by_role("link", name="Close Trust").click()
    assert plain_page.locator(".chips li").count() == 1
    plain_page.locator("td.number a").first.click()
    assert "/questions/claims" in plain_page.url


def test_without_a_script_the_tree_unfolds_and_a_cell_names_its_cases(plain_page: Page) -> None:
    plain_page.goto("/concepts")
    below = plain_page.locator(".branches ul a").first
    assert not below.is_visible()
    plain_page.locator(".branches summary").first.press("Enter")
    assert below.is_visible()
    plain_page.goto("/typologies/nss2017")
    plain_page.locator(".cells summary").first.click()
    plain_page.locator(".cells details a").first.click()
    assert "/process/" in plain_page.url
