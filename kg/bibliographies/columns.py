"""Columns: what the tables of databases and reference managers call the fields of a reference."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import msgspec

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
from kg.bibliographies.kinds import BIBTEX_TYPES, CSL_TYPES, SERIES, type_of_words
from kg.bibliographies.names import name_of, names_of
from kg.bibliographies.reference import Fields, Name, Reference
from kg.bibliographies.tags import Tags
from kg.bibliographies.web_of_science import reference_of_tags

__all__ = ["KEPT", "reference_of_row", "separators_of"]

KEPT = "cove"
"""The column in which CoVE keeps what the other columns do not tell."""

# The names in lower case, of Scopus, Web of Science, PubMed, Zotero, Rayyan, Covidence, ASReview,
# Dimensions, Lens, ProQuest, Publish or Perish and CoVE, by the field that they fill.
_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": ("id", "key", "record_id", "record id", "eid", "lens id", "publication id"),
        "type": (
            "type",
            "entrytype",
            "item type",
            "document type",
            "publication type",
            "documenttype",
        ),
        "title": ("title", "article title", "primary_title", "document title", "ti"),
        "title_short": ("title_short", "short title"),
        "author": ("author full names", "author", "authors", "author/s", "author(s)", "au"),
        "editor": ("editor", "editors"),
        "translator": ("translator", "translators"),
        "container": (
            "container_title",
            "publication title",
            "source title",
            "journal",
            "journal/book",
            "pubtitle",
            "source",
            "secondary_title",
            "booktitle",
            "conference",
        ),
        "container_title_short": (
            "container_title_short",
            "journal abbreviation",
            "abbreviated source title",
        ),
        "collection_title": ("collection_title", "series", "series title"),
        "collection_number": ("collection_number", "series number"),
        "event_title": ("event_title", "conference name"),
        "event_place": ("event_place", "conference location"),
        "year": ("year", "publication year", "published year", "pubyear", "py"),
        "date": ("issued", "date", "publication date", "date published", "pubdate"),
        "accessed": ("accessed", "access date"),
        "volume": ("volume",),
        "issue": ("issue", "issue number", "number"),
        "page": ("page", "pages", "pagination"),
        "first": ("page start", "start page", "startpage"),
        "last": ("page end", "end page", "endpage"),
        "article": ("art. no.", "article number"),
        "number_of_pages": ("number_of_pages", "num pages"),
        "number_of_volumes": ("number_of_volumes", "number of volumes"),
        "chapter_number": ("chapter_number",),
        "edition": ("edition",),
        "version": ("version",),
        "genre": ("genre",),
        "publisher": ("publisher",),
        "publisher_place": ("publisher_place", "place", "location", "placeofpublication"),
        "language": ("language", "language of original document"),
        "doi": ("doi",),
        "pmid": ("pmid", "pubmed id", "pubmed_id"),
        "pmcid": ("pmcid", "pmc_id"),
        "isbn": ("isbn", "isbns"),
        "issn": ("issn", "issns", "eissn"),
        "urls": ("urls", "url", "link", "documenturl", "articleurl", "source urls", "external url"),
        "call_number": ("call_number", "call number"),
        "keywords": (
            "keywords",
            "author keywords",
            "index keywords",
            "manual tags",
            "automatic tags",
            "mesh terms",
            "subjects",
        ),
        "notes": ("notes", "extra"),
        "abstract": ("abstract", "abstract note", "ab"),
    }
)
_KNOWN = (KEPT, *(name for names in _COLUMNS.values() for name in names))
_PLAIN = (
    *("title", "title_short", "container_title_short", "collection_title", "collection_number"),
    *("event_title", "event_place", "volume", "issue", "number_of_pages", "number_of_volumes"),
    *("chapter_number", "edition", "version", "genre", "publisher", "publisher_place"),
    *("language", "call_number", "abstract"),
)
_INITIALS = re.compile(r"[^\W\d_][\w' -]+ (?:[A-Z]\.?-?){1,4}")
_GUARD = re.compile(r"^'(?=[=+@-])")  # set before what a spreadsheet would run
_SCOPUS_ID = re.compile(r"\s*\(\d{6,}\)")
_WOS = frozenset({"PT", "AU", "TI", "SO"})


def reference_of_row(
    header: Sequence[str], cells: Sequence[str], line: int, format_: str
) -> Reference | Failure:
    """Read a row; one of the Web of Science has the tags of its plain text for a header."""
    names = [*header, *(f"column {n}" for n in range(len(header) + 1, len(cells) + 1))]
    pairs = [
        (name or f"column {number}", _GUARD.sub("", cell))
        for number, (name, cell) in enumerate(zip(names, cells, strict=False), 1)
    ]
    if set(header) >= _WOS:
        return reference_of_tags(_split_names(pairs), line)
    tags = Tags((name.strip().lower(), cell.replace("\r", "")) for name, cell in pairs)
    if not tags.seen(*_KNOWN):
        what = "has no value in a column that is known; is the first row the names of the columns?"
        return Failure(line, what, json.dumps(dict(pairs), ensure_ascii=False))
    kept = _kept(tags)
    fields = {name: tags.first(*_COLUMNS[name]) for name in _PLAIN}
    kind, unread = _type(tags)
    fields |= _dates(tags) | _identifiers(tags) | _lists(tags) | _container(tags, kind)
    first, last = tags.first(*_COLUMNS["first"]), tags.first(*_COLUMNS["last"])
    page = tags.first(*_COLUMNS["page"]) or "-".join(part for part in (first, last) if part)
    author, is_incomplete = names_of(_authors(tags))
    read: Fields = {
        "id": tags.first(*_COLUMNS["id"]),
        "type": kind,
        **fields,
        "author": author,
        "authors_incomplete": is_incomplete,
        "editor": _people(tags, "editor"),
        "translator": _people(tags, "translator"),
        "page": page_range(page),
        "number": tags.first(*_COLUMNS["article"]),
        "format": format_,
        "line": line,
    }
    return Reference(**{**read, "raw": (*tags.left(), *unread), **kept})


def separators_of(text: str) -> str:
    r"""Tell which sign parts the cells of a header.

    >>> separators_of("Title;Year;DOI"), separators_of("Title\tYear")
    (';', '\t')
    """
    return max("\t;|,", key=text.count)


def _split_names(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Part the names of a row of the Web of Science, which stand one a line in its plain text."""
    return [
        (name, part.strip())
        for name, cell in pairs
        for part in (cell.split(";") if name in {"AU", "AF", "BE", "CA"} else [cell])
    ]


