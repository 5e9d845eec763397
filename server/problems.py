"""Problem documents (RFC 9457): every error that a client sees, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

from kg.errors import CoveError

__all__ = ["KINDS", "Kind", "ProblemError"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem; its name is the last part of its type IRI."""

    status: HTTPStatus
    title: str


KINDS = MappingProxyType(
    {
        "malformed-query": Kind(HTTPStatus.BAD_REQUEST, "The query cannot be read"),
        "malformed-request": Kind(HTTPStatus.BAD_REQUEST, "The request cannot be read"),
        "malformed-update": Kind(HTTPStatus.BAD_REQUEST, "The update cannot be read"),
        "malformed-document": Kind(HTTPStatus.BAD_REQUEST, "The document cannot be read"),
        "load-refused": Kind(HTTPStatus.BAD_REQUEST, "Nothing is fetched here"),
        "unauthorized": Kind(HTTPStatus.UNAUTHORIZED, "This needs a token"),
        "forbidden": Kind(HTTPStatus.FORBIDDEN, "The token does not allow this"),
        "reserved-graph": Kind(HTTPStatus.FORBIDDEN, "The graph cannot be written to"),
        "conflict": Kind(HTTPStatus.CONFLICT, "The dataset has changed"),
        "precondition-failed": Kind(
            HTTPStatus.PRECONDITION_FAILED, "The graph is not as the request expects"
        ),
        "nonconforming": Kind(
            HTTPStatus.UNPROCESSABLE_ENTITY, "The data break the rules of the graph"
        ),
        "service-refused": Kind(HTTPStatus.BAD_REQUEST, "Federation is refused"),
        "update-refused": Kind(HTTPStatus.BAD_REQUEST, "Updates are refused here"),
        "query-too-deep": Kind(HTTPStatus.BAD_REQUEST, "The query nests too deeply"),
        "query-too-complex": Kind(HTTPStatus.BAD_REQUEST, "The query is too complex"),
        "query-failed": Kind(HTTPStatus.BAD_REQUEST, "The query cannot be answered"),
        "query-too-large": Kind(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The query is too large"),
        "request-too-large": Kind(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large"),
        "answer-too-large": Kind(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The answer is too large"),
        "not-citable": Kind(HTTPStatus.BAD_REQUEST, "The query has no answer that stays"),
        "answer-changed": Kind(HTTPStatus.CONFLICT, "The answer is another than was cited"),
        "no-room": Kind(HTTPStatus.INSUFFICIENT_STORAGE, "There is no room for it"),
        "not-found": Kind(HTTPStatus.NOT_FOUND, "There is no such page"),
        "method-not-allowed": Kind(HTTPStatus.METHOD_NOT_ALLOWED, "The method is not allowed"),
        "not-acceptable": Kind(HTTPStatus.NOT_ACCEPTABLE, "There is no such format"),
        "unsupported-media-type": Kind(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The media type of the request is not supported"
        ),
        "budget-spent": Kind(HTTPStatus.TOO_MANY_REQUESTS, "The client's budget is spent"),
        "time-limit": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The query took too long"),
        "memory-limit": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The query took too much memory"),
        "worker-lost": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The query ended its worker"),
        "busy": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The server is busy"),
        "write-failed": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The write could not be kept"),
        "no-data": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The server has no data yet"),
        "client-gone": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The client has gone"),
        "http-error": Kind(HTTPStatus.BAD_REQUEST, "The request is refused"),
        "internal-error": Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "The server has a fault"),
    }
)


class ProblemError(CoveError):
    """Carry what a client is told: the kind, what happened and what to do, more members."""

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        retry_after: int | None = None,
        members: dict[str, str | int | float | list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.kind = kind
        self.status = KINDS[kind].status
        self.title = KINDS[kind].title
        self.retry_after = retry_after
        self.members = members or {}
        self.headers = headers or {}
        super().__init__(detail)

    def document(self, instance: str) -> dict[str, object]:
        """Return the members of the problem document."""
        return {
            "type": f"/problems/{self.kind}",
            "title": self.title,
            "status": int(self.status),
            "detail": str(self),
            "instance": instance,
            **self.members,
        }
