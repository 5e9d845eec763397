"""Archives: whether a zip file may be unpacked."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from typing import IO

from kg.errors import SourceError

__all__ = ["UNPACKED_LIMIT", "inspect_archive"]

UNPACKED_LIMIT = 64 * 2**20
"""Bytes that the parts of one file may have together when they are unpacked."""

_PARTS = 1000
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")

# What zipfile lets through from a damaged archive, one that is encrypted, or no archive at all.
_DAMAGE = (
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


def inspect_archive(stream: IO[bytes], source: str) -> bool:
    """Tell whether sheets of a workbook hold formulas; raise SourceError for one not to open.

    An entry never gives more than the size it declares, so the sum of these is a bound.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            size = sum(entry.file_size for entry in entries)
            if size > UNPACKED_LIMIT or len(entries) > _PARTS:
                what = f"unpacks to {size / 2**20:,.0f} MiB in {len(entries)} parts, which no"
                raise SourceError(f"{what} coding sheet has; split the sheet", source=source)
            return _has_formulas(archive, source)
    except _DAMAGE as error:
        reason = str(error)[:200]  # it may quote a name of any length
        raise SourceError(f"is no workbook: {reason}; save it as XLSX", source=source) from error


def _has_formulas(archive: zipfile.ZipFile, source: str) -> bool:
    has_formulas = False
    for entry in archive.infolist():
        content = archive.read(entry)
        # an entity that is declared can grow without bound, and no spreadsheet declares any
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            what = f"has a document type in {entry.filename}; save it again as XLSX"
            raise SourceError(what, source=source)
        has_formulas = has_formulas or (
            "worksheets/" in entry.filename and _FORMULA.search(content) is not None
        )
    return has_formulas
