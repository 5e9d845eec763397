"""Every kind of page in a browser: nothing goes wrong, axe finds nothing, no script is needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from werkzeug.routing import Rule

from server import create_app
from server.kinds import PANELS

CARLQVIST = "carlqvist-2021-ehealth-value-creating-resource"
THINGS = {
    "work": f"/work/{CARLQVIST}",
    "claim": f"/claim/{CARLQVIST}/4",
    "case": f"/case/{CARLQVIST}/1",
    "process": f"/process/{CARLQVIST}/1/1",
    "proposition": "/proposition/digital-technology--value-co-creation",
    "concept": "/concept/value-co-destruction",
    "code": "/concept/sector/health-care",
    "scheme": "/scheme/ors2016",
    "agent": "/agent/osborne-stephen-p",
    "definition": "/definition/parks-1980",
    "term": "/ontology/Claim",
    "thing": f"/effect/{CARLQVIST}/4/1",
}
PAGES = {
    **THINGS,
    "home": "/",
    "list": "/case/",
    "schemes": "/scheme/",
    "questions": "/questions",
    "question": "/questions/whose-value",
    "question-listing": "/questions/claims?concept=trust",
    "question-since": "/questions/whose-value/since/1",
    "search": "/search?q=trust",
    "synthesis": "/synthesis",
    "map": "/map",
    "sparql": "/sparql",
    "versions": "/versions",
    "version": "/version/1",
    "void": "/void.html",
    "dumps": "/dumps",
    "ontology": "/ontology.html",
    "ontology-changes": "/ontology/changes",
    "why": "",  # found on the page of the process
    "problems": "/problems/",
    "problem": "/problems/not-found",
    "sign-in": "/review/sign-in",
    "guides": "/guide",
    "guide": "/guide/researcher",
    "concepts": "/concepts",
    "index": "/concepts/index",
    "typologies": "/typologies",
    "typology": "/typologies/ors2016",
    "typologies-compared": "/typologies/compare",
    "typologies-crossed": "/typologies/crossing",
    "definitions": "/definitions",
    "contradictions": "/contradictions",
    "argument": "",  # found on the page of contradictions
    "network": "/network",
    "timeline": "/timeline",
    "countries": "/countries",
}
FOUND_ON = {
    "why": (THINGS["process"], "a[href*='/why?']"),
    "argument": ("/contradictions", "main a[href^='/contradictions/']"),
}
# Addresses that are no page of their own for people.
ELSEWHERE = {
    "api": "answers in JSON",
    "assets": "files of the pages",
    "bibliographies": "answers with references",
    "changes.feed": "a feed",
    "changes.patch": "a file",
    "citing": "needs an answer that is kept; tests/browser/test_paths.py",
    "crawling": "for crawlers",
    "data": "graphs",
    "dumps.dump": "a file",
    "dumps.newest": "a file",
    "dumps.sums": "a file",
    "editor": "answers in JSON",
    "guides.notebook": "a file",
    "linksets": "answers in JSON",
    "lists.without_slash": "leads on",
    "metrics": "for operators",
    "ontology.context": "answers in JSON",
    "nanopublications": "leads to the claim",
    "operations": "for operators",
    "questions.named": "leads on",
    "review": "needs an account; tests/server/review",
    "running": "for operators",
    "update": "takes updates",
}


def go(page: Page, name: str) -> None:
    path = PAGES[name]
    if name in FOUND_ON:
        start, link = FOUND_ON[name]
        page.goto(start)
        path = page.locator(link).first.get_attribute("href") or ""
    response = page.goto(path)
    assert response is not None
    assert response.status == 200, path
    assert page.locator("h1").count() == 1
    assert page.locator("main a, main form").count() > 0


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_in_light_and_in_dark(
    page: Page, name: str, assert_accessible: Callable[[Page], None]
) -> None:
    go(page, name)
    assert_accessible(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_needs_no_script_and_fits_a_phone(plain_page: Page, name: str) -> None:
    plain_page.set_viewport_size({"width": 390, "height": 844})
    go(plain_page, name)
    wide = plain_page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= 390


def test_no_kind_of_page_is_forgotten(tmp_path: Path) -> None:
    app = create_app({"home": tmp_path, "workers": 1})
    app.extensions["answering"].close()
    known = app.url_map.bind("localhost")
    seen = {str(known.match(path.partition("?")[0])[0]) for path in PAGES.values() if path}
    seen |= {"why.why", "contradictions.argument", *ELSEWHERE}

    def is_page(rule: Rule) -> bool:
        return "GET" in (rule.methods or ()) and rule.endpoint.partition(".")[0] not in ELSEWHERE

    pages = {rule.endpoint for rule in app.url_map.iter_rules() if is_page(rule)}
    assert pages - seen == set()
    assert set(PANELS) == {*THINGS, "evidence-review"}  # of which the corpus has none yet
