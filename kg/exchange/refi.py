"""Write coded passages as REFI-QDA: a codebook (.qdc), and a project with its texts (.qdpx).

The codes are the concepts, under those above them. A passage is coded with the concepts that its
claim is about. Identifiers follow from the IRIs, so that the same export is the same bytes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from kg.codes import CONCEPT, resolve
from kg.namespaces import QDA_CODEBOOK, QDA_PROJECT
from kg.thesaurus import Entry, entries

__all__ = ["Coded", "Passage", "write_codebook", "write_project"]

_ORIGIN = "CoVE"
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # of a zip archive


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a text, from and to a character, with the concepts that it is coded with."""

    start: int
    end: int
    name: str
    concepts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coded:
    """A text with its coded passages, by whom."""

    iri: str
    name: str
    text: str
    coder: str
    passages: tuple[Passage, ...]


def write_codebook() -> bytes:
    """Return the concepts as a codebook."""
    root = ET.Element("CodeBook", {"xmlns": QDA_CODEBOOK, "origin": _ORIGIN})
    _add_codes(root)
    ET.SubElement(root, "Sets")
    return _document(root)


def write_project(name: str, coded: Sequence[Coded], *, made: datetime) -> bytes:
    """Return texts with their coded passages as a project."""
    root = ET.Element(
        "Project",
        {
            "xmlns": QDA_PROJECT,
            "name": name,
            "origin": _ORIGIN,
            "creationDateTime": _time(made),
        },
    )
    users = ET.SubElement(root, "Users")
    for coder in sorted({one.coder for one in coded}):
        ET.SubElement(users, "User", {"guid": _guid(f"user {coder}"), "name": coder})
    _add_codes(ET.SubElement(root, "CodeBook"))
    sources = ET.SubElement(root, "Sources")
    for one in coded:
        _add_source(sources, one, made)
    files = {"project.qde": _document(root)}
    files |= {f"sources/{_guid(one.iri)}.txt": one.text.encode() for one in coded}
    return _archive(files)


def _add_codes(parent: ET.Element) -> None:
    below: dict[str, list[Entry]] = {}
    for entry in entries().values():
        below.setdefault(entry.broader[0] if entry.broader else "", []).append(entry)
    codes = ET.SubElement(parent, "Codes")
    for entry in sorted(below[""], key=lambda one: one.label):
        _add_code(codes, entry, below)


def _add_code(parent: ET.Element, entry: Entry, below: dict[str, list[Entry]]) -> None:
    code = ET.SubElement(
        parent,
        "Code",
        {"guid": _code_guid(entry.code), "name": entry.label, "isCodable": "true"},
    )
    iri = resolve(CONCEPT, entry.code)
    ET.SubElement(code, "Description").text = f"{entry.definition} {iri}".strip()
    for inner in sorted(below.get(entry.code, ()), key=lambda one: one.label):
        _add_code(code, inner, below)


def _add_source(parent: ET.Element, one: Coded, made: datetime) -> None:
    user = _guid(f"user {one.coder}")
    source = ET.SubElement(
        parent,
        "TextSource",
        {
            "guid": _guid(one.iri),
            "name": one.name,
            "plainTextPath": f"internal://{_guid(one.iri)}.txt",
            "creatingUser": user,
            "creationDateTime": _time(made),
        },
    )
    for number, passage in enumerate(one.passages):
        selection = ET.SubElement(
            source,
            "PlainTextSelection",
            {
                "guid": _guid(f"{one.iri} {number}"),
                "name": passage.name[:200],
                "startPosition": str(passage.start),
                "endPosition": str(passage.end),
                "creatingUser": user,
                "creationDateTime": _time(made),
            },
        )
        for concept in passage.concepts:
            coding = ET.SubElement(
                selection,
                "Coding",
                {"guid": _guid(f"{one.iri} {number} {concept}"), "creatingUser": user},
            )
            ET.SubElement(coding, "CodeRef", {"targetGUID": _code_guid(concept)})


def _code_guid(code: str) -> str:
    return _guid(str(resolve(CONCEPT, code)))


def _guid(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))


def _time(made: datetime) -> str:
    return made.strftime("%Y-%m-%dT%H:%M:%SZ")


def _document(root: ET.Element) -> bytes:
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _archive(files: dict[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EARLIEST), content)
    return stream.getvalue()
