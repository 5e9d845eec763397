"""Web of Science: its plain text, whose tags are not those of RIS."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

from rispy import WokParser

from kg.bibliographies.account import Failure, Remark
from kg.bibliographies.dates import date_of, merged_date
from kg.bibliographies.identifying import (
    doi_in,
    isbns_in,
    issns_in,
    page_range,
    pmid_in,
    unique,
)
from kg.bibliographies.kinds import type_of_words
from kg.bibliographies.names import names_of
from kg.bibliographies.reference import Fields, Name, Reference
from kg.bibliographies.source import Source
from kg.bibliographies.tags import Tags

__all__ = ["count_web_of_science", "read_web_of_science", "reference_of_tags"]

_START = re.compile(r"PT(?: |$)")
_END = re.compile(r"ER\s*")
_EVERY = frozenset(
    a + b for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
)
# One value a line; of other tags the lines are one value, of these with its breaks.
_NAMES = frozenset({"AU", "AF", "BA", "BF", "BE", "CA", "GP"})
_LINES = frozenset({"CR", "C1", "C3", "RI", "OI"})
_KINDS = {"J": "article-journal", "B": "book", "S": "book", "C": "paper-conference", "P": "patent"}


class _EveryTag(WokParser):  # type: ignore[misc]  # rispy has no types
    """The parser of rispy with each tag a list under its own name, so that it drops none."""

    DEFAULT_MAPPING: ClassVar[dict[str, str]] = {tag: tag for tag in _EVERY}
    DEFAULT_LIST_TAGS: ClassVar[list[str]] = sorted(_EVERY - {"PT"})


def count_web_of_science(text: str) -> int:
    """Count the lines that begin a record."""
    return sum(1 for line in text.split("\n") if _START.match(line))


def read_web_of_science(source: Source) -> Iterator[Reference | Failure]:
    """Yield the records of a file; one without its last line ends where the next begins."""
    block, first, is_open = list[str](), 0, False
    for number, line in enumerate(source.text.split("\n"), 1):
        if _START.match(line):
            if block:
                yield _record(block, first)
            if is_open:
                source.remarks.append(Remark("a record without ER ended at the next PT", 1, first))
            block, first, is_open = [], number, True
        if is_open and _END.fullmatch(line):
            is_open = False
        elif is_open and line.strip():
            block.append(line)
    if block:
        yield _record(block, first)


def _record(block: list[str], line: int) -> Reference | Failure:
    (record,) = _PARSER.parse_lines(iter([*block, "ER"]))
    pairs = [("PT", record.pop("PT"))]
    for tag, values in record.items():
        if isinstance(values, dict):  # what rispy takes for no tag
            pairs += [(str(name), value) for name, found in values.items() for value in found]
        elif tag in _NAMES:
            pairs += [(tag, value) for value in values]
        else:
            pairs.append((tag, ("\n" if tag in _LINES else " ").join(values)))
    if len(pairs) < 2:
        return Failure(line, "says nothing but its type; is it a whole record?", "\n".join(block))
    return reference_of_tags(pairs, line)


def reference_of_tags(pairs: Iterable[tuple[str, str]], line: int) -> Reference:
    """Read a record from its tags: those of the plain text, or the columns of a table."""
    tags = Tags(pairs)
    kind = _type(tags)
    author, is_incomplete = _authors(tags)
    issn = tags.all_if(lambda value: bool(issns_in(value)), "SN", "EI")
    isbn = tags.all_if(lambda value: bool(isbns_in(value)), "BN", "SN")
    doi = doi_in(tags.first_if(lambda value: bool(doi_in(value)), "DI", "D2"))
    first, last = tags.first("BP"), tags.first("EP")
    return Reference(
        id="",
        type=kind,
        title=tags.first("TI"),
        author=author,
        authors_incomplete=is_incomplete,
        editor=names_of(tags.either("BE"))[0],
        **_container(tags, kind),
        **_dates(tags),
        volume=tags.first("VL"),
        issue=tags.first("IS"),
        page=page_range(f"{first}-{last}" if first and last else first or last),
        number=tags.first("AR"),
        genre=tags.first("DT"),
        publisher=tags.first("PU"),
        publisher_place=tags.first("PI"),
        language=tags.first("LA"),
        doi=doi,
        pmid=pmid_in(tags.first_if(lambda value: bool(pmid_in(value)), "PM")),
        issn=unique(number for value in issn for number in issns_in(value)),
        isbn=unique(number for value in isbn for number in isbns_in(value)),
        keywords=_keywords(tags),
        abstract=tags.first("AB"),
        raw=tags.left(),
        format="web-of-science",
        line=line,
    )


def _type(tags: Tags) -> str:
    printed = next(iter(tags.seen("DT")), "").split(";")[-1]
    of_pages = _KINDS.get(next(iter(tags.seen("PT")), "J"), "document")
    tags.first_if(lambda value: value in _KINDS, "PT")
    known = type_of_words(printed)
    return known if known and of_pages != "article-journal" else of_pages


def _authors(tags: Tags) -> tuple[tuple[Name, ...], bool]:
    """Read authors by their full names; short ones say nothing more where there is one for each."""
    full = tags.all("AF")
    if full and len(tags.seen("AU")) == len(full):
        tags.all("AU")
    names, is_incomplete = names_of(full or tags.all("AU"))
    return names + tuple(Name(literal=value) for value in tags.all("CA", "GP")), is_incomplete


def _container(tags: Tags, kind: str) -> Fields:
    title = tags.first("SO")
    in_series = kind == "book"
    return {
        "container_title": "" if in_series else title,
        "container_title_short": tags.first("JI", "J9"),
        "collection_title": title if in_series else tags.first("SE"),
        "event_title": tags.first("CT"),
        "event_place": tags.first("CL"),
    }


def _dates(tags: Tags) -> Fields:
    date, is_used = merged_date(
        next(iter(tags.seen("PY", "EY")), ""), next(iter(tags.seen("PD")), "")
    )
    if date:
        tags.first("PY", "EY")
    if is_used:
        tags.first("PD")
    event = tags.first_if(lambda value: date_of(value) is not None, "CY")
    return {"issued": date, "event_date": date_of(event) if event else None}


def _keywords(tags: Tags) -> tuple[str, ...]:
    words = (word.strip() for value in tags.all("DE", "ID") for word in value.split(";"))
    return tuple(word for word in words if word)


_PARSER = _EveryTag()
