"""Crews: who does the work of an import, this process, others beside it, or a cluster."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol, TypeVar

from kg.errors import ConfigurationError, StoreError

__all__ = ["Crew", "cluster", "processes"]

_AHEAD = 3  # pieces that wait for each process

_Work = TypeVar("_Work")


class Crew(Protocol):
    """Does a job on pieces of work and yields each with the outcome, in the same order."""

    def __call__(
        self, job: Callable[[_Work], bytes], pieces: Iterable[_Work]
    ) -> Iterator[tuple[_Work, bytes]]:
        """Begin; few pieces are taken ahead of time."""


class _Future(Protocol):
    def result(self) -> bytes: ...


def processes(number: int = 0) -> Crew:
    """Let so many processes work, 0 for one a processor; 1 is this process itself."""
    number = number or os.cpu_count() or 1

    def alone(
        job: Callable[[_Work], bytes], pieces: Iterable[_Work]
    ) -> Iterator[tuple[_Work, bytes]]:
        return ((piece, job(piece)) for piece in pieces)

    def crew(
        job: Callable[[_Work], bytes], pieces: Iterable[_Work]
    ) -> Iterator[tuple[_Work, bytes]]:
        # A clean process: this one has threads and databases open.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(number, mp_context=context) as pool:
            try:
                yield from _in_turn(pieces, lambda piece: pool.submit(job, piece), _AHEAD * number)
            except BrokenProcessPool as error:
                raise StoreError(
                    "cannot go on with the import: a process was ended from outside, perhaps for "
                    "want of memory; begin it again, what is finished is kept"
                ) from error

    return alone if number == 1 else crew


def cluster(address: str) -> Crew:
    """Let the workers of a cluster work; the address is that of a dask scheduler.

    A worker that is lost on the way is made up for by the others.
    """

    def crew(
        job: Callable[[_Work], bytes], pieces: Iterable[_Work]
    ) -> Iterator[tuple[_Work, bytes]]:
        distributed = _distributed()
        with distributed.Client(address, set_as_default=False) as client:

            def submit(piece: _Work) -> _Future:
                future: _Future = client.submit(job, piece, pure=False)
                return future

            client.wait_for_workers(1)
            yield from _in_turn(pieces, submit, _AHEAD * sum(client.ncores().values()))

    return crew


def _in_turn(
    pieces: Iterable[_Work], submit: Callable[[_Work], _Future], most: int
) -> Iterator[tuple[_Work, bytes]]:
    """Keep some pieces under way, and no more, so that memory is bounded."""
    waiting: deque[tuple[_Work, _Future]] = deque()
    for piece in pieces:
        waiting.append((piece, submit(piece)))
        if len(waiting) >= most:
            first, future = waiting.popleft()
            yield first, future.result()
    while waiting:
        first, future = waiting.popleft()
        yield first, future.result()


def _distributed() -> Any:  # distributed has no types
    try:
        import distributed  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise ConfigurationError(
            "cannot use a cluster, for dask.distributed is not installed; "
            "pip install 'cove-kg[cluster]'"
        ) from error
    return distributed
