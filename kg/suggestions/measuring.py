"""Measuring: how often the concepts that a coder chose are among those suggested.

Each claim of the corpus is taken as a passage and its concepts are looked for without any claim of
its work: left out of the examples one work at a time, out of the learning of the weights with a
tenth of all works at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kg.suggestions.features import FEATURES, Array, Example, Features
from kg.suggestions.ranking import learn

__all__ = ["DEPTHS", "Recall", "measure"]

DEPTHS = (1, 3, 5, 10)
_FOLDS = 10


@dataclass(frozen=True, slots=True)
class Recall:
    """How good a way to suggest is: by how many are shown, the share of concepts that are there.

    `hit` is the share of the passages for which at least one of the shown is right.
    """

    name: str
    recall: Mapping[int, float]
    hit: Mapping[int, float]


def measure(examples: Sequence[Example]) -> tuple[Recall, ...]:
    """Measure the ranking, and beside it what a label match and mere frequency would give."""
    known = Features(examples)
    features = known.of([e.text for e in examples], [e.work for e in examples])
    works = np.array([example.work for example in examples])
    folds = {work: number % _FOLDS for number, work in enumerate(sorted(set(works.tolist())))}
    fold = np.array([folds[work] for work in works.tolist()])
    scores = np.zeros(features.shape[:2], dtype=np.float32)
    for number in range(_FOLDS):
        left = fold == number
        learned = learn(features[~left], known.coded[~left])
        scores[left] = features[left] @ learned.array()
    share, whole = (features[..., FEATURES.index(n)] for n in ("label share", "whole label"))
    return (
        _recall("ranking", scores, known.coded),
        _recall("label match alone", (whole + share / 100).astype(np.float32), known.coded),
        _recall("most frequent", features[..., FEATURES.index("frequency")], known.coded),
    )


def _recall(name: str, scores: Array, coded: Array) -> Recall:
    order = np.argsort(-scores, axis=1, kind="stable")
    recall, hit = {}, {}
    for depth in DEPTHS:
        found = np.take_along_axis(coded, order[:, :depth], axis=1).sum(axis=1)
        # with one shown, one right is all that there can be
        recall[depth] = float((found / np.minimum(coded.sum(axis=1), depth)).mean())
        hit[depth] = float((found > 0).mean())
    return Recall(name, recall, hit)
