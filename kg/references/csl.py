"""CSL: works as the JSON of the Citation Style Language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from kg.records import Author, Work
from kg.references.fields import address, name_of, one_line

__all__ = ["write_csl"]

_TYPES = frozenset({"article-journal", "chapter", "book", "report", "thesis", "paper-conference"})
# Where the title of what contains a work goes; a book or a report stands in a series.
_SERIES = frozenset({"book", "report", "thesis"})


def write_csl(works: Iterable[Work]) -> str:
    """Write works as an array of CSL-JSON items."""
    items = [dict(_item(work)) for work in works]
    return msgspec.json.format(msgspec.json.encode(items), indent=2).decode() + "\n"


def _item(work: Work) -> Iterator[tuple[str, object]]:
    yield "id", work.id
    yield "type", work.type if work.type in _TYPES else "document"
    yield "title", one_line(work.title)
    yield "author", [_name(author) for author in work.authors]
    yield "issued", {"date-parts": [[work.year]]}
    series = "collection-title" if work.type in _SERIES else "container-title"
    texts = {
        series: work.container,
        "volume": work.volume,
        "issue": work.issue,
        "page": work.pages,
        "publisher": work.publisher,
        "ISBN": work.isbn,
        "language": work.language,
        "DOI": work.doi,
        "URL": address(work),
        "note": "The source does not name all authors." if work.authors_incomplete else None,
    }
    yield from ((name, one_line(text)) for name, text in texts.items() if text)


def _name(author: Author) -> dict[str, str]:
    name = name_of(author)
    parts = {
        "non-dropping-particle": name.particle,
        "family": name.family,
        "given": name.given,
        "literal": name.literal,
    }
    return {part: text for part, text in parts.items() if text}
