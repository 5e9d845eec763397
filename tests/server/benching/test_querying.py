"""The library measured over a small graph, and what is told of it."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest

from kg.bench import Measure
from kg.ingest import build_dataset
from kg.questions import questions
from kg.store import Home, place_at
from server.benching import querying
from server.benching.peers import running
from server.benching.querying import (
    Asked,
    _Late,
    _Unanswered,
    growth,
    measure_queries,
    table,
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Four made records."""
    home = Home(tmp_path_factory.mktemp("measured") / "home")
    sheet = Path(__file__).parents[2] / "queries" / "made.jsonl"
    with patch("kg.ingest.files.corpus", lambda: sheet):
        build_dataset(home, agent="tests")
    return home


def test_every_question_is_asked_and_answered(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COVE_STORE", "http://127.0.0.1:9/sparql")  # is not what is measured
    found = list(measure_queries(home, works=4, asked=Asked(("cove",), 60, slowest=3)))
    figures = {each.what: each for each in found}
    assert figures["questions unanswered"].value == 0
    assert figures["questions with other counts of rows"].value == 0
    assert 0 < figures["questions cached, p50"].value < figures["questions cold, p95"].value
    assert figures["pages cold, p50"].value > 0
    assert figures["memory of all processes"].value > 1
    assert figures["disk of a version"].quads == home.info().quads
    assert len(questions()) >= 40
    slowest = [each for each in found if each.what.startswith("cold: ")]
    assert len(slowest) == 3
    assert slowest[0].value >= slowest[2].value
    assert {each.what.removeprefix("cold: ") for each in slowest} < set(questions())


def test_our_server_is_measured_over_another_engine(home: Home, tmp_path: Path) -> None:
    with running("oxigraph serve", home) as engine:
        store = f"http://127.0.0.1:{engine.port}/query"
        place = place_at(tmp_path, store)
        found = list(measure_queries(place, works=4, asked=Asked(limit=60, store=store)))
    figures = {each.what: each for each in found}
    assert {each.by for each in found} == {f"cove over {store}"}
    assert figures["questions unanswered"].value == 0
    assert figures["questions cold, p50"].value > 0
    assert figures["pages cold, p50"].value > 0
    assert "disk of a version" not in figures


def test_what_is_not_answered_is_named_with_the_reason(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COVE_QUERY_BYTES", "20")
    found = list(measure_queries(home, works=4, asked=Asked(("cove",), 60)))
    figures = {each.what: each.value for each in found}
    assert figures["questions unanswered"] == len(questions())
    told = {what for what in figures if what.startswith("unanswered: ")}
    assert told == {f"unanswered: {name} (413, the query is too large)" for name in questions()}


@pytest.mark.parametrize(("error", "asked"), [(_Late, 2), (_Unanswered, None)])
def test_who_is_late_twice_is_not_asked_further_but_who_refuses_is(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception], asked: int | None
) -> None:
    times = []

    def refuse(*_: object) -> None:
        times.append(1)
        raise error("a reason")

    monkeypatch.setattr(querying, "_ask", refuse)
    found = querying._ask_library(querying._Running(1, "/", 1), 1.0, {}, 2)
    assert len(times) == (asked or len(questions()))
    assert found.unanswered.keys() == questions().keys()


def test_a_table_has_an_engine_a_column_and_the_growth_below() -> None:
    measures = [
        Measure("query", "questions cold, p95", value, "ms", by=by, works=works, quads=works * 100)
        for by, factor in (("cove", 1.0), ("other", 3.0))
        for works, value in ((10, factor), (1_000, 10 * factor))
    ]
    lines = table(measures).splitlines()
    assert lines[0].split() == ["works", "what", "cove", "other"]
    assert lines[1].split()[-2:] == ["1.0", "3.0"]
    assert list(growth(measures)) == [
        f"questions cold, p95 of {by} grows with the triples to the power 0.50"
        for by in ("cove", "other")
    ]
    assert list(growth(measures[:1])) == []
