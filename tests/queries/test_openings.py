"""Every count of every question against the list that it opens, on the corpus."""

from __future__ import annotations

import os
import re
from collections import defaultdict

import pytest

from kg.dataset import Dataset
from kg.questions import Opened, Question, questions
from kg.questions.binding import bind

_EVERY = "COVE_TEST_ALL" in os.environ
_FEW = 2  # rows of a column that are followed where not all are

_counting = [
    one for one in questions().values() if any(c.opens for c in one.header.columns.values())
]


def test_most_questions_count() -> None:
    assert len(_counting) >= 35


@pytest.mark.parametrize("one", _counting, ids=[one.name for one in _counting])
def test_a_count_opens_exactly_what_it_counted(one: Question, dataset: Dataset) -> None:
    answer = dataset.question(one.name)
    links: defaultdict[str, list[tuple[object, Opened]]] = defaultdict(list)
    for row in answer.rows:
        for column, opened in answer.openings(row).items():
            links[column].append((row[column], opened))
    counts = [name for name, column in one.header.columns.items() if column.opens]
    assert links or not any(row[name] for row in answer.rows for name in counts)
    for column, found in links.items():
        step = 1 if _EVERY else max(1, len(found) // _FEW)
        for count, opened in found[::step]:
            listed = dataset.question(opened.question, **opened.parameters)
            assert len(listed) == count, f"{column} opens {opened}"


_QUICK = {"creation-and-destruction-together", "disagreements", "mechanisms-to-destruction"} | {
    "outcome-directions",
    "works",
}
"""Listings whose whole text does not join all claims for each restriction."""

_restricting = [
    one
    for one in questions().values()
    if any(parameter.any for parameter in one.header.parameters.values())
]


@pytest.mark.parametrize("one", _restricting, ids=[one.name for one in _restricting])
def test_leaving_open_restrictions_out_changes_no_answer(one: Question, dataset: Dataset) -> None:
    if one.is_listing and one.name not in _QUICK:
        pytest.skip("the whole text is slow, for it joins all claims for each restriction")
    terms = one.terms({})
    whole = _rows(dataset, bind(one.query, terms))
    short = _rows(dataset, one.bound(terms))
    assert len(whole) == len(short)
    assert sorted(set(whole) ^ set(short)) == []


_listings = [one for one in questions().values() if one.is_listing]


@pytest.mark.parametrize("one", _listings, ids=[one.name for one in _listings])
def test_the_pages_of_a_listing_hold_every_row_once(one: Question, dataset: Dataset) -> None:
    terms = one.terms({})
    whole = _rows(dataset, one.bound(terms))
    length = len(whole) // 3 + 1
    pages = [
        row
        for start in range(0, len(whole), length)
        for row in _rows(dataset, one.bound(terms, first=start, most=length))
    ]
    assert len(pages) == len(whole)
    assert sorted(set(pages) ^ set(whole)) == []


def _rows(dataset: Dataset, query: str) -> list[tuple[str, ...]]:
    """Ask for rows; a cell that joins several values has no order of its own."""
    return [
        tuple(", ".join(sorted(re.split("[,;] ", str(term)))) for term in row.terms)
        for row in dataset.select(query)
    ]


def test_twenty_nine_questions_are_listings() -> None:
    assert len(_listings) == 29