def _kept(tags: Tags) -> Fields:
    """Take what CoVE wrote beside, whose values the other columns do not tell."""
    text = tags.first(KEPT)
    if not text:
        return {}
    try:
        values = json.loads(text)
        kept = msgspec.convert({"id": "", **values}, Reference, strict=False)
    except (ValueError, TypeError, msgspec.ValidationError):
        return {"raw": ((KEPT, text),)}
    return {name: getattr(kept, name) for name in values if hasattr(kept, name)}


def _type(tags: Tags) -> tuple[str, list[tuple[str, str]]]:
    """Read the type; a kind that says more than it is kept raw."""
    printed = tags.first(*_COLUMNS["type"])
    if printed in CSL_TYPES - {"article"}:  # which means a preprint to CSL alone
        return printed, []
    known = BIBTEX_TYPES.get(printed.casefold()) or type_of_words(printed.split(";")[0])
    is_plain = not printed or (known and printed.casefold() in _PLAIN_KINDS | BIBTEX_TYPES.keys())
    return known or "article-journal", [] if is_plain else [("type", printed)]


_PLAIN_KINDS = frozenset({"article", "journal article", "journalarticle", "book", "book chapter"})


def _dates(tags: Tags) -> Fields:
    year = tags.first_if(lambda value: date_of(value) is not None, *_COLUMNS["year"])
    day = next(iter(tags.seen(*_COLUMNS["date"])), "")
    month = next(iter(tags.seen("month", "published month")), "")
    date, is_used = merged_date(year, day or month)
    if is_used:
        tags.first(*(_COLUMNS["date"] if day else ("month", "published month")))
    accessed = tags.first_if(lambda value: date_of(value) is not None, *_COLUMNS["accessed"])
    return {"issued": date, "accessed": date_of(accessed) if accessed else None}


def _identifiers(tags: Tags) -> Fields:
    found: Fields = {}
    for name, parse in (("doi", doi_in), ("pmid", pmid_in), ("pmcid", pmcid_in)):
        found[name] = parse(tags.first_if(lambda v, p=parse: bool(p(v)), *_COLUMNS[name]))  # type: ignore[misc]  # a lambda that keeps its own parser
    places = (*_COLUMNS["isbn"], *_COLUMNS["issn"])  # some tables have one column for both
    values = tags.all_if(lambda value: bool(isbns_in(value) or issns_in(value)), *places)
    found["isbn"] = unique(number for value in values for number in isbns_in(value))
    found["issn"] = unique(number for value in values for number in issns_in(value))
    return found


def _lists(tags: Tags) -> Fields:
    urls = (
        part for value in tags.all(*_COLUMNS["urls"]) for part in re.split(r"[;\s]+(?=http)", value)
    )
    words = (
        word.strip()
        for value in tags.all(*_COLUMNS["keywords"])
        for word in re.split(r"[;|\n]" if re.search(r"[;|\n]", value) else ",", value)
    )
    return {
        "urls": unique(url.strip() for url in urls if url.strip()),
        "keywords": unique(word for word in words if word),
        "notes": tags.all(*_COLUMNS["notes"]),
    }


def _container(tags: Tags, kind: str) -> Fields:
    title = tags.first(*_COLUMNS["container"])
    if kind in SERIES and title and not tags.seen(*_COLUMNS["collection_title"]):
        return {"collection_title": title}
    return {"container_title": title}


def _people(tags: Tags, name: str) -> tuple[Name, ...]:
    texts = (part for value in tags.all(*_COLUMNS[name]) for part in value.split(";"))
    return tuple(found for text in texts if (found := name_of(text)))


def _authors(tags: Tags) -> tuple[str, ...]:
    """Part the names of a cell: at semicolons or bars, or at commas where initials follow."""
    value = _SCOPUS_ID.sub("", tags.first(*_COLUMNS["author"]))
    full = tags.seen("authors")
    if full and value and value.count(";") == full[0].count(";"):
        tags.first("authors")  # the same people by initials
    for sign in (";", "|", "\n"):
        if sign in value:
            return tuple(part.strip() for part in value.split(sign) if part.strip())
    parts = [part.strip().rstrip(".") for part in value.split(",")]
    if len(parts) > 1 and all(_INITIALS.fullmatch(part) for part in parts):
        return tuple(part.strip() for part in value.split(","))
    if re.search(r"\s+and\s+", value) and ("," in value or value.count(" and ") > 0):
        return tuple(part.strip() for part in re.split(r"\s+and\s+", value))
    return (value,) if value else ()
