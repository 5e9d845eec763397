"""OpenAlex: works as its interface gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kg.bibliographies.account import Failure
from kg.bibliographies.dates import date_of
from kg.bibliographies.identifying import doi_in, issns_in, pmcid_in, pmid_in
from kg.bibliographies.json_records import Element, elements, text_of
from kg.bibliographies.kinds import CSL_TYPES, type_of_words
from kg.bibliographies.names import given_first
from kg.bibliographies.reference import Fields, Name, Reference
from kg.bibliographies.source import Source

__all__ = ["read_openalex", "reference_of"]

_KINDS = {
    "article": "article-journal",
    "book-chapter": "chapter",
    "dissertation": "thesis",
    "preprint": "article",
    "letter": "article-journal",
    "editorial": "article-journal",
    "erratum": "article-journal",
    "review": "article-journal",
    "reference-entry": "entry",
    "paratext": "document",
    "other": "document",
}
_TAKEN = ("title", "display_name", "doi", "publication_year", "publication_date", "language")


def read_openalex(source: Source) -> Iterator[Reference | Failure]:
    """Yield the works of a document."""
    for element in elements(source.text):
        yield element if isinstance(element, Failure) else reference_of(element)


def reference_of(element: Element) -> Reference:
    """Read one work."""
    work: Fields = dict(element.values)
    place = _mapping(work.get("primary_location"))
    venue = _mapping(place.get("source"))
    biblio = _mapping(work.pop("biblio", None))
    ids = _mapping(work.pop("ids", None))
    printed = str(work.pop("type", ""))
    identifier = str(work.pop("id", "")).rsplit("/", 1)[-1]
    pages = (str(biblio.get("first_page") or ""), str(biblio.get("last_page") or ""))
    fields: Fields = {
        "title": str(work.get("title") or work.get("display_name") or ""),
        "author": _authors(work.get("authorships")),
        "container_title": str(venue.get("display_name") or ""),
        "publisher": str(venue.get("host_organization_name") or ""),
        "issn": issns_in(" ".join(map(str, venue.get("issn") or ()))),
        "issued": date_of(str(work.get("publication_date") or work.get("publication_year") or "")),
        "volume": str(biblio.get("volume") or ""),
        "issue": str(biblio.get("issue") or ""),
        "page": "-".join(dict.fromkeys(page for page in pages if page)),
        "doi": doi_in(str(work.get("doi") or ids.get("doi") or "")),
        "pmid": pmid_in(str(ids.get("pmid") or "").rsplit("/", 1)[-1]),
        "pmcid": pmcid_in(_central(str(ids.get("pmcid") or ""))),
        "language": str(work.get("language") or ""),
        "urls": tuple(filter(None, [str(place.get("landing_page_url") or "")])),
        "keywords": tuple(_labels(work.pop("keywords", None))),
        "abstract": _abstract(work.pop("abstract_inverted_index", None)),
    }
    for name in _TAKEN:
        work.pop(name, None)
    left = ((key, text_of(value)) for key, value in work.items() if value not in (None, "", [], {}))
    kind = _KINDS.get(printed) or (printed if printed in CSL_TYPES else type_of_words(printed))
    unread = () if kind or not printed else (("type", printed),)
    return Reference(
        id=identifier,
        type=kind or "document",
        **fields,
        raw=(*left, *unread),
        format="openalex",
        line=element.line,
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _central(address: str) -> str:
    number = address.rstrip("/").rsplit("/", 1)[-1]
    return f"PMC{number}" if number.isdigit() else number


def _authors(value: object) -> tuple[Name, ...]:
    found = value if isinstance(value, list) else []
    names = (
        _mapping(_mapping(one).get("author")).get("display_name")
        or _mapping(one).get("raw_author_name")
        for one in found
    )
    return tuple(name for text in names if text and (name := given_first(str(text))))


def _labels(value: object) -> Iterator[str]:
    for one in value if isinstance(value, list) else []:
        label = _mapping(one).get("display_name") or _mapping(one).get("keyword") or one
        if isinstance(label, str):
            yield label


def _abstract(value: object) -> str:
    """Put the words of an abstract back in their places.

    >>> _abstract({"value": [0, 2], "destroys": [1]})
    'value destroys value'
    """
    places = [
        (place, word)
        for word, found in _mapping(value).items()
        for place in (found if isinstance(found, list) else [])
        if isinstance(place, int)
    ]
    return " ".join(word for _, word in sorted(places))
