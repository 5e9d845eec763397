"""Workbooks: a reference a row of a worksheet of Excel."""

from __future__ import annotations

import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from kg.bibliographies.account import Failure
from kg.bibliographies.columns import reference_of_row
from kg.bibliographies.reference import Reference
from kg.bibliographies.source import Source
from kg.errors import SourceError

__all__ = ["MARK", "count_workbook", "read_workbook"]

MARK = b"PK\x03\x04"
"""How a workbook begins: it is a zip archive."""

_UNPACKED = 128 * 2**20
_PARTS = 1000
_ROWS, _COLUMNS = 200_000, 300
_ROW = re.compile(rb"<(?:\w+:)?row\b.*?(?:/>|</(?:\w+:)?row>)", re.DOTALL)
_FILLED = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^>]*)?>[^<]+<")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*\br?:?id=\"([^\"]+)\"", re.IGNORECASE)
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    InvalidFileException,
    LookupError,
    NotImplementedError,
    OSError,
    ParseError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


def count_workbook(source: Source) -> int:
    """Count the rows that hold something in the first worksheet's own XML, the header left out."""
    with zipfile.ZipFile(BytesIO(source.content)) as archive:
        rows = _ROW.findall(archive.read(_first_sheet(archive)))
    return max(sum(1 for row in rows if _FILLED.search(row)) - 1, 0)


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """Return the part that holds the first worksheet, which need not be that of the first name."""
    names = archive.namelist()
    sheets = sorted(name for name in names if _is_sheet(name))
    if {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= set(names):
        first = _SHEET.search(archive.read("xl/workbook.xml"))
        for relation in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
            if first and b'Id="%s"' % first[1] in relation:
                target = re.search(rb'Target="/?(?:xl/)?([^"]+)"', relation)
                path = f"xl/{target[1].decode()}" if target else ""
                return path if path in sheets else sheets[0]
    return sheets[0]


def read_workbook(source: Source) -> Iterator[Reference | Failure]:
    """Yield the rows of the first worksheet; a formula counts with the value saved with it."""
    _inspect(source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of styles, which we do not read
            book = load_workbook(BytesIO(source.content), read_only=True, data_only=True)
            rows = list(_numbered(book.worksheets[0]))
    except _DAMAGE as error:
        what = f"is damaged as a workbook ({type(error).__name__}); save it again as XLSX"
        raise SourceError(what, source=source.name) from error
    header: list[str] | None = None
    for number, row in rows:
        cells = [_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            if header is not None:
                yield Failure(number, "holds nothing but blanks; delete the row", "")
        elif header is None:
            header = cells
        else:
            yield reference_of_row(header, cells, number, "xlsx")


def _numbered(sheet: Worksheet) -> Iterator[tuple[int, tuple[object, ...]]]:
    """Yield the rows that hold something with their numbers."""
    gap: tuple[object, ...] | None = None
    # the size that a sheet gives for itself is no bound
    for number, row in enumerate(sheet.iter_rows(1, _ROWS, 1, _COLUMNS, values_only=True), 1):
        if row is not gap and any(value not in {None, ""} for value in row):
            yield number, row
        else:
            gap = row  # openpyxl fills each gap with one and the same row


def _inspect(source: Source) -> None:
    """Refuse an archive that unpacks to too much, or declares entities."""
    try:
        with zipfile.ZipFile(BytesIO(source.content)) as archive:
            entries = archive.infolist()
            size = sum(entry.file_size for entry in entries)
            if size > _UNPACKED or len(entries) > _PARTS:
                what = f"unpacks to {size / 2**20:,.0f} MiB in {len(entries)} parts; split it"
                raise SourceError(what, source=source.name)
            if not any(_is_sheet(entry.filename) for entry in entries):
                raise SourceError("holds no worksheet; save it as XLSX", source=source.name)
            for entry in entries:
                if b"<!DOCTYPE" in archive.read(entry):
                    what = f"has a document type in {entry.filename}; save it again as XLSX"
                    raise SourceError(what, source=source.name)
    except _DAMAGE as error:
        what = f"is no workbook: {str(error)[:200]}; save it as XLSX"
        raise SourceError(what, source=source.name) from error


def _is_sheet(name: str) -> bool:
    return re.fullmatch(r"xl/worksheets/[^/]+\.xml", name) is not None


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("_x000D_", "").strip()
