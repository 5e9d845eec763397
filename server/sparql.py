"""The SPARQL 1.1 Protocol: its query operation, with every way to ask and to be answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, make_response, render_template, request

from kg.namespaces import BASE, PREFIXES
from server.answering import Answering, Reply
from server.descriptions import chosen, service_description
from server.engine import Task
from server.linking import FORMATS
from server.negotiation import choose, forms_of
from server.problems import ProblemError
from server.protocol import FORM, by_name, decoded, graphs, once, parameters, refuse_other_charset
from server.replies import asker, finish, send

__all__ = ["BLUEPRINT", "Operation", "read_operation"]

BLUEPRINT = Blueprint("sparql", __name__)

_METHODS = ["GET", "POST", "QUERY", "OPTIONS"]
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_FILLS_FORM = frozenset({"text", "describe"})  # a query, or a thing, for the form to begin with


@dataclass(frozen=True, slots=True)
class Operation:
    """A query operation (SPARQL 1.1 Protocol §2.1), as a request has it."""

    query: str | None
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    formats: tuple[str, ...]
    seconds: float | None


@BLUEPRINT.route("/sparql/", methods=_METHODS, strict_slashes=False)
@BLUEPRINT.route("/sparql", methods=_METHODS, strict_slashes=False)
@BLUEPRINT.route("/version/<int:number>/sparql", methods=_METHODS, strict_slashes=False)
def sparql(number: int | None = None) -> Response:
    """Answer a query; without one, show a browser where to write it."""
    operation = read_operation()
    if operation.query is None:
        return _invite(number)
    answering: Answering = current_app.extensions["answering"]
    admitted = answering.admit(operation.query)
    task = Task(
        text=admitted.text,
        media_type=choose(
            request.accept_mimetypes, forms_of(admitted.form), asked=operation.formats
        ),
        version=answering.held(number),
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
    )
    etag = answering.etag(admitted, task)
    if etag and etag in request.if_none_match:
        reply = Reply(b"", 0, task.media_type, task.version, etag)
        return finish(make_response("", 304), reply, is_pinned=number is not None)
    reply = answering.query(admitted, task, asker(), seconds=operation.seconds)
    return send(reply, is_pinned=number is not None)


def _invite(number: int | None) -> Response:
    """Show a browser where to write a query, and tell a program what the endpoint can do."""
    if request.method not in {"GET", "HEAD"}:
        raise _no_query()
    try:
        media_type = chosen(request.args.get("format"))
    except ProblemError as problem:
        raise _no_query() from problem
    if media_type != FORMATS["html"] and not request.args.keys() & _FILLS_FORM:
        # Who sends parameters meant to ask something.
        if number is not None or request.args.keys() - {"format"}:
            raise _no_query()
        return service_description(media_type)
    limits = current_app.extensions["answering"].settings
    vocabulary = {"base": BASE, "prefixes": dict(PREFIXES)}
    response = make_response(
        render_template("sparql/query.html", limits=limits, number=number, vocabulary=vocabulary)
    )
    response.vary.add("Accept")
    return response


def _no_query() -> ProblemError:
    message = "There is no query: give one as the parameter 'query'."
    return ProblemError("malformed-request", message)


def read_operation() -> Operation:
    """Read the operation from the address and, unless it is a GET, from the body."""
    pairs = parameters(request.query_string)
    if request.method in {"GET", "HEAD"}:
        return _operation(pairs)
    media_type = request.mimetype
    if media_type not in {FORM, _QUERY, _UPDATE}:
        given = media_type or "none"
        message = f"The media type of the request is {given}; send {FORM} or {_QUERY}."
        raise ProblemError("unsupported-media-type", message)
    refuse_other_charset()
    body = request.get_data()
    if media_type == FORM:
        return _operation([*pairs, *parameters(body)])
    if media_type == _UPDATE:
        raise _update_refused()
    if any(name == "query" for name, _ in pairs):
        message = "There is a query in the address and one in the body; send one of them."
        raise ProblemError("malformed-request", message)
    return _operation([*pairs, ("query", decoded(body))])


def _operation(pairs: Iterable[tuple[str, str]]) -> Operation:
    values = by_name(pairs)
    if "update" in values:
        raise _update_refused()
    default, named = values.get("default-graph-uri"), values.get("named-graph-uri")
    return Operation(
        query=once(values, "query"),
        default_graphs=graphs(default or []) if default or named else None,
        named_graphs=graphs(named or []) if default or named else None,
        formats=tuple(name for name in values.get("format", []) if name),
        seconds=_seconds(once(values, "timeout")),
    )


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        message = f"timeout={text[:50]} is no number of seconds above 0; correct it."
        raise ProblemError("malformed-request", message)
    return seconds


def _update_refused() -> ProblemError:
    return ProblemError("update-refused", "This address answers queries only.")
