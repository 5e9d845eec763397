"""Comparing: two exports of one library, and what one of them lost or changed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from kg.bibliographies.reference import Reference

__all__ = ["Comparison", "Difference", "compare"]

_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two exports of a work say differently; the side that says nothing is empty."""

    field: str
    first: Reference
    second: Reference
    said: tuple[str, str]

    @property
    def is_loss(self) -> bool:
        """Tell whether one of the two says nothing."""
        return not all(self.said)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two exports share: how many works, those that only one has, and each difference."""

    shared: int
    only_first: tuple[Reference, ...]
    only_second: tuple[Reference, ...]
    differences: tuple[Difference, ...]

    def lost_in_second(self, field: str) -> tuple[Difference, ...]:
        """Return where the first says something of a field and the second nothing."""
        return tuple(
            d for d in self.differences if d.field == field and d.said[0] and not d.said[1]
        )


def compare(first: Iterable[Reference], second: Iterable[Reference]) -> Comparison:
    """Match references of two exports, by DOI, else title and year, else title, and compare them.

    Case, punctuation and braces make no difference; the order of authors does.
    """
    left, right = list(first), list(second)
    pairs: list[tuple[Reference, Reference]] = []
    for key in _KEYS:
        found = defaultdict(list)
        for one in right:
            if name := key(one):
                found[name].append(one)
        unmatched = []
        for one in left:
            others = found.get(key(one) or "", [])
            if others:
                pairs.append((one, others.pop(0)))
            else:
                unmatched.append(one)
        taken = {id(other) for _, other in pairs}
        left, right = unmatched, [one for one in right if id(one) not in taken]
    differences = tuple(d for a, b in pairs for d in _differences(a, b))
    return Comparison(len(pairs), tuple(left), tuple(right), differences)


def _plain(text: str) -> str:
    return " ".join(_WORDS.findall(text.casefold()))


_KEYS: Sequence[Callable[[Reference], str | None]] = (
    lambda one: one.doi,
    lambda one: f"{_plain(one.title)} {one.year}" if one.title and one.year else None,
    lambda one: _plain(one.title),
)
_SAID: Mapping[str, Callable[[Reference], str]] = MappingProxyType(
    {
        "type": lambda one: one.type,
        "title": lambda one: _plain(one.title),
        "author": lambda one: "; ".join(_plain(name.whole) for name in one.author),
        "editor": lambda one: "; ".join(_plain(name.whole) for name in one.editor),
        "container_title": lambda one: _plain(one.container_title or one.collection_title),
        "year": lambda one: str(one.year or ""),
        "volume": lambda one: _plain(one.volume),
        "issue": lambda one: _plain(one.issue),
        "page": lambda one: _plain(one.page),
        "publisher": lambda one: _plain(one.publisher),
        "doi": lambda one: one.doi,
        "isbn": lambda one: " ".join(sorted(one.isbn)),
        "issn": lambda one: " ".join(sorted(one.issn)),
        "urls": lambda one: " ".join(sorted(one.urls)),
        "keywords": lambda one: "; ".join(sorted(map(_plain, one.keywords))),
        "abstract": lambda one: _plain(one.abstract),
    }
)


def _differences(first: Reference, second: Reference) -> Iterator[Difference]:
    for field, say in _SAID.items():
        said = (say(first), say(second))
        if said[0] != said[1]:
            yield Difference(field, first, second, said)
