"""Homes, and an endpoint on a loopback port."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.store import EndpointStore, Home, Repository


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def oxigraph_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    beside = Path(sys.executable).with_name("oxigraph")
    program = str(beside) if beside.exists() else shutil.which("oxigraph")
    if program is None:
        pytest.skip("the program oxigraph (PyPI) is not installed")
    port = free_port()
    location = tmp_path_factory.mktemp("oxigraph")
    process = subprocess.Popen(
        [program, "serve", "-l", location, "-b", f"127.0.0.1:{port}", "--union-default-graph"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(400):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except ConnectionRefusedError:
                try:
                    process.wait(timeout=0.05)
                except subprocess.TimeoutExpired:
                    continue
                pytest.fail(f"oxigraph ended with {process.returncode} before it answered")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def emptied(store: EndpointStore) -> EndpointStore:
    with store.begin(agent="test", reason="an empty endpoint") as change:
        for name in store.graph_names():
            change.remove(name)
    return store


@pytest.fixture(params=["home", "graph store protocol", "update alone"])
def repository(request: pytest.FixtureRequest, home: Home) -> Repository:
    if request.param == "home":
        return home
    url = request.getfixturevalue("oxigraph_url")
    return emptied(
        EndpointStore(
            f"{url}/query",
            update_url=f"{url}/update",
            graph_store_url=f"{url}/store" if request.param == "graph store protocol" else None,
        )
    )
