"""RIS: works as tagged lines, as Zotero and EndNote read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from kg.records import Work
from kg.references.fields import address, name_of, one_line, page_range

__all__ = ["write_ris"]

_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "article-journal": "JOUR",
        "chapter": "CHAP",
        "book": "BOOK",
        "report": "RPRT",
        "thesis": "THES",
        "paper-conference": "CPAPER",
    }
)


def write_ris(works: Iterable[Work]) -> str:
    """Write works as RIS, UTF-8, lines ended as the format's makers end them."""
    return "".join(f"{tag}  - {one_line(text)}\r\n" for work in works for tag, text in _lines(work))


def _lines(work: Work) -> Iterator[tuple[str, str]]:
    yield "TY", _TYPES.get(work.type, "GEN")
    yield "ID", work.id
    yield "TI", work.title
    for author in work.authors:
        name = name_of(author)
        family = f"{name.particle} {name.family}".strip()
        yield "AU", ", ".join(part for part in (family, name.given) if part) or name.literal
    yield "PY", str(work.year)
    pages = page_range(work.pages or "")
    texts = {
        "T2": work.container,
        "VL": work.volume,
        "IS": work.issue,
        "SP": pages.first,
        "EP": pages.last,
        "PB": work.publisher,
        "SN": work.isbn,
        "LA": work.language,
        "DO": work.doi,
        "UR": address(work),
        "N1": "The source does not name all authors." if work.authors_incomplete else None,
    }
    yield from ((tag, text) for tag, text in texts.items() if text)
    yield "ER", ""
