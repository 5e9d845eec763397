"""Write coded works as EPPI-Reviewer JSON: code sets, and references with their codes.

Each concept scheme that is used is a code set; `ExtURL` of a code is the IRI of its concept.
Abstracts are left empty.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from kg import codes
from kg.readers.fields import fields_of
from kg.records import Author, Claim, Work

__all__ = ["write_eppi"]

_TYPES = {
    "article-journal": "Journal, Article",
    "book": "Book, Whole",
    "chapter": "Book, Chapter",
    "paper-conference": "Conference Proceedings",
    "report": "Report",
    "thesis": "Dissertation",
}


@dataclass(frozen=True, slots=True)
class _Use:
    """A code that a work has, and where: the claim's statement, or nothing."""

    scheme: str
    code: str
    text: str = ""


def write_eppi(works: Iterable[Work]) -> bytes:
    """Return works with their codes as one JSON document."""
    coded = [(work, list(dict.fromkeys(_uses(work)))) for work in works]
    used = sorted({(use.scheme, use.code) for _, uses in coded for use in uses})
    number = {pair: place for place, pair in enumerate(used, 1)}
    schemes = sorted({scheme for scheme, _ in used})
    document = {
        "CodeSets": [
            _code_set(place, scheme, [p for p in used if p[0] == scheme], number)
            for place, scheme in enumerate(schemes, 1)
        ],
        "References": [
            _reference(place, work, uses, number) for place, (work, uses) in enumerate(coded, 1)
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _uses(work: Work) -> Iterator[_Use]:
    yield from _codes_of(work, "")
    yield from _codes_of(work.study, "")
    for case in work.cases:
        yield from _codes_of(case, case.name)
        for process in case.processes:
            yield from _codes_of(process, process.label)
            for participant in process.participants:
                yield from _codes_of(participant, process.label)
    for claim in work.claims:
        yield from _codes_of(claim, claim.statement)
        for effect in claim.effects:
            yield from _codes_of(effect, claim.statement)


def _codes_of(part: Struct, text: str) -> Iterator[_Use]:
    for field in fields_of(type(part)):
        value = getattr(part, field.attribute)
        if field.scheme and value:
            # which end of a link a concept is matters to a reader of EPPI
            role = (
                f"{field.name}: " if isinstance(part, Claim) and field.scheme == "concept" else ""
            )
            for code in value if isinstance(value, tuple) else (value,):
                yield _Use(field.scheme, code, f"{role}{text}")


def _code_set(
    place: int, scheme: str, pairs: list[tuple[str, str]], number: dict[tuple[str, str], int]
) -> dict[str, Any]:
    return {
        "SetName": scheme,
        "SetId": place,
        "SetType": {"SetTypeName": "Standard"},
        "Attributes": {
            "AttributesList": [
                {
                    "AttributeId": number[pair],
                    "AttributeSetId": number[pair],
                    "AttributeName": codes.label(codes.resolve(*pair)),
                    "AttributeDescription": pair[1],
                    "AttributeSetDescription": "",
                    "AttributeType": "Selectable (show checkbox)",
                    "ExtURL": str(codes.resolve(*pair)),
                    "ExtType": "IRI",
                    "OriginalAttributeID": 0,
                }
                for pair in pairs
            ]
        },
    }


def _reference(
    place: int, work: Work, uses: list[_Use], number: dict[tuple[str, str], int]
) -> dict[str, Any]:
    said: dict[int, list[str]] = {}
    for use in uses:
        said.setdefault(number[use.scheme, use.code], []).append(use.text)
    return {
        "ItemId": place,
        "Title": work.title,
        "ParentTitle": work.container or "",
        "ShortTitle": work.short_form,
        "TypeName": _TYPES.get(work.type, "Generic"),
        "Authors": "".join(f"{_name(author)} ; " for author in work.authors),
        "Year": str(work.year),
        "Volume": work.volume or "",
        "Issue": work.issue or "",
        "Pages": work.pages or "",
        "Publisher": work.publisher or "",
        "DOI": work.doi or "",
        "URL": work.read_at,
        "Abstract": "",
        "Keywords": "",
        "ItemStatus": "I",
        "OldItemId": work.id,
        "Codes": [
            {
                "AttributeId": code,
                "AdditionalText": "\r\n".join(text for text in dict.fromkeys(texts) if text),
                "ArmId": 0,
                "ArmTitle": "",
                "ItemAttributeFullTextDetails": [],
            }
            for code, texts in said.items()
        ],
        "Outcomes": [],
    }


def _name(author: Author) -> str:
    return author.literal or " ".join(filter(None, (author.family, author.given)))
