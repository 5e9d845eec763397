from __future__ import annotations

import re

import pytest

from kg.errors import SourceError
from kg.questions import read_question

GOOD = """#+ summary: What is there?
#+ description: Lists the works
#+   that are there.
#+ caution: Nothing follows from it.
#+ question: 7
#+ tags: ["works"]
#+ parameters:
#+   year: {"type": "integer", "label": "Year", "default": 2000}
#+ columns:
#+   work: {"type": "work", "title": "Work"}
#+ display: {"as": "table"}

SELECT
  ?work
  ?workLabel
WHERE {
  ?work ?p $year .
}
ORDER BY
  ?work
"""


def _read(text: str, name: str = "cq07-there.rq") -> None:
    read_question(text, source=f"queries/questions/{name}")


def test_header_says_what_the_file_says() -> None:
    one = read_question(GOOD, source="queries/questions/cq07-there.rq")
    assert one.name == "there"
    assert one.header.description == "Lists the works that are there."
    assert one.header.parameters["year"].default == 2000
    assert one.variables == ("work", "workLabel")
    assert not one.query.startswith("#")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("#+ caution: Nothing follows from it.\n", "", "no 'caution'"),
        ("#+ tags:", "#+ tag:", "'tag' is unknown"),
        ('["works"]', '["works"', ":6: 'tags' is not what it should be"),
        ('"type": "integer"', '"typ": "integer"', ":8: 'year'"),
        ('"type": "integer"', '"type": "colour"', "unknown type 'colour'"),
        ('{"type": "integer", "label": "Year", "default": 2000}', "2000", ":8: expected one"),
        ("#+   that", "#+ that", "neither"),
        ("$year", "$other", "$other is used but not declared"),
        ("  ?workLabel\n", "  ?workLabel\n  ?more\n", "selected but not declared: ['more']"),
        ('"type": "work"', '"type": "wrk"', "unknown type 'wrk'"),
        ('"type": "work"', '"type": "count"', "whole number that opens nothing"),
        ('"title": "Work"', '"title": "Work", "alone": "here"', "whole number that opens nothing"),
        ('"as": "table"', '"as": "pie"', "display 'pie'"),
        ('{"as": "table"}', '{"as": "bars", "x": "size"}', "uses 'size', which is no column"),
        ("#+ question: 7", "#+ question: 8", "file name says question 7, header says 8"),
        ("SELECT\n", "SELECT *\n", "no columns, one a line"),
        ("#+ summary: What", "#+ summary: What\n#+ summary: Why", "twice"),
        ("?work ?p $year", "?work ?p $year, $work", "$work is used"),
    ],
)
def test_broken_header_is_refused_with_its_place(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(SourceError, match=re.escape(message)):
        _read(GOOD.replace(old, new, 1))


def test_file_name_must_tell_the_question() -> None:
    with pytest.raises(SourceError, match="file name is not"):
        _read(GOOD, "Cq7 there.rq")
