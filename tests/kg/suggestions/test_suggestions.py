"""Concepts are suggested by name and by like claims, and measured without the claims of a work."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from kg.suggestions import by_label, suggest
from kg.suggestions.features import FEATURES, Features
from kg.suggestions.labels import matches, stems
from kg.suggestions.measuring import measure
from kg.suggestions.ranking import examples, weights


@pytest.fixture(scope="module")
def some() -> Features:
    return Features(examples()[:250])


def test_a_passage_that_names_a_concept_gets_it_first() -> None:
    assert by_label("The burnouts of staff grew.")[0].code == "burnout"


def test_endings_and_hyphens_do_not_matter() -> None:
    assert stems("Coproducing citizens") == stems("Co-producing citizen")


def test_threads_do_not_mix_their_words() -> None:
    words = [
        f"{stem}{ending}" for stem in ("walk", "trust", "shar") for ending in ("ed", "ing", "s")
    ]
    texts = [f"{word}{number}x {word}" for number in range(300) for word in words]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(stems, texts))
    assert together == [stems(text) for text in texts]


def test_a_whole_name_weighs_more_than_its_words_apart() -> None:
    together = matches(stems("the administrative burden of forms"), lambda word: 1.0)
    apart = matches(stems("a burden, said the administrative court"), lambda word: 1.0)
    assert together["administrative-burden"].whole > apart["administrative-burden"].whole == 0


def test_the_examples_of_the_own_work_are_left_out(some: Features) -> None:
    first = some.examples[0]
    alone = some.of([first.text], [first.work])[0]
    beside = some.of([first.text])[0]
    nearest = FEATURES.index("nearest example")
    own = [some.codes.index(code) for code in first.concepts]
    assert np.allclose(beside[own, nearest], 1, atol=1e-5)
    assert (alone[own, nearest] < 0.9).all()


def test_the_weights_are_of_the_features() -> None:
    assert weights().array().shape == (len(FEATURES),)


def test_the_ranking_beats_the_label_match_on_works_that_it_does_not_know() -> None:
    ranking, labels, frequent = measure(examples()[:250])
    assert ranking.recall[5] > labels.recall[5] > frequent.recall[5] > 0
    assert ranking.recall[5] > 0.5


def test_a_passage_gets_as_many_as_are_asked_for() -> None:
    found = suggest("Users who are overburdened see value destroyed.", most=7)
    assert len({each.code for each in found}) == 7
    assert all(each.label and each.reason for each in found)
