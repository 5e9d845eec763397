"""Duplicates are gathered and split again, and every record stays as it was."""

from __future__ import annotations

from itertools import combinations

import pytest

from kg.errors import MembershipError, ReviewError
from kg.review import Project
from kg.review.duplicates import (
    Group,
    deny,
    item_of,
    keep_found,
    merge,
    merged_items,
    records_of,
    split,
    suspects,
    whole,
)
from kg.review.records import references


def numbers(project: Project) -> list[int]:
    with project.reading() as db:
        return list(references(db))


def test_records_are_merged_and_split_again(filled: Project) -> None:
    one, two, three, four, *_ = numbers(filled)
    with filled.reading() as db:
        before = references(db)
    with filled.writing("rita") as writing:
        assert merge(writing, [two, one], "same DOI in print") == one
        assert merge(writing, [three, four]) == three
        assert merge(writing, [two, three]) == one
    with filled.reading() as db:
        assert records_of(db, one) == (one, two, three, four)
        (item,) = merged_items(db)
        assert (item.number, item.records, item.by) == (one, (one, two, three, four), "rita")
        assert references(db) == before
    with filled.writing("rolf") as writing:
        split(writing, [one], "a preprint")
    with filled.reading() as db:
        assert [item_of(db, each) for each in (one, two, three, four)] == [one, two, two, two]
        assert references(db) == before
    with filled.writing("rolf") as writing:
        split(writing, [two, three])
    with filled.reading() as db:
        assert [item_of(db, each) for each in (one, two, three, four)] == [one, two, three, four]
        assert merged_items(db) == []
    assert filled.journal.check() == []


def test_what_a_program_is_sure_of_is_merged_and_the_rest_is_asked(filled: Project) -> None:
    one, two, three, four, five, six, *_ = numbers(filled)
    found = (
        Group((one, two), "same DOI", 1.0),
        Group((three, four), "titles alike", 0.7, is_certain=False),
        Group((five, six), "titles alike", 0.8, is_certain=False),
    )
    with filled.writing("rita") as writing:
        keep_found(writing, "made 1.0", found)
    with filled.reading() as db:
        (item,) = merged_items(db)
        assert (item.reason, item.score, item.by) == ("same DOI", 1.0, "made 1.0")
        assert [each.records for each in suspects(db)] == [(five, six), (three, four)]
    with filled.writing("rita") as writing:
        deny(writing, [five, six])
        merge(writing, [three, four])
    with filled.reading() as db:
        assert suspects(db) == []
    with filled.writing("rita") as writing:
        split(writing, [one])
        keep_found(writing, "made 1.1", found)
    with filled.reading() as db:
        assert item_of(db, two) == two, "what a person has said holds"
        assert suspects(db) == []
        assert item_of(db, four) == three
    with filled.writing("rita") as writing:
        merge(writing, [one, two], "they are the same after all")
    with filled.reading() as db:
        assert item_of(db, two) == one


@pytest.mark.parametrize("records", [[], [1]])
def test_fewer_than_two_are_no_duplicates(filled: Project, records: list[int]) -> None:
    with pytest.raises(ReviewError, match="name 2 records"), filled.writing("rita") as writing:
        merge(writing, records)


def test_what_cannot_be_is_refused(filled: Project) -> None:
    one, two, *_ = numbers(filled)
    with pytest.raises(ReviewError, match="no record 99999"), filled.writing("rita") as writing:
        merge(writing, [one, 99999])
    with pytest.raises(ReviewError, match="nothing to split"), filled.writing("rita") as writing:
        split(writing, [one])
    with pytest.raises(MembershipError), filled.writing("leo") as writing:
        merge(writing, [one, two])


def test_an_item_has_the_fields_of_all_its_records(filled: Project) -> None:
    one, two, *_ = numbers(filled)
    with filled.writing("rita") as writing:
        merge(writing, [one, two])
    with filled.reading() as db:
        found = references(db, [one, two])
        both = whole(db, one)
        assert {both.title, both.doi} <= {
            text for each in found.values() for text in (each.title, each.doi)
        }
        assert whole(db, two + 1) == references(db)[two + 1]


def test_any_order_of_merging_makes_the_same_item(filled: Project) -> None:
    every = numbers(filled)[:4]
    for pairs in (list(combinations(every, 2)), list(combinations(every[::-1], 2))):
        with filled.writing("rita") as writing:
            for pair in pairs:
                merge(writing, pair)
            assert records_of(writing.db, every[0]) == tuple(every)
            split(writing, every)
            assert all(item_of(writing.db, each) == each for each in every)
