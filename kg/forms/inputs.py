"""Inputs: a sheet as the named values of a form, and the parts that are added and removed.

A value is named by the way to it, `claims.0.effects.1.for`. What a person typed stays as it is
typed, even where it is no value of its field; only what is empty is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

from msgspec import Struct

from kg.errors import SourceError
from kg.readers.fields import Form, SheetField, fields_of
from kg.records import Work

__all__ = ["Sheet", "add_part", "from_inputs", "part_at", "remove_part"]

Sheet = dict[str, object]

_MOST_PARTS = 500
_NUMBER = re.compile(r"[-+]?\d{1,9}")


def from_inputs(inputs: Iterable[tuple[str, str]]) -> Sheet:
    """Make the sheet that the values of a form describe; names that no record has are ignored.

    >>> from_inputs([("title", "T"), ("claims.0.subject", "trust"), ("claims.0.size", "")])
    {'title': 'T', 'study': {}, 'claims': [{'subject': 'trust'}]}
    """
    tree: dict[str, object] = {}
    for name, value in inputs:
        _put(tree, name.split("."), value)
    return _record(Work, tree)


def part_at(sheet: Sheet, way: str) -> Sheet | None:
    """Return the part of a sheet that a way leads to.

    >>> part_at({"claims": [{"id": "1"}]}, "claims.0")
    {'id': '1'}
    """
    found: object = sheet
    for step in way.split("."):
        if isinstance(found, list) and step.isdecimal() and int(step[:6]) < len(found):
            found = found[int(step)]
        elif isinstance(found, dict):
            found = found.get(step)
        else:
            return None
    return cast("Sheet", found) if isinstance(found, dict) else None


def add_part(sheet: Sheet, way: str, part: Sheet | None = None) -> str:
    """Add a part to the list that a way leads to, and return the way to the part.

    It gets the next free id where parts of its kind have one.

    >>> sheet = {"claims": [{"id": "1"}]}
    >>> add_part(sheet, "claims"), sheet["claims"][1]
    ('claims.1', {'id': '2'})
    """
    owner, name, field = _list_of(sheet, way)
    parts = owner.setdefault(name, [])
    if not isinstance(parts, list) or field.record is None or len(parts) >= _MOST_PARTS:
        raise SourceError(f"cannot add to {way}", source="the form")
    fresh: Sheet = dict(part or {})
    if any(inner.name == "id" for inner in fields_of(field.record)):
        taken = {str(one.get("id")) for one in parts if isinstance(one, dict)}
        fresh["id"] = next(str(n) for n in range(1, len(parts) + 2) if str(n) not in taken)
    parts.append(fresh)
    return f"{way}.{len(parts) - 1}"


def remove_part(sheet: Sheet, way: str) -> None:
    """Remove the part that a way leads to."""
    above, _, place = way.rpartition(".")
    owner, name, _ = _list_of(sheet, above)
    parts = owner.get(name)
    if isinstance(parts, list) and place.isdecimal() and int(place[:6]) < len(parts):
        del parts[int(place)]


def _list_of(sheet: Sheet, way: str) -> tuple[Sheet, str, SheetField]:
    """Return the owner of a list of parts, its name, and its field."""
    above, _, name = way.rpartition(".")
    record: type[Struct] | None = Work
    for step in above.split(".") if above else ():
        if not step.isdecimal() and record is not None:
            record = next((f.record for f in fields_of(record) if f.name == step), None)
    field = next((f for f in fields_of(record) if f.name == name), None) if record else None
    owner = part_at(sheet, above) if above else sheet
    if owner is None or field is None or not field.is_list or field.record is None:
        raise SourceError(f"{way[:80]!r} is no list of parts", source="the form")
    return owner, name, field


def _put(tree: dict[str, object], way: list[str], value: str) -> None:
    for step in way[:-1]:
        inner = tree.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        tree = inner
    before = tree.setdefault(way[-1], [])
    if isinstance(before, list):
        before.append(value)


def _record(record: type[Struct], tree: dict[str, object]) -> Sheet:
    sheet: Sheet = {}
    for field in fields_of(record):
        is_needed = field.is_required and field.record is not None and not field.is_list
        found = tree.get(field.name, {} if is_needed else None)
        value = None if found is None else _value(field, found)
        if is_needed or value not in (None, "", [], {}):
            sheet[field.name] = value
    return sheet


def _value(field: SheetField, found: object) -> object:
    if field.record and isinstance(found, dict):
        return _parts(field.record, found) if field.is_list else _record(field.record, found)
    if field.record or not isinstance(found, list):
        return None
    texts = [str(text).strip() for text in found if str(text).strip()]
    if field.is_list:
        return [line.strip() for text in texts for line in text.splitlines() if line.strip()]
    if not texts:
        return None
    text = texts[-1].replace("\r\n", "\n")
    if field.form is Form.FLAG:
        return True if text == "true" else text
    return int(text) if field.form is Form.NUMBER and _NUMBER.fullmatch(text) else text


def _parts(record: type[Struct], found: dict[str, object]) -> list[Sheet]:
    places = sorted((int(place[:6]), place) for place in found if place.isdecimal())
    return [
        _record(record, inner) if isinstance(inner := found[place], dict) else {}
        for _, place in places[:_MOST_PARTS]
    ]
