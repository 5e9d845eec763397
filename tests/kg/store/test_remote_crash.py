"""A change behind an engine that is cut off is undone by whoever comes next."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rdflib import BNode, Literal, Namespace, URIRef

from kg.cli import cove
from kg.errors import StoreError
from kg.namespaces import HISTORY_GRAPH
from kg.store import ENGINES, EndpointStore, RemoteHome, connect
from kg.store.protocol_requests import Endpoint, Reply

EX = Namespace("https://example.org/")
NAMES = ("replaced", "added", "discarded", "removed")
WRITES = 6  # requests of the child's change that write; the last one tells of the version
needs_kill = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


def at(url: str, folder: Path, **more: Any) -> RemoteHome:
    return connect(f"{url}/query", folder, **{"engine": ENGINES["oxigraph"], **more})


@pytest.fixture(params=["graph store", "update"])
def remote(request: pytest.FixtureRequest, oxigraph_url: str, tmp_path: Path) -> RemoteHome:
    """Return an engine that holds version 1: four graphs, one with a blank node."""
    engine = ENGINES["oxigraph"]
    if request.param == "update":
        engine = replace(engine, graph_store=None)
    home = at(oxigraph_url, tmp_path / "folder", engine=engine)
    store = EndpointStore(home.url, graph_store_url=f"{oxigraph_url}/store")
    with store.begin(agent="tests", reason="an empty engine") as change:
        for name in (*store.graph_names(), HISTORY_GRAPH):
            change.remove(name)
    with home.begin(agent="tests", reason="the first") as change:
        for name in NAMES:
            node = BNode()
            old = [(EX.s, EX.p, Literal("old")), (EX.s, EX.q, node), (node, EX.p, Literal("01"))]
            change.replace(EX[name], old if name == "replaced" else old[:1])
    return home


def content(remote: RemoteHome) -> dict[URIRef, str | None]:
    store = remote.open()
    return {name: store.digest(name) for name in store.graph_names()}


def killed(remote: RemoteHome, number: int, when: str) -> None:
    """Let a process of its own die at one of its requests."""
    program = str(Path(__file__).with_name("remote_crash_child.py"))
    way = "graphs" if remote._endpoint.graph_store_url else "update"
    command = [sys.executable, program, remote.url, str(remote.path), str(number), when, way]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == (-9 if number else 0), done.stderr.decode()


@needs_kill
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, WRITES + 1))
def test_what_a_killed_writer_changed_is_put_back(
    remote: RemoteHome, number: int, when: str
) -> None:
    before = content(remote)
    killed(remote, number, when)
    assert (remote.path / "unfinished").is_dir()
    if (number, when) == (WRITES, "after"):  # the version was told: the change was through
        assert remote.put_back() == ()
        assert remote.info().reason == "four graphs"
        assert set(content(remote)) == {EX.replaced, EX.added, EX.made}
    else:
        assert (content(remote) == before) == ((number, when) == (1, "before"))
        assert EX.replaced in remote.put_back()
        assert content(remote) == before
        assert remote.current() == 1
    assert not (remote.path / "unfinished").exists()
    assert remote.check() == []


@needs_kill
def test_the_next_write_puts_back_first(remote: RemoteHome) -> None:
    killed(remote, 4, "after")
    with remote.begin(agent="tests", reason="the next") as change:
        assert set(change.graph_names()) == {EX[name] for name in NAMES}
        change.replace(EX.next, [(EX.s, EX.p, EX.o)])
    assert [info.reason for info in remote.versions()] == ["the first", "the next"]
    assert set(content(remote)) == {EX.next, *(EX[name] for name in NAMES)}
    killed(remote, 0, "")
    assert remote.current() == 3


@needs_kill
def test_cove_check_puts_back(remote: RemoteHome, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(remote)
    killed(remote, 3, "after")
    monkeypatch.setenv("COVE_HOME", str(remote.path))
    assert CliRunner().invoke(cove, ["check", "--store", remote.url]).exit_code == 0
    assert content(remote) == before


@needs_kill
def test_what_others_have_written_since_is_not_undone(
    remote: RemoteHome, oxigraph_url: str, tmp_path: Path
) -> None:
    killed(remote, 3, "after")
    with at(oxigraph_url, tmp_path / "elsewhere").begin(agent="Eve", reason="since") as change:
        change.replace(EX.replaced, [(EX.s, EX.p, Literal("Eve's"))])
    there = content(remote)
    with pytest.raises(StoreError, match=r"child began \(four graphs\).*written to .* since"):
        remote.put_back()
    with pytest.raises(StoreError, match="mend them"), remote.begin(agent="Ada", reason="next"):
        pass
    assert content(remote) == there


def test_a_change_whose_telling_fails_leaves_the_history(
    remote: RemoteHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, versions = content(remote), remote.versions()
    send, has_told = Endpoint._request, False

    def told(self: Endpoint, method: str, url: str, body: Any, **more: Any) -> Reply:
        nonlocal has_told
        reply = send(self, method, url, body, **more)
        if method == "POST" and b"generatedAtTime" in body and not has_told:
            has_told = True
            raise StoreError("the answer is lost")
        return reply

    monkeypatch.setattr(Endpoint, "_request", told)
    with (
        pytest.raises(StoreError, match="the answer is lost"),
        remote.begin(agent="Ada", reason="lost") as change,
    ):
        change.remove(EX.added)
    assert has_told
    assert (content(remote), remote.versions()) == (before, versions)


def test_an_undo_that_fails_is_made_up_for(
    remote: RemoteHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(remote)

    def gone(*_: object, **__: object) -> Reply:
        raise StoreError("the engine is gone")

    def tear() -> None:
        with remote.begin(agent="Ada", reason="torn") as change:
            change.remove(EX.added)
            monkeypatch.setattr(Endpoint, "_request", gone)
            raise ZeroDivisionError

    with pytest.raises(StoreError, match=r"the next write puts back what .*unfinished keeps"):
        tear()
    monkeypatch.undo()
    assert content(remote) != before
    assert remote.put_back() == (EX.added,)
    assert content(remote) == before


def test_writers_take_turns(remote: RemoteHome, oxigraph_url: str) -> None:
    other = at(oxigraph_url, remote.path, lock_timeout=0.1)
    with remote.begin(agent="Ada", reason="at work") as change:
        change.remove(EX.added)
        with (
            pytest.raises(StoreError, match="another process has been writing"),
            other.begin(agent="Eve", reason="waits"),
        ):
            pass
        assert other.put_back() == ()  # it is at work, not cut off
    assert remote.info().reason == "at work"

    def commit(number: int) -> None:
        home = at(oxigraph_url, remote.path)
        with home.begin(agent="Eve", reason="in turn") as each:
            each.replace(EX[f"turn{number}"], [(EX.s, EX.p, Literal(number))])

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(commit, range(6)))
    assert [info.number for info in remote.versions()] == list(range(1, 9))
    assert remote.check() == []
