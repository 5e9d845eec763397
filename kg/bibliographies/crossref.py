"""Crossref: works as its interface gives them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from kg.bibliographies.account import Failure
from kg.bibliographies.csl_json import csl_date, says_more
from kg.bibliographies.identifying import doi_in, isbns_in, issns_in, page_range
from kg.bibliographies.json_records import Element, elements, text_of
from kg.bibliographies.kinds import type_of_words
from kg.bibliographies.reference import Fields, Name, Reference
from kg.bibliographies.source import Source

__all__ = ["read_crossref"]

_KINDS = {
    "book-chapter": "chapter",
    "book-section": "chapter",
    "book-part": "chapter",
    "edited-book": "book",
    "reference-book": "book",
    "proceedings": "book",
    "posted-content": "article",
    "dissertation": "thesis",
    "report-series": "report",
    "journal-issue": "periodical",
    "reference-entry": "entry",
    "component": "document",
    "peer-review": "review",
}
_PLAIN = {
    "volume": "volume",
    "issue": "issue",
    "publisher": "publisher",
    "publisher-location": "publisher_place",
    "language": "language",
    "article-number": "number",
    "edition-number": "edition",
}
_DATES = ("issued", "published", "published-print", "published-online")
_ELEMENT = re.compile(r"<[^>]{1,200}>")
_PARAGRAPH = re.compile(r"</(?:jats:)?(?:p|title|sec)>")


def read_crossref(source: Source) -> Iterator[Reference | Failure]:
    """Yield the works of a document."""
    for element in elements(source.text):
        yield element if isinstance(element, Failure) else _reference(element)


def _reference(element: Element) -> Reference:
    work: Fields = dict(element.values)
    doi = doi_in(str(work.pop("DOI", "")))
    printed = str(work.pop("type", ""))
    kind = _KINDS.get(printed) or type_of_words(printed)
    fields: Fields = {
        name: str(work.pop(key)) for key, name in _PLAIN.items() if isinstance(work.get(key), str)
    }
    titles = [_first(work, "title"), _first(work, "subtitle")]
    event = work.pop("event", None)
    place = event if isinstance(event, dict) else {}
    fields |= {
        "title": ": ".join(title for title in titles if title),
        "container_title": _first(work, "container-title"),
        "container_title_short": _first(work, "short-container-title"),
        "event_title": str(place.get("name") or ""),
        "event_place": str(place.get("location") or ""),
        "page": page_range(str(work.pop("page", ""))),
        "issn": issns_in(" ".join(map(str, _list(work.pop("ISSN", None))))),
        "isbn": isbns_in(" ".join(map(str, _list(work.pop("ISBN", None))))),
        "urls": tuple(filter(None, [str(work.pop("URL", ""))])),
        "keywords": tuple(map(str, _list(work.pop("subject", None)))),
        "abstract": _plain(str(work.pop("abstract", ""))),
        "issued": next((date for key in _DATES if (date := csl_date(work.get(key)))), None),
    }
    for role in ("author", "editor", "translator"):
        fields[role] = tuple(filter(None, map(_name, _list(work.get(role)))))
        if not says_more(_list(work.get(role)), ("family", "given", "suffix", "name")):
            work.pop(role, None)
    for key in _DATES[:2]:
        work.pop(key, None)
    left = ((key, text_of(value)) for key, value in work.items() if value not in (None, "", [], {}))
    unread = () if kind or not printed else (("type", printed),)
    return Reference(
        id=doi,
        type=kind or "document",
        doi=doi,
        **fields,
        raw=(*left, *unread),
        format="crossref",
        line=element.line,
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _first(work: Fields, key: str) -> str:
    """Take the first title; the others, in other languages, are left."""
    value = work.get(key)
    titles = [value] if isinstance(value, str) else _list(value)  # as it gives CSL-JSON
    if len(titles) > 1:
        work[key] = titles[1:]
    else:
        work.pop(key, None)
    return " ".join(_plain(str(titles[0])).split()) if titles else ""


def _name(value: object) -> Name | None:
    if not isinstance(value, dict):
        return None
    family, given = str(value.get("family") or ""), str(value.get("given") or "")
    if family:
        return Name(family=family, given=given, suffix=str(value.get("suffix") or ""))
    literal = str(value.get("name") or given)
    return Name(literal=literal) if literal else None


def _plain(text: str) -> str:
    r"""Return the text of an abstract without its elements.

    >>> _plain("<jats:title>Abstract</jats:title><jats:p>Value &amp; trust</jats:p>")
    'Abstract\nValue & trust'
    """
    if "<" not in text and "&" not in text:
        return text.strip()
    parts = _ELEMENT.sub("", _PARAGRAPH.sub("\n", text)).split("\n")
    return html.unescape("\n".join(part.strip() for part in parts if part.strip()))
