"""Turn whole answers into HTTP responses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

from flask import Response, make_response, request

from server.answering import Asker, Reply
from server.keeping import LASTS
from server.problems import ProblemError

__all__ = ["asker", "finish", "is_html_wanted", "problem_response", "send"]

_CHUNK = 256 << 10


def asker() -> Asker:
    """Return who asks, and how to see whether they are still there."""
    is_gone = cast("Callable[[], bool] | None", request.environ.get("cove.is_gone"))
    client = request.remote_addr or "unknown"
    request_id = str(request.environ.get("cove.request_id", ""))
    return Asker(client, is_gone or (lambda: False), request_id)


def send(reply: Reply, *, is_pinned: bool) -> Response:
    """Send a whole answer; `is_pinned` says that its address names the version."""
    if isinstance(reply.body, bytes):
        request.environ[LASTS] = reply.etag is not None
        return finish(Response(reply.body, mimetype=reply.media_type), reply, is_pinned=is_pinned)
    # The server below may take the file in pieces, however slowly, without holding a thread.
    request.environ["cove.is_streamed"] = True
    response = Response(_pieces(reply.body), mimetype=reply.media_type, direct_passthrough=True)
    response.content_length = reply.size
    return finish(response, reply, is_pinned=is_pinned)


def finish(response: Response, reply: Reply, *, is_pinned: bool) -> Response:
    """Say how long an answer holds, and of which version it is."""
    response.content_type = _content_type(reply.media_type)
    response.headers["Cove-Version"] = str(reply.version)
    if response.headers.setdefault("Vary", "Accept") != "Accept":
        response.vary.add("Accept")
    if reply.etag:
        response.set_etag(reply.etag)
    if is_pinned and reply.etag:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers["Cache-Control"] = "public, no-cache" if reply.etag else "no-store"
    return response


def is_html_wanted() -> bool:
    """Tell whether the client would rather read HTML than JSON: a browser."""
    accept = request.accept_mimetypes
    return "text/html" in accept.values() and accept["text/html"] >= accept["application/json"]


def problem_response(problem: ProblemError, html: str | None) -> Response:
    """Send a problem document, or the page that shows it."""
    if html is not None:
        response = make_response(html, int(problem.status))
    else:
        response = make_response(problem.document(request.path), int(problem.status))
        response.content_type = "application/problem+json"
    response.headers.update(problem.headers)
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        path.unlink()
        while piece := file.read(_CHUNK):
            yield piece


def _content_type(media_type: str) -> str:
    # RFC 7763 and the registrations of XML and JSON types leave no room for a charset parameter.
    is_text = media_type.startswith("text/")
    return f"{media_type}; charset=utf-8" if is_text else media_type
