"""Tags: what a record says, tag by tag, of which nothing is forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

__all__ = ["Tags", "is_blank"]


def is_blank(value: str) -> bool:
    """Tell whether a value says nothing; R writes NA for what is missing.

    >>> is_blank(" "), is_blank("NA"), is_blank("NAD")
    (True, True, False)
    """
    return value.strip() in {"", "NA"}


class Tags:
    """The tags of one record in their order; each value is taken once, and the rest is left.

    >>> tags = Tags([("TI", "Trust"), ("AU", "A"), ("AU", "B"), ("AB", "NA"), ("U1", "x")])
    >>> tags.first("T1", "TI"), tags.all("AU"), tags.first("AB"), tags.left()
    ('Trust', ('A', 'B'), '', (('U1', 'x'),))
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._pairs = [(tag, value) for tag, value in pairs if not is_blank(value)]
        self._taken = [False] * len(self._pairs)
        self._places: dict[str, list[int]] = {}
        for place, (tag, _) in enumerate(self._pairs):
            self._places.setdefault(tag, []).append(place)

    def first(self, *names: str) -> str:
        """Take the first value of the first of these tags that has one left."""
        return self.first_if(lambda _: True, *names)

    def first_if(self, is_wanted: Callable[[str], bool], *names: str) -> str:
        """Take the first value that is wanted, of the first of these tags that has one."""
        for place in self._open(names):
            value = self._pairs[place][1]
            if is_wanted(value):
                self._taken[place] = True
                return value.strip()
        return ""

    def all(self, *names: str) -> tuple[str, ...]:
        """Take every value of these tags, tag by tag."""
        return self.all_if(lambda _: True, *names)

    def all_if(self, is_wanted: Callable[[str], bool], *names: str) -> tuple[str, ...]:
        """Take every value of these tags that is wanted."""
        places = [place for place in self._open(names) if is_wanted(self._pairs[place][1])]
        for place in places:
            self._taken[place] = True
        return tuple(self._pairs[place][1].strip() for place in places)

    def either(self, *names: str) -> tuple[str, ...]:
        """Take every value of the first of these tags that has one."""
        return next((found for name in names if (found := self.all(name))), ())

    def seen(self, *names: str) -> tuple[str, ...]:
        """Return the values that are left of these tags, and leave them."""
        return tuple(self._pairs[place][1].strip() for place in self._open(names))

    def left(self) -> tuple[tuple[str, str], ...]:
        """Return what nobody took, in its order."""
        pairs = zip(self._pairs, self._taken, strict=True)
        return tuple((tag, value.strip()) for (tag, value), taken in pairs if not taken)

    def _open(self, names: Iterable[str]) -> Iterator[int]:
        for name in names:
            yield from (p for p in self._places.get(name, ()) if not self._taken[p])
