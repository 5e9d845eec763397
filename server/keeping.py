"""Answers that the same request had: kept before the application, for as long as they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.cache import Cache

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["LASTS", "Keeping"]

LASTS = "cove.lasts"
"""The entry of the environment by which a view says that its answer holds for the version."""

_OVERHEAD = 1_000  # bytes that headers and key take, about
# Whatever else an answer may depend on. A request with one of the others is not answered here.
_ASKED = ("PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_HOST")
_AT = ("wsgi.url_scheme", "SCRIPT_NAME")
_CONDITIONS = frozenset(
    {
        "HTTP_AUTHORIZATION",
        "HTTP_CACHE_CONTROL",
        "HTTP_IF_MATCH",
        "HTTP_IF_MODIFIED_SINCE",
        "HTTP_IF_NONE_MATCH",
        "HTTP_IF_RANGE",
        "HTTP_PRAGMA",
        "HTTP_RANGE",
    }
)
_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def __len__(self) -> int:
        return len(self.body) + _OVERHEAD


class Keeping:
    """Give the answer again that a request had while this version was the newest."""

    def __init__(
        self, app: WSGIApplication, version: Callable[[], int | None], *, most: int
    ) -> None:
        self._app = app
        self._version = version
        self.answers: Cache[_Key, _Kept] = Cache(most=most, largest=most // 8)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ["REQUEST_METHOD"] != "GET" or not _CONDITIONS.isdisjoint(environ):
            return self._app(environ, start_response)
        key = (self._version(), *(environ.get(n) for n in _ASKED), *(environ.get(n) for n in _AT))
        kept = self.answers.get(key)
        if kept is None:
            return self._ask(key, environ, start_response)
        start_response(kept.status, list(kept.headers))
        return [kept.body]

    def _ask(
        self, key: _Key, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        heard: list[tuple[str, tuple[tuple[str, str], ...]]] = []

        def begin(status: str, headers: list[tuple[str, str]], error: object = None, /) -> object:
            heard.append((status, tuple(headers)))
            return start_response(status, headers, error)  # type: ignore[arg-type]  # passed as it came

        pieces = self._app(environ, begin)  # type: ignore[arg-type]  # as PEP 3333 has it
        if not environ.get(LASTS) or not heard or heard[-1][0][:3] != "200":
            return pieces
        body = b"".join(pieces)
        close: Callable[[], None] | None = getattr(pieces, "close", None)
        if close:
            close()
        self.answers.put(key, _Kept(*heard[-1], body))
        return [body]
