"""Paces: how often one client may do what leaves something behind."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from server.problems import ProblemError

__all__ = ["Pace"]

_HOUR = 3_600.0
_MOST_CLIENTS = 10_000


class Pace:
    """A token bucket for each client, which fills up again over an hour.

    >>> now = [0.0]
    >>> pace = Pace(2, "permalinks", clock=lambda: now[0])
    >>> pace.take("a"); pace.take("a"); now[0] = 1_800.0; pace.take("a")
    >>> pace.take("a")
    Traceback (most recent call last):
    ...
    server.problems.ProblemError: You have made the 2 permalinks of an hour; come back in 1800 s.
    """

    def __init__(
        self, most: int, what: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._what = what
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Count the clients."""
        return len(self._left)

    def take(self, client: str) -> None:
        """Let a client do it once more, or raise ProblemError with when to come back."""
        with self._lock:
            now = self._clock()
            left, seen = self._left.pop(client, (float(self._most), now))
            left = min(self._most, left + (now - seen) * self._most / _HOUR)
            is_spent = left < 1
            self._left[client] = (left - (not is_spent), now)
            if len(self._left) > _MOST_CLIENTS:
                self._left.popitem(last=False)
        if is_spent:
            wait = math.ceil((1 - left) * _HOUR / self._most)
            message = f"You have made the {self._most} {self._what} of an hour; come back in"
            raise ProblemError("budget-spent", f"{message} {wait} s.", retry_after=wait)
