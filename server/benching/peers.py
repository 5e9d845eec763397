"""Peers: servers that answer SPARQL over the same data, each started and stopped here."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.request import urlopen

import pyoxigraph as ox

from kg.errors import ConfigurationError
from kg.store import Home, Place

__all__ = ["PEERS", "Peer", "Running", "running"]

_START = 120  # seconds that a server has to start: some read all the data first
_PREPARED = 900  # seconds that ours has to make its heavy pages
_RUN = "from server.serving import serve; serve()"
_BOUNDLESS = {"COVE_CLIENT_SECONDS": "1e9", "COVE_CLIENT_ERRORS": "1000000000"}


@dataclass(frozen=True, slots=True)
class Peer:
    """How a server is started, given a home, a port and a folder to write to."""

    path: str  # where it answers queries
    program: str
    command: Callable[[Place, int, Path], list[str]]

    @property
    def executable(self) -> str | None:
        """Return the program, which pip puts beside the interpreter."""
        here = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
        return shutil.which(self.program, path=here)


def _cove(_home: Place, _port: int, _folder: Path) -> list[str]:
    return ["-c", _RUN]


def _oxigraph(home: Place, port: int, _folder: Path) -> list[str]:
    # The very database that we serve: its default graph is the merge already.
    database = _files_of(home).database_path(home.current() or 0)
    return ["serve-read-only", "--location", str(database), "--bind", f"127.0.0.1:{port}"]


def _rdflib_endpoint(home: Place, port: int, folder: Path) -> list[str]:
    data = folder / "data.nt"
    with _files_of(home).open() as snapshot, data.open("wb") as file:
        snapshot.engine.dump(file, format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    return ["serve", str(data), "--host", "127.0.0.1", "--port", str(port)]


def _files_of(home: Place) -> Home:
    if isinstance(home, Home):
        return home
    raise ConfigurationError("cannot run others over an engine: they read the files of a home")


PEERS: Mapping[str, Peer] = MappingProxyType(
    {
        "cove": Peer("/sparql", Path(sys.executable).name, _cove),
        "oxigraph serve": Peer("/query", "oxigraph", _oxigraph),
        "rdflib-endpoint": Peer("/", "rdflib-endpoint", _rdflib_endpoint),
    }
)


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers at a port."""

    port: int
    pid: int


@contextmanager
def running(name: str, home: Place, **settings: object) -> Iterator[Running]:
    """Run a server over a home; the settings are those of ours."""
    peer = PEERS[name]
    program = peer.executable
    if program is None:
        raise ConfigurationError(f"cannot run {name}: it is not installed; pip install {name}")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        **_BOUNDLESS,
        "COVE_HOME": str(home.path),
        "COVE_PORT": str(port),
        "COVE_STORE": "",  # what is measured is what is given, not what the environment names
        **{f"COVE_{name.upper()}": str(value) for name, value in settings.items()},
    }
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        command = [program, *peer.command(home, port, Path(folder))]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)  # noqa: S603  # ours
        try:
            _wait(name, process, port, peer.path)
            if name == "cove":
                _wait_until_prepared(process, port)
            yield Running(port, process.pid)
        finally:
            process.terminate()
            process.wait(30)


def _wait(name: str, process: subprocess.Popen[bytes], port: int, path: str) -> None:
    deadline = time.monotonic() + _START
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", f"{path}?query=ASK%20%7B%7D")
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
    raise ConfigurationError(f"cannot run {name}: it does not answer; try it by hand")


def _wait_until_prepared(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until our server has made what it makes by itself, which is not what is measured."""
    deadline = time.monotonic() + _PREPARED
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{port}/health") as answer:
            health = json.load(answer)
            if health["prepared"] == health["version"]:
                return
        time.sleep(0.5)
    raise ConfigurationError("cannot measure cove: its pages are not prepared; see its log")
