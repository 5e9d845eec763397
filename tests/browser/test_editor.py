"""The query editor: completion, answers in every form, errors at their place, and no loss."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

PREFIXES = "PREFIX cove: <https://w3id.org/cove/ontology#>\n"
BY_DIRECTION = (
    PREFIXES
    + """SELECT ?direction (COUNT(?claim) AS ?claims)
WHERE { ?claim cove:direction ?direction }
GROUP BY ?direction ORDER BY DESC(?claims)"""
)
HOSTILE = "<img src=x onerror=alert(1)><script>alert(1)</script>"


def open_with(page: Page, query: str) -> None:
    page.goto(f"/sparql?text={quote(query)}")
    expect(page.locator(".CodeMirror")).to_be_visible()


def ask(page: Page) -> None:
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#status")).not_to_contain_text("Asking")


def text_of(page: Page) -> str:
    found: str = page.evaluate("() => document.querySelector('.CodeMirror').CodeMirror.getValue()")
    return found


def provoke(page: Page, faults: list[str]) -> None:
    """Ask what is refused; the browser writes the status of the answer to its console."""
    ask(page)
    assert all("status of 400" in fault or "status of 408" in fault for fault in faults)
    assert faults
    faults.clear()


def test_an_answer_is_a_table_a_chart_and_a_network(
    page: Page, assert_accessible: Callable[[Page], None], shoot: Callable[..., None]
) -> None:
    open_with(page, BY_DIRECTION)
    ask(page)
    expect(page.locator("#status")).to_contain_text("whole")
    rows = page.locator("#answer tbody tr")
    assert rows.count() >= 4
    counts = [int(text) for text in rows.locator("td:last-child").all_text_contents()]
    assert counts == sorted(counts, reverse=True)
    page.get_by_role("button", name="claims").click()
    first = rows.first.locator("td:last-child")
    expect(first).to_have_text(str(min(counts)))
    assert_accessible(page)
    page.get_by_role("tab", name="Table").press("ArrowRight")
    expect(page.get_by_role("tab", name="Chart")).to_be_focused()
    expect(page.locator("#answer rect.bar")).to_have_count(len(counts))
    shoot(page, "editor-chart")
    query = (
        PREFIXES
        + "SELECT ?from ?to { ?p cove:subjectConcept ?from ; cove:objectConcept ?to } LIMIT 30"
    )
    open_with(page, query)
    ask(page)
    page.get_by_role("tab", name="Network").click()
    assert page.locator("#answer circle.node").count() > 10
    assert_accessible(page)
    shoot(page, "editor-network")


def test_a_graph_is_shown_as_triples_that_lead_to_pages(page: Page) -> None:
    open_with(page, "DESCRIBE <https://w3id.org/cove/concept/trust>")
    ask(page)
    expect(page.locator("#status")).to_contain_text("triples")
    page.locator("#answer a[href='/concept/trust']").first.click()
    expect(page.locator("h1")).to_have_text("Trust")


def test_an_error_is_shown_at_its_place_and_the_query_survives(
    page: Page, faults: list[str], shoot: Callable[..., None]
) -> None:
    query = "SELECT *\nWHERE { ?s ?p ?o \n  FILTER(?o > ) }"
    open_with(page, query)
    provoke(page, faults)
    expect(page.locator("#status")).to_contain_text("cannot be read")
    assert text_of(page) == query
    assert "FILTER" in (page.locator(".wrong-line").text_content() or "")
    shoot(page, "editor-error")
    page.reload()
    page.goto("/sparql")
    expect(page.locator(".CodeMirror")).to_be_visible()
    page.evaluate("q => document.querySelector('.CodeMirror').CodeMirror.setValue(q)", "ASK {")
    provoke(page, faults)
    page.goto("/sparql")
    expect(page.locator(".CodeMirror")).to_be_visible()
    assert text_of(page) == "ASK {"


def test_completion_offers_what_the_things_of_the_class_have(page: Page) -> None:
    with page.expect_response("**/sparql/vocabulary.json"):
        open_with(page, PREFIXES + "SELECT * {\n  ?c a cove:Claim ;\n    cove:stat\n}")
    expect(page.locator("#example")).to_be_visible()
    page.evaluate("() => document.querySelector('.CodeMirror').CodeMirror.setCursor(3, 13)")
    page.locator(".CodeMirror").click(position={"x": 500, "y": 250})
    page.evaluate(
        "() => { const e = document.querySelector('.CodeMirror').CodeMirror; e.focus(); "
        "e.setCursor({line: 3, ch: 13}); e.autocomplete(); }"
    )
    hint = page.locator(".CodeMirror-hint", has_text="statement")
    if hint.count():  # the only one may be taken at once
        hint.first.click()
    assert "cove:statement" in text_of(page)


def test_a_question_of_the_library_begins_a_query(page: Page) -> None:
    page.goto("/sparql")
    expect(page.locator("#example")).to_be_visible()
    page.locator("#example").select_option(
        label="Whose value is reported as created, and whose destroyed?"
    )
    assert "SELECT" in text_of(page)
    ask(page)
    expect(page.locator("#status")).to_contain_text("whole")


def test_any_version_can_be_asked(page: Page, faults: list[str]) -> None:
    open_with(page, "ASK {}")
    page.get_by_label("From version").fill("1")
    with page.expect_request("**/version/1/sparql"):
        ask(page)
    expect(page.locator("#answer")).to_contain_text("Yes.")
    page.get_by_label("From version").fill("99")
    ask(page)
    expect(page.locator("#status")).to_contain_text("99")
    assert len(faults) == 1
    faults.clear()


@pytest.mark.parametrize("term", [f"'{HOSTILE}'", f"'{HOSTILE}'@en", "<javascript:alert(1)>"])
def test_hostile_terms_are_shown_as_text(page: Page, term: str) -> None:
    open_with(page, f"SELECT ?x (2 AS ?n) {{ VALUES ?x {{ {term} {term} 'b' }} }}")
    ask(page)
    for name in page.get_by_role("tab").all():
        name.click()
        assert page.locator("#answer img, #answer script").count() == 0
        assert page.locator("#answer a[href^=javascript]").count() == 0


def test_the_tab_key_leaves_the_editor(page: Page) -> None:
    open_with(page, "ASK {}")
    page.evaluate("() => document.querySelector('.CodeMirror').CodeMirror.focus()")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.id") == "format"
    assert text_of(page) == "ASK {}"


def test_the_form_asks_without_a_script(plain_page: Page) -> None:
    plain_page.goto("/sparql")
    with plain_page.expect_response("**/sparql") as heard:
        plain_page.locator("#format").select_option("csv")
        with plain_page.expect_download():
            plain_page.get_by_role("button", name="Ask", exact=True).click()
    assert heard.value.status == 200
