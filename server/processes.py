"""One process that runs queries, and the wire and the lifeline to it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import sys
import time
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext, SpawnContext
from pathlib import Path

from kg.namespaces import BASE
from server.engine import Room, work
from server.wires import wire

__all__ = ["Allowance", "Worker", "process_context"]

_BACK = 10  # how much nicer a slow query is than this process
_NICEST = 19
_START = 20  # seconds that a worker has to start


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the workers of a server may use."""

    home: Path
    workers: int
    memory: int  # bytes a worker, over what it needs itself
    inline: int  # bytes of an answer that stay in memory
    most: int  # bytes of an answer
    has_network: bool = False
    store: str = ""  # the address of an engine that holds the data
    base: str = BASE  # what relative IRIs in a query are resolved against


def process_context() -> SpawnContext | ForkServerContext:
    """Choose how processes start: from a clean one that has all modules, where that is known."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    multiprocessing.set_forkserver_preload(["server.engine"])
    return multiprocessing.get_context("forkserver")


class Worker:
    """One process, the wire for its tasks, and the pipe whose end is its own end."""

    def __init__(self, allowance: Allowance, folder: Path, number: int) -> None:
        context = process_context()
        self.spool = folder / str(number)
        self.spool.mkdir()
        self.is_slowed = False
        self.tasks, theirs = wire()
        lifeline, self._lifeline = context.Pipe(duplex=False)
        room = Room(
            home=str(allowance.home),
            store=allowance.store,
            spool=str(self.spool),
            memory=allowance.memory,
            inline=allowance.inline,
            most=allowance.most,
            has_network=allowance.has_network,
            base=allowance.base,
        )
        self.process = context.Process(
            target=work, args=(theirs, lifeline, room), name=f"worker-{number}", daemon=True
        )
        self.process.start()
        theirs.close()
        lifeline.close()

    def has_answered(self, seconds: float) -> bool:
        """Wait so long for word from the worker, to the next step of its wire, or for its end."""
        deadline = time.monotonic() + seconds
        while not self.tasks.has_message():
            if time.monotonic() > deadline:
                return False
        return True

    def wait_until_ready(self) -> bool:
        """Wait for the worker's first word: whether it is cut off from the network."""
        if not self.has_answered(_START):
            raise EOFError
        return bool(self.tasks.receive())

    def slow_down(self) -> None:
        """Let the others go first."""
        self.is_slowed = True
        with contextlib.suppress(OSError):
            self._set_pace(_BACK)

    def speed_up(self) -> bool:
        """Take the place of a fresh worker again, if the system lets us."""
        if self.is_slowed:
            try:
                self._set_pace(0)
            except OSError:
                return False
        self.is_slowed = False
        return True

    def _set_pace(self, back: int) -> None:
        """Make the process nicer than this one; on Linux each thread has a niceness of its own."""
        if sys.platform == "win32":
            return
        pid = self.process.pid or 0
        niceness = min(os.getpriority(os.PRIO_PROCESS, 0) + back, _NICEST)
        tasks = Path("/proc") / str(pid) / "task"
        for thread in [int(each.name) for each in tasks.iterdir()] if tasks.is_dir() else [pid]:
            os.setpriority(os.PRIO_PROCESS, thread, niceness)

    def end(self) -> None:
        """End the process whatever it does, and wait until it has gone."""
        self.process.kill()
        self.process.join(5)
        self.tasks.close()
        self._lifeline.close()
        shutil.rmtree(self.spool, ignore_errors=True)
