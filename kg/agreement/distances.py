"""Distances between two ratings: 0 where they are the same, more where they lie apart.

Each is the squared difference of Krippendorff's alpha (`δ²`), so that 0 and 1 mean the same for
all that are bounded. The hierarchical one is a distance on the broader path: two concepts that
share half of their way from the root are half apart.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from itertools import product
from types import MappingProxyType

from kg.errors import ParameterError
from kg.thesaurus import ancestors

__all__ = ["DISTANCES", "Distance", "Value", "ordinal", "within_hierarchy"]

Value = Hashable
Distance = Callable[[Value, Value], float]


def _nominal(one: Value, other: Value) -> float:
    return float(one != other)


def _interval(one: Value, other: Value) -> float:
    return (_number(one) - _number(other)) ** 2


def _ratio(one: Value, other: Value) -> float:
    total = _number(one) + _number(other)
    return ((_number(one) - _number(other)) / total) ** 2 if total else 0.0


def _jaccard(one: Value, other: Value) -> float:
    a, b = _set(one), _set(other)
    return 1 - len(a & b) / len(a | b) if a | b else 0.0


def _masi(one: Value, other: Value) -> float:
    """Weigh the overlap of two sets by how one contains the other (Passonneau's MASI)."""
    a, b = _set(one), _set(other)
    if a == b:
        return 0.0
    contains = a <= b or b <= a
    monotonicity = 2 / 3 if contains else 1 / 3
    return 1 - (1 - _jaccard(a, b)) * (monotonicity if a & b else 0.0)


@lru_cache(maxsize=65_536)
def within_hierarchy(one: Value, other: Value) -> float:
    """Return how far two concepts lie apart on the broader path, from 0 to 1.

    >>> within_hierarchy("agenda-control", "agenda-control")
    0.0
    >>> within_hierarchy("agenda-control", "power-asymmetry") < 0.5
    True
    """
    if one == other:
        return 0.0
    mine, theirs = ancestors(str(one)), ancestors(str(other))
    shared = mine.keys() & theirs.keys()
    if not shared:
        return 1.0
    # the root above all schemes has depth 0, a top concept 1
    nearness = (
        2 * _depth(each) / (2 * _depth(each) + mine[each] + theirs[each]) for each in shared
    )
    return 1 - max(nearness)


def _depth(code: str) -> int:
    return max(ancestors(code).values()) + 1


def ordinal(order: Sequence[Value], counts: Mapping[Value, float]) -> Distance:
    """Make the distance of ranks: what lies between two, counted in ratings (Krippendorff)."""
    places = {value: place for place, value in enumerate(order)}
    unknown = sorted(map(str, counts.keys() - places.keys()))
    if unknown:
        raise ParameterError(
            f"cannot rank {', '.join(unknown)}: name every value in its order", parameter="order"
        )

    def distance(one: Value, other: Value) -> float:
        low, high = sorted((places[one], places[other]))
        between = sum(counts.get(value, 0.0) for value in order[low : high + 1])
        return (between - (counts.get(one, 0.0) + counts.get(other, 0.0)) / 2) ** 2

    return distance


@lru_cache(maxsize=65_536)
def _hierarchical_sets(one: Value, other: Value) -> float:
    """Return the mean distance of each concept of two sets from the nearest of the other set."""
    a, b = _set(one), _set(other)
    if not a or not b:
        return float(a != b)
    apart = {(x, y): within_hierarchy(x, y) for x, y in product(a, b)}
    nearest = [min(apart[x, y] for y in b) for x in a] + [min(apart[x, y] for x in a) for y in b]
    return sum(nearest) / len(nearest)


DISTANCES: Mapping[str, Distance] = MappingProxyType(
    {
        "nominal": _nominal,
        "interval": _interval,
        "ratio": _ratio,
        "jaccard": _jaccard,
        "masi": _masi,
        "hierarchical": within_hierarchy,
        "hierarchical-sets": _hierarchical_sets,
    }
)
"""The distances by name; `ordinal` is made for its values with the function of that name."""


def _number(value: Value) -> float:
    if isinstance(value, int | float):
        return float(value)
    raise ParameterError(
        f"cannot measure {value!r}: interval and ratio need numbers; choose nominal",
        parameter="level",
    )


def _set(value: Value) -> frozenset[Value]:
    return value if isinstance(value, frozenset) else frozenset({value})
