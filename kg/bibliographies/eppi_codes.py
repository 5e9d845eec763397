"""EPPI codes: the code sets of a report of EPPI-Reviewer, as trees of attributes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kg.bibliographies.encodings import decode
from kg.errors import SourceError

__all__ = ["Attribute", "CodeSet", "read_code_sets"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """A code: its number, by which references name it, and where it stands in its set.

    `address` is what the code means elsewhere, where an IRI can travel along.
    """

    id: int
    name: str
    description: str
    is_selectable: bool
    address: str
    parents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CodeSet:
    """A tool for coding: its codes in the order of the tree, each behind its parents."""

    id: int
    name: str
    kind: str
    attributes: tuple[Attribute, ...]


def read_code_sets(content: bytes, name: str) -> tuple[CodeSet, ...]:
    """Read the code sets of a report; raise SourceError where it is none."""
    text, _ = decode(content, name, [])
    try:
        report = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"is not JSON: {error}; export it again", source=name) from error
    sets = report.get("CodeSets") if isinstance(report, dict) else None
    if not isinstance(sets, list):
        raise SourceError("has no CodeSets; is it a report of EPPI-Reviewer?", source=name)
    return tuple(_set(one) for one in sets if isinstance(one, dict))


def _set(value: Mapping[str, Any]) -> CodeSet:
    kind = value.get("SetType")
    return CodeSet(
        id=_number(value.get("SetId")),
        name=str(value.get("SetName") or ""),
        kind=str(kind.get("SetTypeName") or "") if isinstance(kind, dict) else "",
        attributes=tuple(_attributes(value.get("Attributes"), ())),
    )


def _attributes(value: object, parents: tuple[int, ...]) -> Iterator[Attribute]:
    found = value.get("AttributesList") if isinstance(value, dict) else None
    for one in found if isinstance(found, list) else []:
        if not isinstance(one, dict):
            continue
        number = _number(one.get("AttributeId"))
        described = one.get("AttributeSetDescription") or one.get("AttributeDescription") or ""
        yield Attribute(
            id=number,
            name=str(one.get("AttributeName") or ""),
            description=str(described),
            is_selectable=not str(one.get("AttributeType") or "").startswith("Not selectable"),
            address=str(one.get("ExtURL") or ""),
            parents=parents,
        )
        yield from _attributes(one.get("Attributes"), (*parents, number))


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | str) and str(value).lstrip("-").isdigit() else 0
