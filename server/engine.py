"""The inside of a worker process: it opens versions and answers one task at a time."""

from __future__ import annotations

import contextlib
import io
import os
import socket
import time
from collections import OrderedDict
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from textwrap import shorten
from typing import BinaryIO, cast
from uuid import uuid4

import msgspec
from rdflib import URIRef

from kg.errors import CoveError, QueryError, StoreError
from kg.store import OpenVersion, place_at
from server.documents import write_document
from server.isolation import give_back_memory, leave_network, limit_memory, run_deep
from server.wires import Wire

__all__ = ["Answered", "Failed", "Room", "Task", "work"]


_LONG_WORK = 0.1  # seconds of a processor, after which much memory may have been in use
_LONG = 300  # characters of a message; the engine lists everything that it might have read


class Task(msgspec.Struct, frozen=True):
    """One query to answer, or with `is_document` one document to write."""

    text: str
    media_type: str
    version: int
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    is_document: bool = False


class Answered(msgspec.Struct, frozen=True):
    """The whole answer, in memory or spooled to a file; `seconds` of processor time."""

    body: bytes | Path
    size: int
    seconds: float


class Failed(msgspec.Struct, frozen=True):
    """Why there is no answer."""

    kind: str
    message: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """What a worker may use: the home it reads, and its limits in bytes."""

    home: str
    spool: str
    memory: int
    inline: int
    most: int
    has_network: bool
    base: str  # what relative IRIs in a query are resolved against
    store: str = ""  # the address of an engine that holds the data


class _Spool(io.RawIOBase):
    """A file in memory that moves to the disk when it grows."""

    def __init__(self, room: Room) -> None:
        self.size = 0
        self.path: Path | None = None
        self._room = room
        self._file: io.BytesIO | io.BufferedWriter = io.BytesIO()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # the engine writes bytes
        self.size += len(data)
        if self.size > self._room.most:
            raise OSError("the answer is too large")
        if self.path is None and self.size > self._room.inline:
            self._move()
        return self._file.write(data)

    def _move(self) -> None:
        held = self._file
        self.path = Path(self._room.spool) / uuid4().hex
        self._file = self.path.open("wb")
        if isinstance(held, io.BytesIO):
            self._file.write(held.getbuffer())

    def finish(self) -> bytes | Path:
        """Return what was written, or the file that holds it."""
        if isinstance(self._file, io.BytesIO):
            return self._file.getvalue()
        self._file.close()
        assert self.path is not None  # noqa: S101  # set where the file was
        return self.path

    def discard(self) -> None:
        """Remove what was written."""
        self._file.close()
        if self.path:
            self.path.unlink(missing_ok=True)


class _Versions:
    """The versions that a worker has open, the least recently used closed first."""

    _MOST = 3

    def __init__(self, home: str, store: str) -> None:
        self._home = place_at(Path(home), store)
        self._open: OrderedDict[int, OpenVersion] = OrderedDict()

    def open_newest(self) -> None:
        """Open the newest version, if there is one."""
        if number := self._home.current():
            self[number]

    def __getitem__(self, number: int) -> OpenVersion:
        if number not in self._open:
            self._open[number] = self._home.open(number)
        self._open.move_to_end(number)
        while len(self._open) > self._MOST:
            self._open.popitem(last=False)[1].close()
        return self._open[number]


def work(end: socket.socket, lifeline: Connection, room: Room) -> None:
    """Answer tasks until the other end of the lifeline closes: the body of the process."""
    is_alone = room.has_network or leave_network()
    run_deep(lambda: _serve(Wire(end), room, is_alone))
    # The engine's thread may be deep in a query when the server dies: this one notices.
    with contextlib.suppress(EOFError, OSError):
        lifeline.recv()
    os._exit(0)


def _serve(tasks: Wire, room: Room, is_alone: bool) -> None:
    versions = _Versions(room.home, room.store)
    with contextlib.suppress(StoreError):
        versions.open_newest()  # the engine's own threads are no part of a query's memory
    limit_memory(room.memory)
    with contextlib.suppress(EOFError, OSError):
        tasks.send(is_alone)
        while True:
            task = cast("Task", tasks.receive())
            began = time.process_time()
            tasks.send(_answer(task, versions, room))
            if time.process_time() - began > _LONG_WORK:
                give_back_memory()
    os._exit(0)


def _answer(task: Task, versions: _Versions, room: Room) -> Answered | Failed:
    began = time.process_time()
    spool = _Spool(room)
    try:
        _write(task, versions[task.version], spool, room.base)
        return Answered(spool.finish(), spool.size, time.process_time() - began)
    except MemoryError:
        failed = Failed("memory-limit", "the query passed the limit of memory")
    except StoreError as error:
        failed = Failed("no-data", str(error))
    except QueryError as error:
        if spool.size > room.most:
            failed = Failed("answer-too-large", "the answer passed the limit of a download")
        else:
            failed = _failed(error)
    except CoveError as error:
        failed = Failed("query-failed", str(error))
    spool.discard()
    return failed


def _failed(error: QueryError) -> Failed:
    """Say why a query failed; the line of the base before it does not count."""
    if error.line is None:
        return Failed("query-failed", shorten(str(error), _LONG))
    line = max(error.line - 1, 1)
    message = str(error).replace(f"line {error.line},", f"line {line},", 1)
    return Failed("malformed-query", shorten(message, _LONG), line, error.column)


def _write(task: Task, version: OpenVersion, spool: _Spool, base: str) -> None:
    # The engine asks of a file only that it can be written.
    output = cast("BinaryIO", spool)
    if task.is_document:
        write_document(version, task.text, task.media_type, output)
        return
    version.write_answer(
        f"BASE <{base}>\n{task.text}",
        task.media_type,
        output,
        default_graphs=_iris(task.default_graphs),
        named_graphs=_iris(task.named_graphs),
    )


def _iris(names: tuple[str, ...] | None) -> list[URIRef] | None:
    return None if names is None else [URIRef(name) for name in names]
