"""Preparing: have what belongs to a new version made before anybody asks for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from kg.errors import CoveError

__all__ = ["Preparing"]

_LOG = logging.getLogger(__name__)


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
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="preparing", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        seen = prepared = 0
        while not self._is_over.wait(self._seconds):
            try:
                number = self._newest() or 0
                if number == seen != prepared:
                    self._prepare(number)
                    prepared = number
                seen = number
            except CoveError as error:
                _LOG.warning("a new version could not be prepared: %s", error)
