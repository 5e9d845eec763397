"""The vocabulary's own documents: the ontology, the shapes, the mappings, the JSON-LD context."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from flask import Blueprint, Response, jsonify, render_template, request
from rdflib import URIRef

from kg.namespaces import PREFIXES
from server.linking import FORMATS, linked, marked
from server.negotiation import choose
from server.pages import reading, version_of
from server.reading import Row, Version

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
    return linked(response, f"/{name}", version.addresses.base + name)


@BLUEPRINT.route("/context.jsonld")
def context() -> Response:
    """Answer with the JSON-LD context: every prefix of the dataset."""
    response = jsonify({"@context": PREFIXES})
    response.mimetype = FORMATS["jsonld"]
    return response


def _graph(version: Version, iri: str, media_type: str) -> bytes:
    return version.document("graph_document", media_type, graph=URIRef(iri))


def _page(version: Version, name: str) -> bytes:
    rows = version.rows(f"{name}_terms")
    groups = [(kind, list(group)) for kind, group in groupby(rows, key=_kind)]
    return render_template(
        f"ontology/{name}.html", groups=groups, name=name, version=version
    ).encode()


def _kind(row: Row) -> str:
    found = itemgetter("kind")(row)
    return found.text if found else ""
