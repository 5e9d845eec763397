"""The writer: a killable process that carries out orders to write, one after the other."""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from server.orders import Deciding, Done, Order, Refused
from server.problems import ProblemError
from server.processes import process_context
from server.writing import write

__all__ = ["Writer"]

_LOG = logging.getLogger(__name__)
_START = 30  # seconds that the process has to start
_KEEP = 60  # seconds that a write has to be kept once it is decided
# The engine aborts; where no thread can be made, the system's library exits.
_OUT_OF_MEMORY = frozenset({-signal.SIGABRT, 127})
_SHAPES = '</shapes>; rel="http://www.w3.org/ns/ldp#constrainedBy"'  # LDP 1.0 §4.2.1.6
_MOST_WAITING = 4  # requests that wait for the writer; more would hold the threads of readers


class _Process:
    """One process and the two pipes to it."""

    def __init__(self, home: Path, store: str, memory: int) -> None:
        context = process_context()
        self.orders, theirs = context.Pipe()
        lifeline, self._lifeline = context.Pipe(duplex=False)
        self.process = context.Process(
            target=write,
            args=(theirs, lifeline, str(home), store, memory),
            name="writer",
            daemon=True,
        )
        self.process.start()
        theirs.close()
        lifeline.close()
        if not self.orders.poll(_START):
            raise EOFError
        self.orders.recv()

    def end(self) -> None:
        """End the process whatever it does, and wait until it has gone."""
        self.process.kill()
        self.process.join(5)
        self.orders.close()
        self._lifeline.close()


class Writer:
    """Carry out orders in a process that is started when it is first needed.

    `store` is the address of an engine that holds the data, and `settle` what is done after each
    order, whatever became of it.
    """

    def __init__(
        self,
        home: Path,
        *,
        seconds: float,
        memory: int,
        patience: float,
        store: str = "",
        settle: Callable[[], None] = lambda: None,
    ) -> None:
        self._home = home
        self._store = store
        self._settle = settle
        self._seconds = seconds
        self._memory = memory
        self._patience = patience
        self._process: _Process | None = None
        self._lock = threading.Lock()
        self._waiting = threading.BoundedSemaphore(_MOST_WAITING)
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """The process, None while there is none."""
        return self._process.process.pid if self._process else None

    def run(self, order: Order) -> Done:
        """Carry out an order, or raise ProblemError with why nothing was written."""
        if not self._waiting.acquire(blocking=False):
            raise self._busy()
        try:
            if not self._lock.acquire(timeout=self._patience):
                raise self._busy()
        finally:
            self._waiting.release()
        try:
            if self._is_closed:
                raise ProblemError("busy", "The server is stopping.", retry_after=5)
            try:
                answer = self._exchange(order)
            finally:
                self._settle()
        finally:
            self._lock.release()
        if isinstance(answer, Refused):
            raise _problem(answer)
        return answer

    def close(self) -> None:
        """Let the write at hand be kept, and end the process."""
        self._is_closed = True
        has_lock = self._lock.acquire(timeout=self._patience)
        self._discard()
        if has_lock:
            self._lock.release()

    def _busy(self) -> ProblemError:
        message = "Others are writing; nothing was written. Try again in a moment."
        return ProblemError("busy", message, retry_after=2)

    def _exchange(self, order: Order) -> Done | Refused:
        pipe = self._send(order)
        answer = self._receive(pipe, self._seconds, is_decided=False)
        if isinstance(answer, Deciding):
            answer = self._receive(pipe, _KEEP, is_decided=True)
        if isinstance(answer, Deciding):
            raise self._lost(is_decided=True)
        if isinstance(answer, Refused) and answer.kind == "memory-limit":
            self._discard()  # what ran out of memory may not give all of it back
        return answer

    def _send(self, order: Order) -> Connection:
        """Hand an order over; a process that died while it was idle is replaced."""
        for _ in range(2):
            try:
                if self._process is None or not self._process.process.is_alive():
                    self._discard()
                    self._process = _Process(self._home, self._store, self._memory)
                self._process.orders.send(order)
            except (EOFError, OSError):
                self._discard()
            else:
                return self._process.orders
        message = "The process that writes could not be started; try again in a moment."
        raise ProblemError("busy", message, retry_after=5)

    def _receive(
        self, pipe: Connection, seconds: float, *, is_decided: bool
    ) -> Deciding | Done | Refused:
        began = time.monotonic()
        try:
            if pipe.poll(seconds):
                answer: Deciding | Done | Refused = pipe.recv()
                return answer
        except (EOFError, OSError) as error:
            raise self._lost(is_decided=is_decided) from error
        _LOG.warning("a write was ended after %.1f s", time.monotonic() - began)
        self._discard()
        if is_decided:
            raise self._unknown()
        raise ProblemError(
            "time-limit",
            f"The write was ended after {seconds:g} seconds and nothing was written; write in "
            "parts.",
            members={"limit": seconds},
        )

    def _lost(self, *, is_decided: bool) -> ProblemError:
        """Say what became of a write whose process has ended."""
        code = None
        if self._process is not None:
            self._process.process.join(2)
            code = self._process.process.exitcode
        self._discard()
        _LOG.warning("the writer ended with code %s under a write", code)
        if is_decided:
            return self._unknown()
        if code in _OUT_OF_MEMORY:
            message = (
                f"The write needed more than {self._memory >> 20} MiB of memory and nothing was "
                "written; write in parts."
            )
            return ProblemError("memory-limit", message, members={"limit": self._memory})
        message = "The write ended the process that ran it and nothing was written; change it."
        return ProblemError("worker-lost", message)

    def _unknown(self) -> ProblemError:
        message = (
            "The process that writes ended while the write was being kept: see at /versions "
            "whether it was, before you send it again."
        )
        return ProblemError("worker-lost", message)

    def _discard(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(OSError):
                process.end()


def _problem(refused: Refused) -> ProblemError:
    return ProblemError(
        refused.kind,
        refused.message,
        retry_after=5 if refused.kind in {"busy", "write-failed"} else None,
        members=refused.members,
        headers={"Link": _SHAPES} if refused.kind == "nonconforming" else None,
    )
