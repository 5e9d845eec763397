"""One page a thing: every IRI of the dataset, as HTML and as RDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from rdflib import URIRef

from server.describing import Description, describe
from server.keeping import LASTS
from server.kinds import PANELS, kind_of
from server.linking import (
    FORMATS,
    NANOPUBLICATIONS,
    REFERENCES,
    formats_of,
    identifier,
    linked,
    marked,
    split_suffix,
)
from server.nanopublications import nanopublication_of
from server.negotiation import choose
from server.pages import is_iri, page_number, reading, version_of
from server.problems import ProblemError
from server.reading import Row, Version
from server.references import reference
from server.signposting import signposts
from server.structured import Structured, of_thing
from server.terms import Documentation, document

__all__ = ["BLUEPRINT", "Page"]

BLUEPRINT = Blueprint("things", __name__)


@dataclass(frozen=True, slots=True)
class Page:
    """What the page about a thing shows."""

    kind: str
    about: Description
    panels: Mapping[str, list[Row]]
    address: str
    version: Version
    structured: Structured | None
    term: Documentation | None


@BLUEPRINT.route("/<kind>/<path:slug>")
@BLUEPRINT.route("/version/<int:number>/<kind>/<path:slug>")
def thing(kind: str, slug: str, number: int | None = None) -> Response:
    """Answer with the document about a thing in the format that the client likes best."""
    path, suffix = split_suffix(f"{kind}/{slug}")
    version = version_of(number)
    iri = version.addresses.iri(path)
    if not is_iri(iri):
        raise ProblemError("not-found", f"{path[:200]!r} is no address of a thing.")
    formats = formats_of(path)
    media_type = choose(request.accept_mimetypes, formats, asked=suffix, first="text/html")
    body = _finished(version, iri, media_type)
    response = marked(body, version.number, media_type, is_pinned=bool(number))
    request.environ[LASTS] = True
    address = version.addresses.of(iri) or ""
    doi = identifier(version, iri)
    return linked(response, address, iri, doi, formats, more=signposts(version, iri))


def _finished(version: Version, iri: str, media_type: str) -> bytes:
    """Return the bytes of a document, made once for each version."""
    page = page_number()
    key = (version.number, version.addresses, iri, media_type, page)
    body = reading().pages.get(key)
    if body is None:
        is_html = media_type == FORMATS["html"]
        body = _page(version, iri, page) if is_html else _document(version, iri, media_type)
        reading().pages.put(key, body)
    return body


def _document(version: Version, iri: str, media_type: str) -> bytes:
    if describe(version, iri) is None:
        raise _unknown(iri)
    if media_type in REFERENCES.values():
        return reference(version, iri, media_type)
    if media_type in NANOPUBLICATIONS.values():
        return nanopublication_of(version, iri).trig()
    return version.document("thing_document", media_type, node=URIRef(iri))


def _page(version: Version, iri: str, number: int) -> bytes:
    about = describe(version, iri, page=number)
    if about is None:
        raise _unknown(iri)
    kind = kind_of(about.types)
    panels = {name: version.rows(name, node=URIRef(iri)) for name in PANELS[kind]}
    address = version.addresses.of(iri) or ""
    term = document(version, iri) if kind == "term" else None
    page = Page(kind, about, panels, address, version, of_thing(version, about, kind), term)
    return render_template(f"things/{kind}.html", page=page).encode()


def _unknown(iri: str) -> ProblemError:
    message = f"This version says nothing about {iri[:200]}; look for it in the lists."
    return ProblemError("not-found", message)
