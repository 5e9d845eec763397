"""Structure: whether a sheet has the fields of a record, with values of their form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from typing import cast

from msgspec import Struct

from kg.readers.drafts import Path, Problem, quote
from kg.readers.fields import Form, SheetField, fields_of
from kg.records import Work

__all__ = ["build"]

# Below U+0020 only tab and line feed are text. U+0080 to U+009F betray a wrong encoding.
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LARGEST = 10**9
_NAMES: dict[type, str] = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "an object",
}


class _FormError(Exception):
    """Say why a value has not the form of its field."""


def build(sheet: object) -> tuple[Work | None, list[Problem]]:
    """Make the work that a sheet describes, with everything that is wrong with its structure.

    Where something is wrong the work is there for further checks only: what is missing or has
    no usable value is None or empty in it.
    """
    problems: list[Problem] = []
    if not isinstance(sheet, dict):
        what = f"is {_named(sheet)}, not an object; write one work as {{…}} on each line"
        return None, [Problem((), what)]
    return cast("Work", _record(Work, sheet, (), problems)), problems


def _record(
    record: type[Struct], sheet: dict[str, object], path: Path, problems: list[Problem]
) -> Struct:
    names = _names(record)
    unknown = (name for name in sheet if name not in names)
    problems.extend(Problem(path, _unknown(name, names)) for name in unknown)
    values: dict[str, object] = {}
    for field in fields_of(record):
        if field.name in sheet:
            value = _value(field, sheet[field.name], path, problems)
        else:
            value = _absent(field)
            if field.is_required:
                problems.append(Problem(path, f"{field.name} is missing; add it"))
        values[field.attribute] = value
    return record(**values)


@cache
def _names(record: type[Struct]) -> tuple[str, ...]:
    return tuple(field.name for field in fields_of(record))


def _unknown(name: str, names: tuple[str, ...]) -> str:
    near = get_close_matches(name[:60], names, n=1)
    remedy = f"did you mean {near[0]}?" if near else "remove it, or see the coding guide"
    return f"field {quote(name)} is unknown; {remedy}"


def _absent(field: SheetField) -> object:
    if field.is_list:
        return ()
    if field.form is Form.FLAG:
        return False
    if field.record and field.is_required:
        return _record(field.record, {}, (), [])
    return None


def _value(field: SheetField, value: object, path: Path, problems: list[Problem]) -> object:
    if value is None:
        what = f"{field.name} is null; leave the field out (absent is not null)"
        problems.append(Problem(path, what))
        return _absent(field)
    if not field.is_list:
        return _single(field, value, path, problems)
    if not isinstance(value, list | tuple):
        what = f"{field.name} is {_named(value)}, not a list; write it between [ and ]"
        problems.append(Problem(path, what))
        return ()
    return _items(field, value, path, problems)


def _items(
    field: SheetField, values: Sequence[object], path: Path, problems: list[Problem]
) -> tuple[object, ...]:
    items: list[object] = []
    for position, value in enumerate(values):
        if value is None:
            what = f"{field.name} holds null; remove it (absent is not null)"
            problems.append(Problem(path, what))
        elif field.record:
            within = (*path, field.name, position)
            items.append(_object(field, field.record, value, within, problems))
        else:
            items.append(_single(field, value, path, problems))
    if field.form is Form.TEXT:
        for value, times in Counter(items).items():
            if value is not None and times > 1:
                what = f"{field.name} says {quote(value)} {times} times; keep one"
                problems.append(Problem(path, what))
    return tuple(item for item in items if item is not None)


def _single(field: SheetField, value: object, path: Path, problems: list[Problem]) -> object:
    if field.record:
        return _object(field, field.record, value, (*path, field.name), problems)
    try:
        return _text(value) if field.form is Form.TEXT else _FORMS[field.form](value)
    except _FormError as error:
        problems.append(Problem(path, f"{field.name} {error}"))
        return _absent(field) if not field.is_list else None


def _object(
    field: SheetField, record: type[Struct], value: object, path: Path, problems: list[Problem]
) -> Struct | None:
    if isinstance(value, dict):
        return _record(record, value, path, problems)
    what = f"is {_named(value)}, not an object; write its fields between {{ and }}"
    problems.append(Problem(path, what))
    return _record(record, {}, (), []) if field.is_required and not field.is_list else None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _FormError(f"is {_named(value)}, {quote(value)}, not text; put it in quotes")
    text = value.strip()
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text:
        raise _FormError("is empty; leave the field out")
    if control := _NO_TEXT.search(text):
        raise _FormError(f"has the control character U+{ord(control[0]):04X}; remove it")
    return text


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _FormError(f"is {_named(value)}, {quote(value)}; write a whole number")
    if not -_LARGEST <= value <= _LARGEST:
        raise _FormError("is out of range; correct the number")
    return value


def _flag(value: object) -> bool:
    if value is not True:
        said = "false" if value is False else f"{_named(value)}, {quote(value)}"
        raise _FormError(f"is {said}; write true or leave the field out")
    return True


_FORMS = {Form.NUMBER: _number, Form.FLAG: _flag}


def _named(value: object) -> str:
    return _NAMES.get(type(value), "null")
