"""Killable worker processes that run the queries of strangers.

A request takes an idle worker, sends it the task on its wire and waits for the answer; so the
way of a small query is two messages, and whatever a query does, ending its process ends it.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import cast

from server.engine import Answered, Failed, Task
from server.problems import ProblemError
from server.processes import Allowance, Worker

__all__ = ["Running", "Workers"]

_LOG = logging.getLogger(__name__)
_LOOK = 0.05  # seconds between two looks at whether the client is still there
_SLOW = 0.25  # seconds after which a query goes behind the others
_GROW = 0.02  # seconds to wait for a worker before another one is started
_SPOOL = "cove-spool-"


@dataclass(slots=True)
class Running:
    """A task at work: who waits for it, and since when."""

    number: int
    task: Task
    client: str
    began: float = 0.0  # on the monotonic clock, from when a worker is its own
    is_ended: bool = False  # somebody asked for its end

    @property
    def seconds(self) -> float:
        """How long it has been at work."""
        return time.monotonic() - self.began


class Workers:
    """Run tasks in as many processes as allowed, started when they are first needed."""

    def __init__(self, allowance: Allowance) -> None:
        self.allowance = allowance
        self.is_isolated: bool | None = None  # known when the first worker has started
        self.ended = 0  # workers ended by a limit, a crash or a client that left
        _sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_SPOOL}{os.getpid()}-"))
        self._idle: list[Worker] = []
        self._free = threading.Condition()
        self._running: dict[Worker, Running | None] = {}
        self._numbers = itertools.count(1)
        self._started = 0
        self._places = allowance.workers
        self._is_closed = False

    def __enter__(self) -> Workers:
        """Use the workers for a block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End them."""
        self.close()

    @property
    def running(self) -> int:
        """How many tasks run now."""
        return len(self._running)

    def tasks(self) -> list[Running]:
        """Return what is at work now, the oldest first."""
        with self._free:
            found = [running for running in self._running.values() if running]
        return sorted(found, key=lambda running: running.number)

    def end(self, number: int) -> Running | None:
        """Have a task ended with its worker; None where it is through already."""
        for running in self.tasks():
            if running.number == number:
                running.is_ended = True
                return running
        return None

    def pids(self) -> tuple[int, ...]:
        """Return the processes that there are."""
        with self._free:
            return tuple(w.process.pid or 0 for w in [*self._idle, *self._running])

    def run(
        self,
        task: Task,
        *,
        seconds: float,
        patience: float = 5,
        is_gone: Callable[[], bool] = lambda: False,
        client: str = "",
    ) -> Answered:
        """Run a task within a limit of seconds, or raise ProblemError.

        `patience` is how long to wait for a worker; `is_gone` tells that nobody waits for the
        answer any more.
        """
        running = Running(next(self._numbers), task, client)
        answer = None
        while answer is None:
            worker = self._take(running, patience, is_gone)
            try:
                answer = self._exchange(worker, running, seconds, is_gone)
            except BaseException:
                self._put_back(worker, is_well=False)
                raise
            if answer is None:
                self._put_back(worker, is_well=False)
        # What ran out of memory may not give all of it back.
        is_well = not (isinstance(answer, Failed) and answer.kind == "memory-limit")
        self._put_back(worker, is_well=is_well and worker.speed_up())
        if isinstance(answer, Failed):
            raise ProblemError(answer.kind, answer.message, members=_place(answer))
        return answer

    def warm_up(self, count: int) -> None:
        """Start some workers before they are needed."""
        for _ in range(count):
            with self._free:
                if not self._places or self._is_closed:
                    return
                self._places -= 1
            with contextlib.suppress(ProblemError):
                self._put_back(self._start(), is_well=True)

    def close(self) -> None:
        """End every worker and remove what they spooled."""
        with self._free:
            self._is_closed = True
            workers = [*self._idle, *self._running]
            self._idle.clear()
            self._free.notify_all()
        for worker in workers:
            worker.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _take(self, running: Running, patience: float, is_gone: Callable[[], bool]) -> Worker:
        began = time.monotonic()
        deadline = began + patience
        with self._free:
            while True:
                if self._is_closed:
                    raise ProblemError("busy", "The server is stopping.", retry_after=5)
                if self._idle:
                    worker = self._idle.pop()
                    self._begin(worker, running)
                    return worker
                if self._places and (not self._running or time.monotonic() > began + _GROW):
                    self._places -= 1
                    break
                if time.monotonic() > deadline or is_gone():
                    what = f"All {self.allowance.workers} workers have been at work for"
                    message = f"{what} {patience:g} seconds; try again in a moment."
                    raise ProblemError("busy", message, retry_after=2)
                self._free.wait(_GROW if self._places else _LOOK)
        return self._start(running)

    def _start(self, running: Running | None = None) -> Worker:
        with self._free:
            self._started += 1
            number = self._started
        try:
            worker = Worker(self.allowance, self.folder, number)
            is_isolated = worker.wait_until_ready()
        except (OSError, EOFError) as error:
            with self._free:
                self._places += 1
                self._free.notify()
            message = "A worker process could not be started; try again in a moment."
            raise ProblemError("busy", message, retry_after=2) from error
        if self.is_isolated is None and not is_isolated:
            _LOG.warning(
                "workers keep the network: this system does not let a process leave it; "
                "SERVICE is refused before a query reaches them"
            )
        self.is_isolated = is_isolated
        with self._free:
            self._begin(worker, running)
        return worker

    def _begin(self, worker: Worker, running: Running | None) -> None:
        if running:
            running.began = time.monotonic()
        self._running[worker] = running

    def _exchange(
        self, worker: Worker, running: Running, seconds: float, is_gone: Callable[[], bool]
    ) -> Answered | Failed | None:
        """Have a worker do a task; None where somebody has killed it while it was idle."""
        try:
            worker.tasks.send(running.task)
        except OSError:
            return None
        try:
            if not worker.has_answered(min(_SLOW, seconds)):
                worker.slow_down()
                self._watch(worker, running, seconds, is_gone)
            answer = cast("Answered | Failed", worker.tasks.receive())
        except (EOFError, OSError) as error:
            raise self._lost(worker) from error
        return answer

    def _watch(
        self, worker: Worker, running: Running, seconds: float, is_gone: Callable[[], bool]
    ) -> None:
        while not worker.has_answered(_LOOK):
            if running.seconds > seconds:
                raise ProblemError(
                    "time-limit",
                    f"The query was ended after {seconds:g} seconds; ask for less, or in parts.",
                    members={"limit": seconds},
                )
            if running.is_ended:
                raise ProblemError("query-ended", "Whoever runs this server has ended the query.")
            if is_gone():
                raise ProblemError("client-gone", "The client left before the answer was ready.")

    def _lost(self, worker: Worker) -> ProblemError:
        worker.process.join(2)
        if worker.process.exitcode == -signal.SIGABRT:
            return ProblemError(
                "memory-limit",
                f"The query needed more than {self.allowance.memory >> 20} MiB of memory; ask "
                "for less, or in parts.",
                members={"limit": self.allowance.memory},
            )
        _LOG.warning("a worker ended with code %s under a query", worker.process.exitcode)
        return ProblemError("worker-lost", "The query ended the process that ran it; change it.")

    def _put_back(self, worker: Worker, *, is_well: bool) -> None:
        """Make a worker free again, or the room of one that is not well."""
        with self._free:
            self._running.pop(worker, None)
            is_kept = is_well and not self._is_closed
            if is_kept:
                self._idle.append(worker)
            else:
                self.ended += 1
                self._places += 1
            self._free.notify()
        if not is_kept:
            # A process that others go before may take its time to die: nobody waits for that.
            worker.process.kill()
            threading.Thread(target=self._replace, args=(worker,), daemon=True).start()

    def _replace(self, worker: Worker) -> None:
        worker.end()
        self.warm_up(1)


def _sweep() -> None:
    """Remove the spools of servers that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_SPOOL}*-*"):
        owner = folder.name.removeprefix(_SPOOL).partition("-")[0]
        if owner.isdecimal() and not _is_alive(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    if sys.platform == "win32":  # where signal 0 ends a process
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _place(failed: Failed) -> dict[str, str | int | float | list[str]]:
    if failed.line is None or failed.column is None:
        return {}
    return {"line": failed.line, "column": failed.column}
