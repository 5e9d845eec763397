"""Carrying: answers of an earlier version that no commit since then can have changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import lru_cache

from msgspec import structs

from kg.questions.dependence import Needs, Touched, needs_of, touched_since
from kg.store import Place
from server.cache import Cache
from server.engine import Task

__all__ = ["Carrying"]

_MOST = 5_000  # answers whose version is known
_FAR = 20  # versions, beyond which an answer is worked out again


class Carrying:
    """Know which version an answer was last kept for, and whether it still holds."""

    def __init__(self, home: Place, cache: Cache[Task, bytes]) -> None:
        self._home = home
        self._cache = cache
        self._last: OrderedDict[Task, int] = OrderedDict()
        self._touched: OrderedDict[tuple[int, int], Touched | None] = OrderedDict()
        self._needs = lru_cache(maxsize=1_000)(needs_of)
        self._lock = threading.Lock()
        self.carried = 0

    def note(self, task: Task) -> None:
        """Note that the answer to a task is kept."""
        key = structs.replace(task, version=0)
        with self._lock:
            self._last[key] = max(task.version, self._last.get(key, 0))
            self._last.move_to_end(key)
            while len(self._last) > _MOST:
                self._last.popitem(last=False)

    def find(self, task: Task) -> bytes | None:
        """Return the answer of an earlier version where it is the answer of this one too."""
        if task.is_document or task.default_graphs is not None or task.named_graphs is not None:
            return None
        earlier = self._last.get(structs.replace(task, version=0), 0)
        if not 0 < task.version - earlier <= _FAR or not earlier:
            return None
        body = self._cache.get(structs.replace(task, version=earlier))
        if body is None:
            return None
        touched = self._touched_between(earlier, task.version)
        needs: Needs | None = self._needs(task.text) if touched else None
        if touched is None or needs is None or not needs.is_untouched_by(touched):
            return None
        self.carried += 1
        return body

    def _touched_between(self, earlier: int, later: int) -> Touched | None:
        key = (earlier, later)
        with self._lock:
            if key in self._touched:
                return self._touched[key]
        found = touched_since(self._home, earlier, later)
        with self._lock:
            self._touched[key] = found
            while len(self._touched) > _FAR:
                self._touched.popitem(last=False)
        return found
