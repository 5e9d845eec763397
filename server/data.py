"""The SPARQL 1.1 Graph Store Protocol: graphs read by everybody, written with a token."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import PurePosixPath
from uuid import uuid4

from flask import Blueprint, Response, current_app, make_response, request
from rdflib import URIRef
from werkzeug.datastructures import ETags, FileStorage

from kg.accounts import Role
from kg.ingest import MOST_DIGESTED, Mode
from kg.namespaces import UNNAMED_GRAPH
from kg.questions.binding import bind, without_header
from kg.store import OpenVersion
from kg.store.terms import engine_graph_name
from server.accounts import Attempt, attempt
from server.answering import Answering, Reply
from server.engine import Task
from server.library import page_query
from server.negotiation import GRAPHS, choose
from server.orders import Document, Expectation, GraphOrder, Writing
from server.pages import version_of
from server.problems import ProblemError
from server.protocol import by_name, graphs, once, parameters, refuse_other_charset
from server.replies import asker, finish, send
from server.writers import Writer
from server.writing import MEDIA_TYPES
from server.written import answer

__all__ = ["BLUEPRINT"]

BLUEPRINT = Blueprint("data", __name__)

_METHODS = ["GET", "PUT", "POST", "DELETE", "OPTIONS"]
_FORMATS = {name: GRAPHS[name] for name in ("ttl", "nt", "jsonld", "rdf", "n3")}
_MULTIPART = "multipart/form-data"
_SUFFIXES = {
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
    ".jsonld": "application/ld+json",
}


@dataclass(frozen=True, slots=True)
class _Target:
    """The graph that a request is about, and what a request may say of it.

    The default graph is read as the merge of all graphs; what is written to it goes into a named
    graph of its own.
    """

    graph: str
    is_default: bool = False
    is_new: bool = False

    @property
    def name(self) -> str:
        return "the default graph" if self.is_default else f"<{self.graph}>"


@BLUEPRINT.route("/data", methods=_METHODS, strict_slashes=False)
@BLUEPRINT.route("/data/", methods=_METHODS, strict_slashes=False)
@BLUEPRINT.route("/data/<path:direct>", methods=_METHODS)
def data(direct: str | None = None) -> Response:
    """Read or write the graph that the address names."""
    if request.method in {"GET", "HEAD"}:
        return _read(_target(direct), None)
    return {"PUT": _put, "POST": _post, "DELETE": _delete}[request.method](direct)


@BLUEPRINT.route("/version/<int:number>/data", methods=["GET", "OPTIONS"], strict_slashes=False)
@BLUEPRINT.route("/version/<int:number>/data/<path:direct>", methods=["GET", "OPTIONS"])
def data_as_of(number: int, direct: str | None = None) -> Response:
    """Read a graph as it was in a version."""
    return _read(_target(direct), number)


def _read(target: _Target, number: int | None) -> Response:
    if target.is_new:
        raise ProblemError("malformed-request", "Name a graph: ?graph=IRI, or ?default.")
    answering: Answering = current_app.extensions["answering"]
    values = by_name(parameters(request.query_string))
    media_type = choose(request.accept_mimetypes, _FORMATS, asked=values.get("format", []))
    version = version_of(number)
    tag = _tag(target, version.snapshot)
    short = next(name for name, each in _FORMATS.items() if each == media_type)
    etag = f"{tag}-{short}"
    if etag in request.if_none_match:
        reply = Reply(b"", 0, media_type, version.number, etag)
        return finish(make_response("", 304), reply, is_pinned=number is not None)
    query = page_query("default_document" if target.is_default else "graph_document")
    admitted = answering.admit(bind(without_header(query), {"graph": URIRef(target.graph)}))
    task = Task(admitted.text, media_type, version.number)
    reply = answering.query(admitted, task, asker())
    return send(replace(reply, etag=etag), is_pinned=number is not None)


def _tag(target: _Target, snapshot: OpenVersion) -> str:
    """Name the content of a graph; of one that is large, or of the default graph, the version."""
    version = f"v{snapshot.version}"
    if target.is_default:
        return version
    name = engine_graph_name(URIRef(target.graph))
    found = snapshot.quads_for_pattern(None, None, None, name)
    count = sum(1 for _ in islice(found, MOST_DIGESTED + 1))
    if not count:
        raise ProblemError("not-found", f"There is no graph {target.name}.")
    if count > MOST_DIGESTED:
        return version
    return snapshot.digest(URIRef(target.graph)) or version


def _put(direct: str | None) -> Response:
    with attempt(Role.CURATOR, f"PUT {request.full_path}") as trying:
        target = _target(direct)
        if target.is_new:
            raise ProblemError("malformed-request", "Name a graph: ?graph=IRI, or ?default.")
        if "Content-Range" in request.headers:
            message = "A part of a graph cannot be put; send the whole, or POST what to add."
            raise ProblemError("malformed-request", message)
        return _write(trying, target, Mode.REPLACE, _documents())


def _post(direct: str | None) -> Response:
    with attempt(Role.CURATOR, f"POST {request.full_path}") as trying:
        target = _target(direct)
        return _write(trying, target, Mode.MERGE, _documents())


def _delete(direct: str | None) -> Response:
    with attempt(Role.CURATOR, f"DELETE {request.full_path}") as trying:
        target = _target(direct)
        if target.is_new:
            message = "Everything at once is not deleted; name a graph: ?graph=IRI, or ?default."
            raise ProblemError("malformed-request", message)
        return _write(trying, target, Mode.REPLACE, None)


def _write(
    trying: Attempt, target: _Target, mode: Mode, documents: tuple[Document, ...] | None
) -> Response:
    answering: Answering = current_app.extensions["answering"]
    writer: Writer = current_app.extensions["writer"]
    trying.what = f"{request.method} {target.name}"
    reason = f"{request.method} {target.name} through the Graph Store Protocol"
    order = GraphOrder(
        Writing(trying.agent, reason, answering.settings.base),
        target.graph,
        documents,
        mode,
        _expectation(target),
    )
    done = trying.done = writer.run(order)
    if documents is None:
        if not done.was_there and not target.is_default:
            raise ProblemError("not-found", f"There is no graph {target.name}.")
        return answer(done, status=200)
    tag = f"v{done.version}" if target.is_default or done.digest is None else done.digest
    if done.was_there and not target.is_new:
        return answer(done, status=200, tag=tag)
    return answer(done, status=201, tag=tag, location=_address(target))


def _address(target: _Target) -> str | None:
    """Return where a graph can be read, if it has an address of its own here."""
    base: str = current_app.extensions["answering"].settings.base
    if target.is_default or not target.graph.startswith(f"{base}data/"):
        return None
    return request.host_url + target.graph.removeprefix(base)


def _target(direct: str | None) -> _Target:
    """Return the graph that the address names (Graph Store Protocol §4)."""
    base: str = current_app.extensions["answering"].settings.base
    values = by_name(parameters(request.query_string))
    name, is_default = once(values, "graph"), "default" in values
    if (name is not None) + is_default + (direct is not None) > 1:
        message = "The address names more than one graph; name one."
        raise ProblemError("malformed-request", message)
    if is_default:
        return _Target(str(UNNAMED_GRAPH), is_default=True)
    if direct is not None:
        (name,) = graphs([f"{base}data/{direct}"])
        return _Target(name)
    if name is None:
        return _Target(f"{base}data/{uuid4().hex}", is_new=True)
    (name,) = graphs([name])
    # Our graphs go by the addresses of whatever server answers for them.
    return _Target(base + name.removeprefix(request.host_url) if _is_here(name) else name)


def _is_here(name: str) -> bool:
    return name.startswith(request.host_url)


def _expectation(target: _Target) -> Expectation:
    return Expectation(
        match=_tags(request.if_match) if "If-Match" in request.headers else None,
        none_match=_tags(request.if_none_match) if "If-None-Match" in request.headers else None,
        is_default=target.is_default,
    )


def _tags(etags: ETags) -> frozenset[str]:
    """Return what tags say of the content: of each format there is one of the same content.

    Weak tags are none for If-Match (RFC 9110 §13.1.1).
    """
    if etags.star_tag:
        return frozenset({"*"})
    return frozenset(tag.partition("-")[0] for tag in etags.as_set())


def _documents() -> tuple[Document, ...]:
    """Read the documents of the request: the body, or each part of a form."""
    request.max_content_length = current_app.extensions["answering"].settings.write_bytes
    if request.mimetype == _MULTIPART and request.method == "POST":
        return _parts()
    refuse_other_charset()
    media_type = _readable(request.mimetype)
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip", "x-gzip"}:
        message = f"The content encoding {encoding[:50]!r} is not read; send it plain or as gzip."
        raise ProblemError(
            "unsupported-media-type", message, headers={"Accept-Encoding": "gzip, identity"}
        )
    return (Document(request.get_data(), media_type, is_packed=encoding != "identity"),)


def _parts() -> tuple[Document, ...]:
    if request.form:
        message = "The form has fields that are no files; send each document as a file."
        raise ProblemError("malformed-request", message)
    files: Iterable[FileStorage] = (each for _, each in request.files.items(multi=True))
    documents = tuple(Document(each.read(), _readable(_type_of(each))) for each in files)
    if not documents:
        raise ProblemError("malformed-request", "The form has no file; send each document as one.")
    return documents


def _type_of(part: FileStorage) -> str:
    if part.mimetype and part.mimetype != "application/octet-stream":
        return part.mimetype
    return _SUFFIXES.get(PurePosixPath(part.filename or "").suffix.lower(), part.mimetype)


def _readable(media_type: str) -> str:
    if media_type not in MEDIA_TYPES:
        given = media_type[:100] or "none"
        message = f"The media type of the document is {given}; send {', '.join(MEDIA_TYPES)}."
        raise ProblemError(
            "unsupported-media-type", message, headers={"Accept": ", ".join(MEDIA_TYPES)}
        )
    return media_type
