"""Visits: ask an application inside this process for addresses, and read what they link to."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from html import unescape
from multiprocessing import parent_process, util
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urljoin, urlsplit

import msgspec

from server import create_app

__all__ = ["PAGERS", "Visit", "Visitor", "begin", "visit_each"]

PAGERS = frozenset({"page", "after", "letter"})
"""What an address may ask for that leads through a list."""

_HREF = re.compile(rb'\shref="([^"]*)"')
_NOT_ASKED = re.compile(r"/dumps/|/static/|/review/.")  # files; pages that need an account
_ACCEPT = {"Accept": "text/html, */*;q=0.5"}


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking for an address; `links` are those that this visitor had not seen."""

    address: str
    status: int
    milliseconds: float
    size: int
    is_page: bool
    links: tuple[str, ...]


class Visitor:
    """A client of an application of its own."""

    def __init__(self, home: Path) -> None:
        app = create_app({"home": home, "client_seconds": 1e9, "slow_seconds": 1e9, "workers": 2})
        self._answering = app.extensions["answering"]
        self._client = app.test_client()
        self._seen: set[bytes | str] = set()

    def __call__(self, address: str) -> Visit:
        """Ask for an address."""
        began = time.perf_counter()
        with self._client.get(address, headers=_ACCEPT) as response:
            body = response.data
            spent = (time.perf_counter() - began) * 1_000
        is_page = response.status_code == 200 and response.mimetype == "text/html"
        links: list[str] = []
        if 300 <= response.status_code < 400:
            links = [urljoin(address, response.headers["Location"])]
        elif is_page and _is_followed(address):
            links = list(_links(address, self._new(body)))
        return Visit(
            address=address,
            status=response.status_code,
            milliseconds=round(spent, 1),
            size=len(body),
            is_page=is_page,
            links=tuple(links),
        )

    def close(self) -> None:
        """End the workers of the application."""
        self._answering.close()

    def _new(self, body: bytes) -> Iterator[bytes]:
        """Yield the links of a page, of those from the root only what is new."""
        for found in {match[1] for match in _HREF.finditer(body)}:
            if found not in self._seen:
                if found.startswith(b"/"):
                    self._seen.add(found)
                yield found


def _is_followed(address: str) -> bool:
    """Tell whether the links of a page are asked for: not those of every view of a list.

    What other queries lead to without end, pages without a query lead to as well.
    """
    parts = urlsplit(address)
    return not parts.path.startswith("/version/") and set(parse_qs(parts.query)) <= PAGERS


def _links(address: str, found: Iterator[bytes]) -> Iterator[str]:
    """Yield the addresses of this site that links lead to, each as a client would ask for it."""
    for each in found:
        link, _, _ = urljoin(address, unescape(each.decode())).partition("#")
        parts = urlsplit(link)
        if not parts.scheme and not parts.netloc and link and not _NOT_ASKED.match(parts.path):
            yield link


_VISITORS: list[Visitor] = []


def begin(home: Path) -> None:
    """Make the visitor of this process, which ends with it."""
    Thread(target=_leave_with_parent, daemon=True).start()
    visitor = Visitor(home)
    _VISITORS.append(visitor)
    util.Finalize(visitor, visitor.close, exitpriority=10)


def _leave_with_parent() -> None:
    """End this process when the crawl was killed; its workers notice that it has gone."""
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def visit_each(addresses: list[str]) -> list[Visit]:
    """Ask for addresses with the visitor of this process."""
    return [_VISITORS[0](address) for address in addresses]
