"""The ranking learns from votes, and its figure is as honest as its test."""

from __future__ import annotations

import random
from math import comb, floor

import pytest

from kg.errors import ReviewError
from kg.review import Project
from kg.review.learning import chance, rank
from kg.review.protocols import Stage
from kg.review.ranking import keep_ranking, ranked
from kg.review.records import references
from kg.review.screening import Verdict, next_items, vote

STAGE = Stage.TITLE_ABSTRACT


def by_hand(labels: list[bool], count: int, target: float) -> float:
    """Compute the chance from the definition, with whole numbers."""
    found, least = sum(labels), 1.0
    for n in range(1, len(labels) + 1):
        k = sum(labels[-n:])
        there = count - len(labels) + n
        missed = floor(found / target + 1 - (found - k))
        if missed > there:
            return 0.0
        ways = sum(
            comb(missed, j) * comb(there - missed, n - j)
            for j in range(k + 1)
            if n - j <= there - missed
        )
        least = min(least, ways / comb(there, n))
    return least


@pytest.mark.parametrize("target", [0.8, 0.95, 1.0])
def test_the_chance_is_that_of_the_definition(target: float) -> None:
    maker = random.Random(7)  # noqa: S311 - made labels, not secrets
    for count in (5, 40, 90):
        for share in (0.05, 0.3):
            labels = [maker.random() < share for _ in range(count * 3 // 4)]
            expected = by_hand(labels, count, target)
            assert chance(labels, count, target=target) == pytest.approx(expected)


def test_nothing_seen_says_nothing_and_everything_seen_says_all() -> None:
    assert chance([], 100) == 1.0
    assert chance([True, False, False], 3) == 0.0


def test_of_samples_at_random_few_stop_too_early() -> None:
    """The last n are a sample at random here, looked at once: the error stays under its bound."""
    maker = random.Random(11)  # noqa: S311 - made labels, not secrets
    wrong = 0
    for _ in range(300):
        urn = [True] * 20 + [False] * 180
        maker.shuffle(urn)
        seen = urn[:120]
        is_missed = sum(seen) / 20 < 0.8
        wrong += is_missed and chance_of_one_look(seen, 200, 0.8) < 0.05
    assert wrong / 300 <= 0.08


def chance_of_one_look(labels: list[bool], count: int, target: float) -> float:
    found, n = sum(labels), len(labels)
    missed = floor(found / target + 1)
    ways = sum(comb(missed, j) * comb(count - missed, n - j) for j in range(found + 1))
    return ways / comb(count, n)


def test_what_is_like_the_included_comes_first(filled: Project) -> None:
    with filled.reading() as db:
        one = min(references(db))
    with pytest.raises(ReviewError, match="nothing to learn from"), filled.reading() as db:
        rank(db, STAGE)
    with filled.writing("rita") as writing:
        for record, verdict in ((one, Verdict.INCLUDE), (one + 1, Verdict.EXCLUDE)):
            vote(writing, record, STAGE, verdict)
    with filled.reading() as db:
        found = rank(db, STAGE)
        assert rank(db, STAGE) == found, "the same votes give the same order"
    with filled.writing("rita") as writing:
        number = keep_ranking(writing, found)
    # Every second record was made to speak of keeping, as the included one does.
    assert {item % 2 for item in found.order[1:5]} == {one % 2}
    assert (found.relevant, found.irrelevant) == (1, 1)
    assert found.figure is not None
    assert not found.figure.is_reached
    with filled.reading() as db:
        assert ranked(db, STAGE) == (number, found)
        assert next_items(db, STAGE, "rolf", most=3) == list(found.order[:3])
    assert filled.journal.check() == []
