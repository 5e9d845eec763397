"""Homes, and engines on loopback ports: oxigraph serve, Virtuoso, our own server."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from unittest.mock import patch

import pyoxigraph as ox
import pytest
from rdflib import URIRef

from kg.accounts import Accounts, Role
from kg.ingest import build_dataset, corpus
from kg.store import ENGINES, Credentials, EndpointStore, Home, RemoteHome, Repository, connect
from server.benching.virtuoso import Virtuoso, is_installed, virtuoso

BASE_GRAPH = URIRef("https://example.org/first")
_SERVE = "from server.serving import serve; serve()"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def not_here(what: str) -> None:
    """Skip, unless the engines have to be there, as they have where everything is checked."""
    if os.environ.get("COVE_ENGINES") == "required":
        pytest.fail(f"{what}, and COVE_ENGINES says that it is required")
    pytest.skip(what)


@contextmanager
def serving(
    command: list[str], port: int, environment: dict[str, str] | None = None
) -> Iterator[str]:
    """Run a server until the block ends; it is there when it takes connections."""
    process = subprocess.Popen(
        command,
        env={**os.environ, **(environment or {})},
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
                pytest.fail(f"{command[0]} ended with {process.returncode} before it answered")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def oxigraph(location: Path, data: Path | None = None) -> Iterator[str]:
    """Run `oxigraph serve` on a new database, with some N-Quads in it."""
    beside = Path(sys.executable).with_name("oxigraph")
    program = str(beside) if beside.exists() else shutil.which("oxigraph")
    if program is None:
        not_here("the program oxigraph (PyPI) is not installed")
        return
    if data:
        load = [program, "load", "-l", str(location), "-f", str(data)]
        subprocess.run(load, check=True, capture_output=True)
    port = free_port()
    command = [program, "serve", "-l", str(location), "-b", f"127.0.0.1:{port}"]
    with serving([*command, "--union-default-graph"], port) as url:
        yield url


@pytest.fixture(scope="session")
def oxigraph_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as url:
        yield url


@pytest.fixture(scope="session")
def virtuoso_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    if not is_installed():
        not_here("Virtuoso (Debian: virtuoso-opensource-7) is not installed")
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as running:
        yield running


@pytest.fixture(scope="session")
def cove_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EndpointStore]:
    folder = tmp_path_factory.mktemp("served")
    with Home(folder).begin(agent="test", reason="a home to serve") as candidate:
        candidate.replace(BASE_GRAPH, [(BASE_GRAPH, BASE_GRAPH, BASE_GRAPH)])
    _, token = Accounts(folder).create("Writing", Role.CURATOR)
    port = free_port()
    environment = {
        "COVE_HOME": str(folder),
        "COVE_PORT": str(port),
        "COVE_WORKERS": "2",
        "COVE_CLIENT_ERRORS": "100000",
        "COVE_CLIENT_SECONDS": "100000",
    }
    with serving([sys.executable, "-c", _SERVE], port, environment) as url:
        engine = ENGINES["cove"]
        query = f"{url}/sparql"
        yield EndpointStore(
            query,
            update_url=engine.beside(query, engine.update),
            graph_store_url=engine.beside(query, engine.graph_store),
            token=token,
            engine=engine,
        )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def emptied(store: EndpointStore) -> EndpointStore:
    with store.begin(agent="test", reason="an empty endpoint") as change:
        for name in store.graph_names():
            change.remove(name)
    return store


def virtuoso_store(server: Virtuoso) -> EndpointStore:
    engine = ENGINES["virtuoso"]
    return EndpointStore(
        server.url,
        update_url=engine.beside(server.url, engine.update),
        graph_store_url=engine.beside(server.url, engine.graph_store),
        credentials=Credentials("digest", server.user, server.password),
        engine=engine,
    )


def _oxigraph_store(url: str, *, with_graphs: bool) -> EndpointStore:
    return EndpointStore(
        f"{url}/query",
        update_url=f"{url}/update",
        graph_store_url=f"{url}/store" if with_graphs else None,
        engine=ENGINES["oxigraph"],
    )


_Fixture = Callable[[str], object]
ENGINES_TESTED: dict[str, Callable[[_Fixture], EndpointStore]] = {
    "graph store protocol": lambda fixture: _oxigraph_store(
        str(fixture("oxigraph_url")), with_graphs=True
    ),
    "update alone": lambda fixture: _oxigraph_store(
        str(fixture("oxigraph_url")), with_graphs=False
    ),
    "virtuoso": lambda fixture: virtuoso_store(fixture("virtuoso_server")),  # type: ignore[arg-type]
    "our own server": lambda fixture: fixture("cove_store"),  # type: ignore[dict-item,return-value]
}


@pytest.fixture(params=["home", *ENGINES_TESTED])
def repository(request: pytest.FixtureRequest, home: Home) -> Repository:
    if request.param == "home":
        return home
    return emptied(ENGINES_TESTED[request.param](request.getfixturevalue))


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Build a part of the corpus; with COVE_ENGINES=corpus all of it, which takes minutes."""
    folder = tmp_path_factory.mktemp("sampled")
    lines = files("kg").joinpath("data", "evidence.jsonl").read_text("utf-8").splitlines(True)
    step = 1 if os.environ.get("COVE_ENGINES") == "corpus" else 6
    made = Path(__file__).parent.parent.parent / "queries" / "made.jsonl"
    sheet = folder / "sheet.jsonl"
    sheet.write_text("".join(lines[::step]) + made.read_text("utf-8"), "utf-8")
    with patch("kg.ingest.files.corpus", lambda: sheet):
        build_dataset(Home(folder / "home"), agent="tests")
    return Home(folder / "home")


