"""Formats: which reader takes which file, by what the file holds and then by its name."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from msgspec.structs import replace

from kg.bibliographies.account import Account, Failure, Remark, filled_in
from kg.bibliographies.bibtex import read_bibtex
from kg.bibliographies.bibtex_blocks import count_entries
from kg.bibliographies.crossref import read_crossref
from kg.bibliographies.csl_json import read_csl
from kg.bibliographies.delimited import count_rows, has_columns, read_delimited
from kg.bibliographies.endnote_xml import count_endnote, read_endnote
from kg.bibliographies.eppi import read_eppi
from kg.bibliographies.json_records import count_elements
from kg.bibliographies.nbib import count_nbib, read_nbib
from kg.bibliographies.openalex import read_openalex
from kg.bibliographies.reference import Reference
from kg.bibliographies.ris import read_ris
from kg.bibliographies.ris_lines import count_records
from kg.bibliographies.source import FIELD_LIMIT, Source
from kg.bibliographies.web_of_science import count_web_of_science, read_web_of_science
from kg.bibliographies.workbooks import MARK, count_workbook, read_workbook
from kg.errors import SourceError

__all__ = ["FORMATS", "SIZE_LIMIT", "Format", "Import", "read_references", "with_own_ids"]

SIZE_LIMIT = 128 * 2**20
"""Bytes of the largest file that is read; 15,000 records of a database have some 50 MiB."""

_HEAD = 2**16
_OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1")


class Import(NamedTuple):
    """What a file holds, and the account of it."""

    references: tuple[Reference, ...]
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format: its names, what shows it in a file, how its records are counted and read."""

    title: str
    suffixes: tuple[str, ...]
    is_shown_by: Callable[[str], bool]
    count: Callable[[Source], int]
    read: Callable[[Source], Iterator[Reference | Failure]]


def _shown(pattern: str) -> Callable[[str], bool]:
    found = re.compile(pattern, re.MULTILINE)
    return lambda head: found.search(head) is not None


def _count_json(source: Source) -> int:
    return count_elements(source.text)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "xlsx": Format(
            title="Excel workbook",
            suffixes=(".xlsx",),
            is_shown_by=lambda head: head.startswith(MARK.decode()),
            count=count_workbook,
            read=read_workbook,
        ),
        "ris": Format(
            title="RIS",
            suffixes=(".ris", ".txt"),
            is_shown_by=_shown(r"^[ \t]*(?:TY|ty)[ \t]{1,3}-"),
            count=lambda source: count_records(source.text),
            read=read_ris,
        ),
        "nbib": Format(
            title="PubMed nbib",
            suffixes=(".nbib", ".txt"),
            is_shown_by=_shown(r"^PMI?[DC] {0,2}- ?\w"),
            count=lambda source: count_nbib(source.text),
            read=read_nbib,
        ),
        "web-of-science": Format(
            title="Web of Science plain text",
            suffixes=(".ciw", ".isi", ".txt"),
            is_shown_by=_shown(r"\A\s*FN |^PT [JBSCP]$"),
            count=lambda source: count_web_of_science(source.text),
            read=read_web_of_science,
        ),
        "endnote-xml": Format(
            title="EndNote XML",
            suffixes=(".xml",),
            is_shown_by=_shown(r"\A\s*<(?:.|\n)*?<records?[\s>]"),
            count=lambda source: count_endnote(source.text),
            read=read_endnote,
        ),
        "bibtex": Format(
            title="BibTeX",
            suffixes=(".bib", ".bibtex"),
            is_shown_by=_shown(r"^[ \t]*@\w+[ \t]*[{(]"),
            count=count_entries,
            read=read_bibtex,
        ),
        "eppi": Format(
            title="EPPI-Reviewer JSON",
            suffixes=(".json",),
            is_shown_by=_shown(r'\A\s*[\[{](?:.|\n)*?"(?:CodeSets|ItemId)"\s*:'),
            count=_count_json,
            read=read_eppi,
        ),
        "openalex": Format(
            title="OpenAlex JSON",
            suffixes=(".json", ".jsonl"),
            is_shown_by=_shown(
                r'\A\s*[\[{](?:.|\n)*?"(?:authorships|abstract_inverted_index)"\s*:'
            ),
            count=_count_json,
            read=read_openalex,
        ),
        "crossref": Format(
            title="Crossref JSON",
            suffixes=(".json", ".jsonl"),
            is_shown_by=_shown(
                r'\A\s*[\[{](?:.|\n)*?"(?:message-type|is-referenced-by-count|reference-count)"\s*:'
            ),
            count=_count_json,
            read=read_crossref,
        ),
        "csl": Format(
            title="CSL-JSON",
            suffixes=(".json", ".jsonl"),
            is_shown_by=_shown(r"\A\s*[\[{]"),
            count=_count_json,
            read=read_csl,
        ),
        "csv": Format(
            title="CSV",
            suffixes=(".csv", ".tsv", ".tab"),
            is_shown_by=has_columns,
            count=lambda source: count_rows(source.text),
            read=read_delimited,
        ),
    }
)
"""The formats by name, in the order in which a file is tried for them."""


