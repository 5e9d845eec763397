"""Assembly: the rows of the tables as the sheets of the works they describe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.errors import SourceError
from kg.readers.drafts import Draft, Path, Place, Reading, quote
from kg.readers.examination import examine
from kg.readers.fields import fields_of
from kg.readers.tables import TABLES, Sheet, Table, from_text

__all__ = ["Row", "assemble"]

_Keys = tuple[str, ...]
_Owners = dict[tuple[str, _Keys], tuple[Sheet, Path]]  # table and keys to what they stand for


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it stands in a file: its cells that hold something, as text.

    A fault says why a cell could not be read; a row with one spoils its work.
    """

    table: Table
    cells: Mapping[str, str]
    place: Place
    faults: tuple[str, ...] = ()


@dataclass(slots=True)
class _Assembly:
    """A work in the making."""

    sheet: Sheet
    place: Place
    parts: dict[Path, Place] = field(default_factory=dict)


def assemble(rows: Iterable[Row | SourceError]) -> Iterator[Reading | SourceError]:
    """Yield the works of the rows, in whatever order the rows come, and all that is wrong.

    The parts of a work may stand anywhere in the file, so that memory holds all of it. A work
    that lost a row is examined, for all its problems to be told at once, but not yielded.
    """
    by_table: dict[str, list[Row]] = defaultdict(list)
    spoilt: set[str | None] = set()
    for row in rows:
        if isinstance(row, SourceError):
            spoilt.add(row.record)
            yield row
        else:
            by_table[row.table.name].append(row)
    works: dict[str, _Assembly] = {}
    owners: _Owners = {}
    for name in TABLES:
        for row in by_table[name]:
            for what in (*row.faults, *_take(row, works, owners)):
                spoilt.add(row.cells.get("work"))
                yield _error(row, what)
    for key, work in works.items():
        yield from examine(Draft(work.sheet, work.place, work.parts, key not in spoilt))


def _error(row: Row, what: str) -> SourceError:
    record = row.cells.get("work")
    name = record if record and record.isprintable() and len(record) <= 80 else None
    return SourceError(what, source=row.place.source, line=row.place.line, record=name)


def _take(row: Row, works: dict[str, _Assembly], owners: _Owners) -> Iterator[str]:
    """Put a row where it belongs, or say why it belongs nowhere."""
    table = row.table
    missing = [key for key in table.keys if key not in row.cells]
    if missing:
        yield f"{' and '.join(missing)} missing in a row of {table.name}; say to what it belongs"
        return
    keys = tuple(row.cells[key] for key in table.keys)
    if table.parent is None:
        yield from _begin(row, keys, works, owners)
    elif owner := owners.get((table.parent, keys[: len(table.owner_keys)])):
        _join(_sheet(row), owner, row, works[keys[0]], owners)
    else:
        wanted = ", ".join(f"{key} {quote(row.cells[key])}" for key in table.owner_keys)
        yield f"{wanted} is not in the table {table.parent}; add or correct it"


def _begin(row: Row, keys: _Keys, works: dict[str, _Assembly], owners: _Owners) -> Iterator[str]:
    if first := works.get(keys[0]):
        yield f"work is already at {first.place}; give each work one row"
        return
    sheet = _sheet(row)
    works[keys[0]] = _Assembly(sheet, row.place)
    owners[row.table.name, keys] = sheet, ()


def _join(
    sheet: Sheet,
    owner: tuple[Sheet, Path],
    row: Row,
    work: _Assembly,
    owners: _Owners,
) -> None:
    above, path = owner
    siblings = above.setdefault(row.table.name, [])
    if not isinstance(siblings, list):
        raise TypeError(f"{row.table.name} is no list of rows")
    path = (*path, row.table.name, len(siblings))
    siblings.append(sheet)
    work.parts[path] = row.place
    if row.table.has_id:
        # a second row with the same keys is told as a repeated id; parts go to the first
        keys = tuple(row.cells[key] for key in row.table.keys)
        owners.setdefault((row.table.name, keys), (sheet, path))


def _sheet(row: Row) -> Sheet:
    """Make the object of a row; what the record must have and rows may lack is there, empty."""
    sheet: Sheet = {}
    if row.table.has_id:
        sheet["id"] = row.cells[row.table.keys[-1]]
    for one in fields_of(row.table.record):
        if one.is_required and one.record:
            sheet[one.name] = [] if one.is_list else {}
    for column in row.table.columns:
        if column.name in row.cells:
            _put(sheet, column.way, from_text(column.field, row.cells[column.name]))
    return sheet


def _put(sheet: Sheet, way: tuple[str, ...], value: object) -> None:
    for name in way[:-1]:
        inner = sheet.setdefault(name, {})
        if not isinstance(inner, dict):
            raise TypeError(f"{name} is no object")
        sheet = inner
    sheet[way[-1]] = value
