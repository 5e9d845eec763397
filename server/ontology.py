"""The vocabulary's own documents: the ontology, the shapes, the mappings, the JSON-LD context."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

import msgspec
from flask import Blueprint, Response, make_response, render_template, request
from rdflib import URIRef

from kg.jsonld import context_of
from kg.ontology import changes
from server.linking import FORMATS, linked, marked
from server.negotiation import choose
from server.pages import reading, version_of
from server.problems import ProblemError
from server.reading import Row, Version
from server.signposting import signposts
from server.vocabulary import vocabulary

__all__ = ["BLUEPRINT"]

BLUEPRINT = Blueprint("ontology", __name__)

_SUFFIXES = ",".join(suffix for suffix in FORMATS)


@BLUEPRINT.route("/<any(ontology,shapes,mappings):name>")
@BLUEPRINT.route(f"/<any(ontology,shapes,mappings):name>.<any({_SUFFIXES}):suffix>")
def document(name: str, suffix: str | None = None) -> Response:
    """Answer with one of the vocabulary's documents."""
    version = version_of()
    media_type = choose(request.accept_mimetypes, FORMATS, asked=suffix, first="text/html")
    key = (version.number, name, media_type)
    body = reading().pages.get(key)
    if body is None:
        iri = version.addresses.base + name
        is_html = media_type == FORMATS["html"]
        body = _page(version, name) if is_html else _graph(version, iri, media_type)
        reading().pages.put(key, body)
    response = marked(body, version.number, media_type, is_pinned=False)
    iri = version.addresses.base + name
    return linked(response, f"/{name}", iri, more=signposts(version, iri))


@BLUEPRINT.route("/ontology/changes")
def changed() -> Response:
    """Tell what the ontology gained, lost and says otherwise between two versions."""
    newest = version_of().number
    before = version_of(_number("since", max(1, newest - 1)))
    after = version_of(_number("until", newest))
    page = render_template(
        "ontology/changed.html",
        changes=changes(before.ontology, after.ontology),
        before=before,
        after=after,
        newest=newest,
        address=after.addresses.of,
    )
    return make_response(page)


def _number(name: str, default: int) -> int:
    text = request.args.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ProblemError("malformed-request", f"{name}={text[:50]!r} is no number of a version.")
    return int(text)


@BLUEPRINT.route("/context.jsonld")
def context() -> Response:
    """Answer with the JSON-LD context: the short name of every term."""
    version = version_of()
    document = context_of(version.snapshot).document()
    body = msgspec.json.format(msgspec.json.encode(document), indent=1)
    return marked(body, version.number, FORMATS["jsonld"], is_pinned=False)


def _graph(version: Version, iri: str, media_type: str) -> bytes:
    return version.document("graph_document", media_type, graph=URIRef(iri))


def _page(version: Version, name: str) -> bytes:
    if name == "ontology":
        words = vocabulary(version)
        page = render_template("ontology/ontology.html", words=words, name=name, version=version)
        return page.encode()
    rows = version.rows(f"{name}_terms")
    groups = [(kind, list(group)) for kind, group in groupby(rows, key=_kind)]
    return render_template(
        f"ontology/{name}.html", groups=groups, name=name, version=version
    ).encode()


def _kind(row: Row) -> str:
    found = itemgetter("kind")(row)
    return found.text if found else ""