def read_references(
    file: str | os.PathLike[str] | bytes,
    name: str | None = None,
    *,
    format: str | None = None,  # noqa: A002
) -> Import:
    """Read a bibliography: a path, or bytes under a name; raise SourceError for no bibliography.

    `format` is one of FORMATS; without it the file shows its own. Each reference has an id of its
    own: the file's where it has one, with a number where the file uses it twice.
    """
    source = _source(file, name)
    chosen = format or _format_of(source)
    if chosen not in FORMATS:
        known = ", ".join(FORMATS)
        raise SourceError(f"format {chosen!r} is not read; use one of {known}", source=source.name)
    found = list(_bounded(FORMATS[chosen].read(source)))
    records = FORMATS[chosen].count(source)
    if not found and not records:
        what = f"holds no record of {FORMATS[chosen].title}; is it whole, and of this format?"
        raise SourceError(what, source=source.name)
    references = _named((one for one in found if isinstance(one, Reference)), source)
    account = Account(
        source=source.name,
        format=chosen,
        encoding=source.encoding,
        records=records,
        failed=tuple(one for one in found if isinstance(one, Failure)),
        remarks=tuple(source.remarks),
    )
    return Import(references, filled_in(account, references))


def _source(file: str | os.PathLike[str] | bytes, name: str | None) -> Source:
    if isinstance(file, bytes):
        content, name = file, name or "bibliography"
    else:
        path = Path(file)
        name = name or str(path)
        try:
            with path.open("rb") as stream:
                content = stream.read(SIZE_LIMIT + 1)
        except OSError as error:
            what = f"cannot be read: {error.strerror or error}; check the path"
            raise SourceError(what, source=name) from error
    if content.startswith(gzip.compress(b"")[:2]):
        raise SourceError("is packed by gzip; unpack it first", source=name)
    if len(content) > SIZE_LIMIT:
        what = f"is larger than {SIZE_LIMIT // 2**20} MiB; export it in parts"
        raise SourceError(what, source=name)
    if not content.strip():
        raise SourceError("is empty; export it again", source=name)
    return Source(name, content)


def _format_of(source: Source) -> str:
    """Tell the format by what the file holds; where that shows nothing, by its name."""
    named = [name for name, format_ in FORMATS.items() if source.suffix in format_.suffixes]
    if source.content.startswith(_OLD_EXCEL):
        raise SourceError("is a workbook of old Excel; save it as XLSX", source=source.name)
    is_packed = source.content.startswith(MARK)
    head = MARK.decode() if is_packed else source.text[:_HEAD]
    found = [name for name, format_ in FORMATS.items() if format_.is_shown_by(head)]
    shown = next((name for name in found if name in named), next(iter(found), None))
    if shown and source.suffix and shown not in named:
        what = f"the name ends in {source.suffix}, but the file holds {FORMATS[shown].title}"
        source.remarks.append(Remark(what))
    if shown or named:
        return shown or named[0]
    titles = ", ".join(format_.title for format_ in FORMATS.values())
    what = f"shows none of the formats that are read ({titles}); export it as one of these"
    raise SourceError(what, source=source.name)


def _bounded(found: Iterable[Reference | Failure]) -> Iterator[Reference | Failure]:
    """Refuse a record with a value that no record has."""
    for one in found:
        if isinstance(one, Failure):
            yield one
            continue
        longest = max((len(value) for value in _texts(one)), default=0)
        if longest > FIELD_LIMIT:
            what = f"has a value of {longest:,} characters; is a record cut off before it?"
            yield Failure(one.line, what, "")
        else:
            yield one


def _texts(reference: Reference) -> Iterator[str]:
    yield from (reference.title, reference.abstract)
    yield from (value for _, value in reference.raw)
    yield from (*reference.notes, *reference.keywords)


def _named(references: Iterable[Reference], source: Source) -> tuple[Reference, ...]:
    """Give each reference its place, and an id that no other has."""
    found = [
        replace(reference, id=reference.id or f"{source.stem}-{number}", source=source.name)
        for number, reference in enumerate(references, 1)
    ]
    named = with_own_ids(found)
    twice = sum(one.id != other.id for one, other in zip(named, found, strict=True))
    if twice:
        source.remarks.append(Remark("ids that were there before got a number", twice))
    return named


def with_own_ids(references: Iterable[Reference]) -> tuple[Reference, ...]:
    """Number the ids that are there before, so that each reference has one of its own."""
    taken: dict[str, int] = {}
    named = []
    for reference in references:
        own = reference.id
        while own in taken:
            taken[reference.id] += 1
            own = f"{reference.id}-{taken[reference.id]}"
        taken[own] = 1
        named.append(reference if own == reference.id else replace(reference, id=own))
    return tuple(named)
