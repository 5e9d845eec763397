"""Soaks: small queries for minutes, with a query every second that would never end."""

from __future__ import annotations

import http.client
import os
import threading
import time
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from statistics import fmean
from urllib.parse import quote
from zlib import crc32

import msgspec

from kg.store import Home
from server.benching.loads import Load, Measured, measure
from server.benching.peers import PEERS, running
from server.benching.reports import different, small_queries

__all__ = ["Soak", "memory_of", "soak"]

_RUNAWAY = files("queries") / "bench" / "runaway.rq"
_ALONE = 5.0  # seconds of the load without runaways, before and after, to compare with
_PATH = PEERS["cove"].path


class Soak(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a soak; times in milliseconds, but for those in seconds."""

    answers: int
    failures: int
    wrong: int
    p50_alone: float
    p50: float
    p99: float
    runaways: int
    statuses: dict[int, int]
    limit_seconds: float
    longest_seconds: float
    memory_before: int  # bytes of all processes of the server together
    memory_after: int

    @property
    def is_well(self) -> bool:
        """Tell whether the server did what it promises."""
        return (
            not self.failures
            and not self.wrong
            and self.p50 <= 2 * self.p50_alone
            and set(self.statuses) == {503}
            and self.longest_seconds <= self.limit_seconds + 0.5
        )


def soak(home: Home, *, seconds: float, clients: int = 8, limit: float = 10.0) -> Soak:
    """Put a mixed load on the server, and compare each answer with that of the query alone."""
    queries = list(small_queries(home))
    with running("cove", home, query_seconds=limit, workers=32, client_queries=100) as server:
        checksums = tuple(crc32(_body(server.port, query)) for query in queries)
        asked = tuple(different(queries))
        alone = [measure(Load(server.port, _PATH, asked, clients, _ALONE, checksums))]
        before = memory_of(server.pid)
        runaways = _Runaways(server.port)
        runaways.start()
        try:
            mixed = measure(Load(server.port, _PATH, asked, clients, seconds, checksums))
        finally:
            runaways.stop()
        memory = (before, memory_of(server.pid))
        # Once more, for what else the machine does may have changed; with what is not in memory.
        later = Load(server.port, _PATH, asked[::-1], clients, _ALONE, checksums[::-1])
        alone.append(measure(later))
        return _result(alone, mixed, runaways, limit, memory)


def _result(
    alone: Sequence[Measured],
    mixed: Measured,
    runaways: _Runaways,
    limit: float,
    memory: tuple[int, int],
) -> Soak:
    return Soak(
        answers=mixed.answers,
        failures=sum(each.failures for each in (mixed, *alone)),
        wrong=sum(each.wrong for each in (mixed, *alone)),
        p50_alone=round(fmean(each.percentile(50) for each in alone), 2),
        p50=round(mixed.percentile(50), 2),
        p99=round(mixed.percentile(99), 2),
        runaways=sum(runaways.statuses.values()),
        statuses=dict(runaways.statuses),
        limit_seconds=limit,
        longest_seconds=round(max(runaways.seconds, default=0.0), 3),
        memory_before=memory[0],
        memory_after=memory[1],
    )


class _Runaways:
    """Ask for something that never ends, every second, each time something else."""

    def __init__(self, port: int) -> None:
        self.statuses: Counter[int] = Counter()
        self.seconds: list[float] = []
        self._port = port
        self._is_over = threading.Event()
        self._asking: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> None:
        """Ask no more, and wait for what was asked."""
        self._is_over.set()
        self._thread.join()
        for thread in self._asking:
            thread.join()

    def _run(self) -> None:
        number, query = 0, _RUNAWAY.read_text(encoding="utf-8")
        while not self._is_over.wait(1.0):
            number += 1
            thread = threading.Thread(target=self._ask, args=(f"{query}\nLIMIT {number}",))
            self._asking.append(thread)
            thread.start()

    def _ask(self, query: str) -> None:
        began = time.monotonic()
        status = _ask(self._port, query)[0]
        self.seconds.append(time.monotonic() - began)
        self.statuses[status] += 1


def _body(port: int, query: str) -> bytes:
    status, body = _ask(port, query)
    if status != 200:
        raise OSError(f"the server answers {status} to a query of its own pages")
    return body


def _ask(port: int, query: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        headers = {"Accept": "application/sparql-results+json"}
        connection.request("GET", f"{_PATH}?query={quote(query, safe='')}", headers=headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def memory_of(pid: int) -> int:
    """Add up what a process and its descendants hold, 0 where /proc does not tell."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    waiting, total = [pid], 0
    while waiting:
        each = waiting.pop()
        waiting += children.get(each, [])
        total += _resident(each)
    return total


def _resident(pid: int) -> int:
    rollup = Path("/proc") / str(pid) / "smaps_rollup"
    try:
        # What processes share counts once among them.
        lines = (line.split() for line in rollup.read_text().splitlines())
        return next(int(line[1]) << 10 for line in lines if line[0] == "Pss:")
    except (OSError, ValueError, IndexError, StopIteration):
        pass
    try:
        pages = int((Path("/proc") / str(pid) / "statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
