"""Descriptions of the dataset where clients look for them: VoID, DCAT, of the service."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

import msgspec
import pyoxigraph as ox
from flask import Blueprint, Response, current_app, render_template, request

from kg import jsonld
from kg.descriptions import (
    About,
    Facts,
    Limits,
    catalogue,
    compact,
    dumps_of,
    kept,
    service,
    void,
)
from kg.namespaces import BASE, PREFIXES, VOID_DOCUMENT
from kg.store import VersionInfo
from server.answering import Answering
from server.linking import FORMATS, linked, marked
from server.negotiation import GRAPHS, choose
from server.pages import reading
from server.problems import ProblemError
from server.publishing import Publishing
from server.roots import STAND_IN, rooted

__all__ = [
    "BLUEPRINT",
    "chosen",
    "facts_of_version",
    "publishing",
    "service_description",
    "written",
]

BLUEPRINT = Blueprint("descriptions", __name__)

_PATIENCE = 20.0  # seconds that a request waits for what is made once for each version
_NEWEST = 20  # versions in the catalogue
_SUFFIXES = ",".join(FORMATS)
# Some clients would rather have quads, and take long for what they like second best.
_OFFERED = MappingProxyType({**FORMATS, "nq": GRAPHS["nq"], "trig": GRAPHS["trig"]})
_LINKS = (
    ("sparql", "service", "application/sparql-results+json"),
    ("void", "describedby", "text/turtle"),
    ("dcat", "describedby", "text/turtle"),
    ("changes", "alternate", "application/atom+xml"),
    ("sitemap.xml", "sitemap", "application/xml"),
)


@BLUEPRINT.route("/.well-known/void")
@BLUEPRINT.route("/dataset")
@BLUEPRINT.route(f"/dataset.<any({_SUFFIXES}):suffix>")
@BLUEPRINT.route("/<any(void,dcat):name>")
@BLUEPRINT.route(f"/<any(void,dcat):name>.<any({_SUFFIXES}):suffix>")
def document(name: str = "void", suffix: str | None = None) -> Response:
    """Answer with the description of the dataset, or with its entry in a catalogue."""
    media_type = chosen(suffix)
    response = _answer(name, media_type)
    return linked(response, f"/{name}", VOID_DOCUMENT if name == "void" else BASE + name)


def chosen(suffix: str | None = None) -> str:
    """Return the media type in which the client likes a description best."""
    return choose(request.accept_mimetypes, _OFFERED, asked=suffix, first=FORMATS["ttl"])


def service_description(media_type: str) -> Response:
    """Answer with the description of the endpoint."""
    return _answer("service", media_type)


@BLUEPRINT.after_app_request
def link_from_home(response: Response) -> Response:
    """Name the descriptions in the header of the first page."""
    if request.endpoint == "home.home" and response.status_code == 200:
        for path, relation, media_type in _LINKS:
            response.headers.add("Link", f'</{path}>; rel="{relation}"; type="{media_type}"')
    return response


def publishing() -> Publishing:
    """Return who makes what takes long, for this application."""
    extensions = current_app.extensions
    if "publishing" not in extensions:
        answering: Answering = extensions["answering"]
        extensions["publishing"] = Publishing(
            answering.home, patience=_PATIENCE, store=answering.settings.store
        )
    found: Publishing = extensions["publishing"]
    return found


def _answer(name: str, media_type: str) -> Response:
    """Answer with a document that was made once for the version, packed if the client can."""
    answering: Answering = current_app.extensions["answering"]
    number = answering.version()
    files = tuple(dump.sha256 for dump in dumps_of(answering.home, number))
    key = (number, "description", name, media_type, files)
    packed = reading().pages.get(key)
    if packed is None:
        packed = gzip.compress(_made(name, number, media_type), 6, mtime=0)
        reading().pages.put(key, packed)
    body = rooted(gzip.decompress(packed))
    is_packed = len(body) > 10_000 and request.accept_encodings["gzip"] > 0
    if is_packed:
        body = gzip.compress(body, 1, mtime=0)
    response = marked(body, number, media_type, is_pinned=False)
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.update(("Accept-Encoding", "Host"))
    return response


def _made(name: str, number: int, media_type: str) -> bytes:
    answering: Answering = current_app.extensions["answering"]
    about = About(answering.home.info(number), STAND_IN)
    if media_type == FORMATS["html"]:
        return _PAGES[name](about).encode()
    return written(_GRAPHS[name](about), media_type)


def written(triples: Iterable[ox.Triple], media_type: str) -> bytes:
    """Write a description as a document: what is said of one thing stands together."""
    triples = sorted(triples, key=str)
    if media_type == FORMATS["jsonld"]:
        expanded = ox.serialize(triples, format=ox.RdfFormat.JSON_LD) or b"[]"
        return msgspec.json.format(msgspec.json.encode(jsonld.compact(expanded)), indent=1)
    form = ox.RdfFormat.from_media_type(media_type)
    assert form is not None  # noqa: S101  # all of FORMATS but HTML are of the engine
    prefixes = {**PREFIXES, "part": f"{VOID_DOCUMENT}#"}
    is_plain = form in {ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS}
    return ox.serialize(triples, format=form, prefixes=None if is_plain else prefixes) or b""


def facts_of_version(info: VersionInfo) -> Facts:
    """Return the facts of a version, which another process works out where they are missing."""
    home = current_app.extensions["answering"].home
    facts = kept(home, info)
    if facts is None:
        publishing().make("facts", info.number)
        facts = kept(home, info)
    if facts is None:
        raise ProblemError("no-data", "The description is not here yet.", retry_after=10)
    return facts


def _service(about: About) -> list[ox.Triple]:
    settings = current_app.extensions["answering"].settings
    limits = Limits(
        seconds=settings.query_seconds,
        memory=settings.query_memory,
        text=settings.query_bytes,
        nesting=settings.query_nesting,
        answer=settings.answer_bytes,
        services=settings.services,
        has_update=any(rule.rule == "/update" for rule in current_app.url_map.iter_rules()),
    )
    return service(about, facts_of_version(about.info), limits)


def _catalogue(about: About) -> list[ox.Triple]:
    home = current_app.extensions["answering"].home
    number = about.info.number
    newest = [home.info(n) for n in range(number, max(0, number - _NEWEST), -1)]
    return catalogue(about, newest, dumps_of(home, number))


def _void_page(about: About) -> str:
    facts = facts_of_version(about.info)
    return render_template(
        "descriptions/void.html", about=about, facts=facts, counts=facts.counts, compact=compact
    )


def _dcat_page(about: About) -> str:
    home = current_app.extensions["answering"].home
    return render_template(
        "descriptions/dcat.html", about=about, dumps=dumps_of(home, about.info.number)
    )


_GRAPHS: Mapping[str, Callable[[About], list[ox.Triple]]] = MappingProxyType(
    {
        "void": lambda about: void(about, facts_of_version(about.info)),
        "dcat": _catalogue,
        "service": _service,
    }
)
_PAGES: Mapping[str, Callable[[About], str]] = MappingProxyType(
    {"void": _void_page, "dcat": _dcat_page}
)
