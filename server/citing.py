"""Citing: permalinks of answers, which give the same bytes for ever, and how to cite them."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from msgspec import structs
from werkzeug.datastructures import MIMEAccept
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import ParameterError
from kg.namespaces import LICENCE
from kg.questions import check_things
from kg.references import MEDIA_TYPES, SUFFIXES
from kg.references.datasets import CitedAnswer, write_answer
from server.answering import Answering, Reply
from server.asking import found_question, refused
from server.engine import Task
from server.negotiation import choose, forms_of
from server.paces import Pace
from server.pages import version_of
from server.permalinks import Permalink, Permalinks
from server.problems import ProblemError
from server.replies import asker, finish, is_html_wanted, send
from server.roots import site_root
from server.sparql import read_operation

__all__ = ["BLUEPRINT", "CITATIONS", "MOST_QUERY", "Page"]

BLUEPRINT = Blueprint("citing", __name__)

MOST_QUERY = 65_536
"""How many bytes a query may have that is kept."""

CITATIONS: Mapping[str, str] = MappingProxyType(
    {SUFFIXES[form]: MEDIA_TYPES[form] for form in ("text", "bibtex", "ris", "csl")}
)
"""The forms of a citation, each with its media type."""

_FORMATS = {"html": "text/html", **CITATIONS}
_FORMS = {media_type: form for form, media_type in MEDIA_TYPES.items()}
_SUFFIXES = ",".join(f'"{suffix}"' for suffix in _FORMATS)
_ANY = MIMEAccept()  # what a form's browser accepts is the page about the permalink


@dataclass(frozen=True, slots=True)
class Page:
    """What the page about a permalink shows."""

    name: str
    kept: Permalink
    cited: CitedAnswer
    formats: Mapping[str, str]


@BLUEPRINT.route("/q", methods=["POST"])
@BLUEPRINT.route("/version/<int:number>/q", methods=["POST"])
def keep_query(number: int | None = None) -> BaseResponse:
    """Keep a query, with its dataset and its format, as asked of a version."""
    operation = read_operation()
    if operation.query is None:
        message = "There is no query: give one as the parameter 'query'."
        raise ProblemError("malformed-request", message)
    answering: Answering = current_app.extensions["answering"]
    admitted = answering.admit(operation.query)
    asked = Permalink(
        query=admitted.text,
        media_type=choose(_ANY, forms_of(admitted.form), asked=operation.formats),
        version=answering.held(number),
        title="Answer to a SPARQL query",
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
    )
    return _told(*_kept(asked))


@BLUEPRINT.route("/questions/<name>/permalink", methods=["POST"])
@BLUEPRINT.route("/version/<int:number>/questions/<name>/permalink", methods=["POST"])
def keep_question(name: str, number: int | None = None) -> BaseResponse:
    """Keep a question of the library with what it was given, as asked of a version."""
    asked, version = found_question(name), version_of(number)
    given = {key: value for key, value in request.form.items() if value and key != "format"}
    try:
        terms = asked.terms(given)
        check_things(version.snapshot, asked, terms)
    except ParameterError as error:
        raise refused(error) from error
    defaults = {
        key: str(about.default)
        for key, about in asked.header.parameters.items()
        if about.default is not None
    }
    formats = request.form.getlist("format")
    wanted = Permalink(
        query=asked.bound(terms),
        media_type=choose(_ANY, forms_of("SELECT"), asked=[one for one in formats if one]),
        version=version.number,
        title=asked.header.summary,
        question=asked.name,
        parameters={**defaults, **given},
    )
    return _told(*_kept(wanted))


@BLUEPRINT.route("/q/<name>")
def replay(name: str) -> Response:
    """Answer with the bytes that were cited, or with a problem: never with others."""
    kept = _found(name)
    etag = kept.sha256[:32]
    task = _task(kept)
    if etag in request.if_none_match:
        reply = Reply(b"", 0, task.media_type, task.version, etag)
        response = finish(make_response("", 304), reply, is_pinned=True)
    else:
        answering: Answering = current_app.extensions["answering"]
        reply = answering.query(answering.admit(kept.query), task, asker())
        if _digest(reply) != kept.sha256:
            _drop(reply)
            message = (
                f"Asked again, the query gives other bytes than the {kept.size:,} cited, whose "
                f"SHA-256 is {kept.sha256}: the data or the engine of this server have been "
                "changed since. The query itself is on the page that says how to cite it."
            )
            raise ProblemError("answer-changed", message)
        response = send(replace(reply, etag=etag), is_pinned=True)
    response.headers["Repr-Digest"] = f"sha-256=:{_base64(kept.sha256)}:"
    return _linked(response, name, "collection")


@BLUEPRINT.route("/q/<name>/cite")
@BLUEPRINT.route(f"/q/<name>/cite.<any({_SUFFIXES}):suffix>")
def cite(name: str, suffix: str | None = None) -> Response:
    """Say how to cite an answer, as a page or as an entry of a bibliography."""
    kept = _found(name)
    media_type = choose(request.accept_mimetypes, _FORMATS, asked=suffix, first="text/html")
    cited = _cited(name, kept)
    if media_type == _FORMATS["html"]:
        body = render_template("citing/cite.html", page=Page(name, kept, cited, CITATIONS))
    else:
        body = write_answer(cited, _FORMS[media_type])
    reply = Reply(b"", 0, media_type, kept.version, hashlib.sha256(body.encode()).hexdigest()[:32])
    response = finish(make_response(body), reply, is_pinned=False)
    response.vary.add("Host")
    response.make_conditional(request)
    return _linked(response, name, "item")


def _kept(asked: Permalink) -> tuple[Permalink, bool]:
    """Keep a permalink; tell whether it is new. Only what has one answer is kept."""
    size = len(asked.query.encode())
    if size > MOST_QUERY:
        message = f"A query of {size:,} bytes is not kept; shorten it to {MOST_QUERY:,}."
        raise ProblemError("query-too-large", message)
    kept = _permalinks()
    if found := kept.find(asked.id):
        return found, False
    _pace().take(asker().client)
    answering: Answering = current_app.extensions["answering"]
    admitted = answering.admit(asked.query)
    digests: set[str] = set()
    for _ in range(2 if admitted.is_fixed else 0):
        # The second time past the cache: blank nodes, for one, are named anew.
        reply = answering.query(admitted, _task(asked), asker(), is_fresh=bool(digests))
        digests.add(_digest(reply))
        _drop(reply)
    if len(digests) != 1:
        message = (
            "Asked twice, the query gives two answers, so that none can be cited; leave out "
            "NOW, RAND, UUID, and blank nodes in what it returns."
        )
        raise ProblemError("not-citable", message)
    return kept.keep(structs.replace(asked, sha256=digests.pop(), size=reply.size)), True


def _told(kept: Permalink, is_new: bool) -> BaseResponse:
    """Lead a browser to the page about a permalink; tell a program where it is."""
    addresses = {
        "answer": url_for("citing.replay", name=kept.id),
        "cite": url_for("citing.cite", name=kept.id),
    }
    if is_html_wanted():
        return redirect(addresses["cite"], 303)
    response = jsonify(
        id=kept.id,
        **addresses,
        version=kept.version,
        media_type=kept.media_type,
        sha256=kept.sha256,
        size=kept.size,
        created=kept.created.isoformat(),
    )
    response.status_code = 201 if is_new else 200
    response.headers["Location"] = addresses["answer"]
    response.headers["Cache-Control"] = "no-store"
    return _linked(response, kept.id, "item")


def _found(name: str) -> Permalink:
    found = _permalinks().find(name)
    if found is None:
        message = f"There is no permalink {name[:50]!r} here; was it made at another server?"
        raise ProblemError("not-found", message)
    return found


def _cited(name: str, kept: Permalink) -> CitedAnswer:
    answering: Answering = current_app.extensions["answering"]
    return CitedAnswer(
        id=name,
        title=kept.title,
        query=kept.query,
        parameters=kept.parameters,
        version=kept.version,
        issued=answering.home.info(kept.version).created.date(),
        asked=kept.created.date(),
        sha256=kept.sha256,
        licence=str(LICENCE),
        address=f"{site_root()}q/{name}/cite",
    )


def _task(kept: Permalink) -> Task:
    return Task(
        text=kept.query,
        media_type=kept.media_type,
        version=kept.version,
        default_graphs=kept.default_graphs,
        named_graphs=kept.named_graphs,
    )


def _linked(response: Response, name: str, relation: str) -> Response:
    """Name the answer or the page it is an item of, and the forms of that as links (RFC 8288)."""
    add, about = response.headers.add, url_for("citing.cite", name=name)
    other = url_for("citing.replay", name=name) if relation == "item" else about
    add("Link", f'<{other}>; rel="{relation}"')
    add("Link", f'<{about}>; rel="cite-as"')
    for suffix, media_type in _FORMATS.items():
        add("Link", f'<{about}.{suffix}>; rel="describedby"; type="{media_type}"')
    add("Link", f'<{LICENCE}>; rel="license"')
    return response


def _digest(reply: Reply) -> str:
    if isinstance(reply.body, bytes):
        return hashlib.sha256(reply.body).hexdigest()
    with reply.body.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _drop(reply: Reply) -> None:
    """Remove the file of an answer that nobody is sent."""
    if isinstance(reply.body, Path):
        reply.body.unlink(missing_ok=True)


def _base64(sha256: str) -> str:
    return b64encode(bytes.fromhex(sha256)).decode("ascii")


def _permalinks() -> Permalinks:
    extensions = current_app.extensions
    if "permalinks" not in extensions:
        settings = extensions["answering"].settings
        extensions["permalinks"] = Permalinks(settings.home, most=settings.permalink_bytes)
    found: Permalinks = extensions["permalinks"]
    return found


def _pace() -> Pace:
    extensions = current_app.extensions
    if "pace" not in extensions:
        extensions["pace"] = Pace(extensions["answering"].settings.client_permalinks, "permalinks")
    found: Pace = extensions["pace"]
    return found
