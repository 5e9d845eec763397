"""Fields of a form: what the records hold, with the words and limits of the shapes.

The record says what fields there are, in which order; the property shape of a field says whether
it must be there, which codes it takes, how long it may be, and in plain words what to write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import MappingProxyType

from msgspec import Struct
from rdflib import URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kg import codes
from kg.namespaces import COVE, DCTERMS, SH
from kg.readers.fields import Form, SheetField, fields_of
from kg.records import Author, Case, Claim, Effect, Participant, Process, Study, Work
from kg.thesaurus import entries
from kg.triples.mapping import (
    AUTHOR,
    CASE,
    CLAIM,
    EFFECT,
    PARTICIPANT,
    PROCESS,
    STUDY,
    WORK,
    Field,
)
from kg.validation import shapes_graph

__all__ = ["Choice", "FormField", "Widget", "field_of", "form_of"]

_LONG = frozenset({"statement", "condition", "note", "title", "sample"})

_OWN: Mapping[type[Struct], tuple[URIRef | None, tuple[Field, ...]]] = MappingProxyType(
    {
        Work: (COVE.Work, WORK),
        Author: (COVE.Authorship, AUTHOR),
        Study: (COVE.Study, STUDY),
        Case: (COVE.Case, CASE),
        Process: (COVE.CoProcess, PROCESS),
        Participant: (None, PARTICIPANT),  # each side has a shape of its own
        Claim: (COVE.Claim, CLAIM),
        Effect: (COVE.ValueEffect, EFFECT),
    }
)
# Fields of which the mapping makes more than one triple: the property whose shape speaks for each.
_SPOKEN_FOR: Mapping[tuple[type[Struct], str], URIRef] = MappingProxyType(
    {
        (Work, "title"): DCTERMS.title,
        (Work, "authors"): COVE.hasAuthorship,
        (Claim, "case"): COVE.aboutCase,
        (Claim, "process"): COVE.aboutProcess,
        (Claim, "requires"): COVE.statesDefinition,
        (Claim, "effects"): COVE.reportsValueEffect,
    }
)


class Widget(Enum):
    """What a person fills in a field with."""

    TEXT = "text"
    LONG = "long"
    LINES = "lines"
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"
    CHOICES = "choices"
    CONCEPT = "concept"
    CASE = "case"
    PROCESS = "process"
    PARTS = "parts"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Choice:
    """A code that a field takes, its label and its definition."""

    code: str
    label: str
    definition: str = ""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form, ready to be shown."""

    name: str
    label: str
    help: str
    widget: Widget
    is_required: bool
    choices: tuple[Choice, ...] = ()
    shortest: int | None = None
    longest: int | None = None
    least: int | None = None
    record: type[Struct] | None = None


@cache
def form_of(record: type[Struct]) -> tuple[FormField, ...]:
    """Return the fields of the form for a record type, in the order of the sheet.

    >>> [field.name for field in form_of(Effect) if field.is_required]
    ['direction', 'for']
    """
    return tuple(_field(record, field) for field in fields_of(record))


def field_of(record: type[Struct], predicate: Node | None) -> str | None:
    """Name the field that a property carries, None where it carries none or more than one."""
    _, mapped = _OWN.get(record, (None, ()))
    attributes = [field.name for field in mapped if field.predicate == predicate]
    spoken = [
        name for (kind, name), iri in _SPOKEN_FOR.items() if (kind, iri) == (record, predicate)
    ]
    names = {field.attribute: field.name for field in fields_of(record)}
    return next((names.get(one, one) for one in (*attributes, *spoken)), None)


def _field(record: type[Struct], field: SheetField) -> FormField:
    shapes = list(_property_shapes(record, field))
    told = _told(shapes)
    counts = [int(str(d[SH.minCount])) for d in told if SH.minCount in d and _is_violation(d)]
    widget = _widget(record, field)
    return FormField(
        name=field.name,
        label=_label(field.name),
        help=next((str(d[SH.message]) for d in told if SH.message in d and _is_violation(d)), ""),
        widget=widget,
        is_required=field.is_required or any(counts),
        choices=_choices(field, told) if widget in {Widget.CHOICE, Widget.CHOICES} else (),
        shortest=_number(told, SH.minLength),
        longest=_number(told, SH.maxLength),
        least=_number(told, SH.minInclusive),
        record=field.record,
    )


def _property_shapes(record: type[Struct], field: SheetField) -> Iterator[Node]:
    class_, mapped = _OWN.get(record, (None, ()))
    predicate = next((each.predicate for each in mapped if each.name == field.attribute), None)
    predicate = _SPOKEN_FOR.get((record, field.attribute), predicate)
    shapes = shapes_graph()
    for shape in shapes.subjects(SH.targetClass, class_) if predicate and class_ else ():
        for one in sorted(shapes.objects(shape, SH.property), key=str):
            if (one, SH.path, predicate) in shapes:
                yield one


def _told(shapes: list[Node]) -> list[dict[Node, Node]]:
    return [dict(shapes_graph().predicate_objects(shape)) for shape in shapes]


def _is_violation(described: Mapping[Node, Node]) -> bool:
    return described.get(SH.severity, SH.Violation) == SH.Violation


def _number(told: list[dict[Node, Node]], constraint: URIRef) -> int | None:
    return next((int(str(d[constraint])) for d in told if constraint in d), None)


def _widget(record: type[Struct], field: SheetField) -> Widget:
    if field.record:
        return Widget.PARTS if field.is_list else Widget.PART
    if record is Claim and field.name in {"case", "process"}:
        return Widget(field.name)
    if field.scheme:
        several = Widget.CHOICES if field.is_list else Widget.CHOICE
        return Widget.CONCEPT if field.scheme == codes.CONCEPT else several
    if field.form is Form.TEXT:
        written = Widget.LONG if field.name in _LONG else Widget.TEXT
        return Widget.LINES if field.is_list else written
    return Widget.NUMBER if field.form is Form.NUMBER else Widget.FLAG


def _choices(field: SheetField, told: list[dict[Node, Node]]) -> tuple[Choice, ...]:
    """List the codes that the shape takes; without one, those of the scheme of the field."""
    shapes = shapes_graph()
    lists = [shapes.value(d[SH.node], SH["in"]) for d in told if SH.node in d]
    listed = next((one for one in lists if one is not None), None)
    if listed is not None:
        iris = [str(member) for member in Collection(shapes, listed)]
    else:
        iris = list(map(str, codes.codes(field.scheme or "").values()))
    found = (Choice(codes.notation(iri), codes.label(iri), _definition(iri)) for iri in iris)
    return tuple(sorted(found, key=lambda one: (one.code == "not-reported", one.label)))


def _definition(iri: str) -> str:
    entry = entries().get(codes.notation(iri))
    return (
        entry.definition if entry and str(codes.resolve(codes.CONCEPT, entry.code)) == iri else ""
    )


def _label(name: str) -> str:
    words = {
        "id": "Id",
        "doi": "DOI",
        "isbn": "ISBN",
        "for": "For whom",
        "has": "Has the features",
        "lacks": "Lacks the features",
        "requires": "Demands the features",
        "read_at": "Read at (address)",
        "effects": "Value effects",
        "effect": "Effect as reported",
        "cites": "Cites (DOIs)",
        "acts_as": "Acts as",
    }
    return words.get(name, name.replace("_", " ").capitalize())
