"""Crawls: every internal link of the site is asked for, and each page weighed."""

from __future__ import annotations

import re
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from statistics import median
from urllib.parse import parse_qs, urlsplit
from zlib import crc32

import msgspec

from kg.store import Home
from server.benching.visits import PAGERS, Visit, Visitor, begin, visit_each
from server.processes import process_context

__all__ = ["HEAVIEST", "Broken", "Crawl", "Kind", "Page", "crawl"]

HEAVIEST = 280_000
"""Bytes of a page: with its styles, which are sent packed, it stays below 300 kB."""

_WELL = frozenset({200, 303, 308})
_START = re.compile(r"(/version/\d+)?/(?:[^/.]+/|[^/.]+(?=$|\.))?")
_MOST_TOLD = 10
_MOST_KINDS = 30
_AT_ONCE = 12  # addresses that a visitor is given together
_PAUSE = 10.0  # seconds between two lines about how far it is

_Tell = Callable[[str], None]
_VisitEach = Callable[[list[str]], list[Visit]]


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


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """What the addresses of one kind took, in milliseconds, and the bytes of the largest."""

    kind: str
    asked: int
    median: float
    slowest: float
    largest: int


class Crawl(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a crawl; the largest and the slowest pages, and the costliest kinds first."""

    links: int
    asked: int
    pages: int
    seconds: float
    broken: list[Broken]
    heavy: list[Page]
    largest: list[Page]
    slowest: list[Page]
    median_milliseconds: float
    kinds: list[Kind]

    @property
    def is_well(self) -> bool:
        """Tell whether every link leads somewhere, and no page is too heavy."""
        return not self.broken and not self.heavy


def crawl(
    home: Home, *, share: float = 1.0, processes: int = 1, tell: _Tell = lambda _: None
) -> Crawl:
    """Follow the links from the first page, with an application in each of the processes.

    With a `share` below 1 the lists are read whole, and of all other links that part is asked
    for, the same one each time. `tell` hears of each fault when it is found, and how far it is.
    """
    with _visiting(home, processes) as (pool, visit):
        return _Crawler(share, tell).run(pool, visit, places=2 * processes)


@contextmanager
def _visiting(home: Home, processes: int) -> Iterator[tuple[Executor, _VisitEach]]:
    if processes > 1:
        context = process_context()
        with ProcessPoolExecutor(
            processes, mp_context=context, initializer=begin, initargs=(home.path,)
        ) as pool:
            yield pool, visit_each
        return
    visitor = Visitor(home.path)
    try:
        with ThreadPoolExecutor(1) as pool:
            yield pool, lambda addresses: [visitor(address) for address in addresses]
    finally:
        visitor.close()


class _Crawler:
    """One way through the site."""

    def __init__(self, share: float, tell: _Tell) -> None:
        self._share = share
        self._tell = tell
        self._found_on = {"/": "/"}
        self._waiting = deque(["/"])
        self._kinds: dict[str, list[Page]] = defaultdict(list)
        self._pages: list[Page] = []
        self._broken: list[Broken] = []
        self._asked = 0
        self._began = self._told = time.monotonic()

    def run(self, pool: Executor, visit_each: _VisitEach, *, places: int) -> Crawl:
        """Have every address visited, a few at a time."""
        running: set[Future[list[Visit]]] = set()
        while self._waiting or running:
            while self._waiting and len(running) < places:
                running.add(pool.submit(visit_each, list(self._next())))
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                for visit in future.result():
                    self._take(visit)
            self._tell_how_far()
        return self._crawl()

    def _next(self) -> Iterator[str]:
        """Take what is next; a short queue is shared between all."""
        for _ in range(min(_AT_ONCE, 1 + len(self._waiting) // 8)):
            yield self._waiting.popleft()

    def _take(self, visit: Visit) -> None:
        self._asked += 1
        page = Page(visit.address, visit.size, visit.milliseconds)
        self._kinds[_kind_of(visit.address)].append(page)
        if visit.status not in _WELL:
            broken = Broken(visit.address, visit.status, self._found_on[visit.address])
            self._broken.append(broken)
            self._tell(f"{visit.status} {visit.address}, found on {broken.found_on}")
        elif visit.is_page:
            self._pages.append(page)
            if visit.size > HEAVIEST:
                self._tell(f"{visit.size:,} bytes, of {HEAVIEST:,} at most: {visit.address}")
        for link in visit.links:
            self._note(link, visit.address)

    def _tell_how_far(self) -> None:
        now = time.monotonic()
        if now - self._told < _PAUSE:
            return
        self._told = now
        rate = self._asked / (now - self._began)
        left = len(self._waiting)
        self._tell(f"{self._asked:,} asked, {rate:,.0f} a second, {left:,} known and left")

    def _crawl(self) -> Crawl:
        return Crawl(
            links=len(self._found_on),
            asked=self._asked,
            pages=len(self._pages),
            seconds=round(time.monotonic() - self._began, 1),
            broken=self._broken,
            heavy=[page for page in self._pages if page.size > HEAVIEST],
            largest=sorted(self._pages, key=lambda page: -page.size)[:_MOST_TOLD],
            slowest=sorted(self._pages, key=lambda page: -page.milliseconds)[:_MOST_TOLD],
            median_milliseconds=median(page.milliseconds for page in self._pages),
            kinds=sorted(
                (_told(kind, pages) for kind, pages in self._kinds.items()),
                key=lambda kind: -kind.asked * kind.median,
            )[:_MOST_KINDS],
        )

    def _note(self, link: str, found_on: str) -> None:
        if link in self._found_on:
            return
        self._found_on[link] = found_on
        if self._is_wanted(link):
            self._waiting.append(link)

    def _is_wanted(self, link: str) -> bool:
        parts = urlsplit(link)
        is_list = parts.path.count("/") == 1 or parts.path.endswith("/")
        is_whole = is_list and set(parse_qs(parts.query)) <= PAGERS
        return is_whole or crc32(link.encode()) < self._share * 2**32


def _told(kind: str, pages: list[Page]) -> Kind:
    times = [page.milliseconds for page in pages]
    largest = max(page.size for page in pages)
    return Kind(
        kind=kind, asked=len(pages), median=median(times), slowest=max(times), largest=largest
    )


def _kind_of(address: str) -> str:
    """Name what addresses have in common that are made by the same code.

    >>> _kind_of("/work/x.ttl"), _kind_of("/questions/claims?concept=y"), _kind_of("/map.csv")
    ('/work/*.ttl', '/questions/*?concept', '/map*.csv')
    """
    parts = urlsplit(address)
    start = _START.match(parts.path)
    kind = start[0] if start else ""
    rest = parts.path[len(kind) :]
    suffix = rest.rpartition(".")[2] if "." in rest else ""
    names = ",".join(sorted(parse_qs(parts.query)))
    told = ("*" if rest else "") + (f".{suffix}" if 0 < len(suffix) < 9 else "")
    return kind + told + (f"?{names}" if names else "")
