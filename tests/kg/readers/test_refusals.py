"""What the coding guide refuses is told at the part that has it, with what to do."""

import json
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from kg.readers import Reading, read_stream

Sheet = dict[str, Any]
Refuse = Callable[[object], list[str]]
ABSENT = object()
AT = "made.jsonl:2 made-2020-every-field: "

# Each case changes one part of the made sheet: with `value` it gets that, without it goes.
CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "refusals.jsonl").read_text(encoding="utf-8").splitlines()
]


def put(sheet: Sheet, way: str, value: object) -> None:
    *steps, last = [int(step) if step.isdigit() else step for step in way.split(".")]
    part: object = sheet
    for step in steps:
        part = part[step]  # type: ignore[index]  # a path through made JSON
    if value is ABSENT:
        del part[last]  # type: ignore[attr-defined]
    else:
        part[last] = value  # type: ignore[index]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_sheet_is_refused_for(case: Sheet, sheet: Sheet, refusals: Refuse) -> None:
    put(sheet, case["at"], case.get("value", ABSENT))
    next_year = str(date.today().year + 1)
    assert refusals(sheet) == [AT + what.replace("{next year}", next_year) for what in case["told"]]


def test_every_kind_of_refusal_has_a_case() -> None:
    assert len(CASES) == len({case["name"] for case in CASES}) == 74


def test_all_problems_of_a_sheet_are_told_at_once(sheet: Sheet, refusals: Refuse) -> None:
    sheet |= {"doi": None, "year": "2020", "titel": "T", "cases": [], "type": "article"}
    assert refusals(sheet) == [
        AT + what
        for what in (
            "field 'titel' is unknown; did you mean title?",
            "year is text, '2020'; write a whole number",
            "doi is null; leave the field out (absent is not null)",
            "type 'article' is not a code of work-type; did you mean article-journal?",
            "claim 1: case '1' is not in this record; add or correct it",
        )
    ]


def test_a_sheet_with_a_thousand_problems_tells_fifty(sheet: Sheet, refusals: Refuse) -> None:
    sheet |= {f"made{number}": 1 for number in range(1000)}
    told = refusals(sheet)
    assert len(told) == 51
    assert told[-1] == AT + "has 950 more problems; correct these first"


def test_the_id_itself_may_be_what_is_wrong(sheet: Sheet, refusals: Refuse) -> None:
    form = "write family-year-word in a-z, 0-9 and single hyphens"
    for bad, said in (("Made 2020", "Made 2020"), ("x\ny", r"'x\ny'")):
        assert refusals(sheet | {"id": bad}) == [
            f"made.jsonl:2 {said}: id {bad!r} is no slug; {form}"
        ]
    assert refusals(sheet | {"id": 7}) == [
        "made.jsonl:2: id is a number, 7, not text; put it in quotes"
    ]


@pytest.mark.parametrize("text", ["[]", "3", '"x"', "null"])
def test_a_line_that_is_no_object_is_refused(text: str, refusals: Refuse) -> None:
    (told,) = refusals(text)
    assert told.startswith("made.jsonl:2: is ")
    assert told.endswith("not an object; write one work as {…} on each line")


LINES = {
    '{"id": "made",}': "is not JSON at column 15: Illegal trailing comma before end of object",
    '{"id": "made"': "is not JSON at column 14: Expecting ',' delimiter",
    "{'id': 'made'}": "is not JSON at column 2: Expecting property name enclosed in double quotes",
    '{"id": "made\t"}': "is not JSON at column 13: Invalid control character at",
    '{"year": NaN}': "is not JSON: NaN is no JSON number",
    '{"id": "a", "id": "b"}': "is not JSON: an object has the field 'id' 2 times",
    '{"year": ' + "9" * 5000 + "}": "is not JSON: Exceeds the limit (4300 digits)",
    "[" * 100_000: "is nested too deeply",
}


@pytest.mark.parametrize("line", LINES, ids=range(len(LINES)))
def test_a_line_that_is_no_json_is_refused_at_its_column(line: str, refusals: Refuse) -> None:
    (told,) = refusals(line)
    # what the standard library says differs a little between versions of Python
    beginning = LINES[line].partition(":")[0]
    assert told.startswith(f"made.jsonl:2: {beginning}")


def test_doi_and_citations_are_written_in_their_normal_form(sheet: Sheet) -> None:
    sheet |= {"doi": "https://doi.org/10.1234/MADE", "cites": ["doi:10.1234/A", "10.1234/a"]}
    (found,) = read_stream(BytesIO(json.dumps(sheet).encode()), ".jsonl", source="made.jsonl")
    assert isinstance(found, Reading)
    assert (found.work.doi, found.work.cites) == ("10.1234/made", ("10.1234/a",))


def test_texts_are_trimmed_and_their_line_ends_made_one(sheet: Sheet) -> None:
    sheet |= {"title": "  A title\r\nof two lines "}
    (found,) = read_stream(BytesIO(json.dumps(sheet).encode()), ".jsonl", source="made.jsonl")
    assert isinstance(found, Reading)
    assert found.work.title == "A title\nof two lines"


def test_the_second_record_with_an_id_or_doi_is_refused(sheet: Sheet) -> None:
    lines = [sheet, sheet | {"id": "made-other"}, sheet | {"doi": "10.1234/other"}]
    text = "\n".join(map(json.dumps, lines)).encode()
    first, same_doi, same_id = read_stream(BytesIO(text), ".jsonl", source="made.jsonl")
    assert isinstance(first, Reading)
    assert str(same_doi) == (
        "made.jsonl:2 made-other: "
        "DOI 10.1234/made is already that of the record at made.jsonl:1; keep one"
    )
    assert str(same_id) == (
        "made.jsonl:3 made-2020-every-field: "
        "id made-2020-every-field is already that of the record at made.jsonl:1; keep one"
    )
