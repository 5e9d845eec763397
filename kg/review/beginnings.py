"""Beginnings: what a bibliography says of a publication, as the beginning of its sheet."""

from __future__ import annotations

import re

from kg.bibliographies import Name, Reference
from kg.codes import codes
from kg.forms import Sheet
from kg.identifiers import slugify

__all__ = ["sheet_of"]

_TYPES = frozenset(codes("work-type"))
_LITTLE = re.compile(r"(an?|the|of|and|in|on|for|to|how|why|what|is|are|from|with|by)")


def sheet_of(read: Reference) -> Sheet:
    """Fill in what a bibliography says of a publication; abstracts stay where they are."""
    authors = [_author(name) for name in read.author]
    year = read.issued.year if read.issued else None
    family = str(authors[0].get("family") or authors[0].get("literal")) if authors else "anonymous"
    words = [
        word
        for word in re.findall(r"[a-z0-9]+", slugify(read.title))
        if not _LITTLE.fullmatch(word)
    ]
    sheet: Sheet = {
        "id": "-".join(filter(None, (slugify(family), str(year or ""), *words[:4]))),
        "type": read.type if read.type in _TYPES else None,
        "title": read.title,
        "authors": authors,
        "authors_incomplete": read.authors_incomplete or None,
        "year": year,
        "container": read.container_title,
        "volume": read.volume,
        "issue": read.issue,
        "pages": read.page,
        "publisher": read.publisher,
        "language": read.language,
        "doi": read.doi,
        "read_at": f"https://doi.org/{read.doi}" if read.doi else None,
    }
    return {name: value for name, value in sheet.items() if value not in (None, "", [], ())}


def _author(name: Name) -> Sheet:
    if name.literal:
        return {"literal": name.literal}
    family = f"{name.non_dropping_particle} {name.family}".strip()
    given = f"{name.given} {name.dropping_particle}".strip()
    return {"family": family, "given": given} if given else {"family": family}
