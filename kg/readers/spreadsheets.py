"""Write coding sheets as Excel workbooks, with drop-down lists and a guide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from kg import codes
from kg.readers.cells import to_cell
from kg.readers.fields import Form, SheetField
from kg.readers.tables import TABLES, Cell, Column, Sheet, Table, to_rows
from kg.readers.workbooks import CODES_SHEET, GUIDE_SHEET
from kg.records import Work

__all__ = ["write_xlsx"]

_LAST_ROW = 2**20
_TEXT = "@"  # Excel's format of text: it keeps 2-3 from becoming a date, and 007 its zeros
_BOLD = Font(bold=True)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_WIDE = frozenset({"title", "statement", "condition", "study.sample", "note", "effect", "name"})
_ADVICE = (
    "One worksheet a table, one row a thing; the first row names the columns.",
    "work, case, process and claim say what a row belongs to: write them in each row.",
    "Code only what the source says, and leave empty what it does not.",
    "Where a dimension was looked for and not found, write not-reported.",
    "Several codes or texts in one cell are joined by a semicolon.",
    f"The sheet {CODES_SHEET} has every code with its name.",
)

Ranges = dict[str, str]


def write_xlsx(works: Iterable[Work | Sheet], stream: IO[bytes]) -> None:
    """Write works as a workbook that can be filled in further; no works make a template.

    All text is written as text, also where it begins with =, and Excel does not compute it.
    """
    # all of it before the workbook is begun: one that is left unfinished leaves its files behind
    rows = [
        (table, [_cell_value(row.get(name)) for name in table.header])
        for work in works
        for table, row in to_rows(work)
    ]
    book = Workbook(write_only=True)
    sheets = {GUIDE_SHEET: book.create_sheet(GUIDE_SHEET)}
    sheets |= {name: book.create_sheet(name) for name in TABLES}
    sheets[CODES_SHEET] = book.create_sheet(CODES_SHEET)
    ranges = _write_codes(sheets[CODES_SHEET])
    _write_guide(sheets[GUIDE_SHEET])
    for table in TABLES.values():
        _prepare(sheets[table.name], table, ranges)
    for table, values in rows:
        sheet = sheets[table.name]
        sheet.append([_cell(sheet, value) for value in values])
    book.save(stream)


def _cell_value(value: Cell | None) -> Cell | None:
    return to_cell(value) if isinstance(value, str) else value


def _cell(sheet: Worksheet, value: Cell | None) -> SheetCell | Cell | None:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value)
    # openpyxl would take a text for a formula or an error where it looks like one
    cell.data_type = "s"
    cell.number_format = _TEXT
    return cell


def _bold(sheet: Worksheet, names: Iterable[str]) -> list[SheetCell]:
    cells = [WriteOnlyCell(sheet, name) for name in names]
    for cell in cells:
        cell.font = _BOLD
    return cells


def _prepare(sheet: Worksheet, table: Table, ranges: Ranges) -> None:
    sheet.freeze_panes = "B2"
    columns = {column.name: column for column in table.columns}
    for position, name in enumerate(table.header, 1):
        letter = get_column_letter(position)
        column = columns.get(name)
        sheet.column_dimensions[letter].width = 50 if name in _WIDE else max(12, len(name) + 3)
        if column is None or column.field.form is Form.TEXT:
            sheet.column_dimensions[letter].number_format = _TEXT
        if column and (choices := _choices(column, ranges)):
            choices.add(f"{letter}2:{letter}{_LAST_ROW}")
            sheet.data_validations.append(choices)
    sheet.append(_bold(sheet, table.header))


def _choices(column: Column, ranges: Ranges) -> DataValidation | None:
    field = column.field
    if field.form is Form.FLAG:
        return _drop_down('"true"', f"{column.name}: true, or leave it empty")
    if field.scheme is None:
        return None
    choices = _drop_down(ranges[field.scheme], f"{column.name}: a code of {field.scheme}")
    # a drop-down list gives one code; a cell for several must take them joined, too
    choices.showErrorMessage = not field.is_list
    return choices


def _drop_down(formula: str, advice: str) -> DataValidation:
    return DataValidation(
        type="list",
        formula1=formula,
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="Unknown code",
        error=f"{advice}. The sheet {CODES_SHEET} lists them."[:255],
    )


def _write_codes(sheet: Worksheet) -> Ranges:
    """Write each scheme that a column takes its codes from; return where its codes stand."""
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABC", (22, 45, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append(_bold(sheet, ("scheme", "code", "name")))
    ranges: Ranges = {}
    row = 2
    for scheme in sorted({field.scheme for field in _fields() if field.scheme}):
        listed = codes.codes(scheme)
        for code, concept in listed.items():
            sheet.append([scheme, code, codes.label(concept)])
        ranges[scheme] = f"{CODES_SHEET}!$B${row}:$B${row + len(listed) - 1}"
        row += len(listed)
    return ranges


def _fields() -> Iterator[SheetField]:
    return (column.field for table in TABLES.values() for column in table.columns)


def _write_guide(sheet: Worksheet) -> None:
    for letter, width in zip("ABCD", (16, 22, 12, 70), strict=True):
        sheet.column_dimensions[letter].width = width
    for line in _ADVICE:
        sheet.append([line])
    sheet.append([])
    sheet.append(_bold(sheet, ("table", "column", "needed", "what to write")))
    for table in TABLES.values():
        for key in table.keys:
            sheet.append([table.name, key, "yes", _key_advice(table, key)])
        for column in table.columns:
            cell = WriteOnlyCell(sheet, _advice(column.field))
            cell.alignment = _WRAPPED
            needed = "yes" if column.field.is_required else None
            sheet.append([table.name, column.name, needed, cell])


def _key_advice(table: Table, key: str) -> str:
    if table.has_id and key == table.keys[-1]:
        example = "family-year-word" if key == "work" else "1, 2, 3 and so on"
        return f"the id of this {key}: {example}"
    return f"the {key} that the row belongs to"


def _advice(field: SheetField) -> str:
    if field.form is Form.FLAG:
        return "true, or leave it empty"
    if field.scheme and field.is_list:
        return f"codes of {field.scheme}, joined by ;"
    if field.scheme:
        return f"a code of {field.scheme}"
    return "texts, joined by ;" if field.is_list else field.form.value
