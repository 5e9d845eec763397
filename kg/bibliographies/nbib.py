"""nbib: records of PubMed and PubMed Central, tags of four characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.bibliographies.account import Failure
from kg.bibliographies.dates import date_of
from kg.bibliographies.identifying import (
    doi_in,
    isbns_in,
    issns_in,
    page_range,
    pmcid_in,
    pmid_in,
    unique,
)
from kg.bibliographies.kinds import type_of_words
from kg.bibliographies.names import names_of
from kg.bibliographies.reference import Date, Fields, Name, Reference
from kg.bibliographies.source import Source
from kg.bibliographies.tags import Tags

__all__ = ["count_nbib", "read_nbib"]

_TAG = re.compile(r"([A-Z]{2,4}) {0,2}- ?(.*)")
_CONTINUED = re.compile(r"[ \t]{2,}(.*)")
_KEYS = frozenset({"PMID", "PMC"})
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")
_BRACKETED = re.compile(r"(.*?) \[(\w+)\]")


def count_nbib(text: str) -> int:
    """Count the lines with a number in PubMed, and paragraphs with one of Central alone."""
    numbered = len(re.findall(r"^PMID *-", text, re.MULTILINE))
    first = re.search(r"^(?:PMID|PMC) *-", text, re.MULTILINE)
    before = text[: first.start()] if first else text  # the rest of a record that is cut off
    if not first or re.search(r"\n[ \t]*\n\Z", before):
        numbered += any(map(_TAG.fullmatch, before.split("\n")))
    paragraphs = (one for one in _PARAGRAPHS.split(text) if not re.search(r"^PMID *-", one, re.M))
    return numbered + sum(1 for one in paragraphs if re.search(r"^PMC *-", one, re.MULTILINE))


def read_nbib(source: Source) -> Iterator[Reference | Failure]:
    """Yield the records of a file; one begins at its number, after a blank line or not."""
    line, pairs = 0, list[tuple[str, str]]()
    is_apart = True
    for number, text in enumerate(source.text.split("\n"), 1):
        found = _TAG.fullmatch(text.rstrip())
        if found:
            tag, value = found[1], found[2]
            has = {name for name, _ in pairs}
            if tag in _KEYS and pairs and (tag in has or is_apart):
                yield _reference(pairs, line)
                pairs = []
            line = line if pairs else number
            pairs.append((tag, value.strip()))
        elif pairs and (more := _CONTINUED.fullmatch(text)) and more[1].strip():
            tag, value = pairs[-1]
            pairs[-1] = (tag, f"{value} {more[1].strip()}".strip())
        is_apart = not text.strip()
    if pairs:
        yield _reference(pairs, line)


def _reference(pairs: list[tuple[str, str]], line: int) -> Reference:
    tags = Tags(pairs)
    pmid = pmid_in(tags.first("PMID"))
    author, is_incomplete = _authors(tags)
    kind = _type(tags)
    issn = tags.all_if(lambda value: bool(issns_in(value)), "IS")
    isbn = tags.all_if(lambda value: bool(isbns_in(value)), "ISBN", "IB")
    return Reference(
        id=f"pmid{pmid}" if pmid else "",
        type=kind,
        author=author,
        authors_incomplete=is_incomplete,
        editor=names_of(tags.either("FED", "ED"))[0],
        title=tags.first("TI", "BTI").rstrip(),
        container_title=tags.first("BTI", "JT", "TA"),
        container_title_short=tags.first("TA"),
        collection_title=tags.first("CTI"),
        volume=tags.first("VI"),
        issue=tags.first("IP"),
        **_place(tags),
        issued=_date(tags),
        pmid=pmid,
        pmcid=pmcid_in(tags.first("PMC")),
        issn=unique(number for value in issn for number in issns_in(value)),
        isbn=unique(number for value in isbn for number in isbns_in(value)),
        publisher=tags.first("PB"),
        publisher_place=tags.first("PL"),
        edition=tags.first("EN"),
        language=tags.first("LA"),
        genre=tags.first("PT"),
        keywords=tags.all("OT", "MH"),
        abstract=tags.first_if(lambda value: not value.startswith("Publisher:"), "AB", "OAB"),
        notes=tags.all("GN"),
        raw=tags.left(),
        format="nbib",
        line=line,
    )


def _authors(tags: Tags) -> tuple[tuple[Name, ...], bool]:
    """Read authors in full; their short forms say nothing more where there is one for each."""
    full = tags.all("FAU")
    if full and len(tags.seen("AU")) == len(full):
        tags.all("AU")
    names, is_incomplete = names_of(full or tags.all("AU"))
    bodies = tuple(Name(literal=value) for value in tags.all("CN"))
    return names + bodies, is_incomplete


def _type(tags: Tags) -> str:
    kinds = [kind for value in tags.seen("PT") if (kind := type_of_words(value))]
    tags.first_if(lambda value: value == "Journal Article", "PT")
    if tags.seen("BTI"):
        return "chapter" if tags.seen("TI") else "book"
    return next((kind for kind in kinds if kind != "article-journal"), "article-journal")


def _date(tags: Tags) -> Date | None:
    value = tags.first_if(lambda value: date_of(value) is not None, "DP", "DEP")
    return date_of(value)


def _place(tags: Tags) -> Fields:
    """Read pages or the number of an article, and the DOI."""
    doi = next((doi_in(value) for value in tags.seen("LID", "AID", "SO") if doi_in(value)), "")
    tags.all_if(lambda value: doi_in(value) == doi != "", "LID", "AID")
    number = tags.first_if(lambda value: not _BRACKETED.fullmatch(value), "LID")
    return {"doi": doi, "page": page_range(tags.first("PG")), "number": number}
