"""Tables: the rows of a coding sheet as a spreadsheet holds them.

One table a kind of part. The first columns are the keys that say to which work, case, process or
claim a row belongs; the others have the sheet's own names, dotted where a field is in an object
(`study.design`). A list is written in one cell, joined by "; "; a semicolon or backslash within
an item has a backslash before it. Rows keep their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from msgspec import Struct, to_builtins

from kg.readers.fields import Form, SheetField, fields_of
from kg.records import Author, Case, Claim, ClaimLink, Effect, Participant, Process, Work

__all__ = ["TABLES", "Cell", "Column", "Sheet", "Table", "from_text", "to_rows"]

Cell = str | int | bool
Sheet = dict[str, object]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the way to its value in a row's object, and the field it carries."""

    name: str
    way: tuple[str, ...]
    field: SheetField


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its keys, its columns, and the table whose rows its own belong to."""

    name: str
    record: type[Struct]
    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    parent: str | None = None

    @property
    def header(self) -> tuple[str, ...]:
        """Return the names of all columns in their order."""
        return (*self.keys, *(column.name for column in self.columns))

    @property
    def owner_keys(self) -> tuple[str, ...]:
        """Return the keys that name the owner of a row, without the row's own id."""
        return self.keys[:-1] if self.has_id else self.keys

    @property
    def has_id(self) -> bool:
        """Tell whether the last key is the row's own id."""
        return any(field.name == "id" for field in fields_of(self.record))


def _columns(record: type[Struct], way: tuple[str, ...] = ()) -> Iterator[Column]:
    for field in fields_of(record):
        within = (*way, field.name)
        if field.record is None and field.name != "id":
            yield Column(".".join(within), within, field)
        elif field.record and not field.is_list:
            yield from _columns(field.record, within)


def _table(name: str, record: type[Struct], *keys: str, parent: str | None = None) -> Table:
    return Table(name, record, keys, tuple(_columns(record)), parent)


TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            _table("works", Work, "work"),
            _table("authors", Author, "work", parent="works"),
            _table("cases", Case, "work", "case", parent="works"),
            _table("processes", Process, "work", "case", "process", parent="cases"),
            _table("participants", Participant, "work", "case", "process", parent="processes"),
            _table("claims", Claim, "work", "claim", parent="works"),
            _table("effects", Effect, "work", "claim", parent="claims"),
            _table("links", ClaimLink, "work", "claim", parent="claims"),
        )
    }
)
"""The tables by name, each after the one that its rows belong to."""


def to_rows(work: Work | Sheet) -> Iterator[tuple[Table, Mapping[str, Cell]]]:
    r"""Yield the rows of a work, each with its table; a column without a value is left out.

    A work that is not coded to its end comes as its sheet.

    >>> from kg.records import Study
    >>> work = Work(
    ...     id="ple-2010", type="book", title="T", authors=(Author(family="Plé"),), year=2010,
    ...     read_at="https://example.org/", read_level="record", claims=(),
    ...     study=Study(design="conceptual", methods=("a; b", "c")),
    ... )
    >>> [(table.name, dict(row)) for table, row in to_rows(work)][1]
    ('authors', {'work': 'ple-2010', 'family': 'Plé'})
    >>> [row["study.methods"] for table, row in to_rows(work) if table.name == "works"]
    ['a\\; b; c']
    """
    sheet = to_builtins(work) if isinstance(work, Work) else work
    yield from _rows(TABLES["works"], sheet, ())


def _rows(
    table: Table, sheet: Sheet, keys: tuple[str, ...]
) -> Iterator[tuple[Table, Mapping[str, Cell]]]:
    if table.has_id:
        keys = (*keys, str(sheet.get("id", "")))
    row: dict[str, Cell] = dict(zip(table.keys, keys, strict=True))
    for column in table.columns:
        cell = _to_cell(_at(sheet, column.way))
        if cell is not None:
            row[column.name] = cell
    yield table, row
    for inner in TABLES.values():
        if inner.parent == table.name:
            for part in _parts(sheet, inner.name):
                yield from _rows(inner, part, keys)


def _parts(sheet: Sheet, name: str) -> Iterable[Sheet]:
    parts = sheet.get(name)
    return parts if isinstance(parts, list | tuple) else ()


def _at(sheet: object, way: tuple[str, ...]) -> object:
    for name in way:
        sheet = sheet.get(name) if isinstance(sheet, dict) else None
    return sheet


def _to_cell(value: object) -> Cell | None:
    if isinstance(value, list | tuple):
        return "; ".join(re.sub(r"([\\;])", r"\\\1", item) for item in value)
    return value if isinstance(value, str | int) else None


def from_text(field: SheetField, text: str) -> object:
    """Read the value of a field from the text of its cell; what is not of its form stays text.

    >>> methods = next(column for column in TABLES["works"].columns if column.name == "cites")
    >>> from_text(methods.field, "10.1000/a; 10.1000/b;")
    ['10.1000/a', '10.1000/b']
    """
    if field.is_list:
        return _items(text)
    if field.form is Form.NUMBER and re.fullmatch(r"[-+]?\d{1,18}", text, re.ASCII):
        return int(text)
    if field.form is Form.FLAG and text.casefold() in {"true", "false"}:
        return text.casefold() == "true"
    return text


def _items(text: str) -> list[str]:
    pieces = re.findall(r"(?:\\[\\;]|[^;])+", text)
    items = (re.sub(r"\\([\\;])", r"\1", piece).strip() for piece in pieces)
    return [item for item in items if item]
