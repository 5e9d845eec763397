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

from kg.bibliographies.account import Account, Failure, Remark, account_of
from kg.bibliographies.bibtex import read_bibtex
from kg.bibliographies.bibtex_blocks import count_entries
from kg.bibliographies.csl_json import read_csl
from kg.bibliographies.json_records import count_elements
from kg.bibliographies.reference import Reference
from kg.bibliographies.ris import read_ris
from kg.bibliographies.ris_lines import count_records
from kg.bibliographies.source import FIELD_LIMIT, Source
from kg.errors import SourceError

__all__ = ["FORMATS", "SIZE_LIMIT", "Format", "Import", "read_references"]

SIZE_LIMIT = 128 * 2**20
"""Bytes of the largest file that is read; 15,000 records of a database have some 50 MiB."""

_HEAD = 2**16


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


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "ris": Format(
            title="RIS",
            suffixes=(".ris", ".txt"),
            is_shown_by=_shown(r"^[ \t]*(?:TY|ty)[ \t]{1,3}-"),
            count=lambda source: count_records(source.text),
            read=read_ris,
        ),
        "bibtex": Format(
            title="BibTeX",
            suffixes=(".bib", ".bibtex"),
            is_shown_by=_shown(r"^[ \t]*@\w+[ \t]*[{(]"),
            count=lambda source: count_entries(source.text),
            read=read_bibtex,
        ),
        "csl": Format(
            title="CSL-JSON",
            suffixes=(".json",),
            is_shown_by=_shown(r"\A\s*[\[{]"),
            count=lambda source: count_elements(source.text),
            read=read_csl,
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
    account = account_of(
        references,
        (one for one in found if isinstance(one, Failure)),
        source.remarks,
        source=source.name,
        format=chosen,
        encoding=source.encoding,
        records=records,
    )
    return Import(references, account)


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
    head = source.text[:_HEAD]
    shown = next((name for name, format_ in FORMATS.items() if format_.is_shown_by(head)), None)
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
    taken: dict[str, int] = {}
    named = []
    for number, reference in enumerate(references, 1):
        own = wanted = reference.id or f"{source.stem}-{number}"
        while own in taken:
            taken[wanted] += 1
            own = f"{wanted}-{taken[wanted]}"
        taken[own] = 1
        named.append(replace(reference, id=own, source=source.name))
    twice = sum(count - 1 for count in taken.values())
    if twice:
        source.remarks.append(Remark("ids that were there before got a number", twice))
    return tuple(named)
