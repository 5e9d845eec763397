"""Findings: what the rows of an answer say together, in sentences made of nothing but the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kg.questions.answers import Answer, Row, Value

__all__ = ["findings"]

_THINGS = frozenset({"work", "claim", "process", "proposition"})
_SAID = ("direction", "directionName", "readLevel")
_MOST = 3  # values of a column that are told


def findings(answer: Answer) -> Iterator[str]:
    """Say what the rows say together: of how many things, which way, where most is, where none."""
    if not answer.rows:
        yield "Nothing in the corpus answers it yet."
        return
    columns = answer.question.header.columns
    told = [*_told(answer), *_years(answer)]
    counts = [name for name, column in columns.items() if column.type == "count"]
    if told:
        yield f"The rows name {', '.join(told)}."
    elif not counts:
        yield f"There are {_number(len(answer), 'row')}."
    yield from (_most(answer, name) for name in counts)
    if not counts:  # else a row is many claims, and rows are no measure of them
        yield from (_spread(answer, name) for name in _SAID if name in answer.variables)


def _told(answer: Answer) -> Iterator[str]:
    seen: dict[str, set[Value]] = {}
    for name, column in answer.question.header.columns.items():
        if column.type in _THINGS:
            values = {row[name] for row in answer.rows if row[name]}
            seen.setdefault(column.type, set()).update(values)
    for thing, values in seen.items():
        if values:
            yield _number(len(values), thing)


def _years(answer: Answer) -> Iterator[str]:
    names = [n for n, column in answer.question.header.columns.items() if column.type == "year"]
    years = [int(row[name] or 0) for row in answer.rows for name in names if row[name]]
    if years:
        yield f"years from {min(years)} to {max(years)}"


def _number(count: int, thing: str) -> str:
    plural = f"{thing}es" if thing.endswith("s") else f"{thing}s"
    return f"{count:,} {thing if count == 1 else plural}"


def _spread(answer: Answer, name: str) -> str:
    label = f"{name}Label" if f"{name}Label" in answer.variables else name
    counts = Counter(str(row[label]) for row in answer.rows if row[label])
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    parts = [f"{value} in {count:,}" for value, count in ordered[:_MOST]]
    if len(ordered) > _MOST:
        parts.append(f"others in {sum(count for _, count in ordered[_MOST:]):,}")
    return f"{answer.column(name).title}: {', '.join(parts)} of {_number(len(answer), 'row')}."


def _most(answer: Answer, name: str) -> str:
    title = answer.column(name).title
    counts = [int(row[name] or 0) for row in answer.rows]
    highest = max(counts)
    if highest == 0:
        return f"{title}: none in any row."
    first = [row for row, count in zip(answer.rows, counts, strict=True) if count == highest]
    where = _called(answer, first[0])
    also = f" and {_number(len(first) - 1, 'more row')}" if len(first) > 1 else ""
    none = counts.count(0)
    absent = f"; none in {none:,} of {len(counts):,} rows" if none else ""
    return f"{title}: at most {highest:,}, for {where}{also}{absent}."


def _called(answer: Answer, row: Row) -> str:
    """Name a row by what stands in it before its numbers."""
    names = []
    for name, column in answer.question.header.columns.items():
        if column.type in {"count", "integer", "number", "boolean"}:
            break
        value = row.get(f"{name}Label") or row[name]
        if value is not None and not str(value).startswith("https://"):
            names.append(str(value))
    return ", ".join(names[:2]) or "the first row"
