"""Loading: much text on its way into an engine, beside whatever else is done."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor, wait

import pyoxigraph as ox

__all__ = ["Loading"]

_AT_ONCE = 2  # pieces: one is read while another is sorted, which is a third faster (measured)


class Loading:
    """Load pieces of N-Quads, then merge the files that they became.

    Each piece becomes files of its own, in which the order of pieces leaves no trace. The engine is
    given with each step, for it closes where nobody holds it any more.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="load")
        self._under_way: deque[Future[None]] = deque()
        self._merging: Future[None] | None = None

    def put(self, engine: ox.Store, text: bytes) -> None:
        """Load a piece beside, once one of those before it is there, or raise what they met."""
        while len(self._under_way) >= _AT_ONCE:
            self._under_way.popleft().result()
        self._under_way.append(self._threads.submit(_load, engine, text))

    def arrive(self) -> None:
        """Wait until all pieces are there, or raise what one of them met."""
        while self._under_way:
            self._under_way.popleft().result()

    def merge(self, engine: ox.Store) -> None:
        """Begin to merge the files, once; else a small commit some time later waits for it."""
        if self._merging is None:
            self._merging = self._threads.submit(engine.optimize)

    def settle(self) -> None:
        """Wait until the files are merged, if that was begun."""
        if self._merging is not None:
            self._merging.result()

    def close(self) -> None:
        """End, with what is under way but without what waits."""
        for future in self._under_way:
            future.cancel()
        wait([*self._under_way, *([self._merging] if self._merging else [])])
        self._threads.shutdown()


def _load(engine: ox.Store, text: bytes) -> None:
    # The engine wrote the lines, and need not look at each IRI again.
    engine.bulk_load(text, format=ox.RdfFormat.N_QUADS, lenient=True)
