"""Finding: what an index holds for the words and facets that a person gave."""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from kg.errors import ParameterError
from kg.search.documents import FACETS
from kg.search.index import index_of, opened
from kg.search.words import Sought, expression, nearest, read_words, trigrams
from kg.store import Place

__all__ = ["Facet", "FacetValue", "Found", "Hit", "Part", "Wanted", "find"]

_LONGEST = 300  # characters of what is typed
_BEFORE, _AFTER = "\x02", "\x03"  # marks around what was found
_PART = 240  # characters shown of a text in which nothing was found
# Title, names, body and more weigh 10, 12, 3 and 1; a title that is what was typed comes first.
_MATCHING = """
SELECT document.id, document.marks,
  bm25(text, 10, 12, 3, 1)
  - 1000 * (replace(replace(lower(text.title), '-', ''), ' ', '') = ?) AS score
FROM text JOIN document ON document.id = text.rowid
WHERE text MATCH ? ORDER BY score, document.place, document.iri
"""
_ALL = "SELECT id, marks, 0.0 FROM document ORDER BY year DESC, place, iri"
_SHOWN = """
SELECT highlight(text, 0, char(2), char(3)), snippet(text, 1, char(2), char(3), '…', 30),
  snippet(text, 2, char(2), char(3), '…', 30), snippet(text, 3, char(2), char(3), '…', 30)
FROM text WHERE text MATCH ? AND rowid = ?
"""
_NEAR = """
SELECT word.word, word.count FROM spelling
JOIN word ON word.id = spelling.rowid
WHERE spelling MATCH ? AND length(word.word) BETWEEN ? AND ?
ORDER BY spelling.rank LIMIT 500
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: words, values of facets, and which of the hits to return."""

    text: str = ""
    facets: Mapping[str, str] = field(default_factory=dict)
    first: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text; found, or around what was found."""

    text: str
    is_found: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found, and why."""

    kind: str
    iri: str
    title: tuple[Part, ...]
    snippet: tuple[Part, ...]
    about: str
    work: str
    year: str
    score: float

    @property
    def name(self) -> str:
        """The title as plain text."""
        return "".join(part.text for part in self.title)


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet, and how many hits it leaves when it is chosen."""

    code: str
    label: str
    iri: str
    count: int
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with the values that occur among the hits, the most frequent first."""

    name: str
    title: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The hits in order, how many there are in all, and the facets to narrow them by.

    `corrected` is what was searched for where a word was not known; `is_any` says that nothing
    holds every word, so that things are returned that hold one of them.
    """

    hits: tuple[Hit, ...]
    count: int
    facets: tuple[Facet, ...]
    corrected: str = ""
    is_any: bool = False


_Match = tuple[int, bytes, float]
_Values = Mapping[int, tuple[str, str, str, str]]


def find(home: Place, number: int, wanted: Wanted) -> Found:
    """Search a version; raise ParameterError where a facet or its value is unknown.

    The count of a value of a facet is the number of hits when it is chosen instead of another
    value of that facet, all else being as it is.
    """
    if len(wanted.text) > _LONGEST:
        message = f"the search has {len(wanted.text)} characters; shorten it to {_LONGEST}"
        raise ParameterError(message, parameter="q")
    with closing(opened(index_of(home, number))) as index:
        values: _Values = {
            row[0]: row[1:]
            for row in index.execute("SELECT id, facet, code, label, iri FROM value")
        }
        chosen = _chosen(values, wanted.facets)
        typed = read_words(wanted.text)
        sought, is_any, matches = _matching(index, typed)
        kept, counts = _narrowed(matches, chosen, values)
        last = None if wanted.most is None else wanted.first + wanted.most
        query = expression(sought, is_any=is_any) if sought else ""
        hits = tuple(_hit(index, each, query) for each in kept[wanted.first : last])
    corrected = " ".join(map(str, sought)) if sought != typed else ""
    return Found(hits, len(kept), tuple(_facets(counts, values, chosen)), corrected, is_any)


def _matching(
    index: sqlite3.Connection, typed: tuple[Sought, ...]
) -> tuple[tuple[Sought, ...], bool, list[_Match]]:
    """Return what was sought in the end, whether any word sufficed, and what matches."""
    if not typed:
        return typed, False, index.execute(_ALL).fetchall()
    positive = [each for each in typed if not each.is_excluded]
    if not positive:
        message = "the search only leaves things out; give a word to find as well"
        raise ParameterError(message, parameter="q")
    sought = tuple(each if each.is_excluded else _known(index, each) for each in typed)
    title = "".join(word for each in sought for word in each.words)
    matches = index.execute(_MATCHING, (title, expression(sought))).fetchall()
    if matches or len(positive) == 1:
        return sought, False, matches
    query = expression(sought, is_any=True)
    return sought, True, index.execute(_MATCHING, (title, query)).fetchall()


def _known(index: sqlite3.Connection, one: Sought) -> Sought:
    """Return a word or phrase as it is if anything holds it, else with what comes nearest."""
    if _is_held(index, one):
        return one
    if len(one.words) == 1 and _is_held(index, replace(one, is_prefix=True)):
        return replace(one, is_prefix=True)
    words = tuple(
        word
        if _is_held(index, Sought((word,)))
        else nearest(word, lambda each: _near(index, each)) or word
        for word in one.words
    )
    return replace(one, words=words) if words != one.words else one


def _is_held(index: sqlite3.Connection, one: Sought) -> bool:
    query = "SELECT 1 FROM text WHERE text MATCH ? LIMIT 1"
    found = index.execute(query, (expression([one]),)).fetchone()
    return found is not None


def _near(index: sqlite3.Connection, word: str) -> list[tuple[str, int]]:
    query = " OR ".join(f'"{part}"' for part in trigrams(word))
    return index.execute(_NEAR, (query, len(word) - 2, len(word) + 2)).fetchall()


def _chosen(values: _Values, facets: Mapping[str, str]) -> dict[str, int]:
    """Return the number of the value that is chosen of each facet."""
    chosen = {}
    for name, code in facets.items():
        if name not in FACETS:
            message = f"no facet {name!r}; use one of {', '.join(FACETS)}"
            raise ParameterError(message, parameter=name)
        codes = {value[1]: number for number, value in values.items() if value[0] == name}
        if code not in codes:
            near = tuple(get_close_matches(code, codes, n=3))
            remedy = f"did you mean {', '.join(near)}?" if near else "choose one from its list"
            message = f"{name}: nothing in this version has the value {code!r}; {remedy}"
            raise ParameterError(message, parameter=name, nearest=near)
        chosen[name] = codes[code]
    return chosen


def _narrowed(
    matches: Iterable[_Match], chosen: Mapping[str, int], values: _Values
) -> tuple[list[_Match], Counter[int]]:
    """Keep what has every chosen value, and count the values of what lacks at most one facet."""
    kept: list[_Match] = []
    counts: Counter[int] = Counter()
    for match in matches:
        marks = array("I")
        marks.frombytes(match[1])
        missing = [name for name, number in chosen.items() if number not in marks]
        if not missing:
            kept.append(match)
            counts.update(marks)
        elif len(missing) == 1:
            counts.update(number for number in marks if values[number][0] == missing[0])
    return kept, counts


def _facets(counts: Counter[int], values: _Values, chosen: Mapping[str, int]) -> Iterator[Facet]:
    found: dict[str, list[FacetValue]] = {name: [] for name in FACETS}
    for number in counts.keys() | set(chosen.values()):
        facet, code, label, iri = values[number]
        is_chosen = chosen.get(facet) == number
        found[facet].append(FacetValue(code, label, iri, counts[number], is_chosen))
    for name, each in found.items():
        if name == "year":
            each.sort(key=lambda value: value.code, reverse=True)
        else:
            each.sort(key=lambda value: (-value.count, value.label.casefold(), value.code))
        if each:
            yield Facet(name, FACETS[name], tuple(each))


def _hit(index: sqlite3.Connection, match: _Match, query: str) -> Hit:
    number, _, score = match
    kind, iri, about, work, year = index.execute(
        "SELECT kind, iri, about, work, year FROM document WHERE id = ?", (number,)
    ).fetchone()
    if query:
        title, *texts = index.execute(_SHOWN, (query, number)).fetchone()
    else:
        columns = "SELECT title, '', body, '' FROM text WHERE rowid = ?"
        title, *texts = index.execute(columns, (number,)).fetchone()
    names, body, more = texts
    told = next((text for text in (body, names, more) if _BEFORE in text), body)
    if _BEFORE not in told and len(told) > _PART:
        told = f"{told[:_PART].rsplit(' ', 1)[0]} …"
    return Hit(kind, iri, _parts(title), _parts(told), about, work, year, round(-score, 3))


def _parts(text: str) -> tuple[Part, ...]:
    """Split a text at the marks around what was found."""
    found: list[Part] = []
    for place, piece in enumerate(text.split(_BEFORE)):
        if place == 0:
            found.append(Part(piece))
            continue
        inside, _, after = piece.partition(_AFTER)
        found += [Part(inside, is_found=True), Part(after)]
    return tuple(part for part in found if part.text)
