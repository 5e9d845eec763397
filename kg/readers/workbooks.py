"""Read coding sheets from Excel workbooks: one worksheet a table."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, cast
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from kg.errors import SourceError
from kg.readers.archives import inspect_archive
from kg.readers.assembly import Row, assemble
from kg.readers.cells import CellFaultError, from_cell
from kg.readers.drafts import Place, Reading, quote
from kg.readers.headers import read_header
from kg.readers.tables import TABLES, Table

__all__ = ["CODES_SHEET", "GUIDE_SHEET", "read_xlsx"]

GUIDE_SHEET = "guide"
CODES_SHEET = "codes"

_ROWS, _COLUMNS = 2**20, 128  # Excel has no more rows, a table of ours no more columns
# What openpyxl lets through from a damaged file: it trusts the parts of a workbook to agree.
_DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    InvalidFileException,
    LookupError,
    OSError,
    ParseError,
    TypeError,
    ValueError,
)
_Cells = Sequence[Cell | MergedCell]
_Formulas = frozenset[tuple[str, int, int]]  # worksheet, row, column


def read_xlsx(stream: IO[bytes], source: str) -> Iterator[Reading | SourceError]:
    """Yield the works of a workbook; the places of errors read as `file.xlsx!claims:12`.

    A formula counts with the value that was saved with it.
    """
    has_formulas = inspect_archive(stream, source)
    rows: list[Row | SourceError] = []
    formulas = _formulas(stream, source) if has_formulas else frozenset()
    with _worksheets(stream, source, values=True) as sheets:
        if not any(sheet.title == "works" for sheet in sheets):
            names = ", ".join(sheet.title for sheet in sheets)
            what = f"has no sheet works, but {quote(names)}; take the template"
            raise SourceError(what, source=source)
        for sheet in sheets:
            rows.extend(_rows(sheet, source, formulas))
    yield from assemble(rows)


@contextmanager
def _worksheets(stream: IO[bytes], source: str, *, values: bool) -> Iterator[list[Worksheet]]:
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of drop-down lists and styles that it cannot keep; we only read
            warnings.simplefilter("ignore", UserWarning)
            book = load_workbook(stream, read_only=True, data_only=values, keep_links=False)
            yield cast("list[Worksheet]", book.worksheets)
    except _DAMAGE as error:
        what = f"is damaged as a workbook ({type(error).__name__}); save it again as XLSX"
        raise SourceError(what, source=source) from error


def _formulas(stream: IO[bytes], source: str) -> _Formulas:
    with _worksheets(stream, source, values=False) as sheets:
        return frozenset(
            (sheet.title, row, column)
            for sheet in sheets
            for row, cells in _numbered(sheet)
            for column, cell in enumerate(cells)
            if cell.data_type == "f"
        )


def _numbered(sheet: Worksheet) -> Iterator[tuple[int, _Cells]]:
    """Yield the rows that are there with their numbers; a gap may be a million rows long."""
    gap: _Cells | None = None
    # the size that a sheet gives for itself is no bound
    for number, cells in enumerate(sheet.iter_rows(1, _ROWS, 1, _COLUMNS), 1):
        if cells is not gap and not _is_blank(cells):
            yield number, cells
        else:
            gap = cells  # openpyxl fills each gap with one and the same row


def _rows(sheet: Worksheet, source: str, formulas: _Formulas) -> Iterator[Row | SourceError]:
    if sheet.title in {GUIDE_SHEET, CODES_SHEET}:
        return
    table = TABLES.get(sheet.title)
    header: list[str] | None = None
    for number, cells in _numbered(sheet):
        place = Place(f"{source}!{sheet.title}", number)
        if table is None:
            what = f"sheet {quote(sheet.title)} is no table; name it one of {', '.join(TABLES)}"
            yield SourceError(f"{what}, or remove it", source=source)
            return
        if header is None:
            names = ["" if cell.value is None else str(cell.value) for cell in cells]
            header = read_header(names, table.header, place, needed=table.keys)
        else:
            without_value = {
                column
                for column, cell in enumerate(cells)
                if cell.value is None and (sheet.title, number, column) in formulas
            }
            yield _row(table, header, cells, place, without_value)


def _is_blank(cells: _Cells) -> bool:
    return all(cell.value is None or cell.value == "" for cell in cells)


def _row(
    table: Table,
    header: list[str],
    cells: _Cells,
    place: Place,
    without_value: set[int],
) -> Row:
    texts: dict[str, str] = {}
    faults: list[str] = []
    for position, cell in enumerate(cells):
        name = header[position] if position < len(header) else f"column {position + 1}"
        if position in without_value:
            faults.append(f"{name} holds a formula without a value; write the value")
        try:
            text = from_cell(cell.value, cell.data_type)
        except CellFaultError as error:
            faults.append(f"{name} {error}")
            continue
        if text and position >= len(header):
            faults.append(f"{name} has no name in the first row; write it there")
        elif text:
            texts[name] = text
    return Row(table, texts, place, tuple(faults))
