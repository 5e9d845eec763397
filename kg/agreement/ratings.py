"""Ratings: what of a record is a coder's judgement, and on what scale it is measured.

Free text is no rating. Where a scheme has the code `not-reported`, a coder who leaves the field
out did not look, and the rating is missing; of other fields leaving out says that the source says
nothing, and is a rating of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msgspec import Struct

from kg import codes
from kg.agreement.distances import Value
from kg.readers.fields import Form, SheetField, fields_of
from kg.records import Case, Claim, Process, Study, Work

__all__ = ["RATED", "Rated", "concepts_of"]

_ABSENT = "-"
_NOT_REPORTED = "not-reported"
_RANKED = {
    "size": ("-", "weak", "moderate", "strong"),
    "read_level": ("record", "abstract", "full-text"),
}


@dataclass(frozen=True, slots=True)
class Rated:
    """A field that coders rate: the part that has it, its level, and how to read a rating."""

    name: str
    part: type[Struct]
    level: str
    way: tuple[str, ...]
    may_be_missing: bool
    order: Sequence[Value] | None = None

    def rating(self, part: Struct) -> Value | None:
        """Return what a part says, None where its coder did not look."""
        found: object = part
        for attribute in self.way:
            found = getattr(found, attribute)
        if found in (None, ()):
            return None if self.may_be_missing else _none(self.level)
        if isinstance(found, tuple):
            return frozenset(map(_said, found))
        return found if isinstance(found, str | int | bool) else None


def concepts_of(work: Work) -> Iterator[str]:
    """Yield the concepts that the claims of a work are about."""
    for claim in work.claims:
        yield claim.subject
        yield claim.object_
        if claim.link:
            yield claim.link.from_
            yield claim.link.to


def _none(level: str) -> Value:
    if level == "masi":
        return frozenset()
    return _ABSENT


def _said(item: object) -> str:
    """Say an item of a list as one value: a code, or the codes of an effect or participant."""
    if isinstance(item, Struct):
        said = (getattr(item, name) for name in item.__struct_fields__)
        return "/".join(str(value) if value is not None else _ABSENT for value in said)
    return str(item)


def _rated(name: str, part: type[Struct], field: SheetField, *way: str) -> Rated:
    order = _RANKED.get(field.name)
    is_number = field.form is Form.NUMBER
    missing = is_number or bool(
        field.scheme
        and field.scheme != codes.CONCEPT
        and _NOT_REPORTED in codes.codes(field.scheme)
    )
    return Rated(name, part, _level(field), (*way, field.attribute), missing, order)


def _level(field: SheetField) -> str:
    if field.is_list:
        return "masi"
    if field.form is Form.NUMBER:
        return "interval" if field.name in {"year", "start", "end"} else "ratio"
    if field.scheme == codes.CONCEPT:
        return "hierarchical"
    return "ordinal" if field.name in _RANKED else "nominal"


_MULTIPLE = frozenset({"participants", "effects"})


def _all() -> Iterator[Rated]:
    for part in (Work, Case, Process, Claim):
        kind = part.__name__.lower()
        for field in fields_of(part):
            if _is_rated(field):
                yield _rated(f"{kind}.{field.name}", part, field)
            elif field.record is Study:
                for inner in fields_of(Study):
                    if _is_rated(inner):
                        yield _rated(f"study.{inner.name}", part, inner, field.attribute)


def _is_rated(field: SheetField) -> bool:
    if field.record:
        return field.is_list and field.name in _MULTIPLE
    return bool(field.scheme) or field.form is not Form.TEXT


RATED: tuple[Rated, ...] = tuple(_all())
"""Every field that is rated, in the order of the sheet."""
