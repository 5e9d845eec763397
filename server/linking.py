"""Link headers and caching of the documents about things."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from flask import Response, make_response, request

from kg.references import MEDIA_TYPES, SUFFIXES
from server.answering import Reply
from server.replies import finish

__all__ = ["FORMATS", "REFERENCES", "formats_of", "linked", "marked", "split_suffix"]

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

_LICENCE = "https://creativecommons.org/licenses/by/4.0/"


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
    """Return the formats of the document at a path; only works are references too."""
    return {**FORMATS, **REFERENCES} if path.startswith("work/") else FORMATS


def linked(
    response: Response,
    address: str,
    iri: str,
    doi: str | None = None,
    formats: Mapping[str, str] = FORMATS,
) -> Response:
    """Name the other formats, the thing itself, its licence and what to cite (RFC 8288)."""
    add = response.headers.add
    for suffix, media_type in formats.items():
        add("Link", f'<{address}.{suffix}>; rel="alternate"; type="{media_type}"')
    add("Link", f'<{address}.ttl>; rel="describedby"; type="text/turtle"')
    for suffix in REFERENCES.keys() & formats.keys():
        add("Link", f'<{address}.{suffix}>; rel="describedby"; type="{formats[suffix]}"')
    add("Link", f'<{_LICENCE}>; rel="license"')
    add("Link", f'<{_escaped(doi or iri)}>; rel="cite-as"')
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
