"""Changes: what a sheet says otherwise than another, each at the field that it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from msgspec import Struct

from kg.forms.fields import form_of
from kg.forms.inputs import Sheet
from kg.readers.fields import fields_of
from kg.records import Work

__all__ = ["Change", "changes"]

_PARTS: Mapping[str, str] = MappingProxyType(
    {
        "authors": "Author",
        "cases": "Case",
        "processes": "Process",
        "participants": "Participant",
        "claims": "Claim",
        "effects": "Value effect",
        "links": "Link to other evidence",
    }
)
_NAMES = ("statement", "name", "label", "family", "literal", "to", "role", "direction")


@dataclass(frozen=True, slots=True)
class Change:
    """One field, or a whole part, that is not as it was; None where there was or is nothing."""

    where: tuple[str, ...]
    before: str | None
    after: str | None


def changes(before: Sheet, after: Sheet) -> tuple[Change, ...]:
    """Compare two sheets of one work; parts that have an id are found again by it.

    >>> old = {"title": "T", "claims": [{"id": "1", "statement": "a"}, {"id": "2"}]}
    >>> new = {"title": "T", "claims": [{"id": "1", "statement": "b"}]}
    >>> [(change.where, change.before, change.after) for change in changes(old, new)]
    [(('Claim 1', 'Statement'), 'a', 'b'), (('Claim 2',), '2', None)]
    """
    return tuple(_changes(Work, before, after, ()))


def _changes(
    record: type[Struct], before: Sheet, after: Sheet, where: tuple[str, ...]
) -> Iterator[Change]:
    labels = {field.name: field.label for field in form_of(record)}
    for field in fields_of(record):
        old, new = before.get(field.name), after.get(field.name)
        if field.record and field.is_list:
            yield from _in_parts(field.record, field.name, _parts(old), _parts(new), where)
        elif field.record and (isinstance(old, dict) or isinstance(new, dict)):
            inner = (*where, labels[field.name])
            yield from _changes(field.record, _sheet(old), _sheet(new), inner)
        elif (was := _text(old)) != (is_now := _text(new)):
            yield Change((*where, labels[field.name]), was, is_now)


def _in_parts(
    record: type[Struct],
    name: str,
    before: dict[str, Sheet],
    after: dict[str, Sheet],
    where: tuple[str, ...],
) -> Iterator[Change]:
    for place in dict.fromkeys((*before, *after)):
        here = (*where, f"{_PARTS.get(name, name.capitalize())} {place}")
        old, new = before.get(place), after.get(place)
        if old is None or new is None:
            yield Change(here, _name(old), _name(new))
        else:
            yield from _changes(record, old, new, here)


def _parts(found: object) -> dict[str, Sheet]:
    """Return parts by their ids, or by their places."""
    parts = found if isinstance(found, list) else []
    return {
        str(part.get("id") or place): part
        for place, part in enumerate(parts, 1)
        if isinstance(part, dict)
    }


def _sheet(found: object) -> Sheet:
    return found if isinstance(found, dict) else {}


def _name(part: Sheet | None) -> str | None:
    """Say in a few words which part it is."""
    if part is None:
        return None
    told = next((part[name] for name in _NAMES if part.get(name)), part.get("id") or "(empty)")
    return str(told)


def _text(value: object) -> str | None:
    """Write a value as a person compares it; the order of codes means nothing."""
    if value in (None, "", [], False):
        return None
    if isinstance(value, list):
        return "; ".join(sorted(map(str, value)))
    return "yes" if value is True else str(value)
