"""One page a thing: every IRI of the dataset, as HTML and as RDF."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from rdflib import Literal, URIRef
from werkzeug.wrappers import Response as AnyResponse

from kg.namespaces import PREFIXES
from server.answering import Answering, Reply, Row
from server.negotiation import choose
from server.pages import page_query
from server.problems import ProblemError
from server.replies import asker, finish

__all__ = ["BLUEPRINT", "Listing", "Page", "Property", "Value"]

BLUEPRINT = Blueprint("things", __name__)

FORMATS = MappingProxyType(
    {
        "html": "text/html",
        "ttl": "text/turtle",
        "nt": "application/n-triples",
        "jsonld": "application/ld+json",
        "rdf": "application/rdf+xml",
    }
)
_SUFFIX = re.compile(r"(?P<path>.+)\.(?P<suffix>html|ttl|nt|jsonld|rdf)")
_NO_IRI = re.compile(r'[<>"{}|^`\\\x00-\x20]')
_MOST_LINKS = 1_000
_LIST_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a property: a thing with its label, or a literal."""

    text: str
    iri: str | None = None
    language: str | None = None
    is_inferred: bool = False


@dataclass(slots=True)
class Property:
    """One property of a thing, and its values."""

    iri: str
    label: str
    values: list[Value] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """What the page about a thing shows."""

    iri: str
    kind: str
    label: str
    properties: list[Property]
    links: list[Property]
    link_count: int
    links_shown: int
    formats: Mapping[str, str]
    version: int


@dataclass(frozen=True, slots=True)
class Listing:
    """What the list of one kind of thing shows."""

    kind: str
    things: list[Value]
    next_address: str | None


@BLUEPRINT.route("/<kind>/<path:slug>")
@BLUEPRINT.route("/version/<int:number>/<kind>/<path:slug>")
def thing(kind: str, slug: str, number: int | None = None) -> AnyResponse:
    """Answer with the document about a thing in the format that the client likes best."""
    answering: Answering = current_app.extensions["answering"]
    found = _SUFFIX.fullmatch(slug)
    path, suffix = (found["path"], found["suffix"]) if found else (slug, None)
    iri = _iri(answering, kind, path)
    version = answering.version(number)
    media_type = choose(request.accept_mimetypes, FORMATS, asked=suffix, first="text/html")
    etag = f"{version}-{media_type}"
    reply = Reply(b"", 0, media_type, version, etag)
    if etag in request.if_none_match:
        return _linked(
            finish(make_response("", 304), reply, is_pinned=number is not None), path, kind
        )
    body = (
        _page(answering, kind, iri, version)
        if suffix == "html" or media_type == "text/html"
        else (_document(answering, iri, media_type, version))
    )
    return _linked(finish(make_response(body), reply, is_pinned=number is not None), path, kind)


@BLUEPRINT.route(
    "/<any(work,case,process,claim,effect,proposition,definition,concept,scheme,record):kind>/"
)
def things(kind: str) -> Response:
    """List the things of a kind, a page at a time."""
    answering: Answering = current_app.extensions["answering"]
    start = f"{answering.settings.base}{kind}/"
    terms = {"start": Literal(start), "after": Literal(start + request.args.get("after", ""))}
    rows = answering.rows(page_query("thing_list"), answering.version(), asker(), terms)
    found = [
        Value(
            row["label"]["value"] if "label" in row else _short(row["thing"]["value"]),
            row["thing"]["value"],
        )
        for row in rows
    ]
    last = (
        (found[_LIST_LENGTH - 1].iri or "").removeprefix(start)
        if len(found) > _LIST_LENGTH
        else None
    )
    following = url_for("things.things", kind=kind, after=last) if last else None
    page = Listing(kind, found[:_LIST_LENGTH], following)
    return make_response(render_template("things/list.html", page=page))


@BLUEPRINT.route(
    "/<any(work,case,process,claim,effect,proposition,definition,concept,scheme,record):kind>"
)
def kind_without_slash(kind: str) -> AnyResponse:
    """Lead to the list of a kind."""
    return redirect(url_for("things.things", kind=kind), 308)


