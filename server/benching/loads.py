"""Loads: clients that each ask again as soon as they are answered."""

from __future__ import annotations

import multiprocessing
import selectors
import socket
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle
from statistics import quantiles
from urllib.parse import quote
from zlib import crc32

__all__ = ["Load", "Measured", "measure"]

_HEAD_END = b"\r\n\r\n"
_PIECE = 1 << 18


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of whom: queries in turn, by so many clients, for so many seconds."""

    port: int
    path: str  # what goes before the query
    queries: tuple[str, ...]
    clients: int = 8
    seconds: float = 5.0
    checksums: tuple[int, ...] = ()  # of the right answers, in turn with the queries


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of a load; the times are in milliseconds.

    Failures are answers but 200, and wrong ones those that differ from what was expected.
    """

    answers: int
    failures: int
    wrong: int
    seconds: float
    milliseconds: tuple[float, ...]

    @property
    def per_second(self) -> float:
        """How many answers came in a second."""
        return self.answers / self.seconds

    def percentile(self, number: int) -> float:
        """Return the time within which that many of a hundred answers came."""
        if len(self.milliseconds) < 2:
            return float("nan")
        return quantiles(self.milliseconds, n=100)[number - 1]


def measure(load: Load) -> Measured:
    """Put a load on a server from a process of its own, which shares no lock with it."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_run, load).result()


@dataclass(slots=True)
class _Client:
    """One connection and the answer that is on its way."""

    connection: socket.socket
    began: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    checksum: int | None = None

    def ask(self, request: bytes, checksum: int | None) -> None:
        self.checksum = checksum
        self.received.clear()
        self.began = time.perf_counter()
        self.connection.sendall(request)

    def is_right(self) -> bool:
        """Tell whether the answer is the one expected, where one is."""
        body = bytes(self.received.partition(_HEAD_END)[2])
        return self.checksum is None or crc32(body) == self.checksum

    def is_answered(self) -> bool:
        """Take what has come, and tell whether it is the whole answer."""
        piece = self.connection.recv(_PIECE)
        if not piece:
            raise ConnectionError("the server closed a connection")
        self.received += piece
        head, found, body = self.received.partition(_HEAD_END)
        if not found:
            return False
        for line in bytes(head).lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                return len(body) >= int(line.partition(b":")[2])
        return body.endswith(b"0\r\n\r\n")  # sent in chunks


def _run(load: Load) -> Measured:
    expected = cycle(load.checksums or (None,))
    requests = zip(cycle(tuple(_requests(load))), expected, strict=False)
    times: list[float] = []
    failures = wrong = 0
    with selectors.DefaultSelector() as selector:
        clients = [
            _Client(socket.create_connection(("127.0.0.1", load.port), timeout=60))
            for _ in range(load.clients)
        ]
        start = time.perf_counter()
        end = start + load.seconds
        for client in clients:
            client.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(client.connection, selectors.EVENT_READ, client)
            client.ask(*next(requests))
        while (now := time.perf_counter()) < end:
            for key, _ in selector.select(end - now):
                client = key.data
                if client.is_answered():
                    times.append((time.perf_counter() - client.began) * 1_000)
                    failures += not client.received.startswith(b"HTTP/1.1 200")
                    wrong += not client.is_right()
                    client.ask(*next(requests))
        seconds = time.perf_counter() - start
        for client in clients:
            client.connection.close()
    return Measured(len(times), failures, wrong, seconds, tuple(times))


def _requests(load: Load) -> Iterable[bytes]:
    return (
        f"GET {load.path}?query={quote(query, safe='')} HTTP/1.1\r\nHost: 127.0.0.1:{load.port}\r\n"
        "Accept: application/sparql-results+json\r\n\r\n".encode()
        for query in load.queries
    )
