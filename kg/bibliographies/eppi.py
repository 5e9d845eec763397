"""EPPI-Reviewer: the references of its JSON report, with the codes that they were given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from kg.bibliographies.account import Failure
from kg.bibliographies.dates import date_of
from kg.bibliographies.identifying import doi_in, isbns_in, issns_in, page_range
from kg.bibliographies.json_records import Element, elements, text_of
from kg.bibliographies.kinds import SERIES, type_of_words
from kg.bibliographies.names import name_of, surname_first
from kg.bibliographies.reference import Fields, Name, Reference
from kg.bibliographies.source import Source

__all__ = ["read_eppi"]

_PLAIN: Mapping[str, str] = MappingProxyType(
    {
        "Title": "title",
        "ShortTitle": "title_short",
        "Volume": "volume",
        "Issue": "issue",
        "Publisher": "publisher",
        "City": "publisher_place",
        "Edition": "edition",
        "Abstract": "abstract",
    }
)


def read_eppi(source: Source) -> Iterator[Reference | Failure]:
    """Yield the references of a report with their codes raw; `eppi_codes` reads what they mean."""
    for element in elements(source.text):
        yield element if isinstance(element, Failure) else _reference(element)


def _reference(element: Element) -> Reference:
    item: Fields = dict(element.values)
    printed = str(item.pop("TypeName", ""))
    kind = type_of_words(printed)
    fields: Fields = {
        name: str(item.pop(key) or "").strip()
        for key, name in _PLAIN.items()
        if isinstance(item.get(key), str | int)
    }
    parent = str(item.pop("ParentTitle", "") or "")
    authors = _names(str(item.pop("Authors", "") or ""))
    year, month = str(item.pop("Year", "") or ""), str(item.pop("Month", "") or "")
    number = str(item.get("StandardNumber") or item.get("ISSN") or "")
    doi = doi_in(str(item.get("DOI") or ""))
    if doi:
        del item["DOI"]
    if issns_in(number) or isbns_in(number):
        item.pop("StandardNumber", None)
    fields |= {
        "collection_title" if kind in SERIES else "container_title": parent,
        "author": authors,
        "editor": _names(str(item.pop("ParentAuthors", "") or "")),
        "issued": date_of(f"{month} {year}".strip()),
        "page": page_range(str(item.pop("Pages", "") or "")),
        "doi": doi,
        "issn": issns_in(number),
        "isbn": isbns_in(number),
        "urls": tuple(filter(None, [str(item.pop("URL", "") or "").strip()])),
        "keywords": _lines(str(item.pop("Keywords", "") or "")),
        "notes": tuple(filter(None, [str(item.pop("Comments", "") or "").strip()])),
    }
    identifier = str(item.pop("ItemId", ""))
    left = ((key, text_of(value)) for key, value in item.items() if value not in (None, "", [], {}))
    unread = () if kind or not printed else (("TypeName", printed),)
    return Reference(
        id=identifier,
        type=kind or "document",
        **fields,
        raw=(*left, *unread),
        format="eppi",
        line=element.line,
    )


def _lines(text: str) -> tuple[str, ...]:
    parts = text.replace("\r", "\n").replace(";", "\n").split("\n")
    return tuple(part.strip() for part in parts if part.strip())


def _names(text: str) -> tuple[Name, ...]:
    """Read names, family first without a comma, each followed by a semicolon.

    >>> _names("Osborne Stephen P ; ")
    (Name(family='Osborne', given='Stephen P'),)
    """
    parts = (part.strip() for part in text.split(";"))
    read = (name_of(part) if "," in part else surname_first(part) for part in parts if part)
    return tuple(name for name in read if name)