def _iri(answering: Answering, kind: str, path: str) -> str:
    iri = f"{answering.settings.base}{kind}/{path}"
    if _NO_IRI.search(iri):
        raise ProblemError("not-found", f"{iri[:200]!r} is no IRI, so nothing here has it.")
    return iri


def _document(answering: Answering, iri: str, media_type: str, version: int) -> bytes:
    node = {"node": URIRef(iri)}
    if not answering.rows(page_query("thing_statements"), version, asker(), node):
        raise _unknown(iri)
    return answering.document(page_query("thing_document"), media_type, version, asker(), node)


def _page(answering: Answering, kind: str, iri: str, version: int) -> str:
    node = {"node": URIRef(iri)}
    rows = answering.rows(page_query("thing_statements"), version, asker(), node)
    if not rows:
        raise _unknown(iri)
    links = answering.rows(page_query("thing_links"), version, asker(), node)
    shown = len(
        {(row["predicate"]["value"], row["value"]["value"], row["graph"]["value"]) for row in links}
    )
    count = shown
    if shown >= _MOST_LINKS:
        counted = answering.rows(page_query("thing_link-count"), version, asker(), node)
        count = int(counted[0]["count"]["value"])
    page = Page(
        iri=iri,
        kind=kind,
        label=_label(rows, iri),
        properties=grouped(rows),
        links=grouped(links),
        link_count=count,
        links_shown=shown,
        formats=FORMATS,
        version=version,
    )
    return render_template("things/thing.html", page=page)


def _unknown(iri: str) -> ProblemError:
    return ProblemError("not-found", f"Nothing is said about {iri[:200]} in this version.")


_LABELS = ("skos:prefLabel", "rdfs:label", "dct:title", "cove:statement")


def _label(rows: Iterable[Row], iri: str) -> str:
    """Return the best label that the statements hold: English or without a language first."""
    found: dict[str, str] = {}
    for row in rows:
        value = row["value"]
        language = value.get("xml:lang", "en")
        if language.startswith("en") or row["predicate"]["value"] not in found:
            found[row["predicate"]["value"]] = value["value"]
    for name in _LABELS:
        prefix, _, local = name.partition(":")
        if label := found.get(PREFIXES[prefix] + local):
            return label
    return _short(iri)


def grouped(rows: Iterable[Row]) -> list[Property]:
    """Group statements by property; a value that is asserted and inferred is asserted."""
    properties: dict[str, Property] = {}
    values: dict[tuple[str, str, str], Value] = {}
    for row in rows:
        predicate, value = row["predicate"]["value"], row["value"]
        name = row["predicateLabel"]["value"] if "predicateLabel" in row else _short(predicate)
        properties.setdefault(predicate, Property(predicate, name))
        key = (predicate, value["value"], value.get("xml:lang", ""))
        made = _value(row)
        if key not in values or (values[key].is_inferred and not made.is_inferred):
            values[key] = made
    for (predicate, _, _), made in values.items():
        properties[predicate].values.append(made)
    return list(properties.values())


def _value(row: Row) -> Value:
    value, is_inferred = row["value"], row["graph"]["value"].endswith("/inferred")
    if value["type"] != "uri":
        return Value(value["value"], None, value.get("xml:lang"), is_inferred)
    label = row["valueLabel"]["value"] if "valueLabel" in row else _short(value["value"])
    return Value(label, value["value"], None, is_inferred)


def _short(iri: str) -> str:
    """Shorten an IRI to what tells it apart, where nothing has a label."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def _linked(response: Response, path: str, kind: str) -> Response:
    """Name the other formats of the document in Link headers (RFC 8288)."""
    for suffix, media_type in FORMATS.items():
        address = url_for("things.thing", kind=kind, slug=f"{path}.{suffix}")
        response.headers.add("Link", f'<{address}>; rel="alternate"; type="{media_type}"')
    return response
