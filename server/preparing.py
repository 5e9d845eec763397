"""Preparing: have what belongs to a new version made before anybody asks for it."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterator
from urllib.parse import quote

from flask import Flask, Response

from kg.descriptions import kept
from kg.errors import CoveError
from kg.search import kept_index
from server.answering import Answering, Asker
from server.concepts import LETTERS
from server.descriptions import publishing
from server.kinds import LISTED
from server.library import page_query
from server.problems import ProblemError

__all__ = ["PREPARED", "Preparing", "make_pages", "make_publications"]

_LOG = logging.getLogger(__name__)

PREPARED = (
    *("/", "/questions/", "/map", "/contradictions", "/network", "/timeline", "/countries"),
    *("/concepts", "/concepts/index", "/typologies", "/definitions", "/synthesis", "/scheme/"),
    *("/ontology", "/shapes", "/mappings"),
    *(f"/{kind}/" for kind in LISTED),
    *(f"/concepts/index?letter={quote(letter)}" for letter in LETTERS),
)
"""The pages that show the whole graph, whose making takes longer the more it holds.

Besides these the typologies, and the concepts and codes that most claims have, are prepared.
"""

_CLIENT = "preparing"
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
        seen, pause = 0, 0.0  # what is there when the server starts is seen at once
        while not self._is_over.wait(pause):
            pause = self._seconds
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
    made = 0
    for path in _paths(app, number):
        if answering.current() != number or is_over():
            break
        response = _asked(app, path)
        if response.status_code == 200:
            made += 1
        else:
            _LOG.warning("%s could not be prepared: %s", path, response.status)
    return made


def _paths(app: Flask, number: int) -> Iterator[str]:
    """Yield what is prepared of a version; the later of it the pages before it lead to."""
    yield from PREPARED
    yield from sorted({found.decode() for found in _MORE.findall(_asked(app, "/typologies").data)})
    answering: Answering = app.extensions["answering"]
    try:
        rows = answering.rows(page_query("busiest_values"), number, Asker(_CLIENT))
    except ProblemError as problem:
        _LOG.warning("the busiest values could not be found: %s", problem)
        return
    for row in rows:
        yield f"/{row['value']['value'].removeprefix(answering.settings.base)}"


def _asked(app: Flask, path: str) -> Response:
    given = {"REMOTE_ADDR": _CLIENT, "HTTP_ACCEPT": "text/html"}
    with app.test_request_context(path, environ_overrides=given):
        return app.full_dispatch_request()
