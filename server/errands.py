"""Errands: long or dangerous work for a review, each in a process of its own that can be ended.

What strangers wrote is read there, without network and with bounds of memory and time. An errand
writes to the journal of the review itself, in one transaction: when it is ended, nothing of it
is there.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from kg.bibliographies import read_references
from kg.errors import CoveError, ReviewError
from kg.review.chapters import CHAPTERS
from kg.review.duplicates import keep_found
from kg.review.journal import Journal
from kg.review.projects import Projects
from kg.review.protocols import Stage
from kg.review.publishing import publish
from kg.review.ranking import keep_ranking
from kg.review.records import import_file
from kg.review.seeking import seek
from kg.review.sheets import take_sheet
from kg.store import place_at
from server.isolation import leave_network, limit_memory
from server.processes import process_context

__all__ = [
    "Errand",
    "Errands",
    "import_export",
    "import_sheet",
    "publish_review",
    "rank_left",
    "seek_duplicates",
]

_LOG = logging.getLogger(__name__)
_BACKGROUND = 900.0  # seconds of what nobody waits for
_Work = Callable[..., int]


@dataclass(frozen=True, slots=True)
class Errand:
    """What became of an errand: it is under way, or it has failed; what is done shows itself."""

    began: float
    message: str = ""

    @property
    def is_running(self) -> bool:
        """Tell whether it is under way."""
        return not self.message

    @property
    def seconds(self) -> int:
        """How long ago it began."""
        return int(time.monotonic() - self.began)


class Errands:
    """Run errands; of those in the background, one at a time and one of each name."""

    def __init__(self, *, seconds: float, memory: int) -> None:
        self._seconds = seconds
        self._memory = memory
        self._known: dict[str, Errand] = {}
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def run(self, work: _Work, *given: object, has_network: bool = False) -> int:
        """Do it now, and return what it returns, or raise ReviewError with why it was not done."""
        return self._run(self._seconds, work, given, has_network=has_network)

    def start(self, name: str, work: _Work, *given: object) -> None:
        """Begin it in the background, unless it is under way already."""
        with self._lock:
            if (known := self._known.get(name)) and known.is_running:
                return
            self._known[name] = Errand(time.monotonic())
        threading.Thread(target=self._go, args=(name, work, given), daemon=True).start()

    def state(self, name: str) -> Errand | None:
        """Return the errand of a name while it is under way, or when it has failed."""
        return self._known.get(name)

    def _go(self, name: str, work: _Work, given: tuple[object, ...]) -> None:
        with self._turn:
            try:
                self._run(_BACKGROUND, work, given)
            except ReviewError as error:
                self._known[name] = Errand(time.monotonic(), str(error))
            else:
                self._known.pop(name, None)

    def _run(
        self, seconds: float, work: _Work, given: tuple[object, ...], *, has_network: bool = False
    ) -> int:
        context = process_context()
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(
            target=_do,
            args=(theirs, self._memory, has_network, work, given),
            name="errand",
            daemon=True,
        )
        process.start()
        theirs.close()
        try:
            if not ours.poll(seconds):
                raise ReviewError(f"this was ended after {seconds:g} seconds and nothing was kept")
            answer: int | str = ours.recv()
        except EOFError as error:
            process.join(2)
            _LOG.warning("an errand ended with code %s", process.exitcode)
            message = f"this needed more than {self._memory >> 20} MiB of memory, or ended its"
            raise ReviewError(f"{message} process; nothing was kept") from error
        finally:
            process.kill()
            process.join(5)
            ours.close()
        if isinstance(answer, str):
            raise ReviewError(answer)
        return answer


def _do(
    answers: Connection,
    memory: int,
    has_network: bool,
    work: _Work,
    given: tuple[object, ...],
) -> None:
    """Do an errand and say what came of it: the body of the process."""
    if not has_network:
        leave_network()
    limit_memory(memory)
    try:
        answer: int | str = work(*given)
    except CoveError as error:
        answer = str(error)
    except MemoryError:
        answer = f"this needed more than {memory >> 20} MiB of memory; nothing was kept"
    with contextlib.suppress(OSError):
        answers.send(answer)


def import_export(path: Path, agent: str, search: int, name: str, content: bytes) -> int:
    """Read a file and keep what it holds; return the number of the import."""
    found = read_references(content, name)
    with Journal(path, CHAPTERS).writing(agent) as writing:
        return import_file(writing, search, content, found)


def import_sheet(path: Path, agent: str, name: str, content: bytes) -> int:
    """Read a coding sheet and keep its codings; return the number of the event."""
    with Journal(path, CHAPTERS).writing(agent) as writing:
        return take_sheet(writing, name, content)


def rank_left(path: Path, agent: str, stage: Stage) -> int:
    """Rank what is left to screen, and return the number of the ranking."""
    try:
        from kg.review.learning import rank  # noqa: PLC0415 - an extra, and a second to load
    except ImportError as error:
        raise ReviewError("ranking needs scikit-learn; install cove-kg[review]") from error
    journal = Journal(path, CHAPTERS)
    with journal.reading() as db:
        found = rank(db, stage)
    with journal.writing(agent) as writing:
        return keep_ranking(writing, found)


def seek_duplicates(path: Path, agent: str) -> int:
    """Look for duplicates among all records, and return the number of what was found."""
    journal = Journal(path, CHAPTERS)
    with journal.reading() as db:
        software, groups = seek(db)
    with journal.writing(agent) as writing:
        return keep_found(writing, software, groups)


def publish_review(  # noqa: PLR0913, PLR0917  # an errand takes what its pipe carries
    home: Path,
    store: str,
    slug: str,
    agent: str,
    reason: str,
    slugs: tuple[str, ...] | None,
    withdrawn: tuple[str, ...],
) -> int:
    """Publish what a review agrees on; return the number of the version.

    `store` is the address of an engine that holds the data.
    """
    project = Projects(home).one(slug)
    dataset = place_at(home, store, lock_timeout=30)
    return publish(project, dataset, agent=agent, reason=reason, slugs=slugs, withdrawn=withdrawn)
