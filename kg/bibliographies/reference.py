"""References: one record of a bibliography, with the variables of CSL as fields.

Nothing that a file says of a work is lost: what no field takes is in `raw`, tag by tag, and `raw`
goes along when the reference is written in the format that it came from.
"""

from __future__ import annotations

from typing import Any, ClassVar

from msgspec import Struct

__all__ = ["FIELDS", "PLACE", "Date", "Fields", "Name", "Reference"]

Fields = dict[str, Any]
"""Some fields of a reference to be, by name."""


class _Part(Struct, frozen=True, omit_defaults=True, repr_omit_defaults=True, kw_only=True):
    """An immutable part of a reference; what is empty is left out where it is written."""


class Name(_Part, frozen=True):
    """A name taken apart: a person has a family name, a body a literal."""

    family: str = ""
    given: str = ""
    dropping_particle: str = ""
    non_dropping_particle: str = ""
    suffix: str = ""
    literal: str = ""

    @property
    def whole(self) -> str:
        """Return the name in the order of an index.

        >>> Name(family="Berg", given="Jan", non_dropping_particle="van der", suffix="Jr").whole
        'van der Berg, Jan, Jr'
        """
        family = f"{self.non_dropping_particle} {self.family}".strip()
        given = f"{self.given} {self.dropping_particle}".strip()
        return ", ".join(part for part in (self.literal, family, given, self.suffix) if part)


class Date(_Part, frozen=True):
    """A day, month or year, or a span of two; a season or words where there is no number."""

    date_parts: tuple[tuple[int, ...], ...] = ()
    season: str = ""
    literal: str = ""
    circa: bool = False

    @property
    def year(self) -> int | None:
        """Return the first year.

        >>> Date(date_parts=((2019, 5), (2019, 6))).year
        2019
        """
        return self.date_parts[0][0] if self.date_parts and self.date_parts[0] else None


class Reference(_Part, frozen=True):
    """One record of a bibliography; an empty field says nothing.

    `abstract` and `notes` are for the bench and are never published: abstracts belong to their
    publishers. `raw` holds each tag that no field took, with its value as `format` writes it.
    """

    UNPUBLISHED: ClassVar[frozenset[str]] = frozenset({"abstract", "notes", "raw"})

    id: str
    type: str = "document"
    title: str = ""
    title_short: str = ""
    author: tuple[Name, ...] = ()
    authors_incomplete: bool = False
    editor: tuple[Name, ...] = ()
    collection_editor: tuple[Name, ...] = ()
    translator: tuple[Name, ...] = ()
    container_title: str = ""
    container_title_short: str = ""
    collection_title: str = ""
    collection_number: str = ""
    event_title: str = ""
    event_place: str = ""
    issued: Date | None = None
    original_date: Date | None = None
    event_date: Date | None = None
    accessed: Date | None = None
    volume: str = ""
    issue: str = ""
    page: str = ""
    number: str = ""
    chapter_number: str = ""
    number_of_pages: str = ""
    number_of_volumes: str = ""
    edition: str = ""
    version: str = ""
    genre: str = ""
    publisher: str = ""
    publisher_place: str = ""
    language: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    isbn: tuple[str, ...] = ()
    issn: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    call_number: str = ""
    keywords: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    abstract: str = ""
    raw: tuple[tuple[str, str], ...] = ()
    format: str = ""
    source: str = ""
    line: int = 0

    @property
    def year(self) -> int | None:
        """Return the year of publication."""
        return self.issued.year if self.issued else None


PLACE = frozenset({"format", "source", "line"})
"""Where a reference was read: what a copy of it in another file does not share."""

FIELDS: tuple[str, ...] = tuple(
    name for name in Reference.__struct_fields__ if name not in PLACE | {"id", "raw"}
)
"""The fields that a file can fill."""
