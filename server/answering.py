"""Answer queries: from the cache, or by a worker within the client's budget."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from types import MappingProxyType

import msgspec
from msgspec import structs
from rdflib import Literal, URIRef

from kg.questions.binding import bind, without_header
from kg.store import place_at
from kg.store.engines import Capability, missing
from server.admission import Admitted, Bounds, admit
from server.budgets import Budgets
from server.cache import Cache
from server.carrying import Carrying
from server.config import Settings
from server.engine import Task
from server.negotiation import ROWS
from server.problems import ProblemError
from server.processes import Allowance
from server.workers import Workers

__all__ = ["Answering", "Asker", "Reply", "Row"]

_SLOW_LOG = logging.getLogger("cove.slow")
_MOST_LOGGED = 2_000  # characters of a query
_LOOK = 2.0  # seconds for which a store is not asked again for its newest version
_SHORT = 10_000  # characters of a query that is worth remembering

Row = Mapping[str, Mapping[str, str]]  # from variable to its term, as SPARQL JSON has it


_COSTLY = frozenset(
    {"time-limit", "memory-limit", "worker-lost", "answer-too-large", "query-ended"}
)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who waits for an answer."""

    client: str
    is_gone: Callable[[], bool] = lambda: False
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer, in memory or in a file that its reader removes."""

    body: bytes | Path
    size: int
    media_type: str
    version: int
    etag: str | None


class Answering:
    """What the views ask: it knows the home, the cache, the budgets and the workers."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.home = place_at(settings.home, settings.store)
        self.cache: Cache[Task, bytes] = Cache(
            most=settings.cache_bytes // 2, largest=settings.cache_bytes // 8
        )
        self.carrying = Carrying(self.home, self.cache)
        self.budgets = Budgets(
            seconds=settings.client_seconds,
            errors=settings.client_errors,
            at_once=settings.client_queries,
        )
        self.workers = Workers(
            Allowance(
                home=settings.home,
                workers=settings.workers,
                memory=settings.query_memory,
                inline=1 << 20,
                most=settings.answer_bytes,
                has_network=bool(settings.services or settings.store),
                store=settings.store,
                base=settings.base,
            )
        )
        self._bounds = Bounds(size=settings.query_bytes, nesting=settings.query_nesting)
        self._services = frozenset(settings.services)
        self._admit = lru_cache(maxsize=1_000)(
            partial(admit, bounds=self._bounds, services=self._services)
        )
        self._mark = str(self.home.path / "current")
        self._seen: tuple[tuple[int, int], int | None] | None = None
        self._asked: tuple[float, int | None] | None = None

    def version(self, number: int | None = None) -> int:
        """Return the number of a version that is there, None standing for the newest."""
        current = self.current()
        if not current:
            raise ProblemError(
                "no-data", "There is no dataset here yet; run cove build.", retry_after=60
            )
        if number is None:
            return current
        if not 1 <= number <= current:
            raise ProblemError(
                "not-found", f"There is no version {number}; the newest is {current}."
            )
        return number

    def held(self, number: int | None = None) -> int:
        """Return the number of a version that can be read, None standing for the newest."""
        found = self.version(number)
        if self.settings.store and found != self.version():
            # The engine would answer with the newest.
            raise missing(f"read version {found}", Capability.VERSIONS)
        return found

    def admit(self, text: str) -> Admitted:
        """Admit a stranger's query, or raise AdmissionError."""
        return self._admit(text) if len(text) <= _SHORT else self._admit.__wrapped__(text)

    def current(self) -> int | None:
        """Return the number of the newest version, read again when its file has changed."""
        if self.settings.store:
            return self._current_of_store()
        try:
            found = os.stat(self._mark)  # noqa: PTH116  # of every request: a Path costs more
        except OSError:
            return self.home.current()
        mark = (found.st_ino, found.st_mtime_ns)
        if self._seen is None or self._seen[0] != mark:
            self._seen = (mark, self.home.current())
        return self._seen[1]

    def _current_of_store(self) -> int | None:
        """Return the number of the newest version behind an address, asked once in a while."""
        now = time.monotonic()
        if self._asked is None or now - self._asked[0] > _LOOK:
            self._asked = (now, self.home.current())
        return self._asked[1]

    def forget(self) -> None:
        """Ask the store again which version is the newest, and answer nothing from before."""
        self._asked = None
        self.cache.clear()

    def etag(self, admitted: Admitted, task: Task) -> str | None:
        """Return what names the answer, None where asking again may give another."""
        if not admitted.is_fixed:
            return None
        parts = (task.version, admitted.normalised, task.media_type, task.default_graphs)
        key = repr((*parts, task.named_graphs)).encode("utf-8", "surrogatepass")
        return hashlib.sha256(key).hexdigest()[:32]

    def query(
        self,
        admitted: Admitted,
        task: Task,
        asker: Asker,
        *,
        seconds: float | None = None,
        is_fresh: bool = False,
    ) -> Reply:
        """Answer a stranger's query; `seconds` may ask for less than the limit.

        An answer that is fresh is worked out again, whatever the cache has.
        """
        etag = self.etag(admitted, task)
        key = structs.replace(task, text=admitted.normalised)
        if etag and not is_fresh and (body := self.cache.get(key)) is not None:
            return Reply(body, len(body), task.media_type, task.version, etag)
        limit = min(seconds or self.settings.query_seconds, self.settings.query_seconds)
        reply = self._run(task, asker, limit, etag)
        if etag and reply.size <= self.cache.largest:
            body = _taken(reply.body)
            self.cache.put(key, body)
            return replace(reply, body=body)
        return reply

    def rows(
        self,
        query: str,
        version: int,
        asker: Asker,
        terms: Mapping[str, URIRef | Literal] = MappingProxyType({}),
    ) -> list[Row]:
        """Answer a SELECT query of the product, whose parameters are bound to terms."""
        text = bind(without_header(query), terms)
        found = msgspec.json.decode(self._ours(Task(text, ROWS["json"], version), asker))
        rows: list[Row] = found["results"]["bindings"]
        return rows

    def document(
        self,
        query: str,
        media_type: str,
        version: int,
        asker: Asker,
        terms: Mapping[str, URIRef | Literal],
    ) -> bytes:
        """Write the graph of a CONSTRUCT query of the product, with prefixes."""
        text = bind(without_header(query), terms)
        return self._ours(Task(text, media_type, version, is_document=True), asker)

    def close(self) -> None:
        """End the workers."""
        self.workers.close()

    def _ours(self, task: Task, asker: Asker) -> bytes:
        body = self.cache.get(task)
        if body is None and (body := self.carrying.find(task)) is not None:
            self._keep(task, body)
        if body is None:
            reply = self._run(task, asker, self.settings.query_seconds)
            body = _taken(reply.body)
            self._keep(task, body)
        return body

    def _keep(self, task: Task, body: bytes) -> None:
        self.cache.put(task, body)
        self.carrying.note(task)

    def _run(self, task: Task, asker: Asker, seconds: float, etag: str | None = None) -> Reply:
        self.budgets.begin(asker.client)
        used, is_error = 0.0, True
        began, outcome = time.monotonic(), "answered"
        try:
            answered = self.workers.run(
                task,
                seconds=seconds,
                patience=self.settings.patience,
                is_gone=asker.is_gone,
                client=asker.client,
            )
            used, is_error = answered.seconds, False
        except ProblemError as problem:
            outcome = problem.kind
            if problem.kind in _COSTLY:
                used = seconds
            is_error = problem.kind not in {"busy", "client-gone", "no-data"}
            raise
        finally:
            self.budgets.end(asker.client, seconds=used, is_error=is_error)
            passed = time.monotonic() - began
            if passed > self.settings.slow_seconds:
                _SLOW_LOG.warning("%s", _line(task, asker, passed, outcome))
        return Reply(answered.body, answered.size, task.media_type, task.version, etag)


def _taken(body: bytes | Path) -> bytes:
    """Return an answer in memory; its file has served."""
    if isinstance(body, bytes):
        return body
    content = body.read_bytes()
    body.unlink()
    return content


def _line(task: Task, asker: Asker, seconds: float, outcome: str) -> str:
    """Write what a slow query was, and what became of it, as one line of JSON."""
    return json.dumps(
        {
            "id": asker.request_id,
            "client": asker.client,
            "slow": round(seconds, 3),
            "outcome": outcome,
            "version": task.version,
            "query": task.text[:_MOST_LOGGED],
        }
    )
