"""RIS out: references as tagged lines that are read back as they were."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kg.bibliographies.dates import slashes
from kg.bibliographies.kinds import RIS_TYPES, SERIES
from kg.bibliographies.names import ET_AL
from kg.bibliographies.reference import Name, Reference

__all__ = ["write_ris"]

_TYPES = {kind: tag for tag, kind in reversed(tuple(RIS_TYPES.items()))}
_TAG = re.compile(r"[A-Z][A-Z0-9]")
_LOOKS_TAGGED = re.compile(r"[ \t]*[A-Za-z][A-Za-z0-9][ \t]{1,3}[-\u2010-\u2013]")
_PAGES = re.compile(r"([^\s-]+)-([^\s-]+)")
_TEXTS = frozenset({"AB", "N1", "N2"})


def write_ris(references: Iterable[Reference]) -> str:
    """Write references as RIS in UTF-8; what was read from RIS and has no field goes along."""
    return "".join(line for reference in references for line in _record(reference))


def _record(reference: Reference) -> Iterator[str]:
    raw = reference.raw if reference.format == "ris" else ()
    printed = next((value for tag, value in raw if tag == "TY"), None)
    yield _line("TY", printed or _TYPES.get(reference.type, "GEN"))
    for tag, value in _tags(reference):
        if value:
            yield _line(tag, value)
    for tag, value in raw:
        if tag != "TY" and _TAG.fullmatch(tag):
            yield _line(tag, value)
    yield "ER  - \r\n\r\n"


def _line(tag: str, value: str) -> str:
    """Write a value; where it has line breaks, on lines that no reader takes for a tag."""
    plain = "".join(c for c in value if c >= " " or c == "\n")
    lines = [line.strip() for line in plain.split("\n")]
    joined = lines[0]
    breaks = "\r\n\r\n" if tag in _TEXTS else "\r\n"
    for line in lines[1:]:
        joined += (" " if _LOOKS_TAGGED.match(line) else breaks) + line
    return f"{tag}  - {joined}\r\n"


def _tags(reference: Reference) -> Iterator[tuple[str, str]]:
    yield "ID", reference.id
    yield "TI", reference.title
    yield "ST", reference.title_short
    yield from (("AU", _name(name)) for name in reference.author)
    if reference.authors_incomplete:
        yield "AU", ET_AL
    in_series = reference.type in SERIES
    yield from _people(reference)
    yield from _container(reference)
    yield from _dates(reference)
    yield "VL", reference.volume
    yield "M1" if in_series else "IS", reference.collection_number if in_series else reference.issue
    yield "NV", reference.number_of_volumes
    yield from _pages(reference)
    yield "ET", reference.edition
    yield "M3", reference.genre
    yield "PB", reference.publisher
    yield "CY", reference.publisher_place
    yield from (("SN", number) for number in (*reference.isbn, *reference.issn))
    yield "SN" if reference.type == "report" else "C7", reference.number
    yield "CN", reference.call_number
    yield "LA", reference.language
    yield "DO", reference.doi
    yield "C2", reference.pmcid
    if reference.pmid and ("AN", reference.pmid) not in reference.raw:
        yield from (("DB", "PubMed"), ("AN", reference.pmid))
    yield from (("UR", url) for url in reference.urls)
    yield from (("KW", word) for word in reference.keywords)
    yield from (("N1", note) for note in reference.notes)
    yield "AB", reference.abstract


def _people(reference: Reference) -> Iterator[tuple[str, str]]:
    editors, others = ("A3", "A2") if reference.type in {"book", "report"} else ("A2", "A3")
    yield from ((editors, _name(name)) for name in reference.editor)
    yield from ((others, _name(name)) for name in reference.collection_editor)
    yield from (("A4", _name(name)) for name in reference.translator)


def _name(name: Name) -> str:
    """Write a name; the comma after a family name alone tells it from the name of a body."""
    return name.whole if name.literal or name.given else f"{name.whole},"


def _container(reference: Reference) -> Iterator[tuple[str, str]]:
    if reference.type in SERIES:
        yield "T2", reference.collection_title
    elif reference.type == "paper-conference":
        yield "T2", reference.event_title
        yield "C3", reference.container_title
        yield "C1", reference.event_place
        yield "T3", reference.collection_title
    else:
        yield "T2", reference.container_title
        yield "T3", reference.collection_title
    yield "JA", reference.container_title_short


def _dates(reference: Reference) -> Iterator[tuple[str, str]]:
    if reference.issued and reference.issued.date_parts:
        yield "PY", str(reference.issued.year)
        if len(reference.issued.date_parts[0]) > 1 or reference.issued.season:
            yield "DA", slashes(reference.issued)
    if reference.accessed and reference.accessed.date_parts:
        yield "Y2", slashes(reference.accessed)


def _pages(reference: Reference) -> Iterator[tuple[str, str]]:
    found = _PAGES.fullmatch(reference.page)
    if found:
        yield from (("SP", found[1]), ("EP", found[2]))
    else:
        yield "SP", reference.page or reference.number_of_pages
