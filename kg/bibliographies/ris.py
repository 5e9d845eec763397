"""RIS: records of two-letter tags, in the dialects that databases write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from rispy import RisParser

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
from kg.bibliographies.kinds import RIS_TYPES, SERIES
from kg.bibliographies.names import names_of
from kg.bibliographies.reference import Fields, Name, Reference
from kg.bibliographies.ris_lines import Block, Normaliser
from kg.bibliographies.source import Source
from kg.bibliographies.tags import Tags

__all__ = ["read_ris"]

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_EVERY = frozenset(a + b for a in _LETTERS for b in f"{_LETTERS}0123456789")
_NOTICE = re.compile(r"copyright of .{1,500}? is the property of", re.IGNORECASE | re.DOTALL)
_PROVENANCE = re.compile(
    r"\s*(?:cited by|export date|times cited|date revised|last updated|coden|correspondence address"
    r"|funding (?:details|text)|references):?",
    re.IGNORECASE,
)
_NEXT_ADDRESS = re.compile(r"[;,]?\s+(?=https?://)|;(?=https?://)")


class _EveryTag(RisParser):  # type: ignore[misc]  # rispy has no types
    """The parser of rispy with each tag a list under its own name, so that it drops none."""

    START_TAG = "TY"
    DEFAULT_MAPPING: ClassVar[dict[str, str]] = {tag: tag for tag in _EVERY}
    DEFAULT_LIST_TAGS: ClassVar[list[str]] = sorted(_EVERY - {"TY"})
    DEFAULT_DELIMITER_MAPPING: ClassVar[dict[str, str]] = {}


def read_ris(source: Source) -> Iterator[Reference | Failure]:
    """Yield the records of a RIS file; the remarks come when all are read."""
    normaliser = Normaliser(source.text)
    for block in normaliser.blocks():
        tags = Tags(_parsed(block))
        if not tags.left() or {tag for tag, _ in tags.left()} <= {"TY", "ID"}:
            reason = "says nothing but its type; is it a whole record?"
            yield Failure(block.line, reason, "\n".join(block.text))
        else:
            yield _reference(tags, block.line)
    source.remarks.extend(normaliser.remarks)


def _parsed(block: Block) -> Iterator[tuple[str, str]]:
    """Parse one record with rispy, whose records have the tags in the order of their first."""
    lines = (f"{tag}  - {value}" for tag, value in [*block.tags, ("ER", "")])
    (record,) = _PARSER.parse_lines(lines)
    for tag, values in record.items():
        yield from ((tag, value) for value in ([values] if tag == "TY" else values))


def _reference(tags: Tags, line: int) -> Reference:
    printed = tags.first_if(lambda kind: kind.upper() in RIS_TYPES, "TY").upper()
    kind = RIS_TYPES.get(printed, "document")
    author, is_incomplete = names_of(tags.either("AU", "A1"))
    editors = "A3" if kind in {"book", "report"} else "A2"
    editor = _names(tags, editors, "ED")
    if printed == "EDBOOK" and author and not editor:
        author, editor = (), author
    page, number_of_pages = _pages(tags, kind)
    return Reference(
        id=tags.first("ID"),
        type=kind,
        title=tags.first("TI", "T1", "BT", "CT")
        if kind == "book"
        else tags.first("TI", "T1", "CT"),
        title_short=tags.first("ST"),
        author=author,
        authors_incomplete=is_incomplete,
        editor=editor,
        collection_editor=_names(tags, "A2" if editors == "A3" else "A3"),
        translator=_names(tags, "A4"),
        **_container(tags, kind),
        **_dates(tags),
        volume=tags.first("VL", "VO"),
        page=page,
        number_of_pages=number_of_pages,
        **_serial(tags, kind),
        **_parts(tags, kind),
        doi=_doi(tags),
        pmid=_pmid(tags),
        pmcid=pmcid_in(tags.first_if(lambda value: bool(pmcid_in(value)), "C2")),
        genre=tags.first("M3"),
        publisher=tags.first("PB", "PU"),
        publisher_place=tags.first("CY", "PP", "PI"),
        language=tags.first("LA"),
        urls=_urls(tags),
        call_number=tags.first("CN"),
        edition=tags.first("ET"),
        keywords=_keywords(tags),
        abstract=tags.first_if(lambda value: not _NOTICE.match(value), "AB", "N2"),
        notes=tags.all_if(lambda value: not _PROVENANCE.match(value), "N1"),
        raw=tags.left(),
        format="ris",
        line=line,
    )


def _names(tags: Tags, *names: str) -> tuple[Name, ...]:
    return names_of(tags.all(*names))[0]


def _container(tags: Tags, kind: str) -> Fields:
    """Read what contains the work: where it stands depends on what the work is."""
    if kind in SERIES:
        return {"collection_title": tags.first("T2", "T3"), **_short(tags)}
    if kind == "paper-conference":
        event = tags.first("T2")
        container = tags.first("C3", "JF", "JO", "BT")
        place = tags.first("C1")
        return {
            "event_title": event,
            "container_title": container,
            "event_place": place,
            "collection_title": tags.first("T3"),
            **_short(tags),
        }
    title = tags.first("T2", "JF", "BT", "JO")
    tags.all_if(lambda value: value.strip() == title, "JF", "JO")  # said twice
    return {"container_title": title, "collection_title": tags.first("T3"), **_short(tags)}


def _short(tags: Tags) -> Fields:
    return {"container_title_short": tags.first("JA", "J2", "JI", "J9", "NL")}


def _dates(tags: Tags) -> Fields:
    years = [value for value in tags.seen("PY", "Y1") if date_of(value)]
    days = tags.seen("DA")
    issued, is_used = merged_date(years[0] if years else "", days[0] if days else "")
    if years:
        tags.first_if(lambda value: value.strip() == years[0], "PY", "Y1")
    if is_used:
        tags.first("DA")
    accessed = tags.first_if(lambda value: date_of(value) is not None, "Y2")
    return {"issued": issued, "accessed": date_of(accessed) if accessed else None}


def _pages(tags: Tags, kind: str) -> tuple[str, str]:
    """Read pages; a whole book or thesis has a number of them."""
    first, last = (next(iter(tags.seen(tag)), "") for tag in ("SP", "EP"))
    if first == "No" and last == "Specified":  # as Ovid says it
        return "", ""
    tags.first("SP")
    tags.first("EP")
    whole = page_range(first)
    if kind in SERIES and first and not last and "-" not in whole:
        return "", first
    if first and last and not whole.endswith(f"-{last}"):
        return page_range(f"{first}-{last}"), ""
    return whole or last, ""


def _serial(tags: Tags, kind: str) -> Fields:
    """Read SN, which is an ISBN, an ISSN or the number of a report; and article numbers."""
    values = tags.all_if(lambda value: bool(isbns_in(value) or issns_in(value)), "SN")
    return {
        "isbn": unique(isbn for value in values for isbn in isbns_in(value)),
        "issn": unique(issn for value in values for issn in issns_in(value)),
        "number": tags.first("SN", "C7", "M1") if kind == "report" else tags.first("C7"),
    }


def _parts(tags: Tags, kind: str) -> Fields:
    """Read IS, M1 and NV, which number different things in different kinds of work."""
    if kind in SERIES:
        return {
            "collection_number": tags.first("M1"),
            "number_of_volumes": tags.first("NV", "IS"),
        }
    if kind == "chapter":
        return {"number_of_volumes": tags.first("NV", "IS")}
    issue = tags.first("IS") or tags.first_if(lambda value: len(value) < 10, "M1")
    return {"issue": issue, "number_of_volumes": tags.first("NV")}


def _doi(tags: Tags) -> str:
    """Find the DOI: in its tag, in those of EBSCO and old Zotero, or in an address or a note."""
    found = (doi_in(value) for value in tags.seen("DO", "L3", "M3", "UR", "L2", "N1"))
    doi = next((doi for doi in found if doi), "")
    if doi:
        tags.all_if(lambda value: doi_in(value) == doi, "DO", "L3", "M3")
    return doi


def _pmid(tags: Tags) -> str:
    """Read the number in PubMed, which EndNote writes as accession number."""
    if not {"NLM", "PubMed", "MEDLINE", "Medline"} & set(tags.seen("DB", "DP")):
        return ""
    return next((pmid for value in tags.seen("AN") if (pmid := pmid_in(value))), "")


def _urls(tags: Tags) -> tuple[str, ...]:
    parts = (part for value in tags.all("UR") for part in _NEXT_ADDRESS.split(value))
    return unique(part.strip() for part in parts if part.strip())


def _keywords(tags: Tags) -> tuple[str, ...]:
    """Read key words: one a tag, or many in one."""
    values = tags.all("KW")
    breaks = r"[;\n]" if len(values) == 1 else r"\n"
    parts = (part.strip() for value in values for part in re.split(breaks, value))
    return tuple(part for part in parts if part)


_PARSER = _EveryTag()
