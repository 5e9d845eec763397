"""The workshop: finished chunks on disk, so that an import that was cut short goes on."""

from __future__ import annotations

import os
import shutil
import zlib
from collections.abc import Iterable
from pathlib import Path

from kg.errors import StoreError
from kg.ingest.chunks import Converted, Refused, decode, fingerprint

__all__ = ["Workshop"]

_CHECKSUM = 4  # bytes


class Workshop:
    """Keep what became of chunks, by the keys of the chunks, in a folder of a home.

    What another version of the software or of the ontology made is of no use, and is swept.
    """

    def __init__(self, home: Path) -> None:
        self._all = home / "imports"
        self._folder = self._all / fingerprint()[:16]

    def prepare(self) -> None:
        """Make the folder, and sweep what is of no use."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for entry in self._all.iterdir():
            if entry != self._folder:
                shutil.rmtree(entry, ignore_errors=True)

    def has(self, key: str) -> bool:
        """Tell whether a chunk is finished."""
        return self._path(key).is_file()

    def keep(self, key: str, data: bytes) -> None:
        """Keep what became of a chunk; whoever looks finds all of it or nothing."""
        draft = self._path(key).with_suffix(f".{os.getpid()}.draft")
        draft.write_bytes(zlib.crc32(data).to_bytes(_CHECKSUM) + data)
        draft.replace(self._path(key))

    def read(self, key: str) -> list[Converted | Refused]:
        """Read what became of a chunk."""
        path = self._path(key)
        try:
            return decode(_checked(path.read_bytes()))
        except (OSError, ValueError) as error:
            path.unlink(missing_ok=True)
            raise StoreError(
                f"cannot read {path}: {error}; begin the import again, what is whole is kept"
            ) from error

    def clear(self, keys: Iterable[str]) -> None:
        """Remove chunks that are part of a version now, and the folders that are empty then."""
        for key in keys:
            self._path(key).unlink(missing_ok=True)
        for folder in (self._folder, self._all):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.chunk"


def _checked(content: bytes) -> bytes:
    data = content[_CHECKSUM:]
    if zlib.crc32(data).to_bytes(_CHECKSUM) != content[:_CHECKSUM]:
        raise ValueError("the checksum is not that of the content")
    return data
