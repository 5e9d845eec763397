"""Tables: sorted, found in and paged where they stand, by mouse and by keyboard."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def test_a_table_of_an_answer_is_sorted_and_found_in_without_leaving(page: Page) -> None:
    page.goto("/questions/works")
    page.evaluate("() => { window.stayed = true; }")
    year = page.get_by_role("columnheader", name="Year").get_by_role("link")
    year.focus()
    page.keyboard.press("Enter")
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Year ▲")
    assert page.evaluate("() => document.activeElement.closest('th').ariaSort") == "ascending"
    years = page.locator("tbody td:nth-child(2)").all_text_contents()
    assert years == sorted(years)
    page.get_by_label("Rows that hold").fill("waste")
    page.keyboard.press("Enter")
    expect(page.locator("#answer .count")).to_contain_text("with “waste”")
    assert "find=waste" in page.url
    assert "sort=year" in page.url
    assert page.evaluate("() => window.stayed")
    page.go_back()
    expect(page.locator("#answer .count")).not_to_contain_text("waste")


def test_a_table_that_stands_in_the_page_is_sorted_there(page: Page) -> None:
    page.goto("/concept/trust")
    head = page.get_by_role("columnheader", name="Claims")
    counts = page.locator("section[aria-labelledby=links] tbody td:last-child")
    before = counts.all_text_contents()
    head.get_by_role("button").press("Enter")
    after = [int(text) for text in counts.all_text_contents()]
    assert after == sorted(map(int, before))
    head.get_by_role("button").press("Enter")
    head.get_by_role("button").press("Enter")
    assert counts.all_text_contents() == before


def test_a_search_is_a_table_whose_facets_can_be_left_out(page: Page) -> None:
    page.goto("/search?q=trust&sector=health-care")
    page.get_by_role("link", name="a table").click()
    assert "as=table" in page.url
    rows = page.locator("table tbody tr")
    assert rows.count() > 2
    page.get_by_role("link", name="Leave out Sector: Health care").click()
    assert "sector" not in page.url
    assert "as=table" in page.url
