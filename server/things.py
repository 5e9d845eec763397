"""One page a thing: every IRI of the dataset, as HTML and as RDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup
from rdflib import Literal, URIRef

from kg.identifiers import mint, parts_of
from server.describing import Description, describe
from server.facets import Facet, facet_of
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
from server.pictures.flow import draw_flow
from server.pictures.marks import Mark
from server.pictures.timeline import draw_timeline
from server.problems import ProblemError
from server.reading import Row, Value, Version
from server.references import reference
from server.signposting import signposts
from server.structured import Structured, of_thing
from server.terms import Documentation, document

__all__ = ["BLUEPRINT", "Page"]

BLUEPRINT = Blueprint("things", __name__)

_CODED = frozenset({"work", "claim", "case", "process"})


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
    facet: Facet | None = None

    @property
    def record(self) -> Value | None:
        """The record that the thing was coded in."""
        if self.kind not in _CODED:
            return None
        slug = parts_of(URIRef(self.about.thing.iri or ""))[0]
        return self.version.thing(str(mint("record", slug)))

    @property
    def correcting(self) -> str:
        """The address of the form that corrects the record, open at the thing."""
        slug, *ids = parts_of(URIRef(self.about.thing.iri or ""))
        at = {"work": "", "claim": f"claim-{ids[0]}" if ids else ""}.get(self.kind, "cases")
        return url_for("review.correct", slug=slug, at=at or None, _anchor=at or None)

    @property
    def claims(self) -> str:
        """The address of the question that lists the claims with this value of a facet."""
        asked = {self.facet.parameter: self.about.thing.code} if self.facet else {}
        return f"{self.version.addresses.start}/questions/claims?{urlencode(asked)}"

    @property
    def flow(self) -> Markup | None:
        """Draw the flow of records of a published review."""
        return draw_flow(self.panels.get("review_flow", []))

    @property
    def timeline(self) -> Markup | None:
        """Draw the years of the claims; each leads to the claims of works from it."""
        marks = [
            Mark(
                year.text,
                "",
                float(claims.text),
                f"{self.claims}&start={year.text}&end={year.text}",
            )
            for row in self.panels.get("evidence_years", [])
            if (year := row["year"]) and (claims := row["claims"])
        ]
        # the picture is our own XML, in which all text is escaped
        drawn = draw_timeline(marks, title="Claims by year") if len(marks) > 1 else ""
        return Markup(drawn) or None  # noqa: S704


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
    structured = of_thing(version, about, kind)
    facet = facet_of(iri) if kind == "concept" else None
    if facet and facet.parameter != "concept":
        kind = "code"
    panels = {
        name: version.rows(name, **_asked(name, iri, facet))
        for name in PANELS[kind]
        if facet or not name.startswith("evidence")
    }
    address = version.addresses.of(iri) or ""
    term = document(version, iri) if kind == "term" else None
    page = Page(kind, about, panels, address, version, structured, term, facet)
    return render_template(f"things/{kind}.html", page=page).encode()


def _asked(panel: str, iri: str, facet: Facet | None) -> dict[str, URIRef | Literal]:
    node: dict[str, URIRef | Literal] = {"node": URIRef(iri)}
    return {**node, "by": facet.by} if facet and panel.startswith("evidence") else node


def _unknown(iri: str) -> ProblemError:
    message = f"This version says nothing about {iri[:200]}; look for it in the lists."
    return ProblemError("not-found", message)
