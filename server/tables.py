"""Tables: the rows of an answer in pieces that a page can hold, in the order that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from kg.questions import Answer, Row, address_parameters
from server.reading import Version

__all__ = ["LENGTH", "Cell", "Head", "Table", "View", "opened_address", "tabulate"]

LENGTH = 100  # rows on a page

_Key = tuple[bool, bool, float, str]


@dataclass(frozen=True, slots=True)
class View:
    """What the address says about the table: its page, its order, and the words to find."""

    page: int = 1
    sort: str = ""
    find: str = ""

    @property
    def is_plain(self) -> bool:
        """Tell whether the rows stand as the question orders them."""
        return not self.sort and not self.find


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: its title, its state, and the address that sorts by it."""

    title: str
    order: str
    address: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of an answer; a count leads to what was counted."""

    text: str
    address: str | None = None
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A page of rows; `count` is None where the rows were not all asked for."""

    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    first: int
    count: int | None
    earlier: str | None
    later: str | None

    @property
    def last(self) -> int:
        """The number of the last row that is shown."""
        return self.first + len(self.rows) - 1


def tabulate(
    answer: Answer, version: Version, view: View, given: Mapping[str, str], *, is_part: bool
) -> Table:
    """Return the page of an answer that is asked for.

    `is_part` says that the rows begin at the page, with one more than it holds if more follow.
    """
    rows = list(answer.rows)
    start = (view.page - 1) * LENGTH
    if not is_part:
        rows = _ordered(answer, _holding(answer, rows, version, view.find), view.sort)
    shown = rows[:LENGTH] if is_part else rows[start : start + LENGTH]
    is_more = len(rows) > LENGTH if is_part else len(rows) > start + LENGTH
    columns = answer.question.header.columns
    cells = {name: [_cell(answer, row, name, version) for row in shown] for name in columns}
    names = [name for name in columns if not _is_repeated(answer, name, cells)]
    return Table(
        heads=tuple(_head(name, columns[name].title, view, given) for name in names),
        rows=tuple(zip(*(cells[name] for name in names), strict=True)),
        first=start + 1,
        count=None if is_part and (is_more or view.page > 1) else len(rows),
        earlier=_address(given, view, page=view.page - 1) if view.page > 1 else None,
        later=_address(given, view, page=view.page + 1) if is_more else None,
    )


def _is_repeated(answer: Answer, name: str, cells: Mapping[str, list[Cell]]) -> bool:
    """Tell whether a column of statements says only what the links to its claims say."""
    if not name.lower().endswith("statement"):
        return False
    texts = [cell.text for cell in cells[name]]
    claims = (other for other in cells if answer.column(other).type == "claim")
    return any(texts == [cell.text for cell in cells[other]] for other in claims)


def opened_address(answer: Answer, row: Row, name: str, version: Version) -> str | None:
    """Return the address of the list behind a count of a row."""
    opened = answer.opening(row, name)
    if opened is None:
        return None
    pinned = version.addresses.pinned
    start = f"/version/{pinned}" if pinned else ""
    query = urlencode(address_parameters(opened), safe=":/")
    return f"{start}/questions/{opened.question}?{query}"


def _head(name: str, title: str, view: View, given: Mapping[str, str]) -> Head:
    order = {name: "ascending", f"-{name}": "descending"}.get(view.sort, "none")
    sort = f"-{name}" if order == "ascending" else name
    return Head(title, order, _address(given, View(1, sort, view.find), page=1))


def _address(given: Mapping[str, str], view: View, *, page: int) -> str:
    said = {"sort": view.sort, "find": view.find, "page": str(page) if page > 1 else ""}
    return f"?{urlencode({**given, **{key: text for key, text in said.items() if text}})}#answer"


def _holding(answer: Answer, rows: list[Row], version: Version, find: str) -> list[Row]:
    words = find.casefold().split()
    if not words:
        return rows
    columns = answer.question.header.columns

    def told(row: Row) -> str:
        return " ".join(_text(answer, row, name, version) for name in columns).casefold()

    return [row for row in rows if all(word in told(row) for word in words)]


def _ordered(answer: Answer, rows: Sequence[Row], sort: str) -> list[Row]:
    name = sort.removeprefix("-")
    if name not in answer.question.header.columns:
        return list(rows)
    there = [row for row in rows if row[name] is not None]
    empty = [row for row in rows if row[name] is None]
    return [*sorted(there, key=_key(name), reverse=sort.startswith("-")), *empty]


def _key(name: str) -> Callable[[Row], _Key]:
    def key(row: Row) -> _Key:
        value = row.get(f"{name}Label") or row[name]
        if isinstance(value, int | float):
            return (False, False, float(value), "")
        return (True, False, 0.0, str(value).casefold())

    return key


def _text(answer: Answer, row: Row, name: str, version: Version) -> str:
    value = row[name]
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, int) or answer.column(name).type == "text" or ":" not in value:
        return str(value)
    return str(row.get(f"{name}Label") or version.thing(value).text)


def _cell(answer: Answer, row: Row, name: str, version: Version) -> Cell:
    value = row[name]
    text = _text(answer, row, name, version)
    if address := opened_address(answer, row, name, version):
        return Cell(text, address, is_number=True)
    if isinstance(value, bool) or value is None:
        return Cell(text)
    if isinstance(value, int | float):
        return Cell(text, is_number=True)
    if answer.column(name).type == "text" or ":" not in value:
        return Cell(text)
    return Cell(text, version.thing(value).address)
