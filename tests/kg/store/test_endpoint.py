"""The endpoint where things go wrong: what its user is told."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from rdflib import Literal, Namespace

from kg.errors import CapabilityError, QueryError, StoreError
from kg.store import EndpointStore
from kg.store.terms import engine_graph_name

EX = Namespace("https://example.org/")
SELECT = "SELECT * { ?s ?p ?o }"


class Canned(BaseHTTPRequestHandler):
    """Answer every request with what the server object holds."""

    server: CannedServer

    def do_POST(self) -> None:
        self.server.seen.append(dict(self.headers))
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, media_type, body, length = self.server.answer
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(length or len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815 - names of the standard library

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as above
        pass


class CannedServer(ThreadingHTTPServer):
    """Remember the requests, and hold the one answer to them all."""

    def __init__(self, answer: tuple[int, str, bytes, int | None]) -> None:
        super().__init__(("127.0.0.1", 0), Canned)
        self.answer = answer
        self.seen: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sparql"


@contextmanager
def canned(
    status: int, body: bytes, *, media_type: str = "text/plain", length: int | None = None
) -> Iterator[CannedServer]:
    with CannedServer((status, media_type, body, length)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def test_making_a_store_sends_nothing() -> None:
    with canned(200, b"") as server:
        EndpointStore(server.url, update_url=server.url, graph_store_url=server.url)
        assert server.seen == []


def test_the_token_goes_along_and_is_not_shown() -> None:
    with canned(200, b'{"head":{},"boolean":true}', media_type="application/json") as server:
        store = EndpointStore(server.url, token="s3cret")
        assert store.ask("ASK {}")
        assert server.seen[0]["Authorization"] == "Bearer s3cret"
    assert "s3cret" not in repr(vars(store))


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, QueryError), (406, QueryError), (401, StoreError), (500, StoreError), (503, StoreError)],
)
def test_the_words_of_the_server_reach_the_user(status: int, error: type[Exception]) -> None:
    with canned(status, b"the cat sat\non the keyboard") as server:
        with pytest.raises(error, match="the cat sat on the keyboard") as caught:
            EndpointStore(server.url).select(SELECT)
        assert server.url in str(caught.value)


def test_long_words_are_cut() -> None:
    with canned(500, b"x" * 100_000) as server, pytest.raises(StoreError) as caught:
        EndpointStore(server.url).select(SELECT)
    assert len(str(caught.value)) < 1000


def test_an_address_where_nothing_listens_is_named() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/sparql"
        store = EndpointStore(url, graph_store_url=url)
        with pytest.raises(StoreError, match="cannot reach"):
            store.select(SELECT)
        with pytest.raises(StoreError, match="cannot reach"):
            store.graph(EX.g)


def test_an_endpoint_that_never_answers_is_left_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/sparql"
        store = EndpointStore(url, graph_store_url=url, timeout=0.2)
        with pytest.raises(StoreError, match=r"did not answer within 0\.2 s"):
            store.select(SELECT)
        with pytest.raises(StoreError, match=r"did not answer within 0\.2 s"):
            store.graph(EX.g)


@pytest.mark.parametrize(
    "read",
    [
        lambda store: store.select(SELECT),
        lambda store: store.construct("CONSTRUCT WHERE { ?s ?p ?o }"),
        lambda store: store.answer(SELECT, "text/csv"),
        lambda store: store.graph(EX.g),
    ],
    ids=["select", "construct", "answer", "graph"],
)
@pytest.mark.parametrize(
    ("body", "media_type", "length"),
    [
        (b"<h1>Welcome</h1>", "text/html", None),
        (b'{"head": {"vars": [', "application/sparql-results+json", None),
        (b"<a:s> <a:p>", "application/n-triples", None),
        (b"s\r\n", "text/csv", 4000),
        (b"<a:s> <a:p> <a:o> .\n", "application/n-triples", 4000),
    ],
    ids=["html", "half JSON", "half triples", "cut CSV", "cut triples"],
)
def test_an_answer_that_is_not_whole_or_not_asked_for_is_an_error(
    read: Callable[[EndpointStore], object], body: bytes, media_type: str, length: int | None
) -> None:
    with canned(200, body, media_type=media_type, length=length) as server:
        store = EndpointStore(server.url, graph_store_url=server.url)
        with pytest.raises((StoreError, QueryError)):
            read(store)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/sparql", "sparql"])
def test_only_http_addresses_are_used(url: str) -> None:
    store = EndpointStore(url, graph_store_url=url)
    with pytest.raises(StoreError, match="http or https"):
        store.select(SELECT)
    with pytest.raises(StoreError, match="http or https"):
        store.graph(EX.g)


def test_what_an_endpoint_cannot_do_has_a_name(tmp_path: Path) -> None:
    store = EndpointStore("http://127.0.0.1:9/sparql")
    assert store.capabilities == {"query"}
    attempts: dict[str, Callable[[], object]] = {
        "versions": lambda: store.open(3),
        "update": lambda: store._endpoint.update("CLEAR ALL"),
        "empty dataset": lambda: store.select(SELECT, default_graphs=[]),
    }
    for capability, attempt in attempts.items():
        with pytest.raises(CapabilityError) as caught:
            attempt()
        assert caught.value.capability == capability
    with (
        pytest.raises(CapabilityError, match="no versions"),
        store.begin(agent="test", reason="expecting", expected=3),
    ):
        pytest.fail("the block must not run")


def test_an_undo_that_fails_names_the_graphs(oxigraph_url: str) -> None:
    store = EndpointStore(
        f"{oxigraph_url}/query",
        update_url=f"{oxigraph_url}/update",
        graph_store_url=f"{oxigraph_url}/store",
    )

    def fail() -> None:
        with store.begin(agent="test", reason="fails") as change:
            change.replace(EX.torn, [(EX.s, EX.p, Literal("new"))])
            broken = EndpointStore(f"{oxigraph_url}/query", graph_store_url="http://127.0.0.1:9/x")
            change._endpoint = broken._endpoint
            raise ZeroDivisionError

    with pytest.raises(StoreError, match=r"cannot undo the change of https://example\.org/torn"):
        fail()
    assert str(engine_graph_name(EX.torn)) == "<https://example.org/torn>"
