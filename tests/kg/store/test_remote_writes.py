"""A server over another engine writes as one over a home does."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from flask.testing import FlaskClient
from rdflib import Namespace
from werkzeug.test import TestResponse

from kg.accounts import Accounts, Role
from kg.namespaces import COVE
from kg.store import RemoteHome
from kg.store.remembering import Attempt, Remembered
from kg.triples import record_graph
from server import create_app

EX = Namespace("https://example.org/")
MINE = str(EX.mine)
ONE, TWO = (f"<{EX.s}> <{EX.p}> {n} .".encode() for n in (1, 2))
RECORD = str(record_graph("brewer-2014-unraveling-of-public-security"))
LINKED = str(record_graph("gronroos-2013-critical-service-logic"))
ALL = "SELECT ?o { <https://example.org/s> <https://example.org/p> ?o } ORDER BY ?o"


class Site:
    """A server over an engine, and somebody who may write."""

    def __init__(self, remote: RemoteHome, app: Any) -> None:
        self.remote, self.app = remote, app
        self.client: FlaskClient = app.test_client()
        _, token = Accounts(remote.path).create("Curating team", Role.CURATOR)
        self.who = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, graph: str, body: bytes = b"", **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(
            f"/data?graph={quote(graph, safe='')}",
            method=method,
            data=body,
            headers={"Content-Type": "text/turtle", **self.who, **named},
        )

    def read(self, graph: str) -> bytes:
        path = f"/data?graph={quote(graph, safe='')}"
        return self.client.get(path, headers={"Accept": "application/n-triples"}).data

    def update(self, text: str) -> TestResponse:
        headers = {"Content-Type": "application/sparql-update", **self.who}
        return self.client.post("/update", data=text.encode(), headers=headers)

    def rows(self) -> list[str]:
        answer = self.client.get(f"/sparql?query={quote(ALL)}", headers={"Accept": "text/csv"})
        return answer.text.splitlines()[1:]

    def everything(self) -> list[bytes]:
        """Return all quads that the engine holds, its history too."""
        with urlopen(self.remote.url.replace("query", "store")) as answer:  # ours
            return sorted(answer.read().splitlines())


@contextmanager
def serving(remote: RemoteHome, **more: Any) -> Iterator[Site]:
    settings = {"home": remote.path, "store": remote.url, "workers": 2, "client_errors": 1_000}
    app = create_app(settings | more)
    try:
        yield Site(remote, app)
    finally:
        app.extensions["writer"].close()
        app.extensions["answering"].close()


@pytest.fixture
def site(behind_oxigraph: RemoteHome) -> Iterator[Site]:
    with serving(behind_oxigraph) as found:
        yield found


def problem(response: TestResponse) -> tuple[int, str]:
    return response.status_code, response.get_json()["type"].rpartition("/")[2]


def test_a_graph_is_written_added_to_and_removed(site: Site) -> None:
    assert site.rows() == []
    made = site.ask("PUT", MINE, ONE)
    assert (made.status_code, made.get_json()["version"]) == (201, 2)
    assert made.headers["Cove-Version"] == "2"
    assert site.rows() == ["1"]
    assert site.client.get(f"/data?graph={MINE}").headers["Cove-Version"] == "2"
    merged = site.ask("POST", MINE, TWO)
    assert (merged.status_code, merged.get_json()["version"]) == (200, 3)
    assert site.rows() == ["1", "2"]
    assert site.ask("POST", MINE, TWO).get_json()["changed"] is False
    gone = site.ask("DELETE", MINE)
    assert (gone.status_code, gone.get_json()["version"]) == (200, 4)
    assert site.rows() == []
    assert site.client.get(f"/data?graph={MINE}").status_code == 404
    listed = site.client.get("/versions").text
    assert all(f'href="/version/{number}"' in listed for number in range(1, 5))
    assert all(f"{method} &lt;{MINE}&gt;" in listed for method in ("PUT", "POST", "DELETE"))
    newest = site.remote.info()
    assert (newest.agent, newest.added, newest.removed) == ("Curating team", 0, 2)
    assert site.remote.check() == []


def test_blank_nodes_are_kept_as_they_are(site: Site) -> None:
    body = f"<{EX.s}> <{EX.p}> [ <{EX.q}> [] ] .".encode()
    tags = [site.ask("PUT", MINE, body).get_json()["etag"] for _ in range(2)]
    assert tags[0] == tags[1]
    assert site.remote.current() == 2
    assert site.ask("PUT", MINE, ONE, If_Match=tags[0]).status_code == 200
    assert site.rows() == ["1"]


def test_a_stale_tag_is_refused(site: Site) -> None:
    first = site.ask("PUT", MINE, ONE).get_json()["etag"]
    assert site.client.get(f"/data?graph={MINE}").headers["ETag"].startswith(first[:-1])
    second = site.ask("PUT", MINE, TWO, If_Match=first)
    assert second.status_code == 200
    before = site.everything()
    assert problem(site.ask("PUT", MINE, ONE, If_Match=first)) == (412, "precondition-failed")
    assert problem(site.ask("PUT", MINE, ONE, If_None_Match="*")) == (412, "precondition-failed")
    assert site.everything() == before
    assert site.ask("DELETE", MINE, If_Match=second.get_json()["etag"]).status_code == 200


def test_a_record_is_validated_and_what_follows_is_inferred(site: Site) -> None:
    record, inferred = site.read(RECORD), site.read(f"{RECORD}/inferred")
    assert f"{COVE}contradicts>".encode() in inferred
    lines = record.splitlines(keepends=True)
    before = site.everything()
    for broken in (b"".join(lines[:5]), ONE):
        assert site.ask("PUT", RECORD, broken).status_code in {400, 422}
    assert site.everything() == before
    peaceful = b"".join(line for line in lines if b"#contradictsClaim>" not in line)
    changed = site.ask("PUT", RECORD, peaceful)
    assert (changed.status_code, changed.get_json()["version"]) == (200, 2)
    assert site.read(RECORD) == peaceful
    assert site.ask("DELETE", RECORD).get_json()["version"] == 3
    assert site.client.get(f"/data?graph={RECORD}/inferred").status_code == 404
    assert site.ask("PUT", RECORD, record).status_code == 201
    assert (site.read(RECORD), site.read(f"{RECORD}/inferred")) == (record, inferred)


def test_what_breaks_a_rule_across_records_is_undone_and_forgotten(site: Site) -> None:
    before, page = site.everything(), site.client.get("/sparql?query=" + quote(ALL)).data
    refused = site.ask("DELETE", LINKED)  # others link to it
    assert problem(refused) == (422, "nonconforming")
    assert refused.get_json()["violations"]
    assert site.everything() == before
    assert not (site.remote.path / "unfinished").exists()
    assert not len(site.app.extensions["answering"].cache)
    assert site.client.get("/sparql?query=" + quote(ALL)).data == page
    assert site.remote.current() == 1


def test_updates_run_at_the_engine(site: Site) -> None:
    made = site.update(f"INSERT DATA {{ GRAPH <{MINE}> {{ <s> <p> 1 }} <{EX.s}> <{EX.p}> 3 }}")
    assert (made.status_code, made.get_json()["version"]) == (200, 2)
    assert made.get_json()["graphCount"] == 2
    assert site.rows() == ["3"]
    moved = site.update(
        f"PREFIX ex: <{EX}> INSERT {{ GRAPH ex:mine {{ ?s ex:p 7 }} }} WHERE {{ ?s ex:p 3 }} ; "
        "DELETE { GRAPH ex:mine { ?s ex:p ?o } } WHERE { ?s ex:p ?o FILTER(?o > 6) } ; "
        "INSERT DATA { GRAPH ex:mine { ex:s ex:p 8 } }"
    )
    assert moved.get_json()["version"] == 3
    assert site.rows() == ["3", "8"]
    emptied = site.update(f"DELETE WHERE {{ GRAPH ?g {{ ?s <{EX.p}> 8 }} }}")
    assert emptied.get_json()["graphs"] == [str(MINE)]
    assert site.rows() == ["3"]
    site.update(f"INSERT DATA {{ GRAPH <{MINE}> {{ <{EX.s}> <{EX.p}> 9 }} }}")
    assert site.update(f"DROP GRAPH <{MINE}>").status_code == 200
    assert site.rows() == ["3"]
    assert site.update("INSERT DATA { }").get_json()["changed"] is False


@pytest.mark.parametrize(
    ("text", "capability"),
    [
        ("INSERT { GRAPH ?g { ?s ?p 1 } } WHERE { BIND (UUID() AS ?g) }", "unbound updates"),
        ("CLEAR ALL", "unbound updates"),
        ("DELETE WHERE { ?s <https://example.org/p> ?o }", "unbound updates"),
        ("WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "dataset clauses"),
        (
            "INSERT { GRAPH <a:g> { ?s ?p ?o } } USING <a:h> WHERE { ?s ?p ?o }",
            "dataset clauses",
        ),
    ],
)
def test_an_update_that_the_engine_cannot_do_is_named(
    site: Site, text: str, capability: str
) -> None:
    before = site.everything()
    refused = site.update(text)
    assert problem(refused) == (501, "not-supported")
    assert refused.get_json()["capability"] == capability
    assert site.everything() == before


def test_a_wrong_update_is_told_as_over_a_home(site: Site) -> None:
    wrong = site.update("INSERT DATA {\n GRAPH <a:g> { <a:s> <a:p> } }")
    assert problem(wrong) == (400, "malformed-update")
    assert wrong.get_json()["line"] == 2
    absent = site.update(f"DROP GRAPH <{EX.nowhere}>")
    assert problem(absent) == (400, "malformed-update")
    assert "does not exist" in absent.get_json()["detail"]
    reserved = site.update(f"INSERT DATA {{ GRAPH <{COVE}> {{ <a:s> <a:p> 1 }} }}")
    assert problem(reserved)[1] == "reserved-graph"
    history = site.ask("DELETE", "https://w3id.org/cove/versions")
    assert problem(history)[1] == "reserved-graph"


def test_an_old_version_is_not_answered_with_the_newest(site: Site) -> None:
    site.ask("PUT", MINE, ONE)
    for path in (f"/version/1/sparql?query={quote(ALL)}", f"/version/1/data?graph={MINE}"):
        answer = site.client.get(path, headers={"Accept": "application/json"})
        assert problem(answer) == (501, "not-supported")
        assert answer.get_json()["capability"] == "versions"
    assert site.client.get(f"/version/2/data?graph={MINE}").status_code == 200
    assert site.client.get("/version/1").status_code == 200


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_what_a_killed_writer_changed_is_put_back_at_once(site: Site) -> None:
    site.ask("PUT", MINE, ONE)
    before = site.everything()
    answers: list[TestResponse] = []
    writing = threading.Thread(target=lambda: answers.append(site.ask("DELETE", RECORD)))
    writing.start()
    deadline = time.monotonic() + 30
    while site.everything() == before and time.monotonic() < deadline:
        pass  # it is killed between two of its requests
    os.kill(site.app.extensions["writer"].pid, signal.SIGKILL)
    writing.join(60)
    assert problem(answers[0]) == (503, "worker-lost")
    assert "nothing was written" in answers[0].text
    assert site.everything() == before
    assert not (site.remote.path / "unfinished").exists()
    assert site.ask("PUT", MINE, TWO).get_json()["version"] == 3


def test_a_write_that_takes_too_long_is_put_back(behind_oxigraph: RemoteHome) -> None:
    with serving(behind_oxigraph, write_seconds=0.3) as site:
        before = site.everything()
        assert problem(site.ask("DELETE", RECORD)) == (503, "time-limit")
        assert site.everything() == before
        assert not (behind_oxigraph.path / "unfinished").exists()


def test_a_server_that_starts_puts_back(behind_oxigraph: RemoteHome) -> None:
    with serving(behind_oxigraph) as site:
        before = site.everything()
    attempt = Attempt(identifier="urn:left", base=None, agent="Ada", reason="cut off")
    change = behind_oxigraph._change(1, Remembered(behind_oxigraph.path / "unfinished", attempt))
    change.replace(EX.torn, [(EX.s, EX.p, EX.o)])
    with serving(behind_oxigraph) as site:
        assert site.everything() == before


def asked(server: Any, who: str, method: str, path: str, body: bytes = b"") -> Any:
    media_type = "application/sparql-update" if path == "/update" else "text/turtle"
    headers = {"Authorization": f"Bearer {who}", "Content-Type": media_type}
    return server.ask(method, path, body, headers)


def test_a_process_of_its_own_writes_with_its_credentials(
    behind: RemoteHome, run_server: Callable[..., AbstractContextManager[Any]]
) -> None:
    _, token = Accounts(behind.path).create("Curating team", Role.CURATOR)
    who = behind._endpoint.credentials
    given = {"store_user": who.user, "store_password": who.secret}
    update = f"INSERT {{ GRAPH <{MINE}> {{ ?s <{EX.q}> 5 }} }} WHERE {{ ?s <{EX.p}> 1 }}"
    with run_server(behind.path, store=behind.url, workers=1, **given) as server:
        for number, (method, path, body) in enumerate(
            (
                ("PUT", f"/data?graph={MINE}", ONE),
                ("POST", "/update", update.encode()),
                ("POST", f"/data?graph={MINE}", TWO),
                ("DELETE", f"/data?graph={RECORD}", b""),
            ),
            start=2,
        ):
            answer = asked(server, token, method, path, body)
            assert answer.status in {200, 201}, answer.body
            assert json.loads(answer.body)["version"] == number
        path = f"/sparql?query={quote(f'SELECT ?o {{ GRAPH <{MINE}> {{ ?s ?p ?o }} }}')}"
        rows = server.ask("GET", path, None, {"Accept": "text/csv"}).body.decode().splitlines()
        assert sorted(rows) == ["1", "2", "5", "o"]
    assert behind.check() == []


@pytest.mark.parametrize("has_graphs", [False, True])
def test_what_no_address_takes_has_a_name(
    behind_oxigraph: RemoteHome,
    run_server: Callable[..., AbstractContextManager[Any]],
    has_graphs: bool,
) -> None:
    url, folder = behind_oxigraph.url, behind_oxigraph.path
    _, token = Accounts(folder).create("Curating team", Role.CURATOR)
    given = {"store_graphs": url.replace("query", "store")} if has_graphs else {}
    with run_server(folder, store=url, store_engine="other", workers=1, **given) as server:
        for status, method, path, body in (
            (201 if has_graphs else 501, "PUT", f"/data?graph={MINE}", ONE),
            (200 if has_graphs else 501, "PUT", f"/data?graph={MINE}", TWO),
            (501, "DELETE", f"/data?graph={RECORD}", b""),
            (501, "POST", "/update", b"INSERT DATA { <a:s> <a:p> 1 }"),
        ):
            answer = asked(server, token, method, path, body)
            assert answer.status == status, answer.body
            if status == 501:
                assert json.loads(answer.body)["capability"] == "update"
    assert behind_oxigraph.current() == (3 if has_graphs else 1)


def test_who_waits_too_long_for_a_turn_is_told(site: Site) -> None:
    with site.remote.begin(agent="Ada", reason="at work") as change:
        change.replace(EX.hers, [(EX.s, EX.q, EX.o)])
        assert problem(site.ask("PUT", MINE, ONE)) == (503, "busy")
        assert (site.remote.path / "unfinished").is_dir(), "what she keeps is left alone"
    assert site.ask("PUT", MINE, ONE).get_json()["version"] == 3
