"""The site over the whole corpus: no link is broken, no page too heavy."""

from __future__ import annotations

import pytest

import server.benching.crawls
from kg.store import Home
from server.benching import Crawl, crawl
from server.benching.crawls import HEAVIEST, Broken, Page

# `cove bench crawl` asks for every link, which takes a quarter of an hour; here the lists are read
# whole, and of all other links this part is asked for.
SHARE = 0.08


def test_no_link_of_the_site_is_broken_and_no_page_too_heavy(corpus_home: Home) -> None:
    found = crawl(corpus_home, share=SHARE)
    assert found.broken == []
    assert [page for page in found.largest if page.size > HEAVIEST] == []
    assert found.links > 10_000
    assert found.asked > 700
    print(found.largest[0], found.slowest[0], found.median_milliseconds)  # noqa: T201  # with -s


def test_a_broken_link_and_a_heavy_page_are_told(
    corpus_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = server.benching.crawls._links

    def with_a_broken_one(address: str, body: bytes) -> list[str]:
        return [*links(address, body), "/work/none"] if address == "/" else []

    monkeypatch.setattr(server.benching.crawls, "_links", with_a_broken_one)
    found = crawl(corpus_home, share=0)
    assert found.broken == []
    found = crawl(corpus_home)
    assert found.broken == [Broken("/work/none", 404, "/")]
    assert not found.is_well
    heavy = Page("/", HEAVIEST + 1, 1.0)
    assert not Crawl(
        links=1, asked=1, pages=1, broken=[], largest=[heavy], slowest=[], median_milliseconds=1.0
    ).is_well
