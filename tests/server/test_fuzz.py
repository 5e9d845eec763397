"""Fuzz: whatever is sent to the doors for queries and records, the server answers and lives.

COVE_TEST_ALL sends ten thousand requests, of which the interface has its share in test_openapi.
"""

from __future__ import annotations

import gzip
import http.client
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kg.accounts import Accounts, Role
from kg.questions import questions
from kg.store import Home

COUNT = 5_000 if "COVE_TEST_ALL" in os.environ else 60
RECORD = "adams-2018-urban-informal-communities-co-production-lilongwe"
FUZZ = settings(
    max_examples=COUNT,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# What says that a limit was met, or that nothing was written; anything else over 499 is a fault.
LIMITS = {"time-limit", "memory-limit", "busy", "worker-lost", "client-gone", "write-failed"}


@pytest.fixture(scope="module")
def home(corpus_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(shutil.copytree(corpus_home.path, tmp_path_factory.mktemp("fuzz") / "home"))


@pytest.fixture(scope="module")
def token(home: Home) -> str:
    return Accounts(home.path).create("Fuzzing", Role.CURATOR)[1]


@pytest.fixture(scope="module")
def server(home: Home, run_server: Any) -> Iterator[Any]:
    limits = {"query_seconds": 2, "patience": 30, "client_seconds": 1e9, "client_errors": 10**9}
    with run_server(home.path, workers=4, **limits) as running:
        yield running
    assert home.check() == []


def fault_in(answer: Any) -> str | None:
    """Return what no answer may be."""
    if answer.status < 500:
        return None
    kind = json.loads(answer.body).get("type", "") if b"problems" in answer.body else ""
    return (
        None
        if kind.removeprefix("/problems/") in LIMITS
        else f"{answer.status} {answer.body[:200]!r}"
    )


def resident(pid: int) -> int:
    """Return the kilobytes that the web process of a server holds."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    pages = sum(int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in children)
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


LIBRARY = sorted(one.bound(one.terms({})) for one in questions().values())
PIECES = st.sampled_from(
    [
        *"{}()[]<>\"'#\\;.,?$:@^|/*+-=!&~%\n\t\0",
        *("SELECT", "ASK", "WHERE", "UNION", "OPTIONAL", "GRAPH ?g", "SERVICE", "FROM", "VALUES"),
        *("LOAD <file:///etc/passwd>", "BIND(1 AS ?x)", "FILTER", "REGEX(?a, '(a+)+$')", "LIMIT 1"),
        *(
            "DESCRIBE ?x",
            "CONSTRUCT",
            "'''",
            '"""',
            "\\u0000",
            "<a:b>",
            "_:b",
            "1e999",
            "\U0001f600",
        ),
    ]
)


@st.composite
def damaged(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """Cut, repeat and stuff a text in a few places."""
    text = draw(texts)
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 30)))
        middle = draw(
            st.one_of(st.just(""), PIECES, st.text(max_size=5), st.just(text[start:end] * 3))
        )
        text = text[:start] + middle + text[end:]
    return text


QUERIES = st.one_of(
    damaged(st.sampled_from(LIBRARY)),
    st.lists(PIECES, max_size=30).map(" ".join),
    st.text(max_size=80),
)
ACCEPTS = st.sampled_from(
    ["*/*", "text/html", "text/csv", "application/ld+json", "x", "", "text/*;q=0", "a/b, */*;q=0.1"]
)


@FUZZ
@given(
    query=QUERIES,
    accept=ACCEPTS,
    method=st.sampled_from(["GET", "POST", "QUERY", "HEAD", "PUT"]),
    media_type=st.sampled_from(
        ["application/sparql-query", "application/x-www-form-urlencoded", "text/plain", "", "a/b;c"]
    ),
    more=st.dictionaries(
        st.sampled_from(
            ["format", "timeout", "default-graph-uri", "named-graph-uri", "x", "query"]
        ),
        st.text(max_size=10),
        max_size=2,
    ),
)
def test_the_door_for_queries(
    server: Any, query: str, accept: str, method: str, media_type: str, more: dict[str, str]
) -> None:
    text = query.encode("utf-8", "surrogatepass")
    is_get = method in {"GET", "HEAD"}
    parameters = urlencode({**more, **({"query": text} if is_get else {})}, errors="surrogatepass")
    headers = {"Accept": accept, "Content-Type": media_type}
    body = None if is_get else b"query=" + quote(text).encode() if "form" in media_type else text
    answer = server.ask(method, f"/sparql?{parameters}", body, headers)
    assert fault_in(answer) is None


DOCUMENTS = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdf",
}
BOMBS = [
    '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rdf:RDF xmlns:rdf="x">&b;</rdf:RDF>',
    '{"@context": "http://127.0.0.1:1/context", "@id": "a"}',
    "[" * 3_000,
    "@prefix : <a:> . " + ":a :b (" * 2_000,
    "<a:s> <a:p> '''" + "x" * 100_000,
]


@pytest.fixture(scope="module")
def curator(server: Any, token: str) -> tuple[str, dict[str, str]]:
    """Give a token, and the record in every format before anything is written to it."""
    return token, {
        media_type: server.ask("GET", f"/record/{RECORD}.{suffix}").body.decode()
        for media_type, suffix in DOCUMENTS.items()
    }


TARGETS = st.sampled_from(
    [
        f"graph=https://w3id.org/cove/record/{RECORD}",
        f"graph=https://w3id.org/cove/record/{RECORD}/inferred",
        "graph=https://w3id.org/cove/ontology",
        "graph=https://example.org/fuzz",
        "graph=a%20b",
        "default",
        "",
    ]
)


@FUZZ
@given(
    data=st.data(),
    media_type=st.sampled_from([*DOCUMENTS, "text/csv", "application/octet-stream", ""]),
    method=st.sampled_from(["PUT", "PUT", "POST", "DELETE"]),
    target=TARGETS,
)
def test_the_door_for_records(
    server: Any,
    curator: tuple[str, dict[str, str]],
    data: st.DataObject,
    media_type: str,
    method: str,
    target: str,
) -> None:
    token, documents = curator
    whole = documents.get(media_type, documents["text/turtle"])
    text = data.draw(
        st.one_of(damaged(st.just(whole)), st.sampled_from(BOMBS), st.text(max_size=60))
    )
    body = text.encode("utf-8", "surrogatepass")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": media_type}
    if data.draw(st.booleans()):
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body) if data.draw(st.booleans()) else body
    answer = server.ask(method, f"/data?{target}", body, headers)
    assert fault_in(answer) is None


def test_after_all_this_the_server_is_well(server: Any) -> None:
    found = server.ask("GET", "/health")
    assert found.status == 200
    kinds = Counter(
        server.ask("GET", f"/sparql?query=ASK%20%7B%3Fs%20%3Fp%20{number}%7D").status
        for number in range(200)
    )
    assert kinds == {200: 200}
    with pytest.raises((OSError, http.client.HTTPException)):
        server.ask("GET", "/\n")
    before = resident(server.pid)
    for number in range(400 if COUNT < 1_000 else 3_000):
        server.ask("GET", f"/sparql?query=ASK%20%7B%3Fs%20%3Fp%20{number}%20%7D%23")
        server.ask("GET", f"/sparql?query=%7B{number}")
    assert resident(server.pid) < before * 1.3 + 20_000
