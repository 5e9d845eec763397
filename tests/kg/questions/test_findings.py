"""What the rows of an answer say together."""

from __future__ import annotations

from kg.dataset import Dataset
from kg.questions import Answer, Row, question
from kg.questions.findings import findings


def _answer(name: str, *rows: Row) -> Answer:
    one = question(name)
    whole = tuple(dict.fromkeys(one.variables) | dict(row) for row in rows)
    return Answer(one, one.terms({}), one.query, whole)


def test_counts_say_where_most_is_and_where_none() -> None:
    rows = [{"phaseLabel": "Co-design", "levelLabel": "Group", "processes": n} for n in (3, 3, 0)]
    assert list(findings(_answer("phase-by-level", *rows))) == [
        "Processes: at most 3, for Co-design, Group and 1 more row; none in 1 of 3 rows."
    ]


def test_claims_are_told_with_their_directions_and_how_far_they_were_read() -> None:
    rows = [
        {"claim": f"c{n}", "work": "w", "direction": way, "readLevel": "Abstract"}
        for n, way in enumerate(("Increases", "Increases", "Decreases"))
    ]
    assert list(findings(_answer("works-stating", *rows))) == [
        "The rows name 3 claims, 1 work.",
        "Direction: Increases in 2, Decreases in 1 of 3 rows.",
        "Read: Abstract in 3 of 3 rows.",
    ]


def test_an_answer_without_rows_says_so() -> None:
    assert list(findings(_answer("works-stating"))) == ["Nothing in the corpus answers it yet."]


def test_what_is_said_of_a_real_answer_can_be_counted_in_it(dataset: Dataset) -> None:
    answer = dataset.question("evidence-in-country")
    claims = {row["claim"] for row in answer.rows}
    assert next(findings(answer)).startswith(f"The rows name {len(claims)} claims, ")
