"""Words: what a person types, read as an expression of the full-text index."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

__all__ = ["Sought", "distance", "expression", "nearest", "read_words", "trigrams", "words_of"]

_TYPED = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Sought:
    """A word or phrase that a person typed; a minus before it leaves things out."""

    words: tuple[str, ...]
    is_excluded: bool = False
    is_prefix: bool = False

    def __str__(self) -> str:
        """Write it as a person would type it."""
        text = " ".join(self.words)
        quoted = f'"{text}"' if len(self.words) > 1 else text
        return f"{'-' if self.is_excluded else ''}{quoted}{'*' if self.is_prefix else ''}"


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case.

    >>> words_of("Value co-destruction: Plé's view")
    ['value', 'co', 'destruction', 'plé', 's', 'view']
    """
    return _WORD.findall(text.casefold())


def read_words(typed: str) -> tuple[Sought, ...]:
    """Read what was typed: words, "phrases", -excluded, prefix*.

    >>> [str(each) for each in read_words('trust "public service" -health co-production citi*')]
    ['trust', '"public service"', '-health', '"co production"', 'citi*']
    """
    found = []
    for token in _TYPED.finditer(typed):
        text = token["word"] if token["phrase"] is None else token["phrase"]
        if words := tuple(words_of(text)):
            is_prefix = token["phrase"] is None and text.endswith("*")
            found.append(Sought(words, bool(token["minus"]), is_prefix))
    return tuple(found)


def expression(sought: Iterable[Sought], *, is_any: bool = False) -> str:
    """Write an expression of SQLite FTS5; every word is quoted, so none is an operator.

    >>> print(expression(read_words("coproduction trust -health")))
    (("coproduction" OR "co production") AND "trust") NOT "health"
    """
    every = list(sought)
    wanted = [_written(each) for each in every if not each.is_excluded]
    excluded = [_written(each) for each in every if each.is_excluded]
    joined = (" OR " if is_any else " AND ").join(wanted)
    return " NOT ".join([f"({joined})" if len(wanted) > 1 else joined, *excluded])


def _written(one: Sought) -> str:
    """Write one word; the field spells co-production with and without its hyphen."""
    star = " *" if one.is_prefix else ""
    spellings = [" ".join(one.words)]
    if len(one.words) == 1 and one.words[0].startswith("co") and len(one.words[0]) > 7:
        spellings.append(f"co {one.words[0][2:]}")
    elif len(one.words) == 2 and one.words[0] == "co":
        spellings.append("".join(one.words))
    quoted = [f'"{spelling}"{star}' for spelling in spellings]
    return f"({' OR '.join(quoted)})" if len(quoted) > 1 else quoted[0]


def trigrams(word: str) -> list[str]:
    """Cut a word into its trigrams, its ends marked.

    >>> trigrams("trust")
    ['_tr', 'tru', 'rus', 'ust', 'st_']
    """
    marked = f"_{word}_"
    return [marked[place : place + 3] for place in range(len(marked) - 2)]


def nearest(word: str, candidates: Callable[[str], Iterable[tuple[str, int]]]) -> str | None:
    """Return the known word that a mistyped one most likely stands for.

    `candidates` gives words that share a trigram with one, each with how often it occurs.
    """
    if len(word) < 4 or any(letter.isdigit() for letter in word):
        return None
    most = 1 if len(word) < 6 else 2
    scored = [
        (distance(word, known, most=most), -count, known) for known, count in candidates(word)
    ]
    least = min(scored, default=None)
    return least[2] if least and least[0] <= most else None


def distance(one: str, other: str, *, most: int) -> int:
    """Count insertions, deletions, substitutions and swaps; `most` + 1 where there are more.

    >>> distance("trsut", "trust", most=2), distance("trust", "cost", most=2)
    (1, 3)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, row = row, [i]
        for j, sign in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != sign))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == sign:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before = last
    return min(row[-1], most + 1)
