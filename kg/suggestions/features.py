"""Features: what speaks for a concept in a passage, as one number each.

What was coded before is known by examples: texts, each with its concepts and the work that it is
of. The features of a text of a known work leave out the examples of that work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer

from kg.suggestions.labels import inverse_frequencies, matches, stems
from kg.thesaurus import entries

__all__ = ["FEATURES", "Array", "Example", "Features"]

Array = npt.NDArray[np.float32]
FEATURES = (
    "label share",
    "whole label",
    "definition",
    "letters of label",
    "near examples",
    "nearest example",
    "all examples",
    "frequency",
    "examples of kin",
    "label of kin",
)
"""Names of the features in their order; kin are the concepts next above and below."""

_NEAR = 30


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its concepts, and the work that it is of."""

    text: str
    concepts: frozenset[str]
    work: str


class Features:
    """The features of passages, computed from the thesaurus and from examples."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.codes = tuple(sorted(entries()))
        self.examples = tuple(examples)
        self._works = np.array([example.work for example in examples])
        place = {code: number for number, code in enumerate(self.codes)}
        self.coded = np.zeros((len(examples), len(self.codes)), dtype=np.float32)
        for row, example in enumerate(examples):
            self.coded[row, [place[code] for code in example.concepts]] = 1
        self._kin = np.zeros((len(self.codes), len(self.codes)), dtype=np.float32)
        for code, entry in entries().items():
            for above in entry.broader:
                self._kin[place[code], place[above]] = self._kin[place[above], place[code]] = 1
        texts = [example.text for example in examples]
        names = [" ".join((e.label, *e.alternatives)) for e in map(entries().get, self.codes) if e]
        told = [entries()[code].definition for code in self.codes]
        about = [f"{name} {text}" for name, text in zip(names, told, strict=True)]
        self._words = TfidfVectorizer(analyzer=_terms, sublinear_tf=True).fit([*texts, *about])
        self._letters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2
        ).fit([*texts, *about])
        self._about = self._words.transform(about)
        self._named = self._letters.transform(names)
        self._texts = self._words.transform(texts), self._letters.transform(texts)
        self._weights = inverse_frequencies(map(stems, texts))

    def of(self, texts: Sequence[str], works: Sequence[str] | None = None) -> Array:
        """Return the features: a row a text, a column a concept, FEATURES in the third place.

        `works` names the work of each text, whose examples are then left out.
        """
        words, letters = self._words.transform(texts), self._letters.transform(texts)
        share, whole = self._labels(texts)
        alike = (words @ self._texts[0].T + letters @ self._texts[1].T).toarray() / 2
        left = np.ones_like(alike)
        if works is not None:
            left = (np.array(works)[:, None] != self._works[None, :]).astype(np.float32)
        near, nearest = self._neighbours(alike * left)
        counts = left @ self.coded
        everything = (alike * left) @ self.coded / np.sqrt(counts + 1)
        features = (
            share,
            whole,
            (words @ self._about.T).toarray(),
            (letters @ self._named.T).toarray(),
            near,
            nearest,
            everything,
            np.log1p(counts),
            np.log1p(near @ self._kin),
            np.log1p(np.minimum(whole, 9) @ self._kin),
        )
        return np.stack(features, axis=-1).astype(np.float32)

    def _labels(self, texts: Sequence[str]) -> tuple[Array, Array]:
        share = np.zeros((len(texts), len(self.codes)), dtype=np.float32)
        whole = np.zeros_like(share)
        place = {code: number for number, code in enumerate(self.codes)}
        rarest = max(self._weights.values(), default=1.0)
        for row, text in enumerate(texts):
            found = matches(stems(text), lambda word: self._weights.get(word, rarest))
            for code, match in found.items():
                share[row, place[code]], whole[row, place[code]] = match.share, match.whole
        return share, whole

    def _neighbours(self, alike: Array) -> tuple[Array, Array]:
        near = np.zeros((len(alike), len(self.codes)), dtype=np.float32)
        nearest = np.zeros_like(near)
        most = min(_NEAR, alike.shape[1])
        for row, likeness in enumerate(alike):
            best = np.argpartition(-likeness, most - 1)[:most]
            votes = likeness[best][:, None] * self.coded[best]
            near[row], nearest[row] = votes.sum(axis=0), votes.max(axis=0)
        return near, nearest


def _terms(text: str) -> list[str]:
    words = stems(text)
    return words + [" ".join(pair) for pair in pairwise(words)]
