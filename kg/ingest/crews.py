"""Crews: who converts chunks, this process, others beside it, or a cluster."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Set
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol, TypeVar

from kg.errors import ConfigurationError, StoreError
from kg.ingest.chunks import Chunk
from kg.ingest.conversion import convert

__all__ = ["Crew", "cluster", "processes"]

_AHEAD = 3  # chunks that wait for each process

Crew = Callable[[Iterable[Chunk]], Iterator[tuple[Chunk, bytes]]]
"""Converts chunks and yields each with what became of it, in any order."""


class _Future(Protocol):
    def result(self) -> bytes: ...


_F = TypeVar("_F", bound=_Future)


def processes(number: int = 0) -> Crew:
    """Let so many processes convert chunks, 0 for one a processor; 1 is this process itself."""
    number = number or os.cpu_count() or 1
    if number == 1:
        return lambda chunks: ((chunk, convert(chunk)) for chunk in chunks)

    def crew(chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, bytes]]:
        # A clean process: this one has threads and databases open.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(number, mp_context=context) as pool:

            def first(futures: Set[Future[bytes]]) -> Set[Future[bytes]]:
                return wait(futures, return_when=FIRST_COMPLETED).done

            try:
                yield from _in_turn(
                    chunks, lambda chunk: pool.submit(convert, chunk), first, _AHEAD * number
                )
            except BrokenProcessPool as error:
                raise StoreError(
                    "cannot go on with the import: a process was ended from outside, perhaps for "
                    "want of memory; begin it again, what is finished is kept"
                ) from error

    return crew


def cluster(address: str) -> Crew:
    """Let the workers of a cluster convert chunks; the address is that of a dask scheduler.

    A worker that is lost on the way is made up for by the others.
    """

    def crew(chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, bytes]]:
        distributed = _distributed()
        with distributed.Client(address, set_as_default=False) as client:

            def submit(chunk: Chunk) -> Any:  # distributed has no types
                return client.submit(convert, chunk, key=f"cove-{chunk.key}", pure=True)

            def first(futures: Set[Any]) -> Set[Any]:
                with client.as_current():
                    some = distributed.wait([*futures], return_when="FIRST_COMPLETED")
                done: Set[Any] = some.done
                return done

            client.wait_for_workers(1)
            yield from _in_turn(chunks, submit, first, _AHEAD * sum(client.ncores().values()))

    return crew


def _in_turn(
    chunks: Iterable[Chunk],
    submit: Callable[[Chunk], _F],
    first: Callable[[Set[_F]], Set[_F]],
    most: int,
) -> Iterator[tuple[Chunk, bytes]]:
    """Keep some chunks under way, and no more, so that memory is bounded."""
    waiting: dict[_F, Chunk] = {}
    for chunk in chunks:
        waiting[submit(chunk)] = chunk
        if len(waiting) >= most:
            for future in first(waiting.keys()):
                yield waiting.pop(future), future.result()
    while waiting:
        for future in first(waiting.keys()):
            yield waiting.pop(future), future.result()


def _distributed() -> Any:  # distributed has no types
    try:
        import distributed  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise ConfigurationError(
            "cannot use a cluster, for dask.distributed is not installed; "
            "pip install 'cove-kg[cluster]'"
        ) from error
    return distributed
