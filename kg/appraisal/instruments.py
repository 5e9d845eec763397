"""Instruments: checklists for the appraisal of studies, each a file of `kg/data/instruments`.

An answer has the text that supports it and where that stands. Answers are never summed: no score
is computed for an instrument that gives none.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from io import StringIO
from types import MappingProxyType

import msgspec
from msgspec import Struct

from kg.anchors import Anchor
from kg.errors import ParameterError

__all__ = ["Answer", "Appraisal", "Group", "Instrument", "Item", "check", "instruments", "robvis"]

OVERALL = "overall"


class Item(Struct, frozen=True, forbid_unknown_fields=True):
    """One question: what it is about; `is_verified` tells whether the words are the tool's own."""

    id: str
    subject: str
    is_verified: bool


class Group(Struct, frozen=True, forbid_unknown_fields=True):
    """Items that are answered together: a category of study, or the domains of bias."""

    id: str
    label: str
    is_verified: bool
    items: tuple[Item, ...]


class Instrument(Struct, frozen=True, forbid_unknown_fields=True):
    """A checklist, what its answers are, and where it comes from."""

    id: str
    name: str
    source: str
    applies_to: str
    answers: tuple[str, ...]
    has_overall: bool
    note: str
    groups: tuple[Group, ...]


class Answer(Struct, frozen=True, omit_defaults=True):
    """What an appraiser answers to an item, with the support for it."""

    item: str
    answer: str
    support: str = ""
    anchor: Anchor | None = None


class Appraisal(Struct, frozen=True, omit_defaults=True):
    """The answers for one study, and the overall judgement where the instrument has one."""

    instrument: str
    study: str
    answers: tuple[Answer, ...]
    overall: str = ""


@cache
def instruments() -> Mapping[str, Instrument]:
    """Return the instruments by their ids.

    >>> list(instruments())
    ['casp-qualitative', 'conqual', 'mmat-2018', 'rob-2']
    """
    folder = files("kg") / "data" / "instruments"
    found = [
        msgspec.json.decode(file.read_bytes(), type=Instrument)
        for file in folder.iterdir()
        if file.name.endswith(".json")
    ]
    return MappingProxyType({one.id: one for one in sorted(found, key=lambda one: one.id)})


def check(appraisal: Appraisal) -> Iterator[str]:
    """Yield what is wrong with an appraisal: items that are not there, answers that are none."""
    instrument = instruments().get(appraisal.instrument)
    if instrument is None:
        yield f"there is no instrument {appraisal.instrument!r}; take {', '.join(instruments())}"
        return
    items = {item.id for group in instrument.groups for item in group.items}
    seen: set[str] = set()
    for one in appraisal.answers:
        if one.item not in items:
            yield f"{instrument.id} has no item {one.item!r}"
        elif one.item in seen:
            yield f"item {one.item} is answered twice; keep one answer"
        if one.answer not in instrument.answers:
            yield f"item {one.item}: {one.answer!r} is none of {', '.join(instrument.answers)}"
        seen.add(one.item)
    begun = [g for g in instrument.groups if seen & {item.id for item in g.items}]
    for group in begun:
        missing = [item.id for item in group.items if item.id not in seen]
        if missing:
            yield f"{group.label}: {', '.join(missing)} not answered"
    if appraisal.overall and not instrument.has_overall:
        yield f"{instrument.name} gives no overall judgement; leave it out"
    elif appraisal.overall and appraisal.overall not in instrument.answers:
        yield f"overall: {appraisal.overall!r} is none of {', '.join(instrument.answers)}"


def robvis(appraisals: Iterable[Appraisal], *, weights: Mapping[str, float] | None = None) -> str:
    """Write appraisals by domains as the table that robvis reads: Study, D1 …, Overall, Weight."""
    every = list(appraisals)
    names = {one.instrument for one in every}
    if len(names) != 1:
        raise ParameterError(
            "robvis shows one instrument at a time; choose the appraisals of one",
            parameter="instrument",
        )
    instrument = instruments()[names.pop()]
    if not instrument.has_overall:
        raise ParameterError(
            f"{instrument.name} has no domains with an overall judgement; robvis needs them",
            parameter="instrument",
        )
    items = [item.id for group in instrument.groups for item in group.items]
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["Study", *items, "Overall", "Weight"])
    for one in every:
        said = {answer.item: _words(answer.answer) for answer in one.answers}
        weight = (weights or {}).get(one.study, 1)
        row = [said.get(item, "") for item in items]
        writer.writerow([one.study, *row, _words(one.overall), weight])
    return text.getvalue()


def _words(answer: str) -> str:
    """Write an answer as robvis does.

    >>> _words("some-concerns")
    'Some concerns'
    """
    return answer.replace("-", " ").capitalize()
