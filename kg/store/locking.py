"""The lock by which writers of one machine take turns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from kg.errors import StoreError

__all__ = ["locked"]


@contextmanager
def locked(path: Path, *, place: object, timeout: float) -> Iterator[None]:
    """Hold a lock file for the block; `timeout` is how many seconds to wait for it."""
    # A lock object of its own each time: one that is shared lets its own thread in twice.
    lock = FileLock(path, timeout=timeout)
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreError(
            f"cannot write to {place}: another process has been writing for more than "
            f"{timeout:g} s; wait for it and try again"
        ) from error
    except OSError as error:
        raise StoreError(f"cannot lock {path}: {error}; see to its permissions") from error
    try:
        yield
    finally:
        lock.release()
