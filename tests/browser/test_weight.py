"""What the first load of a page weighs, and that nothing in it moves once it is shown."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Response

MOST = 300_000  # bytes, as they travel
PAGES = [
    "/",
    "/concept/co-production",
    "/map",
    "/search?q=trust",
    "/questions/claims?concept=trust",
]
MOVED = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
})"""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_light_and_stands_still(page: Page, path: str) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  # it wants a function
    page.goto(path, wait_until="networkidle")
    weight = sum(answer.request.sizes()["responseBodySize"] for answer in answers)
    assert 10_000 < weight < MOST
    assert page.evaluate(MOVED) < 0.05


def test_the_editor_is_loaded_by_its_page_alone(page: Page) -> None:
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto("/", wait_until="networkidle")
    assert not any("/vendor/" in address for address in addresses)
    page.goto("/sparql", wait_until="networkidle")
    assert any("/vendor/yasqe.js" in address for address in addresses)
