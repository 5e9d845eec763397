"""The pictures of answers: well-formed, in words too, and linked to the evidence."""

from __future__ import annotations

import re
from collections import Counter
from xml.etree import ElementTree

import pytest

from kg import codes
from kg.dataset import Dataset
from kg.questions import Answer, Row, questions
from server.pictures import draw
from server.pictures.countries import draw_countries, tiles
from server.pictures.marks import Mark

_SVG = "{http://www.w3.org/2000/svg}"

_drawn = [one for one in questions().values() if one.header.display.kind != "table"]


def _nowhere(row: Row, column: str) -> str | None:
    return None


def test_every_kind_of_picture_is_used() -> None:
    kinds = Counter(one.header.display.kind for one in _drawn)
    assert set(kinds) == {"bars", "map", "matrix", "network", "timeline"}
    assert len(_drawn) >= 25


@pytest.mark.parametrize("name", [one.name for one in _drawn])
def test_picture_says_in_words_what_it_shows(name: str, dataset: Dataset) -> None:
    answer = dataset.question(name)
    drawn = draw(answer, _nowhere)
    assert drawn is not None
    root = ElementTree.fromstring(drawn)  # noqa: S314  # our own text
    assert root.findtext(f"{_SVG}title") == answer.question.header.summary
    assert root.findtext(f"{_SVG}desc")
    marks = root.findall(f"{_SVG}g")
    assert marks
    for mark in marks:
        assert mark.findtext(f"{_SVG}title")
    assert not re.search(r'(?:fill|stroke|style)="', drawn), "colours are those of the page"


def test_a_mark_leads_to_what_it_counts(dataset: Dataset) -> None:
    answer = dataset.question("evidence-by-country")
    drawn = draw(answer, lambda row, column: f"/x?{row['code']}")
    assert drawn is not None
    root = ElementTree.fromstring(drawn)  # noqa: S314
    links = {link.get("href"): link.findtext(f"{_SVG}title") for link in root.iter(f"{_SVG}a")}
    assert len(links) == len(answer)
    first = answer.rows[0]
    assert links[f"/x?{first['code']}"] == f"{first['code']}: {first['claims']}"


def test_an_empty_cell_of_a_matrix_is_told_apart_from_a_number(dataset: Dataset) -> None:
    drawn = draw(dataset.question("gap-matrix"), _nowhere)
    assert drawn is not None
    assert 'class="nothing"' in drawn
    assert 'class="disc"' in drawn


def test_an_answer_without_rows_has_no_picture(dataset: Dataset) -> None:
    answer = dataset.question("evidence-by-country")
    empty = Answer(answer.question, answer.terms, answer.query, ())
    assert draw(empty, _nowhere) is None


def test_every_tile_is_a_country_and_has_a_place_of_its_own() -> None:
    known = codes.codes("country")
    assert [code for code in tiles() if code not in known] == []
    assert len(set(tiles().values())) == len(tiles()) >= 180


def test_a_country_without_a_tile_stands_below_the_map() -> None:
    drawn = draw_countries([Mark("TV", "", 3, None)], title="Made")
    assert ">TV<" in drawn
    assert "TV: 3" in drawn


def test_hostile_names_stay_text() -> None:
    drawn = draw_countries([Mark("<script>", "", 3, 'x" onload="y')], title="<b>")
    assert "<script>" not in drawn
    assert 'onload="' not in drawn
