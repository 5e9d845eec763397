"""Fields: what each record type holds, in the words of the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import MappingProxyType

from msgspec import Struct, inspect

from kg.records import (
    Case,
    Claim,
    ClaimLink,
    Effect,
    Participant,
    Process,
    ReportedLink,
    Study,
    Work,
)
from kg.triples.mapping import CASE, CLAIM, EFFECT, PARTICIPANT, PROCESS, STUDY, WORK, Field

__all__ = ["Form", "SheetField", "fields_of"]

_FEATURES = {"has": "definitional-feature", "lacks": "definitional-feature"}


def _schemes(fields: tuple[Field, ...]) -> dict[str, str]:
    return {field.name: field.scheme for field in fields if field.scheme}


_SCHEMES: Mapping[type[Struct], Mapping[str, str]] = MappingProxyType(
    {
        Work: _schemes(WORK),
        Study: _schemes(STUDY),
        Case: _schemes(CASE),
        Process: _schemes(PROCESS) | _FEATURES,
        Participant: _schemes(PARTICIPANT) | {"side": "side"},
        Claim: _schemes(CLAIM)
        | {"subject": "concept", "object_": "concept", "requires": "definitional-feature"},
        ReportedLink: {"from_": "concept", "to": "concept"},
        Effect: _schemes(EFFECT),
        ClaimLink: {"type": "link-type"},
    }
)


class Form(Enum):
    """The form of a value; what a person is told to write."""

    TEXT = "text"
    NUMBER = "a whole number"
    FLAG = "true"
    RECORD = "an object"


@dataclass(frozen=True, slots=True)
class SheetField:
    """A field: its attribute, its name in the sheet, and what it takes."""

    attribute: str
    name: str
    form: Form
    is_list: bool
    is_required: bool
    record: type[Struct] | None
    scheme: str | None


@cache
def fields_of(record: type[Struct]) -> tuple[SheetField, ...]:
    """List the fields of a record type, in the order of the sheet.

    >>> [(field.name, field.scheme) for field in fields_of(Effect)][:2]
    [('direction', 'effect-direction'), ('for', 'holder')]
    """
    described = inspect.type_info(record)
    if not isinstance(described, inspect.StructType):
        raise TypeError(f"{record.__name__} is no record type")
    return tuple(_field(record, field) for field in described.fields)


def _field(record: type[Struct], field: inspect.Field) -> SheetField:
    type_ = _given(field.type)
    is_list = isinstance(type_, inspect.VarTupleType)
    if isinstance(type_, inspect.VarTupleType):
        type_ = type_.item_type
    return SheetField(
        attribute=field.name,
        name=field.encode_name,
        form=_FORMS[type(type_)],
        is_list=is_list,
        is_required=field.required,
        record=type_.cls if isinstance(type_, inspect.StructType) else None,
        scheme=_SCHEMES.get(record, {}).get(field.name),
    )


def _given(type_: inspect.Type) -> inspect.Type:
    """Return the type of a value that is there: None stands for absence."""
    if isinstance(type_, inspect.UnionType):
        (type_,) = (one for one in type_.types if not isinstance(one, inspect.NoneType))
    return type_


_FORMS: Mapping[type[inspect.Type], Form] = {
    inspect.StrType: Form.TEXT,
    inspect.IntType: Form.NUMBER,
    inspect.BoolType: Form.FLAG,
    inspect.StructType: Form.RECORD,
}
