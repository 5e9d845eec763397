"""BibTeX and BibLaTeX: entries as references."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from bibtexparser.middlewares.names import (
    NameParts,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)

from kg.bibliographies.account import Failure, Remark
from kg.bibliographies.bibtex_blocks import BibEntry, read_entries
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
from kg.bibliographies.kinds import BIBTEX_TYPES
from kg.bibliographies.latex import has_unknown_macro, plain_text, unescaped, without_braces
from kg.bibliographies.names import is_et_al
from kg.bibliographies.reference import Fields, Name, Reference
from kg.bibliographies.source import Source
from kg.bibliographies.tags import Tags

__all__ = ["read_bibtex"]

# The fields of text, each with those of BibTeX that hold it, the first that is there wins.
_TEXTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "title_short": ("shorttitle",),
        "container_title_short": ("shortjournal",),
        "event_title": ("eventtitle",),
        "event_place": ("venue",),
        "volume": ("volume",),
        "chapter_number": ("chapter",),
        "number_of_pages": ("pagetotal",),
        "number_of_volumes": ("volumes",),
        "edition": ("edition",),
        "version": ("version",),
        "genre": ("type",),
        "publisher": ("publisher", "institution", "school", "organization"),
        "publisher_place": ("location", "address"),
        "language": ("language", "langid"),
        "abstract": ("abstract",),
        "call_number": ("library",),
    }
)
_NAMES: Mapping[str, str] = MappingProxyType(
    {"author": "author", "editor": "editor", "translator": "translator"}
)
# Fields that are read letter by letter and kept as they are.
_VERBATIM = frozenset({"url", "doi", "file", "eprint", "pdf", "howpublished", "urls"})
# What a part of a book does not have from the book.
_NEXT_ADDRESS = re.compile(r"\s*[;,]?\s+(?=https?://)")
_OWN = re.compile(
    "(?:sub|short)?title|titleaddon|doi|url|urldate|abstract|keywords|note|annote|annotation|file|pages"
    "|pagetotal|crossref|xref|ids|key|label|groups|timestamp"
)
_PARTS = frozenset({"incollection", "inproceedings", "inbook", "conference", "suppbook"})
_REPORTS = frozenset({"report", "techreport", "patent", "manual", "standard", "unpublished"})
_BOOKS = frozenset({"book", "thesis", "chapter", "paper-conference"})
_GENRES: Mapping[str, str] = MappingProxyType(
    {"phdthesis": "PhD thesis", "mastersthesis": "Master's thesis"}
)


def read_bibtex(source: Source) -> Iterator[Reference | Failure]:
    """Yield the entries of a file, those that refer to another with what they have from it."""
    found = list(read_entries(source))
    entries: dict[str, BibEntry] = {}
    for one in found:
        if isinstance(one, BibEntry):
            entries.setdefault(one.key.lower(), one)
    for one in found:
        if isinstance(one, Failure):
            yield one
        elif not one.fields:
            yield Failure(
                one.line, "has no field; is it a whole entry?", f"@{one.kind}{{{one.key}}}"
            )
        else:
            yield _reference(_inherited(one, entries), source)


def _inherited(entry: BibEntry, entries: Mapping[str, BibEntry]) -> BibEntry:
    """Add to an entry the fields that it lacks of the one it refers to; a circle is left."""
    seen = {entry.key.lower()}
    parent = entries.get(_crossref(entry))
    while parent and parent.key.lower() not in seen:
        seen.add(parent.key.lower())
        own = {name for name, _ in entry.fields}
        taken = {
            name: value
            for name, value in parent.fields
            if name not in own and not _OWN.fullmatch(name)
        }
        if entry.kind in _PARTS:
            titles = {name: value for name, value in parent.fields if name in ("title", "subtitle")}
            taken |= {f"book{n}": value for n, value in titles.items() if f"book{n}" not in own}
            if entry.kind != "inbook":
                taken.pop("author", None)
        entry = replace(entry, fields=(*entry.fields, *taken.items()))
        parent = entries.get(_crossref(parent))
    return entry


def _crossref(entry: BibEntry) -> str:
    return next((value.lower() for name, value in entry.fields if name == "crossref"), "")


def _reference(entry: BibEntry, source: Source) -> Reference:
    tags = Tags(dict.fromkeys(entry.fields))
    kind = BIBTEX_TYPES.get(entry.kind)
    unread = [] if kind else [("entrytype", entry.kind)]
    kind = kind or "document"
    fields: Fields = {"genre": _GENRES.get(entry.kind, "")}
    for name, places in _TEXTS.items():
        value = tags.first(*places)
        if value:
            fields[name] = _text(value, places[0], unread)
    fields |= _titles(tags, kind, unread)
    fields |= _people(tags, entry, source)
    fields |= _dates(tags)
    has_total = "number_of_pages" in fields
    fields |= _numbers(tags, entry.kind, kind, has_total=has_total)
    fields |= _identifiers(tags)
    return Reference(
        id=entry.key,
        type=kind,
        **fields,
        keywords=_keywords(tags, unread),
        notes=tuple(
            _text(note, "note", unread) for note in tags.all("note", "annote", "annotation")
        ),
        raw=(*tags.left(), *unread),
        format="bibtex",
        line=entry.line,
    )


def _text(value: str, name: str, unread: list[tuple[str, str]]) -> str:
    """Decode a value; one with commands that are not known is kept raw beside."""
    if "\\" in value and has_unknown_macro(value):
        unread.append((name, value))
    return " ".join(plain_text(value).split())


def _titles(tags: Tags, kind: str, unread: list[tuple[str, str]]) -> Fields:
    """Read the title, and that of what contains the work, each with its subtitle."""
    journals = ("journaltitle", "journal")
    found = (_titled(tags, name, "journalsubtitle", unread) for name in journals)
    journal = next((title for title in found if title), "")
    is_part = kind in {"chapter", "paper-conference", "entry-encyclopedia", "entry-dictionary"}
    book = _titled(tags, "booktitle", "booksubtitle", unread) if is_part or not journal else ""
    title = _titled(tags, "title", "subtitle", unread)
    if book == title and not is_part:
        book = ""
    if book and journal:
        unread.append(("journal", journal))
    fields: Fields = {"title": title, "container_title": book or journal}
    if not fields["container_title"]:
        fields["container_title"] = _titled(tags, "maintitle", "mainsubtitle", unread)
    fields["collection_title"] = _text(tags.first("series"), "series", unread)
    return fields


def _titled(tags: Tags, title: str, subtitle: str, unread: list[tuple[str, str]]) -> str:
    """Join a title and its subtitle."""
    main = _text(tags.first(title), title, unread)
    rest = _text(tags.first(subtitle), subtitle, unread) if main else ""
    return f"{main}: {rest}" if rest else main


def _people(tags: Tags, entry: BibEntry, source: Source) -> Fields:
    fields: Fields = {}
    for name, place in _NAMES.items():
        value = tags.first(place)
        names, is_incomplete, bare = _names(value)
        fields[name] = names
        if name == "author":
            fields["authors_incomplete"] = is_incomplete
        for one in bare:
            what = "a single word was taken for the name of a body"
            source.remarks.append(Remark(what, 1, entry.line, one))
    return fields


def _names(value: str) -> tuple[tuple[Name, ...], bool, list[str]]:
    """Take names apart, tell whether others are meant, and which words may be no body."""
    if not value:
        return (), False, []
    decoded = " ".join(plain_text(value, keeps_groups=True).split())
    names, bare, is_incomplete = [], [], False
    for one in split_multiple_persons_names(decoded):
        if is_et_al(without_braces(one)):
            is_incomplete = True
            continue
        if not one.startswith("{") and "," not in one and " " not in one:
            bare.append(one)
        names.append(_name(one))
    return tuple(name for name in names if name), is_incomplete, bare


def _name(text: str) -> Name | None:
    """Take a name apart; one wholly in braces, or of a single word, is that of a body.

    >>> _name("{{Ministry of Health and Welfare}}"), _name("Cruz, Jr, Jos")
    (Name(literal='Ministry of Health and Welfare'), Name(family='Cruz', given='Jos', suffix='Jr'))
    """
    plain = without_braces(text).strip()
    if not plain:
        return None
    is_braced = text.startswith("{") and text.endswith("}") and "} " not in text
    if (is_braced and "," not in without_groups(text)) or (" " not in text and "," not in text):
        return Name(literal=plain)
    if text.count(",") > 2:
        return Name(literal=plain)
    parts: NameParts = parse_single_name_into_parts(text, strict=False)
    joined = [
        without_braces(" ".join(part)).strip()
        for part in (parts.last, parts.first, parts.von, parts.jr)
    ]
    family, given, von, suffix = joined
    if not family:
        return Name(literal=plain)
    return Name(family=family, given=given, non_dropping_particle=von, suffix=suffix)


def without_groups(text: str) -> str:
    """Return what of a text stands outside of braces.

    >>> without_groups("{Royal Society}, {The}")
    ', '
    """
    previous = ""
    while previous != text:
        previous, text = text, re.sub(r"\{[^{}]*\}", "", text)
    return text


def _dates(tags: Tags) -> Fields:
    written = tags.first_if(lambda value: date_of(without_braces(value)) is not None, "date")
    fields: Fields = {}
    if written:
        date = date_of(without_braces(written))
        fields["issued"] = date
        tags.first_if(lambda value: without_braces(value) == str(date and date.year), "year")
    else:
        year = next(iter(tags.seen("year")), "")
        month = _month(next(iter(tags.seen("month")), ""))
        day = next(iter(tags.seen("day")), "")
        date, is_used = merged_date(plain_text(year), f"{plain_text(month)} {day}".strip())
        if date:
            tags.first("year")
        if is_used:
            tags.first("month")
            tags.first("day")
        fields["issued"] = date
    others = {"accessed": ("urldate", "accessed"), "original_date": ("origdate",)}
    for name, places in (*others.items(), ("event_date", ("eventdate",))):
        value = tags.first_if(lambda value: date_of(without_braces(value)) is not None, *places)
        fields[name] = date_of(without_braces(value)) if value else None
    return fields


def _month(value: str) -> str:
    """Write a month that is a number as a name."""
    plain = without_braces(value).strip()
    names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    return names[int(plain) - 1] if plain.isdigit() and 1 <= int(plain) <= 12 else plain


def _numbers(tags: Tags, entry_kind: str, kind: str, *, has_total: bool) -> Fields:
    """Read what `number` and `pages` mean for this kind of work."""
    number = plain_text(tags.first("number"))
    issue = plain_text(tags.first("issue"))
    page = page_range(plain_text(tags.first("pages")))
    fields: Fields = {"page": page, "issue": issue}
    if entry_kind in _REPORTS:
        fields["number"] = number
    elif kind in _BOOKS:
        fields["collection_number"] = number
    elif issue:
        fields["number"] = number
    else:
        fields["issue"] = number
    if not fields.get("number"):
        fields["number"] = plain_text(tags.first("eid", "articleno"))
    if kind in {"book", "thesis"} and page.isdigit() and not has_total:
        return {**fields, "page": "", "number_of_pages": page}
    return fields


def _identifiers(tags: Tags) -> Fields:
    doi = doi_in(unescaped(tags.first_if(lambda value: bool(doi_in(unescaped(value))), "doi")))
    isbn = tags.all_if(lambda value: bool(isbns_in(value)), "isbn")
    issn = tags.all_if(lambda value: bool(issns_in(value)), "issn", "eissn")
    texts = (part for value in tags.all("url", "urls") for part in _NEXT_ADDRESS.split(value))
    urls = unique(unescaped(text) for text in texts if text.strip())
    linked = next((value for value in tags.seen("howpublished") if "http" in value), "")
    found = re.search(r"https?://[^\s{}]+", linked)
    if not urls and found:
        urls = (unescaped(found[0]),)
    if not doi:
        doi = next((doi_in(url) for url in urls if doi_in(url)), "")
    is_pubmed = "pubmed" in {value.lower() for value in tags.seen("eprinttype", "archiveprefix")}
    places = ("pmid", "eprint") if is_pubmed else ("pmid",)
    return {
        "doi": doi,
        "isbn": unique(number for value in isbn for number in isbns_in(value)),
        "issn": unique(number for value in issn for number in issns_in(value)),
        "urls": urls,
        "pmid": pmid_in(tags.first_if(lambda value: bool(pmid_in(value)), *places)),
        "pmcid": pmcid_in(tags.first_if(lambda value: bool(pmcid_in(value)), "pmcid", "pmc")),
    }


def _keywords(tags: Tags, unread: list[tuple[str, str]]) -> tuple[str, ...]:
    words = []
    for value in tags.either("keywords", "keyword", "tags"):
        text = _text(value, "keywords", unread)
        words += text.split(";" if ";" in text else ",")
    return tuple(word.strip() for word in words if word.strip())
