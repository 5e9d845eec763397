"""Read and write coding sheets as CSV: all tables in one file, the first column says which."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import IO

from kg.errors import SourceError
from kg.readers.assembly import Row, assemble
from kg.readers.drafts import Place, Reading, quote
from kg.readers.headers import read_header
from kg.readers.lines import text_lines
from kg.readers.tables import TABLES, to_rows
from kg.records import Work

__all__ = ["HEADER", "read_csv", "write_csv"]

_TABLE = "table"

_COLUMNS = chain.from_iterable(table.header for table in TABLES.values())

HEADER = tuple(dict.fromkeys((_TABLE, "work", "case", "process", "claim", *_COLUMNS)))
"""The columns of the file: the table, the keys, and each further column once."""

_DELIMITERS = ",;\t"


def read_csv(stream: IO[bytes], source: str) -> Iterator[Reading | SourceError]:
    """Yield the works of a file with commas, semicolons or tabs between its columns."""
    yield from assemble(_rows(stream, source))


def write_csv(works: Iterable[Work], stream: IO[bytes]) -> None:
    """Write works as UTF-8 with commas.

    Values are written as they are, also where they begin with =, +, - or @ and a spreadsheet
    would take them for a formula: data is for programs first. For a spreadsheet write XLSX, which
    says of each cell that it is text.
    """
    for line in _lines(works):
        stream.write(line.encode())


class _Line:
    """A file that keeps the last line written to it."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def _lines(works: Iterable[Work]) -> Iterator[str]:
    line = _Line()
    writer = csv.DictWriter(line, HEADER, lineterminator="\r\n")
    writer.writeheader()
    yield line.text
    for work in works:
        for table, row in to_rows(work):
            cells = {name: "true" if cell is True else cell for name, cell in row.items()}
            writer.writerow({_TABLE: table.name} | cells)
            yield line.text


class _Lines:
    """The lines of a file, counted as the CSV reader takes them."""

    def __init__(self, numbered: Iterator[tuple[int, str | SourceError]]) -> None:
        self.number = 0
        self._numbered = numbered

    def __iter__(self) -> Iterator[str]:
        for number, line in self._numbered:
            if isinstance(line, SourceError):
                raise line
            self.number = number
            yield line


def _rows(stream: IO[bytes], source: str) -> Iterator[Row | SourceError]:
    numbered = text_lines(stream, source)
    first, delimiter = _first_line(numbered, source)
    lines = _Lines(chain([first], numbered))
    header: list[str] | None = None
    for start, cells in _records(lines, delimiter, source):
        place = Place(source, start)
        if header is None:
            header = read_header(cells, HEADER, place, needed=[_TABLE, "work"])
        elif any(cell.strip() for cell in cells):
            yield _row(header, cells, place)


def _first_line(
    numbered: Iterator[tuple[int, str | SourceError]], source: str
) -> tuple[tuple[int, str], str]:
    """Find the header, and which character separates columns: Excel's follows the country."""
    for number, line in numbered:
        if isinstance(line, SourceError):
            raise line
        if not line.strip() or line.startswith("sep="):
            continue
        for delimiter in _DELIMITERS:
            name, found, _ = line.partition(delimiter)
            if found and name.strip().strip('"') == _TABLE:
                return (number, line), delimiter
        what = f"first column is not {_TABLE!r} or stands alone; take the template"
        raise SourceError(what, source=source, line=number)
    raise SourceError("is empty; take the template", source=source)


def _records(lines: _Lines, delimiter: str, source: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the number of the line where it begins."""
    reader = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    while True:
        before = lines.number
        try:
            cells = next(reader, None)
        except csv.Error as error:
            what = f"is not CSV from here: {error}; correct the quotes"
            raise SourceError(what, source=source, line=before + 1) from error
        if cells is None:
            return
        # the header may come after other lines, which the reader does not see
        yield max(before + 1, lines.number - sum(cell.count("\n") for cell in cells)), cells


def _row(header: list[str], cells: Sequence[str], place: Place) -> Row | SourceError:
    filled = {
        name: text
        for name, cell in zip(header, cells, strict=False)
        if (text := cell.strip()) and name
    }
    name = filled.pop(_TABLE, "")
    table = TABLES.get(name)
    if table is None:
        what = f"table {quote(name)} is unknown; write one of {', '.join(TABLES)}"
        work = filled.get("work", "")
        record = work if work.isprintable() else None
        return SourceError(what, source=place.source, line=place.line, record=record)
    faults = [
        f"column {column} is not for {name}; empty the cell, or correct the table"
        for column in filled
        if column not in table.header
    ]
    if any(cell.strip() for cell in cells[len(header) :]):
        faults.append("row has more cells than the first row; remove them, or correct the quotes")
    return Row(table, filled, place, tuple(faults))
