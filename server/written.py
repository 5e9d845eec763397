"""Answers to writes: the version, what changed, and what is worth a look."""

from __future__ import annotations

from flask import Response, make_response

from server.orders import Done

__all__ = ["MOST_GRAPHS", "answer"]

MOST_GRAPHS = 1_000


def answer(
    done: Done, *, status: int, tag: str | None = None, location: str | None = None
) -> Response:
    """Say what became of a write, as JSON; `tag` is one for If-Match."""
    document: dict[str, object] = {
        "version": done.version,
        "changed": done.is_new_version,
        "graphs": list(done.graphs[:MOST_GRAPHS]),
        "graphCount": len(done.graphs),
        "warnings": list(done.warnings),
    }
    if tag is not None:
        document["etag"] = f'"{tag}"'
    response = make_response(document, status)
    response.headers["Cove-Version"] = str(done.version)
    response.headers["Cache-Control"] = "no-store"
    if location is not None:
        response.headers["Location"] = location
    return response
