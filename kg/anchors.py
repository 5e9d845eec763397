"""Anchors: where in a text a claim is said, so that the place is found again when the text changes.

An anchor is a Web Annotation selector twice over: the quoted words with what stands before and
after them (TextQuoteSelector), and their place (TextPositionSelector). It quotes at most twelve
words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from msgspec import Struct
from rdflib import Literal, URIRef

from kg.errors import SourceError
from kg.namespaces import OA, RDF
from kg.triples.writing import Triple

__all__ = ["MOST_WORDS", "Anchor", "Found", "anchor", "anchor_quote", "find", "to_triples"]

MOST_WORDS = 12
_CONTEXT = 30  # characters before and after, as Hypothes.is keeps them
_LIKE_ENOUGH = 0.75
_WORD = re.compile(r"\w+(?:[-'\u2019]\w+)*")


class Anchor(Struct, frozen=True, omit_defaults=True):
    """A place in a text: its words, their surroundings, and where they began and ended."""

    exact: str
    prefix: str = ""
    suffix: str = ""
    start: int = 0
    end: int = 0


class Found(Struct, frozen=True):
    """Where an anchor was found again, and whether the words are still the same."""

    start: int
    end: int
    is_exact: bool


def anchor(text: str, start: int, end: int) -> Anchor:
    """Make the anchor of a part of a text; raise SourceError where it quotes too much.

    >>> anchor("Trust grows slowly.", 6, 11)
    Anchor(exact='grows', prefix='Trust ', suffix=' slowly.', start=6, end=11)
    """
    exact = text[start:end]
    start += len(exact) - len(exact.lstrip())
    exact = exact.strip()
    _check(exact)
    end = start + len(exact)
    before, after = text[max(0, start - _CONTEXT) : start], text[end : end + _CONTEXT]
    return Anchor(exact, before, after, start, end)


def anchor_quote(text: str, quote: str, *, start: int = 0) -> Anchor:
    """Make the anchor of words that a person copied from a text, or typed without one.

    `start` is about where they stood. What is too long is kept as it is, without a place.
    """
    quote = quote.strip()
    if not quote or not text or len(quote.split()) > MOST_WORDS:
        return Anchor(quote)
    places = list(_places(text, quote))
    if not places:
        return Anchor(quote)
    return anchor(text, *min(places, key=lambda place: abs(place[0] - start)))


def find(text: str, wanted: Anchor) -> Found | None:
    """Find the place of an anchor in a text that may have changed: by place, by words, by likeness.

    Words that stand there more than once are told apart by their surroundings.
    """
    if wanted.end and text[wanted.start : wanted.end] == wanted.exact:
        places = list(_places(text, wanted.exact))
        if len(places) == 1 or _nearness(text, wanted.start, wanted) > 0.9:
            return Found(wanted.start, wanted.end, is_exact=True)
    return _like(text, wanted)


def to_triples(claim: URIRef, source: URIRef, wanted: Anchor) -> Iterator[Triple]:
    """Yield an anchor as a Web Annotation of the source, with the claim for its body."""
    annotation, target = URIRef(f"{claim}/annotation"), URIRef(f"{claim}/passage")
    yield annotation, RDF.type, OA.Annotation
    yield annotation, OA.hasBody, claim
    yield annotation, OA.hasTarget, target
    yield target, RDF.type, OA.SpecificResource
    yield target, OA.hasSource, source
    quotation = URIRef(f"{claim}/quotation")
    yield target, OA.hasSelector, quotation
    yield quotation, RDF.type, OA.TextQuoteSelector
    yield quotation, OA.exact, Literal(wanted.exact)
    if wanted.prefix:
        yield quotation, OA.prefix, Literal(wanted.prefix)
    if wanted.suffix:
        yield quotation, OA.suffix, Literal(wanted.suffix)
    if wanted.end:
        position = URIRef(f"{claim}/position")
        yield target, OA.hasSelector, position
        yield position, RDF.type, OA.TextPositionSelector
        yield position, OA.start, Literal(wanted.start)
        yield position, OA.end, Literal(wanted.end)


def _check(exact: str) -> None:
    words = len(exact.split())
    if not words:
        raise SourceError("no words are chosen; select some", source="the passage")
    if words > MOST_WORDS:
        what = f"quotes {words} words; choose at most {MOST_WORDS} that mark the place"
        raise SourceError(what, source="the passage")


def _like(text: str, wanted: Anchor) -> Found | None:
    places = list(_places(text, wanted.exact))
    if places:
        start, end = max(places, key=lambda place: _nearness(text, place[0], wanted))
        return Found(start, end, text[start:end] == wanted.exact)
    return _fuzzy(text, wanted)


def _places(text: str, exact: str) -> Iterator[tuple[int, int]]:
    """Yield where words stand, however the lines are broken."""
    words = map(re.escape, exact.split())
    for match in re.finditer(r"\s+".join(words), text):
        yield match.span()


def _nearness(text: str, start: int, wanted: Anchor) -> float:
    end = start + len(wanted.exact)
    around = text[max(0, start - _CONTEXT) : start], text[end : end + _CONTEXT]
    pairs = zip((wanted.prefix, wanted.suffix), around, strict=True)
    likeness = sum(SequenceMatcher(None, *pair, autojunk=False).ratio() for pair in pairs) / 2
    # of places with like surroundings the nearest wins
    return likeness - abs(start - wanted.start) / (100 * max(len(text), 1))


def _fuzzy(text: str, wanted: Anchor) -> Found | None:
    """Find the words that are most like those of the anchor, in a window of as many."""
    words = [match.span() for match in _WORD.finditer(text)]
    sought = wanted.exact.casefold()
    size = len(sought.split())
    kept = set(sought.split())
    best: tuple[float, int, int] = (_LIKE_ENOUGH, 0, 0)
    for first in range(len(words)):
        for length in {max(size - 1, 1), size, size + 1}:
            last = min(first + length, len(words)) - 1
            start, end = words[first][0], words[last][1]
            part = text[start:end].casefold()
            if kept & set(part.split()):  # a window without a word of it is never like enough
                score = SequenceMatcher(None, sought, part, autojunk=False).ratio()
                best = max(best, (score, start, end))
    return Found(best[1], best[2], is_exact=False) if best[2] else None
