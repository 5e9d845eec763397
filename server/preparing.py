"""Preparing: have what belongs to a new version made before anybody asks for it."""

from __future__ import annotations

import logging
import re
import threading
from collections import deque
from collections.abc import Callable
from urllib.parse import quote

from flask import Flask

from kg.descriptions import kept
from kg.errors import CoveError
from kg.search import kept_index
from server.answering import Answering
from server.concepts import LETTERS
from server.descriptions import publishing
from server.kinds import LISTED

__all__ = ["PREPARED", "Preparing", "make_pages", "make_publications"]

_LOG = logging.getLogger(__name__)

PREPARED = (
    *("/", "/questions/", "/map", "/contradictions", "/network", "/timeline", "/countries"),
    *("/concepts", "/concepts/index", "/typologies", "/definitions", "/synthesis", "/scheme/"),
    *("/ontology", "/shapes", "/mappings"),
    *(f"/{kind}/" for kind in LISTED),
    *(f"/concepts/index?letter={quote(letter)}" for letter in LETTERS),
)
"""The pages that show the whole graph, whose making takes longer the more it holds."""

_MORE = re.compile(rb'href="(/typologies/[a-z0-9-]+)"')  # which there are, the data say


class Preparing:
    """Look every few seconds whether there is a new version, and prepare one that lasts so long."""

    def __init__(
        self,
        newest: Callable[[], int | None],
        prepare: Callable[[int], None],
        *,
        seconds: float = 5.0,
    ) -> None:
        self._newest = newest
        self._prepare = prepare
        self._seconds = seconds
        self.prepared = 0  # the version for which all is made
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="preparing", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Tell whether to leave off, as the server stops."""
        return self._is_over.is_set()

    def stop(self) -> None:
        """Look no more."""
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        seen = 0
        while not self._is_over.wait(self._seconds):
            try:
                number = self._newest() or 0
                if number == seen != self.prepared:
                    self._prepare(number)
                    self.prepared = number
                seen = number
            except CoveError as error:
                _LOG.warning("a new version could not be prepared: %s", error)


def make_publications(app: Flask, number: int, *, is_over: Callable[[], bool]) -> None:
    """Have the facts and the search index of a version made, where they are missing."""
    home = app.extensions["answering"].home
    with app.app_context():
        if kept(home, home.info(number)) is None:
            publishing().prepare("facts", number, is_over=is_over)
        if kept_index(home, number) is None and not is_over():
            publishing().prepare("search indexes", number, is_over=is_over)


def make_pages(app: Flask, number: int, *, is_over: Callable[[], bool] = lambda: False) -> int:
    """Have the pages that take longest made while a version is the newest; return how many."""
    answering: Answering = app.extensions["answering"]
    waiting, made = deque(PREPARED), 0
    while waiting and answering.current() == number and not is_over():
        path = waiting.popleft()
        given = {"REMOTE_ADDR": "preparing", "HTTP_ACCEPT": "text/html"}
        with app.test_request_context(path, environ_overrides=given):
            response = app.full_dispatch_request()
        if response.status_code != 200:
            _LOG.warning("%s could not be prepared: %s", path, response.status)
            continue
        made += 1
        if path == "/typologies":
            waiting += sorted({found.decode() for found in _MORE.findall(response.data)})
    return made
