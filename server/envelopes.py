"""What every answer carries: its id, its count, the headers that open it and keep it from harm."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from random import getrandbits
from typing import TYPE_CHECKING

from server.logs import log_request
from server.metrics import Metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["Envelopes"]

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# Reading is open to every site, without credentials.
_OPEN = [
    ("Access-Control-Allow-Origin", "*"),
    (
        "Access-Control-Expose-Headers",
        "Cove-Version, ETag, Link, Location, Repr-Digest, Retry-After, X-Request-Id",
    ),
    ("X-Content-Type-Options", "nosniff"),
]
_GUARD = [
    ("Referrer-Policy", "no-referrer"),
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
]
# What a browser could run a script in.
_ACTIVE = ("text/html", "application/rdf+xml", "application/sparql-results+xml")


class Envelopes:
    """Put every answer of an application into its envelope, count it and log it."""

    def __init__(self, app: WSGIApplication, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        began = time.perf_counter()
        asked = environ.get("HTTP_X_REQUEST_ID", "")
        # A stranger's id goes into a header and a log: nothing that could break either is taken.
        request_id = asked if _ID.fullmatch(asked) else f"{getrandbits(128):032x}"
        environ["cove.request_id"] = request_id

        def begin(status: str, headers: list[tuple[str, str]], error: object = None, /) -> object:
            seconds = time.perf_counter() - began
            self._metrics.count(environ["REQUEST_METHOD"], int(status[:3]), seconds)
            log_request(environ, status, headers, seconds)
            media_type = next((v for n, v in headers if n == "Content-Type"), "")
            guard = _GUARD if media_type.startswith(_ACTIVE) else []
            sent = [*headers, *_OPEN, *guard, ("X-Request-Id", request_id)]
            return start_response(status, sent, error)  # type: ignore[arg-type]  # passed as it came

        return self._app(environ, begin)  # type: ignore[arg-type]  # as PEP 3333 has it
