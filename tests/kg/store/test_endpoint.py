"""The endpoint where things go wrong: what its user is told."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Literal, Namespace

from kg.errors import CapabilityError, ConfigurationError, QueryError, StoreError
from kg.store import ENGINES, Capability, Credentials, EndpointStore, remote_home
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
        for name, value in self.server.headers.items():
            self.send_header(name, value)
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
        self.headers: dict[str, str] = {}
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
    assert Capability.UPDATE not in store.capabilities
    assert Capability.GRAPH_STORE not in store.capabilities
    assert Capability.DATASET_CLAUSES in store.capabilities
    assert Capability.DATASET_CLAUSES not in _of("oxigraph").capabilities
    attempts: dict[str, Callable[[], object]] = {
        "versions": lambda: store.open(3),
        "update": lambda: store._endpoint.update("CLEAR ALL"),
        "empty dataset": lambda: store.select(SELECT, default_graphs=[]),
        "blank node lookup": lambda: list(store.quads_for_pattern(ox.BlankNode(), None, None)),
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


def _of(name: str) -> EndpointStore:
    return EndpointStore("http://127.0.0.1:9/sparql", engine=ENGINES[name])


@pytest.mark.parametrize("header", ["X-SPARQL-MaxRows", "X-SQL-State"])
def test_an_answer_that_the_engine_has_cut_is_an_error(header: str) -> None:
    body = b'{"head":{"vars":["s"]},"results":{"bindings":[]}}'
    with canned(200, body, media_type="application/sparql-results+json") as server:
        server.headers = {header: "100"}
        with pytest.raises(StoreError, match="a part of the answer only"):
            EndpointStore(server.url).select(SELECT)


def test_the_password_goes_along_and_is_not_shown() -> None:
    with canned(200, b'{"head":{},"boolean":true}', media_type="application/json") as server:
        store = EndpointStore(server.url, credentials=Credentials("basic", "me", "s3cret"))
        assert store.ask("ASK {}")
        assert server.seen[0]["Authorization"] == "Basic bWU6czNjcmV0"
    assert "s3cret" not in repr(vars(store))


def test_a_digest_is_sent_only_to_who_asks_for_it() -> None:
    with canned(200, b'{"head":{},"boolean":true}', media_type="application/json") as server:
        store = EndpointStore(server.url, credentials=Credentials("digest", "me", "s3cret"))
        assert store.ask("ASK {}")
        assert "Authorization" not in server.seen[-1]
    with canned(401, b"who are you?") as server:
        server.headers = {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'}
        store = EndpointStore(server.url, credentials=Credentials("digest", "me", "s3cret"))
        with pytest.raises(StoreError, match="set the user and password") as caught:
            store.ask("ASK {}")
        assert server.seen[-1]["Authorization"].startswith('Digest username="me", realm="r"')
        assert "s3cret" not in str(server.seen) + str(caught.value)


def test_the_limits_of_an_engine_come_with_a_remedy() -> None:
    with canned(500, b"Virtuoso 42000 Error SQ200: The memory pool size reached") as server:
        store = EndpointStore(server.url, engine=ENGINES["virtuoso"])
        with pytest.raises(StoreError, match="raise MaxMemPoolSize"):
            store.select(SELECT)


def test_the_address_of_a_store_holds_no_password(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="COVE_STORE_PASSWORD") as caught:
        remote_home("http://me:s3cret@localhost/sparql", tmp_path, {})
    assert "s3cret" not in str(caught.value)


def test_the_settings_of_a_store_are_variables(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    given = {
        "COVE_STORE_ENGINE": "virtuoso",
        "COVE_STORE_USER": "me",
        "COVE_STORE_PASSWORD_FILE": str(tmp_path / "secret"),
    }
    store = remote_home("http://localhost:8890/sparql", tmp_path, given)
    endpoint = store._endpoint
    assert endpoint.update_url == "http://localhost:8890/sparql-auth"
    assert endpoint.graph_store_url == "http://localhost:8890/sparql-graph-crud-auth"
    assert endpoint.credentials == Credentials("digest", "me", "s3cret")
    with pytest.raises(ConfigurationError, match="choose from"):
        remote_home("http://localhost/sparql", tmp_path, {"COVE_STORE_ENGINE": "nothing"})


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


def test_a_wrong_address_for_graphs_loses_nothing_in_silence(oxigraph_url: str) -> None:
    url = f"{oxigraph_url}/nowhere"
    store = EndpointStore(f"{oxigraph_url}/query", graph_store_url=url)
    with (
        pytest.raises(StoreError, match=r"/nowhere\?.* answers 404"),
        store.begin(agent="test", reason="lost") as change,
    ):
        change.replace(EX.lost, [(EX.s, EX.p, EX.o)])


def test_the_state_before_is_seen_during_a_change(oxigraph_url: str) -> None:
    store = EndpointStore(
        f"{oxigraph_url}/query",
        update_url=f"{oxigraph_url}/update",
        graph_store_url=f"{oxigraph_url}/store",
    )
    node = {name: engine_graph_name(EX[name]) for name in ("thing", "is", "old", "new")}
    with store.begin(agent="test", reason="old") as change:
        for name in (EX.kept, EX.rewritten):
            change.replace(name, [(EX.thing, EX["is"], EX.old)])
    with store.begin(agent="test", reason="new") as change:
        before = change.before
        change.replace(EX.rewritten, [(EX.thing, EX["is"], EX.new)])
        change.add([(EX.thing, EX["is"], EX.new, EX.made)])
        found = list(before.quads_for_pattern(node["thing"], node["is"], None))
        assert {(str(q.object), str(q.graph_name)) for q in found} == {
            (str(node["old"]), str(engine_graph_name(name))) for name in (EX.kept, EX.rewritten)
        }
        assert not list(before.quads_for_pattern(None, None, node["new"]))
        merged = before.quads_for_pattern(node["thing"], None, None, ox.DefaultGraph())
        assert [q.object for q in merged] == [node["old"]]
        for name in (EX.kept, EX.rewritten, EX.made):
            change.remove(name)
        assert len(list(before.quads_for_pattern(None, None, node["old"]))) == 2
