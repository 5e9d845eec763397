from __future__ import annotations

import csv
import json
from functools import partial
from io import BytesIO, StringIO

import pyoxigraph as ox
import pytest
from openpyxl import load_workbook

from kg.dataset import Dataset
from kg.errors import ParameterError
from kg.questions import Answer, works_behind
from kg.questions import answer as ask
from kg.questions.writers import WRITERS
from kg.store import Home


@pytest.fixture(scope="module")
def answer(dataset: Dataset) -> Answer:
    return dataset.question("evidence-by-sector")


def test_rows_are_plain_values(answer: Answer) -> None:
    first = answer.rows[0]
    assert isinstance(first["works"], int)
    assert isinstance(first["sectorLabel"], str)
    assert str(first["sector"]).startswith("https://")


def test_a_thing_that_is_not_there_is_named(dataset: Dataset) -> None:
    with pytest.raises(ParameterError, match="'against': nothing in this version"):
        dataset.question("opposing-evidence", against="nobody-1900-nothing")


def test_works_behind_an_answer_are_those_of_its_counts(corpus_home: Home) -> None:
    with corpus_home.open() as store:
        claims = ask(store, "destruction-under-mandate")
        named = {str(row["work"]) for row in claims.rows}
        assert set(works_behind(partial(ask, store), claims)) == named
        counts = ask(store, "whose-value", sector="justice")
        assert len(counts.rows) > 1
        assert len(works_behind(partial(ask, store), counts)) >= 2


def test_csv_and_tsv_hold_every_row(answer: Answer) -> None:
    for name, delimiter in (("csv", ","), ("tsv", "\t")):
        rows = list(csv.reader(StringIO(WRITERS[name](answer).decode()), delimiter=delimiter))
        assert tuple(rows[0]) == answer.variables
        assert len(rows) == len(answer) + 1


def test_json_says_what_was_asked_and_what_it_cannot_support(answer: Answer) -> None:
    told = json.loads(WRITERS["json"](answer))
    assert told["question"] == "evidence-by-sector"
    assert told["caution"]
    assert told["query"] == answer.query
    assert told["rows"][0] == dict(answer.rows[0])


def test_jsonld_names_things_by_iri(answer: Answer) -> None:
    quads = ox.parse(WRITERS["jsonld"](answer), format=ox.RdfFormat.JSON_LD)
    sectors = {ox.NamedNode(str(row["sector"])) for row in answer.rows}
    assert sectors <= {quad.object for quad in quads}


def test_workbook_has_rows_and_their_origin(answer: Answer) -> None:
    book = load_workbook(BytesIO(WRITERS["xlsx"](answer)), read_only=True)
    assert book.sheetnames == ["Answer", "About"]
    assert len(list(book["Answer"].rows)) == len(answer) + 1
    about = {row[0].value: row[1].value for row in book["About"].rows}
    assert about["question"] == "evidence-by-sector"


def test_frame_has_proper_types(answer: Answer) -> None:
    frame = answer.to_pandas()
    assert list(frame.columns) == list(answer.variables)
    assert str(frame["works"].dtype) == "Int64"
