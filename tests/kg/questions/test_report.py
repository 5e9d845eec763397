from __future__ import annotations

import re
from pathlib import Path

from kg.dataset import Dataset
from kg.questions import questions, report, time_questions

_PAGE = Path(__file__).parents[3] / "docs" / "questions.md"


def test_results_page_is_fresh(dataset: Dataset) -> None:
    made, kept = report(dataset.question).splitlines(), _PAGE.read_text("utf-8").splitlines()
    wrong = [f"{old!r} is {new!r} now" for old, new in zip(kept, made, strict=False) if old != new]
    assert wrong[:5] == [], "run: cove questions --report > docs/questions.md"
    assert len(kept) == len(made)


def test_results_page_shows_the_forty(dataset: Dataset) -> None:
    text = _PAGE.read_text("utf-8")
    assert [int(n) for n in re.findall(r"^## (\d+)\. ", text, re.MULTILINE)] == list(range(1, 41))
    assert ": 0 rows." not in text


def test_a_question_that_finds_nothing_says_which_coding_is_missing(dataset: Dataset) -> None:
    silent = set()
    for one in questions().values():
        counts = [name for name, column in one.header.columns.items() if column.opens]
        rows = dataset.question(one.name).rows
        if not rows or (counts and not any(row[name] for row in rows for name in counts)):
            silent.add(one.name)
    assert silent == {one.name for one in questions().values() if one.header.missing}


def test_every_question_is_timed(dataset: Dataset) -> None:
    found = time_questions(dataset.select)
    assert {timing.name for timing in found} == set(questions())
    assert [t.seconds for t in found] == sorted((t.seconds for t in found), reverse=True)
