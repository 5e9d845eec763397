"""Sources: files on this machine, and addresses of files that fsspec reads."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import IO, cast

from kg.errors import SourceError

__all__ = ["Source", "count_lines", "is_remote", "open_source"]

Source = str | os.PathLike[str]
"""A path, or an address such as s3://bucket/works.jsonl.gz."""

_BLOCK = 1 << 20


def is_remote(source: Source) -> bool:
    """Tell whether a source is an address and no path.

    >>> is_remote("s3://bucket/works.jsonl"), is_remote("works.jsonl")
    (True, False)
    """
    return "://" in str(source)


def open_source(source: Source) -> IO[bytes]:
    """Open a source for reading; raise OSError where that cannot be done."""
    if not is_remote(source):
        return Path(source).open("rb")
    try:
        import fsspec  # noqa: PLC0415  # an extra
    except ImportError as error:
        what = "is an address, and fsspec is not installed; pip install 'cove-kg[cluster]'"
        raise SourceError(what, source=str(source)) from error
    try:
        return cast("IO[bytes]", fsspec.open(str(source), "rb").open())
    except (ImportError, ValueError) as error:
        raise SourceError(f"cannot be read: {error}", source=str(source)) from error


def count_lines(sources: Iterable[Source]) -> int | None:
    """Count the lines of JSON files on this machine, quickly; None where some are others."""
    count = 0
    for source in sources:
        if is_remote(source) or Path(source).suffix.lower() != ".jsonl":
            return None
        try:
            with open_source(source) as file:
                count += sum(block.count(b"\n") for block in iter(partial(file.read, _BLOCK), b""))
        except OSError:
            return None
    return count
