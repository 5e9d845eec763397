"""Run the application under granian."""

from __future__ import annotations

import asyncio
import gc
import io
import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, cast

from flask import Flask
from granian.constants import Interfaces
from granian.rsgi import HTTPProtocol, Scope  # type: ignore[attr-defined]  # it re-exports the first
from granian.server import Server

from kg.accounts import Accounts
from server import create_app
from server.accounts import holds_token
from server.config import Settings, load_settings
from server.logs import write_log
from server.preparing import Preparing, make_pages, make_publications
from server.sessions import Sessions

__all__ = ["Bridge", "application", "serve"]

_LOG = logging.getLogger(__name__)
_LIVES = 5  # how often the server begins anew when its web process dies at once
_LONG = 60.0  # seconds after which its lives are all there again
_YOUNG = 20_000  # new objects between two collections; a request makes some hundreds
_PAUSE = 1.0  # seconds before it begins anew
_PATIENCE = 30  # seconds that a reader may take over one piece of an answer
_Headers = list[tuple[str, str]]
_Environ = dict[str, Any]  # WSGI's own type (PEP 3333)

_ENVIRON: _Environ = {
    "SCRIPT_NAME": "",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "SERVER_SOFTWARE": "granian",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}


class _Exchange:
    """One request on its way through the application."""

    def __init__(self, environ: _Environ, protocol: HTTPProtocol) -> None:
        self.environ = environ
        self.protocol = protocol
        self.loop = asyncio.get_running_loop()
        self.done: asyncio.Future[Iterable[bytes] | None] = self.loop.create_future()
        self.status = 500
        self.headers: _Headers = []
        self._is_watched = False
        self._is_gone = False
        self._watch: asyncio.Task[None] | None = None
        environ["cove.is_gone"] = self.is_gone

    def is_gone(self) -> bool:
        """Tell whether the client has left; the first look begins the watch."""
        if not self._is_watched:
            self._is_watched = True
            self.loop.call_soon_threadsafe(self._begin_watch)
        return self._is_gone

    def _begin_watch(self) -> None:
        if not self.done.done():
            self._watch = self.loop.create_task(self._await_departure())

    async def _await_departure(self) -> None:
        await self.protocol.client_disconnect()
        self._is_gone = True

    def begin_response(
        self, status: str, headers: _Headers, _error: object = None, /
    ) -> Callable[[bytes], object]:
        """Take the status and headers: WSGI's start_response."""
        self.status, self.headers = int(status[:3]), headers
        return _refuse_write

    def settle(self, pieces: Iterable[bytes] | None) -> None:
        """Tell the event loop that the application is through, from its thread."""
        self.loop.call_soon_threadsafe(self._settle, pieces)

    def _settle(self, pieces: Iterable[bytes] | None) -> None:
        if self._watch:
            self._watch.cancel()
        if not self.done.done():
            self.done.set_result(pieces)
        elif pieces is not None:
            _close(pieces)


