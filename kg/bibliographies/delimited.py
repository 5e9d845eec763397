"""Delimited text: a reference a row, the names of the columns in the first."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

import msgspec

from kg.bibliographies.account import Failure, Remark
from kg.bibliographies.columns import KEPT, reference_of_row, separators_of
from kg.bibliographies.dates import slashes
from kg.bibliographies.reference import Reference
from kg.bibliographies.source import FIELD_LIMIT, Source
from kg.errors import SourceError

__all__ = ["count_rows", "has_columns", "read_delimited", "write_csv"]

_HEADS = re.compile(r"\b(?:title|doi|authors?|abstract|TI|AU)\b", re.IGNORECASE)
_COLUMNS = (
    *("id", "type", "title", "title_short", "author", "editor", "translator", "year", "issued"),
    *("container_title", "container_title_short", "collection_title", "collection_number"),
    *("event_title", "event_place", "volume", "issue", "page", "number_of_pages"),
    *("number_of_volumes", "chapter_number", "edition", "version", "genre", "publisher"),
    *("publisher_place", "language", "doi", "pmid", "pmcid", "isbn", "issn", "urls"),
    *("call_number", "keywords", "notes", "abstract"),
)


def has_columns(head: str) -> bool:
    """Tell whether a text begins as a table of references."""
    lines = [line for line in head.split("\n")[:3] if line.strip()]
    return any(len(_HEADS.findall(line)) > 1 and separators_of(line) in line for line in lines)


def count_rows(text: str) -> int:
    """Count the rows that hold something, the header left out: by a lexer, not by the parser."""
    skipped, header = _head(text)
    sign = re.escape(separators_of(header))
    cell = re.compile(rf'(?:"((?:[^"]|"")*)(?:"|\Z))?([^{sign}\n]*)([{sign}\n]|\Z)')
    rows, place, has_value = 0, 0, False
    text = text.split("\n", skipped)[skipped]
    while place < len(text):
        found = cell.match(text, place)
        if found is None or found.end() == place:
            break
        place = found.end()
        quoted = (found[1] or "").replace('""', "x")
        has_value = has_value or bool(quoted.strip() or found[2].strip())
        if found[3] == "\n" or place >= len(text):
            rows += has_value
            has_value = False
    return max(rows - 1, 0)


def read_delimited(source: Source) -> Iterator[Reference | Failure]:
    """Yield the rows of a table."""
    skipped, line = _head(source.text)
    text = source.text.split("\n", skipped)[skipped]
    if skipped:
        first = source.text.split("\n", 1)[0]
        source.remarks.append(Remark("lines before the header were left out", skipped, 1, first))
    csv.field_size_limit(16 * FIELD_LIMIT)
    rows = csv.reader(io.StringIO(text), delimiter=separators_of(line), doublequote=True)
    header: list[str] | None = None
    number = skipped
    try:
        for cells in rows:
            begin, number = number + 1, rows.line_num + skipped
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = [name.strip() for name in cells]
            else:
                yield reference_of_row(header, cells, begin, "csv")
    except csv.Error as error:
        what = f"is no table from here on: {error}; is a quotation mark left open?"
        raise SourceError(what, source=source.name, line=number + 1) from error


def _head(text: str) -> tuple[int, str]:
    """Return how many lines stand before the header, and the header: Dimensions writes one."""
    lines = text[: 2**16].split("\n")[:5]
    for number, line in enumerate(lines):
        if len(_HEADS.findall(line)) > 1:
            return number, line
    return 0, lines[0]


def write_csv(references: Iterable[Reference]) -> str:
    """Write references as CSV; what a column cannot hold is kept in the last, as JSON."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow((*_COLUMNS, KEPT))
    for reference in references:
        row = [_cell(reference, name) for name in _COLUMNS]
        writer.writerow((*row, _beside(reference, row)))
    return stream.getvalue()


def _beside(reference: Reference, row: list[str]) -> str:
    """Return as JSON what a reader would not find again in the columns."""
    again = reference_of_row(_COLUMNS, row, 0, "csv")
    values = {
        name: getattr(reference, name)
        for name in reference.__struct_fields__
        if name not in {"source", "line"} and getattr(again, name, None) != getattr(reference, name)
    }
    return msgspec.json.encode(values).decode()


def _cell(reference: Reference, name: str) -> str:
    """Write a field; a text that a spreadsheet would run is set apart by a quotation mark."""
    value = getattr(reference, name)
    if name == "issued":
        return slashes(value).rstrip("/") if value and len(value.date_parts[0:1]) else ""
    if name in {"author", "editor", "translator"}:
        value = "; ".join(one.whole for one in value)
    elif isinstance(value, tuple):
        value = "; ".join(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
