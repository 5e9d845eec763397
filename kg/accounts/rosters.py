"""Rosters: accounts in one file, changed by one process at a time and read by its owner only."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

import msgspec
from filelock import FileLock, Timeout

from kg.errors import StoreError
from kg.store.durability import sync_directory

__all__ = ["Roster"]

_Item = TypeVar("_Item", bound=msgspec.Struct)


class Roster(Generic[_Item]):
    """The accounts of one sort, each under its key, in a file of the home."""

    def __init__(self, path: Path, kind: type[_Item], key: Callable[[_Item], str]) -> None:
        self._path = path
        self._kind = kind
        self._key = key
        self._seen: tuple[tuple[int, int, int], dict[str, _Item]] | None = None

    def read(self) -> dict[str, _Item]:
        """Return the accounts; the file is read again when it has changed."""
        try:
            found = self._path.stat()
            mark = (found.st_ino, found.st_mtime_ns, found.st_size)
            if self._seen is None or self._seen[0] != mark:
                listed = msgspec.json.decode(self._path.read_bytes(), type=list[self._kind])  # type: ignore[name-defined]  # known when it runs
                self._seen = (mark, {self._key(item): item for item in listed})
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.DecodeError) as error:
            raise StoreError(
                f"cannot read the accounts in {self._path}: {error}; restore the file"
            ) from error
        return self._seen[1]

    @contextmanager
    def writing(self) -> Iterator[dict[str, _Item]]:
        """Give the accounts to be changed; the file is replaced when this ends."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._path.with_suffix(".lock"), timeout=10, mode=0o600):
                items = dict(self.read())
                yield items
                self._write(list(items.values()))
        except Timeout as error:
            raise StoreError(
                f"cannot change {self._path}: another process is at it; try again"
            ) from error
        except OSError as error:
            raise StoreError(
                f"cannot write {self._path}: {error}; see to its permissions"
            ) from error

    def _write(self, items: list[_Item]) -> None:
        draft = self._path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(items)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
        sync_directory(self._path.parent)
