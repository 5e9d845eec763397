"""Crawls: every internal link of the site is asked for, and each page weighed."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urljoin, urlsplit
from zlib import crc32

import msgspec
from flask.testing import FlaskClient

from kg.store import Home
from server import create_app

__all__ = ["HEAVIEST", "Broken", "Crawl", "Page", "crawl"]

HEAVIEST = 280_000
"""Bytes of a page: with its styles, which are sent packed, it stays below 300 kB."""

_HREF = re.compile(rb'\shref="([^"]*)"')
_WELL = frozenset({200, 303, 308})
# What leads through a list; other queries are asked, and their links are those of other pages.
_PAGERS = frozenset({"page", "after", "letter"})
_NOT_ASKED = re.compile(r"/dumps/|/static/|/review/.")  # files; pages that need an account
_MOST_TOLD = 10


class Broken(msgspec.Struct, frozen=True):
    """A link that leads nowhere, and a page that it is on."""

    address: str
    status: int
    found_on: str


class Page(msgspec.Struct, frozen=True):
    """A page as it came."""

    address: str
    size: int
    milliseconds: float


class Crawl(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a crawl; the largest and the slowest pages first."""

    links: int
    asked: int
    pages: int
    broken: list[Broken]
    largest: list[Page]
    slowest: list[Page]
    median_milliseconds: float

    @property
    def is_well(self) -> bool:
        """Tell whether every link leads somewhere, and no page is too heavy."""
        return not self.broken and all(page.size <= HEAVIEST for page in self.largest)


def crawl(home: Home, *, share: float = 1.0) -> Crawl:
    """Follow the links from the first page, inside this process.

    With a `share` below 1 the lists are read whole, and of all other links that part is asked
    for, the same one each time.
    """
    app = create_app({"home": home.path, "client_seconds": 1e9, "workers": 2})
    try:
        return _Crawler(app.test_client(), share).run()
    finally:
        app.extensions["answering"].close()


class _Crawler:
    """One way through the site."""

    def __init__(self, client: FlaskClient, share: float) -> None:
        self._client = client
        self._share = share
        self._found_on = {"/": "/"}
        self._waiting = deque(["/"])
        self._pages: list[Page] = []
        self._broken: list[Broken] = []

    def run(self) -> Crawl:
        """Ask for one address after the other."""
        asked = 0
        while self._waiting:
            asked += 1
            self._ask(self._waiting.popleft())
        times = sorted(page.milliseconds for page in self._pages)
        return Crawl(
            links=len(self._found_on),
            asked=asked,
            pages=len(self._pages),
            broken=self._broken,
            largest=sorted(self._pages, key=lambda page: -page.size)[:_MOST_TOLD],
            slowest=sorted(self._pages, key=lambda page: -page.milliseconds)[:_MOST_TOLD],
            median_milliseconds=times[len(times) // 2],
        )

    def _ask(self, address: str) -> None:
        began = time.perf_counter()
        with self._client.get(address, headers={"Accept": "text/html, */*;q=0.5"}) as response:
            body = response.data
            spent = (time.perf_counter() - began) * 1_000
        if response.status_code not in _WELL:
            self._broken.append(Broken(address, response.status_code, self._found_on[address]))
        elif response.status_code != 200:
            self._note(urljoin(address, response.headers["Location"]), address)
        elif response.mimetype == "text/html":
            self._pages.append(Page(address, len(body), round(spent, 1)))
            for link in _links(address, body):
                self._note(link, address)

    def _note(self, link: str, found_on: str) -> None:
        if link in self._found_on:
            return
        self._found_on[link] = found_on
        if self._is_followed(found_on) and self._is_wanted(link):
            self._waiting.append(link)

    def _is_followed(self, address: str) -> bool:
        """Tell whether the links of a page are asked for: not those of every view of a list."""
        parts = urlsplit(address)
        is_old = parts.path.startswith("/version/")
        return not is_old and set(parse_qs(parts.query)) <= _PAGERS

    def _is_wanted(self, link: str) -> bool:
        parts = urlsplit(link)
        is_list = parts.path.count("/") == 1 or parts.path.endswith("/")
        is_whole = is_list and set(parse_qs(parts.query)) <= _PAGERS
        return is_whole or crc32(link.encode()) < self._share * 2**32


def _links(address: str, body: bytes) -> Iterator[str]:
    """Yield the addresses of this site that a page leads to, each as a client would ask for it."""
    for found in {match[1] for match in _HREF.finditer(body)}:
        link, _, _ = urljoin(address, unescape(found.decode())).partition("#")
        parts = urlsplit(link)
        if not parts.scheme and not parts.netloc and link and not _NOT_ASKED.match(parts.path):
            yield link
