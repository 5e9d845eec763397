"""EndNote XML: records of EndNote, and of Zotero and Mendeley, which write it otherwise.

Each record is parsed for itself: one that is broken leaves the others whole, and what a document
type declares reaches none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from kg.bibliographies.account import Failure
from kg.bibliographies.dates import date_of, merged_date
from kg.bibliographies.identifying import (
    doi_in,
    isbns_in,
    issns_in,
    page_range,
    pmcid_in,
    pmid_in,
    unique,
)
from kg.bibliographies.kinds import SERIES, type_of_words
from kg.bibliographies.names import names_of
from kg.bibliographies.reference import Fields, Reference
from kg.bibliographies.source import Source
from kg.bibliographies.tags import Tags
from kg.errors import SourceError

__all__ = ["count_endnote", "read_endnote"]

_START = re.compile(r"<record(?=[\s>])")
_END = "</record>"
# What the numbers of EndNote mean, where a record has no name; Mendeley writes 0 for every type.
_NUMBERS: Mapping[str, str] = MappingProxyType(
    {
        "17": "article-journal",
        "6": "book",
        "28": "book",
        "5": "chapter",
        "10": "paper-conference",
        "47": "paper-conference",
        "27": "report",
        "32": "thesis",
        "12": "webpage",
        "23": "article-newspaper",
        "19": "article-magazine",
        "59": "dataset",
        "9": "software",
        "34": "manuscript",
        "43": "article-journal",
    }
)
_PLAIN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "title": ("titles/title",),
        "title_short": ("titles/short-title",),
        "container_title_short": ("periodical/abbr-1", "titles/alt-title"),
        "volume": ("volume",),
        "issue": ("number", "issue"),
        "number_of_volumes": ("num-vols",),
        "edition": ("edition",),
        "genre": ("work-type",),
        "publisher": ("publisher",),
        "publisher_place": ("pub-location",),
        "language": ("language",),
        "call_number": ("call-num",),
        "abstract": ("abstract",),
    }
)


def count_endnote(text: str) -> int:
    """Count the elements that begin a record."""
    return sum(1 for _ in _START.finditer(text))


def read_endnote(source: Source) -> Iterator[Reference | Failure]:
    """Yield the records of a document; entities that it declares are refused."""
    text = source.text
    if "<!ENTITY" in text:
        what = "declares entities, which no reference manager does; write them out"
        raise SourceError(what, source=source.name)
    starts = [found.start() for found in _START.finditer(text)] + [len(text)]
    line, seen = 1, 0
    for begin, limit in pairwise(starts):
        line += text.count("\n", seen, begin)
        seen = begin
        end = text.find(_END, begin, limit)
        if end < 0:
            yield Failure(line, "is cut off; export the file again", text[begin:limit])
            continue
        part = text[begin : end + len(_END)]
        try:
            yield _reference(fromstring(part), line)
        except (ParseError, DefusedXmlException, RecursionError) as error:
            yield Failure(line, f"is not XML: {error}; correct it there", part)


def _reference(record: Element, line: int) -> Reference:
    tags = Tags(_leaves(record, ""))
    kind = _type(record, tags)
    author, is_incomplete = names_of(_values(tags, "contributors/authors/author"))
    fields: Fields = {name: tags.first(*paths) for name, paths in _PLAIN.items()}
    number = tags.first("rec-number")
    return Reference(
        id=number,
        type=kind,
        author=author,
        authors_incomplete=is_incomplete,
        **_people(tags, kind),
        **fields,
        **_container(tags, kind),
        **_dates(tags),
        **_identifiers(tags),
        page=page_range(tags.first("pages")),
        urls=_values(tags, "urls/related-urls/url", "urls/web-urls/url"),
        keywords=_values(tags, "keywords/keyword"),
        notes=tags.all("notes", "research-notes"),
        raw=tags.left(),
        format="endnote-xml",
        line=line,
    )


def _people(tags: Tags, kind: str) -> Fields:
    """Read who else had a part; what the second and third did depends on the type."""
    of_book = kind in {"book", "report"}
    roles = {
        "secondary": "collection_editor" if of_book else "editor",
        "tertiary": "editor" if of_book else "collection_editor",
        "subsidiary": "translator",
    }
    return {
        role: names_of(_values(tags, f"contributors/{rank}-authors/author"))[0]
        for rank, role in roles.items()
    }


def _leaves(element: Element, path: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of a record by their path; EndNote puts each into style elements."""
    for child in element:
        place = f"{path}{child.tag}"
        if all(inner.tag == "style" for inner in child):
            yield place, "".join(child.itertext()).replace("\r", "\n").strip()
        else:
            yield from _leaves(child, f"{place}/")


def _values(tags: Tags, *paths: str) -> tuple[str, ...]:
    """Take values that stand one an element, or one a line."""
    parts = (part.strip() for value in tags.all(*paths) for part in value.split("\n"))
    return tuple(part for part in parts if part)


def _type(record: Element, tags: Tags) -> str:
    """Read the type: by its name, for Mendeley has the number 0 for all."""
    element = record.find("ref-type")
    number = tags.first("ref-type")
    name = element.get("name", "") if element is not None else ""
    return type_of_words(name) or _NUMBERS.get(number, "document")


def _container(tags: Tags, kind: str) -> Fields:
    title = tags.first("titles/secondary-title", "periodical/full-title")
    tags.all_if(lambda value: value == title, "periodical/full-title", "titles/secondary-title")
    series = tags.first("titles/tertiary-title")
    if kind in SERIES:
        return {"collection_title": title or series}
    name = "event_title" if kind == "paper-conference" and not series else "container_title"
    return {name: title, "collection_title": series}


def _dates(tags: Tags) -> Fields:
    day = "dates/pub-dates/date"
    date, is_used = merged_date(
        next(iter(tags.seen("dates/year")), ""), next(iter(tags.seen(day)), "")
    )
    if date:
        tags.first("dates/year")
    if is_used:
        tags.first(day)
    accessed = tags.first_if(lambda value: date_of(value) is not None, "access-date")
    return {"issued": date, "accessed": date_of(accessed) if accessed else None}


def _identifiers(tags: Tags) -> Fields:
    numbers = tags.all_if(lambda value: bool(issns_in(value) or isbns_in(value)), "isbn", "issn")
    place = "electronic-resource-num"
    doi = doi_in(tags.first_if(lambda value: bool(doi_in(value)), place))
    if not doi:
        doi = next((doi_in(url) for url in tags.seen("urls/related-urls/url") if doi_in(url)), "")
    databases = tags.seen("remote-database-name", "remote-database-provider")
    is_pubmed = {"NLM", "PubMed", "Medline"} & set(databases)
    pmid = next((pmid_in(value) for value in tags.seen("accession-num")), "") if is_pubmed else ""
    return {
        "doi": doi,
        "pmid": pmid,
        "pmcid": pmcid_in(tags.first_if(lambda value: bool(pmcid_in(value)), "custom2")),
        "issn": unique(number for value in numbers for number in issns_in(value)),
        "isbn": unique(number for value in numbers for number in isbns_in(value)),
    }
