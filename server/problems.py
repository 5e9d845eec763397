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
    remedy: str


KINDS = MappingProxyType(
    {
        "malformed-query": Kind(
            HTTPStatus.BAD_REQUEST,
            "The query cannot be read",
            "The text is no SPARQL 1.1 query. The line and the column say where the parser "
            "stopped; look just before it.",
        ),
        "malformed-request": Kind(
            HTTPStatus.BAD_REQUEST,
            "The request cannot be read",
            "A parameter is missing, stands twice, or has a value that it cannot have. The "
            "detail names it.",
        ),
        "malformed-update": Kind(
            HTTPStatus.BAD_REQUEST,
            "The update cannot be read",
            "The text is no SPARQL 1.1 update. The line and the column say where the parser "
            "stopped; look just before it.",
        ),
        "malformed-document": Kind(
            HTTPStatus.BAD_REQUEST,
            "The document cannot be read",
            "The document is not in the format that its media type names. The detail says "
            "where reading stopped.",
        ),
        "load-refused": Kind(
            HTTPStatus.BAD_REQUEST,
            "Nothing is fetched here",
            "No address and no file is fetched for anybody. Fetch the document yourself and "
            "send it to /data.",
        ),
        "unauthorized": Kind(
            HTTPStatus.UNAUTHORIZED,
            "This needs a token",
            "Send Authorization: Bearer TOKEN. Whoever runs this server makes tokens with "
            "cove token create.",
        ),
        "forbidden": Kind(
            HTTPStatus.FORBIDDEN,
            "The token does not allow this",
            "The token is known, and its role is too small for this. Ask whoever runs this "
            "server for one that has the role named.",
        ),
        "not-a-member": Kind(
            HTTPStatus.FORBIDDEN,
            "Your role does not allow this",
            "You are signed in, and your role is too small for this. The owner of the review gives "
            "roles in it; whoever runs this server gives those of users.",
        ),
        "stale-form": Kind(
            HTTPStatus.FORBIDDEN,
            "The form is too old, or not from here",
            "A form is sent from the page that shows it, by who is signed in there. Load the page "
            "again; what the browser still shows can be sent from it.",
        ),
        "reserved-graph": Kind(
            HTTPStatus.FORBIDDEN,
            "The graph cannot be written to",
            "The product itself writes this graph: what is inferred, the ontology, the "
            "provenance. Write to a graph of your own, or to the record.",
        ),
        "conflict": Kind(
            HTTPStatus.CONFLICT,
            "The dataset has changed",
            "Somebody else wrote in between. Read again, and repeat the change on what is "
            "there now.",
        ),
        "review-refused": Kind(
            HTTPStatus.CONFLICT,
            "The review refuses this",
            "The state of the review does not allow it; nothing was changed. The detail says why.",
        ),
        "precondition-failed": Kind(
            HTTPStatus.PRECONDITION_FAILED,
            "The graph is not as the request expects",
            "If-Match or If-None-Match does not fit what is there now. Read the graph "
            "again, and send its ETag.",
        ),
        "nonconforming": Kind(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "The data break the rules of the graph",
            "The shapes of the graph refuse the data; nothing was written. Each result "
            "names the node, the property and what to do.",
        ),
        "not-supported": Kind(
            HTTPStatus.NOT_IMPLEMENTED,
            "The engine cannot do this",
            "The data are held by an engine that lacks what this takes; the detail names it. Ask "
            "for something else, or whoever runs this server.",
        ),
        "service-refused": Kind(
            HTTPStatus.BAD_REQUEST,
            "Federation is refused",
            "SERVICE calls other servers, which this one does not do, except those that its "
            "operator lists. Ask there yourself, or use a client that federates.",
        ),
        "update-refused": Kind(
            HTTPStatus.BAD_REQUEST,
            "Updates are refused here",
            "Queries only are answered here. Updates go to /update, by POST, with a token.",
        ),
        "query-too-deep": Kind(
            HTTPStatus.BAD_REQUEST,
            "The query nests too deeply",
            "Fewer brackets must be open at once; the limit is in the detail. Flatten the query.",
        ),
        "query-too-complex": Kind(
            HTTPStatus.BAD_REQUEST,
            "The query is too complex",
            "There are more arms, operators or values than one query may have. Ask in parts.",
        ),
        "query-failed": Kind(
            HTTPStatus.BAD_REQUEST,
            "The query cannot be answered",
            "The query can be read, and cannot be answered. The detail says why.",
        ),
        "query-too-large": Kind(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "The query is too large",
            "The text has more bytes than a query may have. VALUES of thousands of lines "
            "are better asked in parts.",
        ),
        "request-too-large": Kind(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "The request is too large",
            "The request has more bytes than are read. Send it in parts.",
        ),
        "answer-too-large": Kind(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "The answer is too large",
            "The answer has more bytes than one download may have; nothing is cut off "
            "silently. Use LIMIT, ask in parts, or take a dump.",
        ),
        "not-citable": Kind(
            HTTPStatus.BAD_REQUEST,
            "The query has no answer that stays",
            "An answer that can be cited is the same each time it is asked. This one is "
            "not: it uses NOW, RAND, UUID, or new blank nodes.",
        ),
        "answer-changed": Kind(
            HTTPStatus.CONFLICT,
            "The answer is another than was cited",
            "The answer is not the one that was cited, and so it is not sent. Tell whoever "
            "runs this server.",
        ),
        "no-room": Kind(
            HTTPStatus.INSUFFICIENT_STORAGE,
            "There is no room for it",
            "The room that the operator has set apart is full. Nothing that is there was removed.",
        ),
        "not-found": Kind(
            HTTPStatus.NOT_FOUND,
            "There is no such page",
            "There is nothing at this address. Start from /search or from the lists.",
        ),
        "method-not-allowed": Kind(
            HTTPStatus.METHOD_NOT_ALLOWED,
            "The method is not allowed",
            "The address does not know this method; Allow names those that it knows.",
        ),
        "not-acceptable": Kind(
            HTTPStatus.NOT_ACCEPTABLE,
            "There is no such format",
            "None of the formats in Accept is there; the detail lists those that are.",
        ),
        "unsupported-media-type": Kind(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "The media type of the request is not supported",
            "The body is in a format that is not read here; the detail lists those that are.",
        ),
        "budget-spent": Kind(
            HTTPStatus.TOO_MANY_REQUESTS,
            "The client's budget is spent",
            "Each client has so much processor time and so many errors a minute. Come back "
            "after Retry-After seconds, or take a dump and ask it yourself.",
        ),
        "time-limit": Kind(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The query took too long",
            "The query was ended at the limit. Ask for less, put what selects most first, "
            "or take a dump and ask it yourself.",
        ),
        "memory-limit": Kind(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The query took too much memory",
            "The query was ended at the limit of memory. Sort, group and multiply less.",
        ),
        "query-ended": Kind(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The query was ended",
            "Whoever runs this server has ended the query.",
        ),
        "worker-lost": Kind(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The query ended its worker",
            "The process that ran the request died under it; the next request has a new "
            "one. Change the request before you repeat it.",
        ),
        "busy": Kind(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The server is busy",
            "All workers are at work. Come back after Retry-After seconds.",
        ),
        "write-failed": Kind(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The write could not be kept",
            "The disk refused the write; nothing was changed. Try again, and tell whoever "
            "runs this server.",
        ),
        "no-data": Kind(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The server has no data yet",
            "There is no dataset, or it cannot be read. Whoever runs this server builds one "
            "with cove build.",
        ),
        "client-gone": Kind(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The client has gone",
            "The client closed the connection before its answer was ready. Nobody reads "
            "this, unless it was a proxy.",
        ),
        "http-error": Kind(
            HTTPStatus.BAD_REQUEST,
            "The request is refused",
            "The request breaks a rule of HTTP. The detail says which.",
        ),
        "internal-error": Kind(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "The server has a fault",
            "The fault is ours. X-Request-Id is what to name when you report it.",
        ),
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
