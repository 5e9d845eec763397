"""Leases: who reads which version, so that nobody takes it away meanwhile.

A lease is a locked file. The system lets go of the lock when its process ends,
however that ends, so a lease that can be locked is a dead one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

__all__ = ["Lease", "at_the_door", "is_leased", "take_lease"]


@dataclass(frozen=True, slots=True)
class Lease:
    """A reader's hold on a version; without a lock where the home cannot be written to."""

    path: Path
    lock: FileLock | None

    def release(self) -> None:
        """Let go of the version."""
        if self.lock is not None:
            self.lock.release(force=True)
            self.path.unlink(missing_ok=True)


@contextmanager
def at_the_door(folder: Path) -> Iterator[None]:
    """Keep leases from being taken while the block runs; or versions from going."""
    with FileLock(folder / "door.lock"):
        yield


def take_lease(folder: Path, number: int) -> Lease:
    """Take a lease on a version, at the door."""
    path = folder / f"{number:06d}-{uuid4().hex}.lease"
    lock = FileLock(path, thread_local=False)
    lock.acquire()
    return Lease(path, lock)


def is_leased(folder: Path, number: int) -> bool:
    """Tell whether anybody reads a version, and take dead leases away, at the door."""
    for path in folder.glob(f"{number:06d}-*.lease"):
        try:
            with FileLock(path, timeout=0):
                pass
        except Timeout:
            return True
        path.unlink(missing_ok=True)
    return False
