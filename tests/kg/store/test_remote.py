"""A dataset behind an engine: versions in PROV, commands and pages unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from rdflib import Literal, Namespace

from kg.cli import cove
from kg.errors import CapabilityError, StoreError, VersionConflict
from kg.namespaces import HISTORY_GRAPH
from kg.store import ENGINES, EndpointStore, Home, RemoteHome, connect
from server import create_app

EX = Namespace("https://example.org/")


@pytest.fixture
def remote(oxigraph_url: str, tmp_path: Path) -> RemoteHome:
    home = connect(f"{oxigraph_url}/query", tmp_path / "folder", engine=ENGINES["oxigraph"])
    store = EndpointStore(f"{oxigraph_url}/query", graph_store_url=f"{oxigraph_url}/store")
    with store.begin(agent="test", reason="an empty endpoint") as change:
        for name in (*store.graph_names(), HISTORY_GRAPH):
            change.remove(name)
    return home


def commit(remote: RemoteHome, value: int, *, expected: int | None = None) -> None:
    with remote.begin(agent="Ada", reason=f"make it {value}", expected=expected) as change:
        change.replace(EX.g, [(EX.s, EX.p, Literal(each)) for each in range(value)])


def test_versions_are_told_beside_the_data(remote: RemoteHome) -> None:
    assert remote.current() is None
    assert remote.versions() == []
    with pytest.raises(StoreError, match="holds no version yet"):
        remote.open()
    commit(remote, 3)
    commit(remote, 2, expected=1)
    first, second = remote.versions()
    assert (first.number, first.added, first.removed, first.quads) == (1, 3, 0, 3)
    assert (second.number, second.added, second.removed, second.quads) == (2, 0, 1, 2)
    assert (second.base, second.agent, second.reason) == (1, "Ada", "make it 2")
    assert second.created > first.created
    store = remote.open(2)
    assert (store.version, store.graph_names(), len(store)) == (2, (EX.g,), 2)
    assert remote.check() == []


def test_what_changes_nothing_makes_no_version(remote: RemoteHome) -> None:
    commit(remote, 3)
    commit(remote, 3)
    assert remote.current() == 1


def test_a_change_that_raises_makes_no_version(remote: RemoteHome) -> None:
    commit(remote, 3)

    def fail() -> None:
        with remote.begin(agent="Ada", reason="fails") as change:
            change.remove(EX.g)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert remote.current() == 1
    assert len(remote.open()) == 3


def test_who_expects_another_version_is_refused(remote: RemoteHome) -> None:
    commit(remote, 3)
    with pytest.raises(VersionConflict):
        commit(remote, 2, expected=0)


def test_data_without_a_history_are_the_first_version(remote: RemoteHome) -> None:
    store = EndpointStore(remote.url, graph_store_url=remote.url.replace("query", "store"))
    with store.begin(agent="somebody", reason="by other means") as change:
        change.replace(EX.g, [(EX.s, EX.p, EX.o)])
    assert remote.current() == 1
    assert remote.info().reason == "Loaded by the engine's own means"
    commit(remote, 2)
    assert [info.number for info in remote.versions()] == [1, 2]
    with store.begin(agent="somebody", reason="by other means") as change:
        change.replace(EX.other, [(EX.s, EX.p, EX.o)])
    assert "somebody else wrote to it" in remote.check()[0]


def test_what_needs_old_versions_has_a_name(remote: RemoteHome) -> None:
    commit(remote, 1)
    commit(remote, 2)
    for attempt, capability in (
        (lambda: remote.open(1), "versions"),
        (lambda: remote.diff(1, 2), "patches"),
        (lambda: remote.patch_path(2), "patches"),
    ):
        with pytest.raises(CapabilityError) as caught:
            attempt()
        assert caught.value.capability == capability


@pytest.fixture(scope="module")
def client(
    engine: EndpointStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FlaskClient]:
    folder = tmp_path_factory.mktemp("beside")
    app = create_app({"home": folder, "store": engine.endpoint.query_url, "workers": 2})
    yield app.test_client()
    app.extensions["answering"].close()
    app.extensions["writer"].close()
    if publishing := app.extensions.get("publishing"):
        for work in publishing._at_work.values():
            work.process.wait(120)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/work/made-one",
        "/work/made-one.ttl",
        "/claim/made-one/1",
        "/concept/co-production",
        "/questions/effects",
        "/api/questions/whose-value",
        "/sparql?query=SELECT%20*%20%7B%3Fs%20a%20%3Fo%7D%20LIMIT%203",
        "/search?q=invented",
        "/versions",
        "/.well-known/void",
    ],
)
def test_pages_are_made_from_an_engine(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    for _ in range(20):  # what takes long is made beside, and asked for again
        if answer.status_code != 503:
            break
        answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert len(answer.data) > 100


def test_a_page_is_the_same_as_over_a_home(client: FlaskClient, sampled: Home) -> None:
    app = create_app({"home": sampled.path, "workers": 1})
    try:
        there = app.test_client().get("/work/made-one.nt")
    finally:
        app.extensions["answering"].close()
    assert client.get("/work/made-one.nt").data == there.data
    assert b"made-one" in there.data


def test_what_the_engine_lacks_is_a_problem_with_its_name(client: FlaskClient) -> None:
    answer = client.get("/version/1/patch", headers={"Accept": "application/json"})
    assert answer.status_code == 501
    assert answer.get_json()["capability"] == "patches"


def test_the_commands_take_an_address_for_a_home(
    remote: RemoteHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COVE_HOME", str(tmp_path))
    file = tmp_path / "x.nt"
    file.write_text('<https://example.org/s> <https://example.org/p> "x" .')
    load = ["load", str(file), "--graph", str(EX.g), "--store", remote.url, "-m", "by hand"]
    assert CliRunner().invoke(cove, load).exit_code == 0
    listed = CliRunner().invoke(cove, ["versions", "--store", remote.url])
    assert "+1 -0 quads  by hand" in listed.output
    monkeypatch.setenv("COVE_STORE", remote.url)
    query = tmp_path / "x.rq"
    query.write_text("SELECT ?o { ?s <https://example.org/p> ?o }")
    asked = CliRunner().invoke(cove, ["query", str(query), "-f", "csv"])
    assert asked.output.splitlines() == ["o", "x"]
