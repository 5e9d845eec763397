"""The watch that every browser test is under sees what it is there to see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

WRONG = {
    "console": ("console.error('made for this test')", "error in the console: made for this test"),
    "exception": (
        "setTimeout(() => { throw new Error('made') }); await new Promise(r => setTimeout(r, 1))",
        "exception: made",
    ),
    "elsewhere": ("await fetch('https://example.org/').catch(() => 0)", "https://example.org/"),
    "not found": ("await (await fetch('/work/none')).text()", "404"),
    "script": (
        "document.head.append(Object.assign(document.createElement('script'), "
        "{textContent: 'document.title = 1'}))",
        "Content Security Policy",
    ),
    "style": (
        "document.body.setAttribute('style', 'color: red')",
        "Content Security Policy",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_goes_wrong_is_told(page: Page, faults: list[str], name: str) -> None:
    page.goto("/sparql")
    script, told = WRONG[name]
    page.evaluate(f"async () => {{ {script} }}")
    assert any(told in fault for fault in faults), faults
    faults.clear()


def test_axe_finds_what_is_not_accessible_in_the_dark_alone(
    page: Page, assert_accessible: Callable[[Page], None]
) -> None:
    page.goto("/sparql")
    page.evaluate("() => { document.querySelector('h1').style.color = '#1b2024'; }")
    with pytest.raises(AssertionError, match=r"dark: color-contrast"):
        assert_accessible(page)
