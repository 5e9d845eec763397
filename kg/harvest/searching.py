"""Searching: search strings as databases take them, and whether a text answers one.

`co-production AND (value OR "public service*") NOT enzyme`: words and phrases, AND, OR, NOT in
capitals, parentheses, a star for any ending. What stands side by side must all be there. Case,
accents and punctuation do not matter: co-production is found in "Co Production".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from kg.errors import QueryError
from kg.thesaurus import entries

__all__ = ["SearchString", "search_for_concepts", "words_of"]

_TOKEN = re.compile(r'\s*("[^"]*"|\(|\)|[^\s()"]+)')
_WORD = re.compile(r"[^\W_]+")
_STARRED = re.compile(r"[^\W_]+\*?")
_LONGEST = 20_000  # characters
_DEEPEST = 50  # parentheses within one another

_Test = Callable[[str], bool]


@dataclass(frozen=True)
class SearchString:
    """A search string, ready to be asked of texts.

    >>> search = SearchString('co-production AND (harm* OR "value destruction") NOT enzyme')
    >>> search.finds("The co-production of care harmed its users"), search.finds("Co-production")
    (True, False)
    """

    text: str

    def finds(self, text: str) -> bool:
        """Tell whether a text answers the search."""
        return self.test(words_of(text))

    @cached_property
    def test(self) -> _Test:
        """The search as a function of a text's words; raise QueryError where it cannot be read."""
        return _Parser(self.text).parse()


def search_for_concepts(codes: Iterable[str]) -> SearchString:
    """Search for all names of some concepts.

    >>> search_for_concepts(["co-production"]).finds("On coproduction")
    True
    """
    known = entries()
    names: dict[str, None] = {}
    for code in codes:
        if code not in known:
            raise QueryError(f"no concept has the code {code!r}; see cove questions, or /concepts")
        names |= dict.fromkeys((known[code].label, *known[code].alternatives))
    return SearchString(" OR ".join(f'"{name}"' for name in names))


def words_of(text: str) -> str:
    """Return the words of a text, plain and with a space before and after each.

    >>> words_of("Co-production: Für alle")
    ' co production fur alle '
    """
    return f" {' '.join(_WORD.findall(_plain(text)))} "


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in folded if not unicodedata.combining(each))


class _Parser:
    """Read a search string: OR binds least, then AND, then NOT."""

    def __init__(self, text: str) -> None:
        if len(text) > _LONGEST:
            raise QueryError(f"a search string has at most {_LONGEST:,} characters; shorten it")
        self._tokens = _tokens(text)
        self._place = 0
        self._depth = 0

    def parse(self) -> _Test:
        if not self._tokens:
            raise QueryError("the search string is empty; give words to look for")
        test = self._any()
        if self._next() is not None:
            raise QueryError(f"the search string has a {self._next()!r} too many; take it out")
        return test

    def _next(self) -> str | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _take(self, token: str) -> bool:
        if self._next() == token:
            self._place += 1
            return True
        return False

    def _any(self) -> _Test:
        tests = [self._all()]
        while self._take("OR"):
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda text: any(test(text) for test in tests)

    def _all(self) -> _Test:
        tests = [self._one()]
        while self._take("AND") or self._next() not in (None, "OR", ")"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda text: all(test(text) for test in tests)

    def _one(self) -> _Test:
        is_negated = False
        while self._take("NOT"):
            is_negated = not is_negated
        test = self._group() if self._take("(") else self._phrase()
        return (lambda text: not test(text)) if is_negated else test

    def _group(self) -> _Test:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise QueryError(f"the search string is nested deeper than {_DEEPEST}; write it flat")
        test = self._any()
        if not self._take(")"):
            raise QueryError("a parenthesis of the search string is not closed; close it")
        self._depth -= 1
        return test

    def _phrase(self) -> _Test:
        token = self._next()
        if token in (None, "AND", "OR", ")"):
            raise QueryError(f"the search string wants a word before {token or 'its end'}")
        self._place += 1
        words = _STARRED.findall(_plain(str(token)))
        if not words:
            raise QueryError(f"{token} has no word to look for; take it out")
        if not any("*" in word for word in words):
            phrase = f" {' '.join(words)} "
            return lambda text: phrase in text
        pattern = " ".join(word.replace("*", r"[^\W_]*") for word in words)
        matcher = re.compile(f" {pattern} ")
        return lambda text: matcher.search(text) is not None


def _tokens(text: str) -> list[str]:
    if text.count('"') % 2:
        raise QueryError("a quotation mark of the search string is not closed; close it")
    return _TOKEN.findall(text)
