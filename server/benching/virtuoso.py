"""Virtuoso: a server of its own in a folder, with the settings that whole answers need."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kg.errors import ConfigurationError

__all__ = ["Virtuoso", "is_installed", "virtuoso"]

_START = 60  # seconds that it has to start
_USER = "dba"  # and the password, in a database that is new
_INI = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200

[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
FileExtend = 200

[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
CheckpointInterval = 0
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
DirsAllowed = {folder}
MaxSortedTopRows = 10000000
MaxMemPoolSize = 2000000000

[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 10
MaxClientConnections = 10

[SPARQL]
ResultSetMaxRows = 100000000
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 0
"""


@dataclass(frozen=True, slots=True)
class Virtuoso:
    """A server that runs; the user and the password are those of a new database."""

    port: int
    pid: int
    sql: int
    folder: Path
    user: str = _USER
    password: str = _USER

    @property
    def url(self) -> str:
        """The address where it answers queries."""
        return f"http://127.0.0.1:{self.port}/sparql"

    def load(self, data: Path) -> None:
        """Load N-Quads by its own means, which are the fastest."""
        near = self.folder / "load"
        near.mkdir()
        shutil.copy(data, near / "data.nq")
        self.run(f"ld_dir('{near}', '*.nq', 'urn:default'); rdf_loader_run(); checkpoint;")

    def run(self, statements: str) -> str:
        """Run SQL statements."""
        program = shutil.which("isql-vt") or "isql-vt"
        command = [program, f"127.0.0.1:{self.sql}", _USER, _USER, f"exec={statements}"]
        done = subprocess.run(command, capture_output=True, check=False, text=True)  # noqa: S603  # ours
        if done.returncode or "*** Error" in done.stderr:
            raise ConfigurationError(f"Virtuoso cannot run {statements}: {done.stderr.strip()}")
        return done.stdout


def is_installed() -> bool:
    """Tell whether the programs of Virtuoso are there (Debian: virtuoso-opensource-7)."""
    return bool(shutil.which("virtuoso-t") and shutil.which("isql-vt"))


@contextmanager
def virtuoso(folder: Path, *, megabytes: int = 160) -> Iterator[Virtuoso]:
    """Run a server with a new database in a folder, and as much memory for its pages."""
    program = shutil.which("virtuoso-t")
    if program is None:
        raise ConfigurationError("cannot run Virtuoso: apt-get install virtuoso-opensource-7")
    buffers = megabytes * 128  # of 8 kB
    http, sql = _free_port(), _free_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(
        _INI.format(folder=folder, http=http, sql=sql, buffers=buffers, dirty=buffers * 3 // 4)
    )
    command = [program, "+configfile", str(ini), "+foreground"]
    with (folder / "out.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)  # noqa: S603  # ours
        try:
            running = Virtuoso(http, process.pid, sql, folder)
            _wait(running, process)
            yield running
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(30)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _wait(running: Virtuoso, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START
    while time.monotonic() < deadline and process.poll() is None:
        with (
            contextlib.suppress(OSError, urllib.error.URLError),
            urllib.request.urlopen(f"{running.url}?query=ASK%7B%7D", timeout=5),  # noqa: S310  # ours
        ):
            return
        time.sleep(0.1)
    raise ConfigurationError(f"Virtuoso does not answer; see {running.folder}/virtuoso.log")