class Bridge:
    """A WSGI application as an RSGI one, which knows when a client has left.

    WSGI has no word for that. Threads run the application; the event loop sends what is streamed,
    so that a slow reader holds no thread.
    """

    def __init__(self, app: Flask, *, threads: int, most: int) -> None:
        self._app = app
        self._preparing = Preparing(app.extensions["answering"].current, self._prepare)
        app.extensions["preparing"] = self._preparing
        self._preparing.start()
        self._most = most
        self._waiting: queue.SimpleQueue[_Exchange | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"request-{n}", daemon=True)
            for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        """Stop: end the workers and the threads."""
        for _ in self._threads:
            self._waiting.put(None)
        self._preparing.stop()
        self._app.extensions["writer"].close()
        self._app.extensions["answering"].close()

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer one request."""
        if getattr(scope, "proto", "http") != "http":
            cast("Any", protocol).close(403)
            return
        body = await self._read(scope, protocol)
        environ = _environ(scope, body or b"")
        if body is None:  # the application refuses it by its length, whatever it said that this is
            environ["CONTENT_LENGTH"] = str(self._most_of(scope) + 1)
        exchange = _Exchange(environ, protocol)
        self._waiting.put(exchange)
        pieces = await exchange.done
        if pieces is not None:
            await _stream(exchange, pieces)

    def _prepare(self, version: int) -> None:
        def is_over() -> bool:
            return self._preparing.is_over

        make_publications(self._app, version, is_over=is_over)
        make_pages(self._app, version, is_over=is_over)

    async def _read(self, scope: Scope, protocol: HTTPProtocol) -> bytes | None:
        """Read the body, None where it is too large."""
        if scope.method in {"GET", "HEAD", "OPTIONS"}:
            return b""
        most = self._most_of(scope)
        if int(scope.headers.get("content-length", 0) or 0) > most:
            return None
        body = bytearray()
        async for piece in protocol:
            body += piece
            if len(body) > most:
                return None
        return bytes(body)

    def _most_of(self, scope: Scope) -> int:
        """Return how many bytes a request may have: more where it is known who writes."""
        path = scope.path.rstrip("/")
        is_writing = path in {"/update", "/data"} or path.startswith("/data/")
        is_review = path.startswith("/review/")
        accounts: Accounts = self._app.extensions["accounts"]
        sessions: Sessions = self._app.extensions["sessions"]
        token, cookie = (scope.headers.get(name) or "" for name in ("authorization", "cookie"))
        if ((is_writing or is_review) and holds_token(accounts, token)) or (
            is_review and sessions.holds_one(cookie)
        ):
            settings: Settings = self._app.extensions["answering"].settings
            return max(self._most, settings.write_bytes + 65_536)
        return self._most

    def _work(self) -> None:
        while (exchange := self._waiting.get()) is not None:
            try:
                self._answer(exchange)
            except Exception:  # the application has answered its own errors: this is the bridge's
                _LOG.exception("a request could not be answered")
                exchange.protocol.response_str(500, [], "The server has a fault.\n")
                exchange.settle(None)

    def _answer(self, exchange: _Exchange) -> None:
        pieces = self._app.wsgi_app(exchange.environ, exchange.begin_response)
        if (
            exchange.environ.get("cove.is_streamed")
            and exchange.environ["REQUEST_METHOD"] != "HEAD"
        ):
            exchange.settle(pieces)
            return
        body = b"".join(pieces)
        _close(pieces)
        exchange.protocol.response_bytes(exchange.status, exchange.headers, body)
        exchange.settle(None)


async def _stream(exchange: _Exchange, pieces: Iterable[bytes]) -> None:
    try:
        transport = exchange.protocol.response_stream(exchange.status, exchange.headers)
        for piece in pieces:
            await asyncio.wait_for(transport.send_bytes(piece), _PATIENCE)
    except (TimeoutError, RuntimeError) as error:
        # The client left or stands still; the length sent before tells it that this is no whole.
        _LOG.info("an answer was not read to its end: %s", type(error).__name__)
    finally:
        _close(pieces)


def _refuse_write(_data: bytes) -> object:
    """Stand for the write of PEP 3333, which nothing here uses."""
    raise NotImplementedError


def _close(pieces: Iterable[bytes]) -> None:
    close: Callable[[], None] | None = getattr(pieces, "close", None)
    if close:
        close()


def _environ(scope: Scope, body: bytes) -> _Environ:
    host, _, port = scope.server.rpartition(":")
    headers = scope.headers
    environ = _ENVIRON | {
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path,
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
    environ.setdefault("HTTP_HOST", scope.authority or scope.server)
    environ.pop("HTTP_TRANSFER_ENCODING", None)  # the body is here whole
    if body or scope.method not in {"GET", "HEAD"}:
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def application() -> Bridge:
    """Make the application that a server process runs, with settings from the environment."""
    return _bridge(load_settings())


def _bridge(settings: Settings) -> Bridge:
    write_log(settings.log)
    app = create_app(settings)
    gc.freeze()  # what is here now stays: no collection need look at it again
    gc.set_threshold(_YOUNG)
    workers = app.extensions["answering"].workers
    threading.Thread(target=workers.warm_up, args=(os.cpu_count() or 2,), daemon=True).start()
    return Bridge(app, threads=settings.threads, most=settings.query_bytes + 65_536)


def serve(settings: Settings | None = None) -> None:
    """Serve until the process is told to stop; loopback unless the settings say otherwise.

    Granian ends where its web process dies twice in a few seconds; it is begun anew a few times.
    """
    chosen, lives = settings or load_settings(), _LIVES
    while lives:
        began = time.monotonic()
        if not _is_lost(chosen):
            return
        lives = _LIVES if time.monotonic() - began > _LONG else lives - 1
    sys.exit(1)


def _is_lost(settings: Settings) -> bool:
    """Serve, and tell whether that has ended without anybody asking for it."""
    server = Server(
        "server.serving:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        websockets=False,
        log_access=False,
        factory=True,
        backlog=1024,
        respawn_failed_workers=True,
    )
    try:
        server.serve(target_loader=cast("Any", partial(_bridge, settings)), wrap_loader=False)
    except SystemExit:
        if server.interrupt_signal:
            raise
    if not server.interrupt_signal:
        _LOG.error("the web process has died twice in a few seconds; the server begins anew")
        server.main_loop_interrupt.clear()
        server.main_loop_interrupt.wait(_PAUSE)
    return not server.interrupt_signal