@pytest.fixture(scope="module", params=["oxigraph serve", "virtuoso"])
def engine(
    request: pytest.FixtureRequest, sampled: Home, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EndpointStore]:
    """Run an engine with the data, loaded by its own means."""
    folder = tmp_path_factory.mktemp("engine")
    data = folder / "data.nq"
    with sampled.open() as store:
        ox.serialize(store.quads_for_pattern(None, None, None), data, ox.RdfFormat.N_QUADS)
    if request.param == "virtuoso":
        if not is_installed():
            not_here("Virtuoso (Debian: virtuoso-opensource-7) is not installed")
        with virtuoso(folder) as server:
            server.load(data)
            yield virtuoso_store(server)
        return
    with oxigraph(folder / "database", data) as url:
        yield _oxigraph_store(url, with_graphs=True)


Sheet = dict[str, dict[str, object]]


@pytest.fixture(scope="session")
def speaking() -> Sheet:
    """Return the records of the corpus that contradict one another, by their ids."""
    lines = [json.loads(line) for line in corpus().read_text("utf-8").splitlines()]
    links = [
        (line["id"], link["to"].partition("#")[0])
        for line in lines
        for claim in line.get("claims", ())
        for link in claim.get("links", ())
        if link["type"] == "contradicts"
    ]
    found = {id_ for pair in links for id_ in pair}
    chosen = {line["id"]: line for line in lines if line["id"] in found}
    for line in chosen.values():
        for claim in line.get("claims", ()):  # a link must lead to a record that is there
            there = claim.get("links", ())
            claim["links"] = [link for link in there if link["to"].partition("#")[0] in found]
    return chosen


@pytest.fixture(scope="session")
def spoken(
    speaking: Sheet,
    make_home: Callable[[Path, Iterable[str]], Home],
    tmp_path_factory: pytest.TempPathFactory,
) -> Home:
    """Return a home with the records that contradict one another; not to be changed."""
    return make_home(tmp_path_factory.mktemp("spoken"), map(json.dumps, speaking.values()))


@pytest.fixture
def spoken_data(spoken: Home, tmp_path: Path) -> Path:
    data = tmp_path / "data.nq"
    with spoken.open() as store:
        ox.serialize(store.quads_for_pattern(None, None, None), data, ox.RdfFormat.N_QUADS)
    return data


@pytest.fixture
def behind_oxigraph(spoken_data: Path, tmp_path: Path) -> Iterator[RemoteHome]:
    """Run `oxigraph serve` with the records that contradict one another."""
    with oxigraph(tmp_path / "database", spoken_data) as url:
        yield connect(f"{url}/query", tmp_path / "folder", engine=ENGINES["oxigraph"])


@pytest.fixture
def behind_virtuoso(spoken_data: Path, tmp_path: Path) -> Iterator[RemoteHome]:
    """Run Virtuoso with the records that contradict one another."""
    if not is_installed():
        not_here("Virtuoso (Debian: virtuoso-opensource-7) is not installed")
    with virtuoso(tmp_path) as server:
        server.load(spoken_data)
        who = Credentials("digest", server.user, server.password)
        engine = ENGINES["virtuoso"]
        yield connect(server.url, tmp_path / "folder", engine=engine, credentials=who)


@pytest.fixture(params=["behind_oxigraph", "behind_virtuoso"])
def behind(request: pytest.FixtureRequest) -> RemoteHome:
    found: RemoteHome = request.getfixturevalue(request.param)
    return found
