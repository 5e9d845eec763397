"""Unpack files that gzip packed."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO

from kg.errors import SourceError

__all__ = ["GZIP", "LIMIT", "unpack"]

GZIP = ".gz"
LIMIT = 2**30
"""Bytes that a file may have when it is unpacked; 50,000 works as JSON have a quarter of it."""

_CHUNK = 2**20


@contextmanager
def unpack(stream: IO[bytes], source: str) -> Iterator[IO[bytes]]:
    """Lend the unpacked file, in memory while it is small; raise SourceError for a bad one."""
    with SpooledTemporaryFile(max_size=32 * _CHUNK) as unpacked:
        for chunk in _chunks(stream, source):
            if unpacked.tell() + len(chunk) > LIMIT:
                what = f"unpacks to more than {LIMIT // 2**20} MiB; split it"
                raise SourceError(what, source=source)
            unpacked.write(chunk)
        unpacked.seek(0)
        yield unpacked


def _chunks(stream: IO[bytes], source: str) -> Iterator[bytes]:
    try:
        with gzip.open(stream) as packed:
            yield from iter(partial(packed.read, _CHUNK), b"")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        what = f"is damaged as a gzip file ({error}); pack it again"
        raise SourceError(what, source=source) from error
