"""Lines: the numbered lines of a text file in UTF-8."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import IO

from kg.errors import SourceError

__all__ = ["LINE_LIMIT", "refuse_encoding", "text_lines"]

LINE_LIMIT = 8 * 2**20
"""Bytes of the longest line that is read; the longest of our own corpus has 8,000."""

_MARKS = {  # the longer first: the mark of UTF-32 begins with that of UTF-16
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


def text_lines(stream: IO[bytes], source: str) -> Iterator[tuple[int, str | SourceError]]:
    """Yield each line with its number, and an error in place of one that is no text.

    Only one line is held at a time. A mark of UTF-8 at the beginning is left out; a file in
    another encoding is one error, raised.
    """
    number = 0
    while line := stream.readline(LINE_LIMIT + 1):
        number += 1
        if number == 1:
            refuse_encoding(line[:4], source)
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) > LINE_LIMIT:
            _skip_line(stream, line)
            what = f"line is longer than {LINE_LIMIT // 2**20} MiB; is this a coding sheet?"
            yield number, SourceError(what, source=source, line=number)
        else:
            yield number, _decode(line, source, number)


def refuse_encoding(head: bytes, source: str) -> None:
    """Raise SourceError where the first bytes of a file show another encoding than UTF-8."""
    encoding = next((name for mark, name in _MARKS.items() if head.startswith(mark)), None)
    if encoding is None and len(head) > 1 and b"\0" in head[:2]:
        encoding = "UTF-16" if any(head[:2]) else None
    if encoding:
        what = f"is {encoding}, not UTF-8; save it as UTF-8, or convert it with iconv -f {encoding}"
        raise SourceError(f"{what} -t UTF-8", source=source)


def _skip_line(stream: IO[bytes], part: bytes) -> None:
    while part and not part.endswith(b"\n"):
        part = stream.readline(LINE_LIMIT)


def _decode(line: bytes, source: str, number: int) -> str | SourceError:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        what = (
            f"byte {error.start + 1} of the line (0x{line[error.start]:02X}) is not UTF-8; save "
            "the file as UTF-8, or convert it with iconv -f WINDOWS-1252 -t UTF-8"
        )
        return SourceError(what, source=source, line=number)
