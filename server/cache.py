"""Finished answers, kept while there is room."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sized
from typing import Generic, TypeVar

__all__ = ["Cache"]

_Key = TypeVar("_Key")
_Value = TypeVar("_Value", bound=Sized)


class Cache(Generic[_Key, _Value]):
    """Answers by what makes them the same, the least recently used dropped first.

    The length of an answer is its bytes.

    An answer above `largest` is not kept. A version never changes, so an answer that names its
    version never goes stale.

    >>> cache: Cache[str, bytes] = Cache(most=10, largest=6)
    >>> cache.put("a", b"12345"); cache.put("b", b"67890"); cache.put("c", b"!")
    >>> cache.get("a"), cache.get("c")
    (None, b'!')
    """

    def __init__(self, *, most: int, largest: int) -> None:
        self._most = most
        self.largest = largest
        self._held = 0
        self._answers: OrderedDict[_Key, _Value] = OrderedDict()
        self._lock = threading.Lock()
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        """Count the answers."""
        return len(self._answers)

    @property
    def held(self) -> int:
        """How many bytes of answers are held."""
        return self._held

    def get(self, key: _Key) -> _Value | None:
        """Return an answer, None where it is not there."""
        with self._lock:
            found = self._answers.get(key)
            if found is None:
                self.misses += 1
                return None
            self._answers.move_to_end(key)
            self.hits += 1
            return found

    def put(self, key: _Key, answer: _Value) -> None:
        """Keep an answer, unless it is too large to be worth it."""
        if len(answer) > self.largest:
            return
        with self._lock:
            before = self._answers.pop(key, None)
            self._held += len(answer) - (len(before) if before is not None else 0)
            self._answers[key] = answer
            while self._held > self._most:
                _, dropped = self._answers.popitem(last=False)
                self._held -= len(dropped)

    def clear(self) -> None:
        """Drop all answers."""
        with self._lock:
            self._answers.clear()
            self._held = 0
