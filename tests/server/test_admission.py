"""Admission: what it refuses, and that what it admits cannot end the engine."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.store import Home
from server.admission import AdmissionError, Bounds, admit
from server.engine import Task
from server.problems import ProblemError
from server.processes import Allowance
from server.workers import Workers

JSON = "application/sparql-results+json"

SHAPES: dict[str, Callable[[int], str]] = {
    "braces": lambda n: "ASK " + "{" * n + "}" * n,
    "parentheses": lambda n: "SELECT (" + "(" * n + "1" + ")" * n + " AS ?x) {}",
    "negations": lambda n: "SELECT (" + "!" * n + "1 AS ?x) {}",
    "or": lambda n: "SELECT (" + "||".join(["?a"] * n) + " AS ?x) {}",
    "and": lambda n: "SELECT (" + "&&".join(["?a"] * n) + " AS ?x) {}",
    "sum": lambda n: "SELECT (" + "+".join(["1"] * n) + " AS ?x) {}",
    "in": lambda n: "SELECT (1 IN (" + ",".join(["1"] * n) + ") AS ?x) {}",
    "union": lambda n: "ASK {" + " UNION ".join(["{}"] * n) + "}",
    "optional": lambda n: "ASK {" + "OPTIONAL{?s ?p ?o} " * n + "}",
    "minus": lambda n: "ASK {?s ?p ?o " + "MINUS{?s ?p ?o} " * n + "}",
    "filters": lambda n: "ASK {?s ?p ?o " + "FILTER(?s) " * n + "}",
    "binds": lambda n: "ASK {" + " ".join(f"BIND(1 AS ?b{i})" for i in range(n)) + "}",
    "triples": lambda n: "ASK {" + "?s ?p ?o ." * n + "}",
    "objects": lambda n: "ASK {?s ?p ?o" + ", ?o" * n + "}",
    "collection": lambda n: "ASK {?s ?p (" + "1 " * n + ")}",
    "collections": lambda n: "ASK {?s ?p " + "(" * n + "1" + ")" * n + "}",
    "blank nodes": lambda n: "ASK {?s ?p " + "[?p " * n + "1" + "]" * n + "}",
    "path sequence": lambda n: "ASK {?s " + "/".join(["<a:a>"] * n) + " ?o}",
    "path alternatives": lambda n: "ASK {?s " + "|".join(["<a:a>"] * n) + " ?o}",
    "path stars": lambda n: "ASK {?s " + "(" * n + "<a:a>" + ")*" * n + " ?o}",
    "values": lambda n: "ASK {VALUES ?x {" + "1 " * n + "}}",
    "values blocks": lambda n: "ASK {" + "VALUES ?x {1}" * n + "}",
    "having": lambda n: "SELECT (COUNT(*) AS ?c) {} GROUP BY ?x HAVING " + "(1) " * n,
    "functions": lambda n: "SELECT (" + "STR(" * n + "1" + ")" * n + " AS ?x) {}",
    "exists": lambda n: "ASK {" + "FILTER EXISTS {" * n + "}" * n + "}",
    "sub-selects": lambda n: "ASK {" + "{SELECT * {" * n + "}}" * n + "}",
    "triple terms": lambda n: "ASK {?s ?p " + "<<( ?s ?p " * n + "1" + ")>>" * n + "}",
    "annotations": lambda n: "ASK {?s ?p ?o " + "{| ?p ?o |}" * n + "}",
    "aggregates": lambda n: (
        "SELECT " + " ".join(f"(COUNT(?s) AS ?c{i})" for i in range(n)) + "{?s ?p ?o}"
    ),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("home")
    with Home(path).begin(agent="tests", reason="one quad") as candidate:
        candidate.bulk_load(b"<a:s> <a:p> <a:o> <a:g> .\n")
    return path


@pytest.fixture(scope="module")
def workers(home: Path) -> Iterator[Workers]:
    allowance = Allowance(home, workers=2, memory=1 << 30, inline=1 << 20, most=1 << 24)
    with Workers(allowance) as pool:
        yield pool


@pytest.fixture(scope="module")
def networked(home: Path) -> Iterator[Workers]:
    allowance = Allowance(
        home, workers=2, memory=1 << 30, inline=1 << 20, most=1 << 24, has_network=True
    )
    with Workers(allowance) as pool:
        yield pool


@pytest.fixture(scope="module")
def canary() -> Iterator[tuple[int, list[str]]]:
    """A listener that notes every contact."""
    contacts: list[str] = []
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    is_over = threading.Event()

    def listen() -> None:
        while not is_over.is_set():
            try:
                connection, address = listener.accept()
            except TimeoutError:
                continue
            contacts.append(str(address))
            connection.close()

    thread = threading.Thread(target=listen)
    thread.start()
    yield listener.getsockname()[1], contacts
    is_over.set()
    thread.join()
    listener.close()


def outcome(workers: Workers, query: str, seconds: float = 0.5) -> str:
    """Run what is admitted; say how it ended."""
    try:
        text = admit(query).text
        workers.run(Task(text, JSON, 1), seconds=seconds)
    except AdmissionError as error:
        return error.kind
    except ProblemError as error:
        return error.kind
    return "answered"


def widest(shape: Callable[[int], str]) -> int:
    """Find the largest n whose query is admitted."""
    low, high = 0, 60_000
    while low < high:
        middle = (low + high + 1) // 2
        try:
            admit(shape(middle))
            low = middle
        except AdmissionError:
            high = middle - 1
    return low


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_the_widest_query_admitted_does_not_end_the_engine(
    shape: Callable[[int], str], workers: Workers
) -> None:
    most = widest(shape)
    assert most < 60_000
    assert outcome(workers, shape(most)) in {
        "answered",
        "time-limit",
        "malformed-query",
        "query-failed",
    }
    with pytest.raises(AdmissionError):
        admit(shape(most + 1))


def test_brackets_in_what_only_looks_like_an_iri_do_not_end_the_engine(workers: Workers) -> None:
    hidden = "SELECT (1<" + "(" * 100_000 + "2>1 && 1<" + ")" * 100_000 + ">1 AS ?x) {}"
    assert outcome(workers, hidden) == "malformed-query"


@pytest.mark.parametrize(
    "query",
    [
        "ASK { SERVICE <$> {} }",
        "ASK { service silent <$> {} }",
        "ASK { SERVICE # why\n <$> {} }",
        "ASK { SERVICE?e {} VALUES ?e { <$> } }",
        "PREFIX e: <$> ASK { SERVICE e: {} }",
        "PREFIX : <$> ASK { ?s ?p ?o SERVICE:x {} }",
        "PREFIX : <$> ASK { ?s ?p ?o SERVICESILENT:x {} }",
        "PREFIX : <$> ASK { ?s ?p trueSERVICE:x {} }",
        "PREFIX : <$> ASK { ?s ?p 1SERVICE:x{} }",
        "PREFIX : <$> ASK { ?s ?p 'a'SERVICE:x{} }",
        "ASK { ?s ?p trueSERVICE<$>{} }",
        "ASK { OPTIONAL { { SELECT * { SERVICE <$> {} } } } }",
        "ASK { FILTER NOT EXISTS { SERVICE <$> { ?s ?p ?o } } }",
        "BASE <$> ASK { SERVICE <> {} }",
        "ASK { FILTER(1<2)#>'''\n SERVICE <$> {} #'''\n}",
        "ASK { FILTER(1<'>') SERVICE <$> {} #'\n}",
        "ASK { FILTER(1<2&&'x'>'y') SERVICE <$> {} }",
        "ASK { FILTER(1<(2)) SERVICE <$> {} FILTER(3>2) }",
        "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <$> { ?s ?p ?o } }",
        "ASK { ?s ?p 'a'@en--ltrSERVICE<$>{} }",
    ],
)
def test_service_in_disguise_reaches_nobody(
    query: str, networked: Workers, canary: tuple[int, list[str]]
) -> None:
    port, contacts = canary
    disguised = query.replace("$", f"http://127.0.0.1:{port}/")
    assert outcome(networked, disguised, 5) in {
        "service-refused",
        "malformed-query",
    }
    assert contacts == []


def test_the_canary_sings_when_service_gets_through(
    networked: Workers, canary: tuple[int, list[str]]
) -> None:
    port, contacts = canary
    query = f"ASK {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"
    with pytest.raises(ProblemError):
        networked.run(Task(query, JSON, 1), seconds=5)
    assert contacts
    contacts.clear()


def test_workers_have_no_network(workers: Workers, canary: tuple[int, list[str]]) -> None:
    port, contacts = canary
    query = f"ASK {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"
    with pytest.raises(ProblemError):
        workers.run(Task(query, JSON, 1), seconds=5)
    if not workers.is_isolated:
        pytest.skip("this system does not let a process leave the network")
    assert contacts == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { ?service a 'SERVICE <x>' } # SERVICE",
        "PREFIX service: <http://example.org/> SELECT * { ?s service:x <http://x/SERVICE#y> }",
        "PREFIX service: <http://example.org/> ASK { GRAPH service:x { ?s ?p ?o } }",
        "ASK { ?s ?p '''SERVICE ''x''' }",
        'ASK { ?s ?p "a\\"SERVICE" }',
        "PREFIX x: <http://example.org/> ASK { ?s x:a\\'SERVICE\\' ?o }",
    ],
)
def test_the_word_service_is_no_service(query: str) -> None:
    assert admit(query).form in {"SELECT", "ASK"}


def test_a_service_on_the_list_is_admitted() -> None:
    listed = frozenset({"https://example.org/sparql"})
    query = "ASK { SERVICE SILENT <https://example.org/sparql> { ?s ?p ?o } }"
    assert admit(query, services=listed).form == "ASK"
    with pytest.raises(AdmissionError, match=r"this server calls <https://example.org/sparql>"):
        admit("ASK { SERVICE <https://example.org/other> { ?s ?p ?o } }", services=listed)


@pytest.mark.parametrize(
    "query",
    ["INSERT DATA {}", "PREFIX e: <a:b> DELETE WHERE {}", "LOAD <a:b>", "clear all", "drop all"],
)
def test_an_update_is_refused_by_name(query: str) -> None:
    with pytest.raises(AdmissionError) as caught:
        admit(query)
    assert caught.value.kind == "update-refused"


def test_a_refusal_says_where() -> None:
    with pytest.raises(AdmissionError) as caught:
        admit("ASK {\n  ?s ?p ?o .\n  SERVICE <http://example.org/> {}\n}")
    assert (caught.value.line, caught.value.column) == (3, 3)


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("", "no query"),
        ("ASK {", "never closed"),
        ("ASK }", "closes nothing"),
        ("ASK { ?s ?p 'a }", "string without an end"),
        ("ASK { ?s ?p \\u0041 }", "out of place"),
        ("PREFIX : <a:> ASK FROM:g {}", "spaces before and after FROM"),
        ("ASKFROM <a:g> {}", "spaces before and after FROM"),
    ],
)
def test_what_no_parser_could_read_is_refused_in_plain_words(query: str, what: str) -> None:
    with pytest.raises(AdmissionError, match=what) as caught:
        admit(query)
    assert caught.value.kind == "malformed-query"


def test_a_query_beyond_the_size_is_refused() -> None:
    with pytest.raises(AdmissionError) as caught:
        admit("ASK {} #" + "é" * 600, bounds=Bounds(size=1_000))
    assert caught.value.kind == "query-too-large"


def test_two_spellings_of_a_query_have_one_key() -> None:
    one = admit("SELECT *\n{ ?s ?p ?o } # all").normalised
    assert one == admit("SELECT * { ?s   ?p ?o }").normalised
    assert one != admit("SELECT * { ?s   ?p ' ?o ' }").normalised


def test_a_megabyte_is_read_in_a_second() -> None:
    seconds = os.times()
    with pytest.raises(AdmissionError):
        admit("ASK {" + " ?s ?p ?o ." * 90_000 + "}")
    admit("ASK { VALUES ?x {" + " 'a b c d e f g h i' " * 45_000 + "} }")
    assert sum(os.times()[:2]) - sum(seconds[:2]) < 2


FRAGMENTS = st.sampled_from(
    [
        *("{", "}", "(", ")", "[", "]", "<", ">", "'", '"', "'''", "#", "\n", "\\", ";", ".", ","),
        *("?x", "$y", "true", "1", "1.5e3", "'a'", "@en", "<a:b>", "<a:b#c>", "ex:y", ":", "_:b"),
        *("SERVICE", "SILENT", "service:x", "SERVICE:x", "<CANARY>", "FILTER", "BIND", "AS", "IN"),
        *(
            "UNION",
            "OPTIONAL",
            "GRAPH",
            "VALUES",
            "SELECT",
            "*",
            "WHERE",
            "||",
            "&&",
            "!",
            "^",
            "|",
        ),
        *("EXISTS", "NOT", "MINUS", "=", "<=", "<<", ">>", "<<(", ")>>", "{|", "|}", "~", "a"),
    ]
)
BODIES = st.lists(st.tuples(FRAGMENTS, st.sampled_from(["", " "])), max_size=25)


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=BODIES)
def test_no_text_ends_the_engine_or_calls_another_server(
    body: list[tuple[str, str]], networked: Workers, canary: tuple[int, list[str]]
) -> None:
    port, contacts = canary
    inner = "".join(fragment + gap for fragment, gap in body)
    inner = inner.replace("<CANARY>", f"<http://127.0.0.1:{port}/>")
    for frame in ("ASK {%s}", "ASK { FILTER(%s) }", "ASK { FILTER(1<%s) SERVICE <CANARY> {} }"):
        query = "PREFIX : <a:> PREFIX ex: <a:> PREFIX service: <a:> " + frame % inner
        query = query.replace("<CANARY>", f"<http://127.0.0.1:{port}/>")
        assert outcome(networked, query) != "worker-lost"
    assert contacts == []
