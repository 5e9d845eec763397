"""The site over the whole corpus: no link is broken, no page too heavy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import server.benching.crawls
import server.benching.visits
from kg.store import Home
from server.benching import crawl
from server.benching.crawls import Broken

# `cove bench crawl` asks for every link; here the lists are read whole, and of all other links
# this part is asked for.
SHARE = 0.08


def test_no_link_of_the_site_is_broken_and_no_page_too_heavy(corpus_home: Home) -> None:
    found = crawl(corpus_home, share=SHARE, processes=2)
    assert found.broken == []
    assert found.heavy == []
    assert found.is_well
    assert found.links > 10_000
    assert found.asked > 700
    print(found.largest[0], found.slowest[0], found.median_milliseconds)  # noqa: T201  # with -s


def test_a_broken_link_and_a_heavy_page_are_told_at_once_and_at_the_end(
    corpus_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = server.benching.visits._links
    told: list[str] = []

    def with_a_broken_one(address: str, found: Iterator[bytes]) -> list[str]:
        return [*links(address, found), "/work/none"] if address == "/" else []

    monkeypatch.setattr(server.benching.visits, "_links", with_a_broken_one)
    assert crawl(corpus_home, share=0).broken == []
    monkeypatch.setattr(server.benching.crawls, "HEAVIEST", 10_000)
    found = crawl(corpus_home, tell=told.append)
    assert found.broken == [Broken("/work/none", 404, "/")]
    assert "404 /work/none, found on /" in told
    assert f"{found.heavy[0].size:,} bytes, of 10,000 at most: /" in told
    assert not found.is_well
