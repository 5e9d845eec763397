"""Files that survive a crash once they are written."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["sync_directory", "sync_tree", "write_durably"]


def write_durably(path: Path, content: bytes) -> None:
    """Write a file so that a reader finds the old content or the new, whatever happens."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)  # noqa: PTH105 - the crash tests step in here
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Bring the entries of a folder to the disk."""
    if os.name == "nt":  # Windows opens no folders, and keeps its entries in a journal
        return
    _sync(path)


def sync_tree(path: Path) -> None:
    """Bring a folder of new files to the disk.

    A file with a second link belongs to an earlier version, which is on the disk already.
    """
    for entry in path.iterdir():
        if entry.is_dir():
            sync_tree(entry)
        elif entry.stat().st_nlink == 1:
            _sync(entry)
    sync_directory(path)


def _sync(path: Path) -> None:
    # Windows flushes only what is open for writing.
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
