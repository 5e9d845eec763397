"""Fixtures that every part needs: the corpus built once, homes to write to, a server that runs."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg import ontology
from kg.dataset import Dataset, open_dataset
from kg.ingest import Outcome, build_dataset, entailer, import_files
from kg.namespaces import SCHEMES_INFERRED_GRAPH
from kg.store import Home

_RUN = "from server.serving import serve; serve()"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """Build the corpus once: the folder of its home, which nobody writes to, and the outcome."""
    folder = tmp_path_factory.mktemp("corpus") / "home"
    return folder, build_dataset(Home(folder), agent="tests")


@pytest.fixture(scope="session")
def corpus_home(built: tuple[Path, Outcome]) -> Home:
    """Return the home that holds the corpus; only for reading."""
    return Home(built[0])


@pytest.fixture(scope="session")
def dataset(built: tuple[Path, Outcome]) -> Iterator[Dataset]:
    """Return the corpus, open for questions."""
    with open_dataset(built[0]) as opened:
        yield opened


@pytest.fixture(scope="session")
def make_home() -> Callable[[Path, Iterable[str]], Home]:
    """Return a function that makes a home of the ontology and the lines of a coding sheet."""

    def make(folder: Path, lines: Iterable[str]) -> Home:
        home = Home(folder / "home")
        with home.begin(agent="tests", reason="ontology") as new:
            for name, graph in ontology.named_graphs():
                new.replace(name, graph)
            new.replace(SCHEMES_INFERRED_GRAPH, entailer().background)
        sheet = folder / "some.jsonl"
        sheet.write_text("\n".join(lines), encoding="utf-8")
        assert not import_files(home, [sheet], agent="tests", reason="some records").refusals
        return home

    return make


@pytest.fixture
def home(built: tuple[Path, Outcome], tmp_path: Path) -> Home:
    """Return a copy of the home with the corpus, to write to."""
    return Home(shutil.copytree(built[0], tmp_path / "home"))


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


@dataclass(frozen=True)
class Running:
    """A server in a process of its own."""

    port: int
    pid: int

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            response = connection.getresponse()
            found: dict[str, str] = {}
            for name, value in response.getheaders():
                before = f"{found[name.lower()]}\n" if name.lower() in found else ""
                found[name.lower()] = before + value
            return Answer(response.status, found, response.read())
        finally:
            connection.close()


@contextmanager
def running(home: Path, **settings: object) -> Iterator[Running]:
    """Run a server over a home on a free port of the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    given = {f"COVE_{name.upper()}": str(value) for name, value in settings.items()}
    environment = {**os.environ, "COVE_HOME": str(home), "COVE_PORT": str(port), **given}
    process = subprocess.Popen([sys.executable, "-c", _RUN], env=environment)
    server = Running(port, process.pid)
    try:
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(20)


def _wait(server: Running, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended before it answered"
        try:
            if server.ask("GET", "/health/live").status == 200:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
    raise AssertionError("the server does not answer")


@pytest.fixture(scope="session")
def run_server() -> Callable[..., AbstractContextManager[Running]]:
    """Give what runs a server over a home, with settings."""
    return running
