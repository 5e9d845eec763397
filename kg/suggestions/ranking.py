"""Ranking: the features of a concept weighed against one another.

The weights are data (`kg/data/suggestions.json`), learned from the corpus by logistic regression;
`cove bench suggest --write` learns them anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from threading import Lock

import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression

from kg.errors import ConfigurationError
from kg.ingest import corpus
from kg.records import Claim, Work
from kg.suggestions.features import FEATURES, Array, Example, Features
from kg.suggestions.labels import Suggestion
from kg.thesaurus import entries

__all__ = ["Ranker", "Weights", "examples", "learn", "learn_anew", "ranker", "weights"]

_LOCK = Lock()
_NEGATIVES = 0.03
"""The share of the concepts that nothing speaks for which the regression sees."""


class Weights(msgspec.Struct, frozen=True):
    """The weight of each feature, by its name."""

    weights: dict[str, float]

    def array(self) -> Array:
        """Return the weights in the order of the features."""
        if tuple(self.weights) != FEATURES:
            raise ConfigurationError("the weights are of other features; run cove bench suggest")
        return np.array(list(self.weights.values()), dtype=np.float32)


class Ranker:
    """Suggests concepts by what is known."""

    def __init__(self, features: Features, weights: Weights) -> None:
        self._features = features
        self._weights = weights.array()

    def suggest(self, passage: str, *, most: int = 5) -> tuple[Suggestion, ...]:
        """Suggest the concepts of a passage, the likeliest first."""
        found = self._features.of([passage])[0]
        best = np.argsort(-(found @ self._weights), kind="stable")[:most]
        return tuple(self._suggestion(int(place), found[place]) for place in best)

    def _suggestion(self, place: int, values: Array) -> Suggestion:
        code = self._features.codes[place]
        entry = entries()[code]
        named = values[FEATURES.index("whole label")] > 0
        reason = "the passage names it" if named else "claims in like words are about it"
        return Suggestion(code, entry.label, entry.definition, reason)


def ranker() -> Ranker:
    """Return the ranker that knows the corpus; made once a process, in about two seconds."""
    with _LOCK:
        return _ranker()


@cache
def _ranker() -> Ranker:
    return Ranker(Features(examples()), weights())


@cache
def examples() -> tuple[Example, ...]:
    """Return the claims of the corpus, each with the concepts that it is about."""
    lines = corpus().read_bytes().splitlines()
    works = (msgspec.json.decode(line, type=Work) for line in lines)
    return tuple(
        Example(claim.statement, _concepts(claim), work.id)
        for work in works
        for claim in work.claims
    )


def weights() -> Weights:
    """Return the weights that were learned from the corpus."""
    content = (files("kg") / "data" / "suggestions.json").read_bytes()
    return msgspec.json.decode(content, type=Weights)


def learn_anew(known: Sequence[Example]) -> Path:
    """Learn the weights from all examples, and keep them where `weights` finds them."""
    features = Features(known)
    found = features.of([each.text for each in known], [each.work for each in known])
    content = msgspec.json.format(msgspec.json.encode(learn(found, features.coded)), indent=1)
    with as_file(files("kg") / "data" / "suggestions.json") as path:
        path.write_bytes(content + b"\n")
        return path


def learn(features: Array, coded: Array, *, seed: int = 1) -> Weights:
    """Learn the weights from the features of texts and the concepts that they were coded with."""
    random = np.random.default_rng(seed)
    drawn = random.random(coded.shape)
    names, near = FEATURES.index("whole label"), FEATURES.index("near examples")
    shown = coded.astype(bool) | (drawn < _NEGATIVES) | (features[..., names] > 0)
    shown |= (features[..., near] > 0) & (drawn < 0.5)
    rows, wanted = features[shown], coded[shown]
    scale = rows.std(axis=0) + 1e-9
    model = LogisticRegression(max_iter=500).fit(rows / scale, wanted)
    found: Sequence[float] = (model.coef_[0] / scale).tolist()
    return Weights({name: round(w, 5) for name, w in zip(FEATURES, found, strict=True)})


def _concepts(claim: Claim) -> frozenset[str]:
    link = (claim.link.from_, claim.link.to) if claim.link else ()
    return frozenset((claim.subject, claim.object_, *link))
