"""Labels: the concepts that a text names, by preferred and alternative label, word by word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log
from threading import Lock

from kg.thesaurus import entries

__all__ = ["Match", "Suggestion", "by_label", "inverse_frequencies", "matches", "stems"]

_LOCK = Lock()
_WORD = re.compile(r"[^\W_]+")
_STOP = frozenset(
    word
    for line in (
        "a an and are as at be by can for from in is it its may more not of on or than that the",
        "their they this to was were when which with",
    )
    for word in line.split()
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A concept that a passage may be about, and why."""

    code: str
    label: str
    definition: str
    reason: str


@dataclass(frozen=True, slots=True)
class Match:
    """How far a text names a concept: the share of a name's weight, and that of a whole name."""

    share: float
    whole: float


def by_label(passage: str, *, most: int = 5) -> tuple[Suggestion, ...]:
    """Suggest the concepts that a passage names, those with the rarest words first."""
    weights = _weights_of_names()
    found = matches(stems(passage), lambda word: weights.get(word, 1.0))
    ranked = sorted(found, key=lambda code: (-found[code].whole, -found[code].share, code))
    told = entries()
    return tuple(
        Suggestion(code, told[code].label, told[code].definition, "the passage names it")
        for code in ranked[:most]
    )


def stems(text: str) -> list[str]:
    """Return the words of a text without endings and without words that say nothing.

    >>> stems("Co-production harms vulnerable users")
    ['coproduct', 'harm', 'vulner', 'user']
    """
    joined = re.sub(r"\bco-", "co", text.casefold())
    return [_stem(word) for word in _WORD.findall(joined) if word not in _STOP]


def matches(words: Sequence[str], weight: Callable[[str], float]) -> dict[str, Match]:
    """Find the concepts of which a text has words of a name; `weight` is that of a word."""
    there = frozenset(words)
    line = f" {' '.join(words)} "
    found: dict[str, Match] = {}
    for code in {code for word in there for code in _codes_by_word().get(word, ())}:
        each = [_match(name, there, line, weight) for name in _names()[code]]
        found[code] = max(each, key=lambda match: (match.whole, match.share))
    return found


def _match(
    stemmed: tuple[str, ...],
    there: frozenset[str],
    line: str,
    weight: Callable[[str], float],
) -> Match:
    total = sum(map(weight, stemmed))
    shared = sum(weight(word) for word in stemmed if word in there)
    is_whole = bool(stemmed) and f" {' '.join(stemmed)} " in line
    return Match(shared / total if total else 0.0, total if is_whole else 0.0)


@cache
def _names() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    return {
        code: tuple(
            tuple(stems(name))
            for name in (entry.label, *entry.alternatives, code.replace("-", " "))
        )
        for code, entry in entries().items()
    }


@cache
def _codes_by_word() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for code, names in _names().items():
        for word in {word for stemmed in names for word in stemmed}:
            found.setdefault(word, set()).add(code)
    return {word: frozenset(codes) for word, codes in found.items()}


@cache
def _weights_of_names() -> Mapping[str, float]:
    """Weigh words by how few concepts have them in a name."""
    return inverse_frequencies(
        {word for stemmed in names for word in stemmed} for names in _names().values()
    )


def inverse_frequencies(documents: Iterable[Iterable[str]]) -> Mapping[str, float]:
    """Weigh each word by how few documents have it."""
    counts: Counter[str] = Counter()
    number = 0
    for words in documents:
        counts.update(set(words))
        number += 1
    return {word: log((number + 1) / (times + 1)) + 1 for word, times in counts.items()}


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    with _LOCK:  # the stemmer keeps the word that it is at
        stemmer = _stemmer()
        return stemmer(word) if stemmer else word


@cache
def _stemmer() -> Callable[[str], str] | None:
    try:
        import snowballstemmer  # noqa: PLC0415  # an optional extra
    except ImportError:
        return None
    stem: Callable[[str], str] = snowballstemmer.stemmer("english").stemWord
    return stem
