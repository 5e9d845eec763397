"""Every question against the made graph, against the corpus, and against its own header."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import URIRef

from kg import ontology
from kg.dataset import Dataset
from kg.namespaces import BASE, COVE, PREFIXES
from kg.questions import Question, questions
from kg.questions import answer as ask
from kg.questions.binding import parameter_names
from kg.questions.writers import to_csv
from kg.store import EndpointStore, Home
from server.benching import running

_HERE = Path(__file__).parent
_FILES = sorted((_HERE.parents[1] / "queries" / "questions").glob("*.rq"))
_ASKED = json.loads((_HERE / "asked.json").read_text(encoding="utf-8"))
_IRI = re.compile(r"<([^<>\s]+)>")
_PREFIX = re.compile(r"^PREFIX (\S+): <(\S+)>$", re.MULTILINE)
_NAME = re.compile(r"(?<![\w?$/-])([a-z][a-z-]*):([A-Za-z][\w-]*)")

_OF_REVIEWS = {"appraisals", "confidence-in-findings", "works-behind-findings"}
"""What only a published review fills, and the corpus has none."""

_CLAIMS = [
    one
    for one in questions().values()
    if any(column.type == "claim" for column in one.header.columns.values())
]

every_question = pytest.mark.parametrize("one", questions().values(), ids=list(questions()))


def _sorted_lists(text: bytes) -> list[list[str]]:
    """Parse a table; a cell that joins several values has no order of its own."""
    rows = csv.reader(StringIO(text.decode()))
    return [[", ".join(sorted(re.split("[,;] ", cell))) for cell in row] for row in rows]


def test_the_library_holds_the_forty_and_the_others() -> None:
    assert len(_FILES) == len(questions()) == 84
    numbers = [one.header.question for one in questions().values() if one.header.question]
    assert numbers == list(range(1, 41))


@every_question
def test_question_gives_the_expected_table_on_made_data(one: Question, made: Dataset) -> None:
    answer = made.question(one.name, **_ASKED.get(one.name, {}))
    expected = (_HERE / "expected" / f"{one.name}.csv").read_bytes()
    assert _sorted_lists(to_csv(answer)) == _sorted_lists(expected)
    assert len(answer) > 0


@pytest.fixture(scope="module")
def endpoint(made_home: Home) -> Iterator[EndpointStore]:
    """Serve the made data, and read them as any client does."""
    with running("cove", made_home) as server:
        yield EndpointStore(f"http://127.0.0.1:{server.port}/sparql")


@every_question
def test_question_gives_the_same_table_over_http(one: Question, endpoint: EndpointStore) -> None:
    answer = ask(endpoint, one.name, **_ASKED.get(one.name, {}))
    expected = (_HERE / "expected" / f"{one.name}.csv").read_bytes()
    assert _sorted_lists(to_csv(answer)) == _sorted_lists(expected)


def test_every_expected_table_belongs_to_a_question() -> None:
    tables = {path.stem for path in (_HERE / "expected").glob("*.csv")}
    assert tables == set(questions())
    assert set(_ASKED) <= set(questions())


def test_made_data_says_that_it_is_made() -> None:
    sheets = [json.loads(line) for line in (_HERE / "made.jsonl").read_text("utf-8").splitlines()]
    assert len(sheets) == 4
    for sheet in sheets:
        assert sheet["id"].startswith("made-")
        assert "invented" in sheet["title"]


@every_question
def test_question_finds_something_in_the_corpus(one: Question, dataset: Dataset) -> None:
    answer = dataset.question(one.name)
    assert bool(answer.rows) is (one.name not in _OF_REVIEWS)
    for row in answer.rows:
        for opened in answer.openings(row).values():
            opened_question = questions()[opened.question]
            opened_question.bound(opened_question.terms(opened.parameters))


@pytest.mark.parametrize("one", _CLAIMS, ids=[one.name for one in _CLAIMS])
def test_a_row_about_a_claim_says_where_it_comes_from(one: Question) -> None:
    columns = set(one.header.columns)
    assert columns & {"statement", "value"}  # the value of a trace is the statement
    assert columns & {"work", "reportedIn"}
    assert {"locator", "readLevel", "strength", "countries", "sectors"} <= columns


def test_nineteen_questions_list_claims() -> None:
    assert len(_CLAIMS) == 19


@every_question
def test_every_iri_of_a_question_is_in_the_ontology_or_the_vocabularies(one: Question) -> None:
    known = _known_iris()
    prefixes = dict(_PREFIX.findall(one.query))
    body = _PREFIX.sub("", one.query)
    body = re.sub(r'"[^"\n]*"', '""', body)
    named = {prefixes[prefix] + local for prefix, local in _NAME.findall(body)}
    for iri in named | set(_IRI.findall(body)):
        if iri.startswith(BASE):
            assert iri in known, f"{one.source} names {iri}, which nothing defines"
    for choice in (c for p in one.header.parameters.values() for c in p.choices.values()):
        prefix, _, local = choice.partition(":")
        assert PREFIXES[prefix] + local in known


def _known_iris() -> set[str]:
    graph = ontology.core() + ontology.vocabularies()
    return {str(subject) for subject in graph.subjects() if isinstance(subject, URIRef)}


@every_question
def test_prefixes_are_the_usual_ones_and_all_used(one: Question) -> None:
    for prefix, iri in _PREFIX.findall(one.query):
        assert iri == PREFIXES.get(prefix, f"{BASE}concept/{prefix}/")
        assert len(re.findall(rf"(?<![\w-]){prefix}:", one.query)) > 1


@every_question
def test_question_is_plain_sparql_as_it_stands(one: Question) -> None:
    assert list(ox.Store().query(one.query)) is not None
    assert "ORDER BY" in one.query
    assert "FROM " not in one.query


@every_question
def test_parameters_are_no_variables_and_stand_in_no_string(one: Question) -> None:
    for name in parameter_names(one.query):
        assert not re.search(rf"\?{name}\b", one.query)
    assert not [text for text in re.findall(r'"[^"\n]*"', one.query) if "$" in text]


def test_contradicting_findings_of_the_made_records_meet(made: Dataset) -> None:
    rows = made.question("contradictions").rows
    assert [(row["subjectLabel"], row["objectLabel"]) for row in rows] == [
        ("Co-production", "Efficiency")
    ]
    assert (rows[0]["affirming"], rows[0]["denying"]) == (2, 1)


def test_a_finding_opens_its_works_and_they_their_appraisals(made: Dataset) -> None:
    asked = ["confidence-in-findings", "works-behind-findings"]
    counts = [
        (len(made.question(opened.question, **opened.parameters)), row[column])
        for name in asked
        for answer in [made.question(name)]
        for row in answer.rows
        for column, opened in answer.openings(row).items()
    ]
    assert len(counts) == 6
    assert all(found == told for found, told in counts)
    assert len(made.question("confidence-in-findings", confidence="moderate")) == 1
    assert len(made.question("appraisals", instrument="rob-2")) == 1


def test_a_map_of_a_review_counts_and_opens_the_claims_of_its_works(made: Dataset) -> None:
    answer = made.question("evidence-map", review="made", rows="direction", columns="kind")
    whole = made.question("evidence-map", rows="direction", columns="kind")
    claims = [row for row in answer.rows if row["claims"]]
    assert (
        0
        < sum(int(str(row["claims"])) for row in claims)
        < sum(int(str(row["claims"])) for row in whole.rows)
    )
    for row in claims:
        for column in ("claims", "works"):
            opened = answer.openings(row)[column]
            found = made.question(opened.question, **opened.parameters)
            assert len(found) == row[column]
            assert {each["work"] for each in found.rows} == {f"{BASE}work/made-one"}


def test_weights_follow_reading_and_kind(made: Dataset) -> None:
    # 0.6 (made one, abstract) + 0.6 (made four) + 0.6 * 0.3 (made three, argued); 1.0 read in full
    answer = made.question("weighted-support")
    weights = {row["directionLabel"]: row["weight"] for row in answer.rows}
    assert weights["Increases"] == pytest.approx(1.38)
    assert weights["Decreases"] == pytest.approx(1.0)
    assert weights["No effect"] == pytest.approx(0.6)


def test_effects_open_with_direction_and_holder_of_one_effect(dataset: Dataset) -> None:
    answer = dataset.question("whose-value", sector="health-care")
    for row in answer.rows[:4]:
        opened = answer.openings(row)["effects"]
        assert len(dataset.question(opened.question, **opened.parameters)) == row["effects"]


def test_six_claims_of_the_corpus_report_destruction_under_mandate(dataset: Dataset) -> None:
    # counted from the coding sheets by hand; see the README of the evidence
    assert len(dataset.question("destruction-under-mandate")) == 6
    assert COVE.Claim in ontology.core().subjects()
