"""SPARQL 1.1 Update over HTTP: the update operation of the protocol, with a curator's token."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, current_app, request

from kg.accounts import Role
from server.accounts import attempt
from server.admission import Bounds, admit_update
from server.answering import Answering
from server.orders import UpdateOrder, Writing
from server.problems import ProblemError
from server.protocol import FORM, by_name, decoded, graphs, once, parameters, refuse_other_charset
from server.writers import Writer
from server.written import answer

__all__ = ["BLUEPRINT"]

BLUEPRINT = Blueprint("update", __name__)

_UPDATE = "application/sparql-update"


@BLUEPRINT.route("/update", methods=["POST", "OPTIONS"], strict_slashes=False)
@BLUEPRINT.route("/update/", methods=["POST", "OPTIONS"], strict_slashes=False)
def update() -> Response:
    """Run an update on the candidate of the next version."""
    writer: Writer = current_app.extensions["writer"]
    answering: Answering = current_app.extensions["answering"]
    request.max_content_length = answering.settings.write_bytes
    with attempt(Role.CURATOR, "POST /update") as trying:
        text, default_graphs, named_graphs = _read_operation()
        trying.what = f"POST /update {text}"
        order = UpdateOrder(
            Writing(trying.agent, "SPARQL update", answering.settings.base),
            admit_update(text, bounds=_bounds(answering.settings.write_bytes)),
            default_graphs,
            named_graphs,
        )
        done = trying.done = writer.run(order)
    return answer(done, status=200)


def _bounds(size: int) -> Bounds:
    """Bound an update: much data, but no deeper nor wider than a query."""
    return Bounds(size=size, words=100_000, patterns=size // 4, values=size // 4, groups=50_000)


def _read_operation() -> tuple[str, tuple[str, ...] | None, tuple[str, ...] | None]:
    """Read the text and the dataset of an update operation (SPARQL 1.1 Protocol §2.2)."""
    media_type = request.mimetype
    if media_type not in {FORM, _UPDATE}:
        given = media_type or "none"
        message = f"The media type of the request is {given}; send {FORM} or {_UPDATE}."
        raise ProblemError("unsupported-media-type", message)
    refuse_other_charset()
    pairs, body = parameters(request.query_string), request.get_data()
    if media_type == FORM:
        return _operation([*pairs, *parameters(body)])
    if any(name == "update" for name, _ in pairs):
        message = "There is an update in the address and one in the body; send one of them."
        raise ProblemError("malformed-request", message)
    return _operation([*pairs, ("update", decoded(body))])


def _operation(
    pairs: Iterable[tuple[str, str]],
) -> tuple[str, tuple[str, ...] | None, tuple[str, ...] | None]:
    values = by_name(pairs)
    text = once(values, "update")
    if "query" in values or text is None:
        message = "Give one update as the parameter 'update'; queries go to /sparql."
        raise ProblemError("malformed-request", message)
    default, named = values.get("using-graph-uri"), values.get("using-named-graph-uri")
    return (
        text,
        graphs(default) if default else None,
        graphs(named) if named else None,
    )
