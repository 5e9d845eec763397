"""Link headers and caching of the documents about things."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from flask import Response, make_response, request

from kg.namespaces import COVE, LICENCE
from kg.references import MEDIA_TYPES, SUFFIXES
from server.answering import Reply
from server.reading import Version
from server.replies import finish

__all__ = [
    "FORMATS",
    "MOST_IN_HEADER",
    "NANOPUBLICATIONS",
    "REFERENCES",
    "Link",
    "formats_of",
    "identifier",
    "linked",
    "links_of",
    "marked",
    "split_suffix",
]

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "html": "text/html",
        "ttl": "text/turtle",
        "nt": "application/n-triples",
        "jsonld": "application/ld+json",
        "rdf": "application/rdf+xml",
    }
)
"""The suffixes that an address may end with, each with its media type."""

REFERENCES: Mapping[str, str] = MappingProxyType(
    {SUFFIXES[form]: MEDIA_TYPES[form] for form in ("csl", "ris", "bibtex")}
)
"""The suffixes of works as references, each with its media type."""

MOST_IN_HEADER = 20
"""How many links of one relation a header has; the linkset has all."""

_LICENCE = str(LICENCE)


NANOPUBLICATIONS: Mapping[str, str] = MappingProxyType({"nanopub.trig": "application/trig"})
"""The suffix of claims as nanopublications, with its media type."""

_MORE = MappingProxyType({"work": REFERENCES, "claim": NANOPUBLICATIONS})


def split_suffix(path: str) -> tuple[str, str | None]:
    """Split a path and the suffix that names a format, if it has one.

    >>> split_suffix("work/x.ttl"), split_suffix("work/x.y")
    (('work/x', 'ttl'), ('work/x.y', None))
    >>> split_suffix("work/x.csl.json"), split_suffix("case/x.ris")
    (('work/x', 'csl.json'), ('case/x.ris', None))
    """
    for suffix in formats_of(path):
        if path.endswith(f".{suffix}"):
            return path.removesuffix(f".{suffix}"), suffix
    return path, None


def formats_of(path: str) -> Mapping[str, str]:
    """Return the formats of the document at a path; works and claims have more than others."""
    kind = path.partition("/")[0]
    return {**FORMATS, **_MORE.get(kind, {})}


class Link(NamedTuple):
    """A link from the page about a thing: its target, what it is, and its media type."""

    target: str
    relation: str
    media_type: str = ""

    def header(self, anchor: str = "") -> str:
        """Write the link as a header has it (RFC 8288 §3).

        >>> Link("/a.ttl", "describedby", "text/turtle").header()
        '</a.ttl>; rel="describedby"; type="text/turtle"'
        """
        type_ = f'; type="{self.media_type}"' if self.media_type else ""
        of = f'; anchor="{_escaped(anchor)}"' if anchor else ""
        return f'<{_escaped(self.target)}>; rel="{self.relation}"{type_}{of}'


def links_of(
    address: str, iri: str, doi: str | None = None, formats: Mapping[str, str] = FORMATS
) -> tuple[Link, ...]:
    """Return the links to the other formats, the thing itself, its licence and what to cite."""
    return (
        *(Link(f"{address}.{suffix}", "alternate", type_) for suffix, type_ in formats.items()),
        *(
            Link(f"{address}.{suffix}", "describedby", type_)
            for suffix, type_ in formats.items()
            if suffix != "html"
        ),
        Link(_LICENCE, "license"),
        Link(doi or iri, "cite-as"),
    )


def identifier(version: Version, iri: str) -> str | None:
    """Return the DOI of a work, by which it is cited."""
    found = version.objects(iri, COVE.hasIdentifier)
    return getattr(found[0].object, "value", None) if found else None


def linked(
    response: Response,
    address: str,
    iri: str,
    doi: str | None = None,
    formats: Mapping[str, str] = FORMATS,
    *,
    more: Iterable[Link] = (),
) -> Response:
    """Name what a document links to in its header; of one relation no more than fit."""
    counts: Counter[str] = Counter()
    for link in (*links_of(address, iri, doi, formats), *more):
        counts[link.relation] += 1
        if counts[link.relation] <= MOST_IN_HEADER:
            response.headers.add("Link", link.header())
    return response


def marked(body: bytes, version: int, media_type: str, *, is_pinned: bool) -> Response:
    """Answer with a finished page: of which version it is, and how long it holds.

    A client that has it already is told so.
    """
    etag = hashlib.sha256(b"%d %s " % (version, media_type.encode()) + body).hexdigest()[:32]
    reply = Reply(body, len(body), media_type, version, etag)
    response = finish(make_response(body), reply, is_pinned=is_pinned)
    response.make_conditional(request)
    return response


def _escaped(iri: str) -> str:
    """Write an IRI as a header can hold it.

    >>> _escaped("https://example.org/å")
    'https://example.org/%C3%A5'
    """
    return "".join(
        c if c.isascii() and c > " " else "".join(f"%{byte:02X}" for byte in c.encode())
        for c in iri
    )
