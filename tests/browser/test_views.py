"""The views in a browser: without a script a person walks on and opens what is there."""

from __future__ import annotations

from playwright.sync_api import Page


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
