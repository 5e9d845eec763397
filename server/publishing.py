"""Publishing: what belongs to a version but takes long, made once, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from kg.descriptions import facts_of, make_dumps
from kg.errors import CoveError
from kg.search import index_of
from kg.store import Place, place_at
from server.problems import ProblemError
from server.sitemaps import make_sitemap

__all__ = ["PUBLICATIONS", "Publishing", "main"]

PUBLICATIONS: Mapping[str, Callable[[Place, int], object]] = MappingProxyType(
    {
        "facts": facts_of,
        "dumps": make_dumps,
        "sitemap": make_sitemap,
        "search indexes": index_of,
    }
)
"""What can be made for a version, and by whom."""

_RUN = "import sys; from server.publishing import main; sys.exit(main(*sys.argv[1:]))"
_LOOK = 0.1  # seconds
_BACK = 10  # how much nicer than the server: whoever asks goes first
_LONGEST = 1_800.0  # seconds, after which something must have gone wrong


@dataclass(frozen=True, slots=True)
class _Work:
    process: subprocess.Popen[bytes]
    began: float


class Publishing:
    """Have publications made, each by one process at a time."""

    def __init__(self, home: Place, *, patience: float, store: str = "") -> None:
        self._home = home
        self._store = store
        self._patience = patience
        self._at_work: dict[tuple[str, int], _Work] = {}
        self._lock = threading.Lock()

    def make(self, name: str, number: int) -> None:
        """Make a publication of a version; raise ProblemError where it takes a while longer."""
        with self._lock:
            work = self._at_work.get((name, number)) or self._begin(name, number)
        try:
            code = work.process.wait(self._patience)
        except subprocess.TimeoutExpired:
            if time.monotonic() - work.began > _LONGEST:
                work.process.kill()
            message = f"The {name} of version {number} are being made; come back in a moment."
            raise ProblemError("busy", message, retry_after=10) from None
        with self._lock:
            self._at_work.pop((name, number), None)
        if code:
            message = f"The {name} of version {number} cannot be made; the operator's log says why."
            raise ProblemError("no-data", message, retry_after=60)

    def prepare(self, name: str, number: int, *, is_over: Callable[[], bool]) -> None:
        """Make a publication before anybody asks, however long it takes, unless all is over."""
        with self._lock:
            work = self._at_work.get((name, number)) or self._begin(name, number)
        while work.process.poll() is None and not is_over():
            time.sleep(_LOOK)
        with self._lock:
            self._at_work.pop((name, number), None)

    def _begin(self, name: str, number: int) -> _Work:
        command = [sys.executable, "-c", _RUN, name, str(self._home.path), self._store, str(number)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603  # our own words
        self._at_work[name, number] = _Work(process, time.monotonic())
        return self._at_work[name, number]


def main(name: str, home: str, store: str, number: str) -> int:
    """Make a publication: the body of the process."""
    if sys.platform != "win32":
        os.nice(_BACK)
    try:
        PUBLICATIONS[name](place_at(Path(home), store), int(number))
    except CoveError as error:
        sys.stderr.write(f"cannot publish the {name} of version {number}: {error}\n")
        return 1
    return 0
