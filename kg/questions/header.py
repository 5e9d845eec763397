"""The header of a query file: what a question asks, takes, returns and cannot support.

A header is the lines that begin with `#+`. Each is `key: value`; a value is text, or JSON when it
is a list, an object or a number, and may go on over indented lines. `parameters` and `columns`
hold one `name: {…}` a line, indented. All of it is also valid YAML, as grlc reads it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from msgspec import Struct

from kg.errors import SourceError

__all__ = ["Column", "Display", "Header", "Opening", "Parameter", "read_header"]

_ENTRY = re.compile(r"#\+ (?P<key>[a-z]+):(?: (?P<text>\S.*))?")
_INDENTED = re.compile(r"#\+ {3}(?P<text>\S.*)")
_MEMBER = re.compile(r"(?P<name>[a-z][A-Za-z]*): (?P<json>\{.*\})")
_MEMBERS = frozenset({"parameters", "columns"})
_StructType = TypeVar("_StructType", bound=Struct)


class _Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An immutable part of a header; a key that no part has is refused."""


class Parameter(_Part, frozen=True):
    """What a question can be asked with.

    `type` is `concept`, `code:<scheme>`, `choice`, `integer`, `text`, `iri`, or a kind of thing in
    the graph (`agent`, `case`, `claim`, `definition`, `evidence-review`, `process`, `proposition`,
    `scheme`, `work`). `any` is the class that stands for no restriction. `choices` (type `choice`)
    gives the IRI, as a prefixed name, for each word.
    """

    type: str
    label: str
    default: str | int | None = None
    any: str | None = None
    choices: dict[str, str] = {}
    minimum: int | None = None
    maximum: int | None = None

    @property
    def is_required(self) -> bool:
        """Tell whether the question cannot be asked without it."""
        return self.default is None and self.any is None


class Opening(_Part, frozen=True):
    """The question that lists what a number counted.

    In `with`, `?column` is the value of the row and `$parameter` what this question was asked
    with; any other text is a value of its own.
    """

    question: str
    parameters: dict[str, str] = msgspec.field(name="with", default_factory=dict)


class Column(_Part, frozen=True):
    """One column: its title, the type of its values and, for a count, what it opens.

    A whole number stands `alone` where no question lists what it counts; this says where it is.
    """

    type: str
    title: str
    opens: Opening | None = None
    alone: str | None = None


class Display(_Part, frozen=True, rename={"kind": "as"}):
    """How to draw an answer beside its table, and which columns the picture uses."""

    kind: str
    x: str | None = None
    y: str | None = None
    value: str | None = None
    segment: str | None = None
    source: str | None = None
    target: str | None = None


@dataclass(frozen=True)
class Header:
    """Everything that a query file says about itself."""

    summary: str
    description: str
    caution: str
    parameters: Mapping[str, Parameter]
    columns: Mapping[str, Column]
    display: Display
    tags: tuple[str, ...]
    question: int | None
    missing: str | None


@dataclass(frozen=True)
class _Line:
    number: int
    text: str


@dataclass
class _Entry:
    key: str
    number: int
    lines: list[_Line]

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


def read_header(text: str, *, source: str) -> Header:
    """Read the header of a query file; raise SourceError with file and line where it is broken."""
    entries = {entry.key: entry for entry in _entries(text, source)}
    optional = {"question", "missing", "parameters"}
    known = {"summary", "description", "caution", "display", "tags", *optional, *_MEMBERS}
    for entry in entries.values():
        if entry.key not in known:
            raise _broken(
                f"header key {entry.key!r} is unknown; use one of {sorted(known)}", source, entry
            )
    for key in sorted(known - optional):
        if key not in entries:
            raise SourceError(f"header has no {key!r}; add '#+ {key}: …'", source=source, line=1)
    return Header(
        summary=entries["summary"].text,
        description=entries["description"].text,
        caution=entries["caution"].text,
        parameters=_members(entries.get("parameters"), Parameter, source),
        columns=_members(entries["columns"], Column, source),
        display=_decoded(entries["display"], Display, source),
        tags=_decoded(entries["tags"], tuple[str, ...], source),
        question=_decoded(entries["question"], int, source) if "question" in entries else None,
        missing=entries["missing"].text if "missing" in entries else None,
    )


def _entries(text: str, source: str) -> list[_Entry]:
    found: list[_Entry] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#+"):
            continue
        if entry := _ENTRY.fullmatch(line):
            value = entry["text"]
            first = [_Line(number, value)] if value else []
            if any(one.key == entry["key"] for one in found):
                raise SourceError(
                    f"header has {entry['key']!r} twice; keep one", source=source, line=number
                )
            found.append(_Entry(entry["key"], number, first))
        elif (more := _INDENTED.fullmatch(line)) and found:
            found[-1].lines.append(_Line(number, more["text"]))
        else:
            raise SourceError(
                "header line is neither '#+ key: value' nor indented by three; mend it",
                source=source,
                line=number,
            )
    return found


def _members(
    entry: _Entry | None, kind: type[_StructType], source: str
) -> Mapping[str, _StructType]:
    members: dict[str, _StructType] = {}
    for line in entry.lines if entry else ():
        member = _MEMBER.fullmatch(line.text)
        if not member:
            raise SourceError(
                "expected one 'name: {\"type\": …}' a line", source=source, line=line.number
            )
        members[member["name"]] = _decoded(
            _Entry(member["name"], line.number, [_Line(line.number, member["json"])]), kind, source
        )
    return members


_Decoded = TypeVar("_Decoded")


def _decoded(entry: _Entry, kind: type[_Decoded], source: str) -> _Decoded:
    try:
        return msgspec.json.decode(entry.text, type=kind)
    except msgspec.MsgspecError as error:
        raise _broken(f"{entry.key!r} is not what it should be: {error}", source, entry) from error


def _broken(what: str, source: str, entry: _Entry) -> SourceError:
    return SourceError(what, source=source, line=entry.number)
