"""Coefficients: chance-corrected agreement of two or more coders, with ratings missing or not.

A unit is what was rated, a row of one rating a coder, None where a coder gave none. Each function
returns None where it is not defined, as where no unit has two ratings or all ratings are one value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import sqrt

from kg.agreement.distances import DISTANCES, Distance, Value, ordinal
from kg.errors import ParameterError

__all__ = [
    "Units",
    "cohen_interval",
    "cohen_kappa",
    "fleiss_kappa",
    "gwet_ac1",
    "krippendorff_alpha",
    "observed_agreement",
    "pabak",
]

Units = Sequence[Sequence[Value | None]]

_Z = 1.959964  # the normal quantile of an interval of 95 %


def krippendorff_alpha(
    units: Units, *, level: str = "nominal", order: Sequence[Value] | None = None
) -> float | None:
    """Return alpha, 1 - Do/De, from the coincidences of ratings within units.

    `level` names a distance of `DISTANCES`, or is "ordinal"; `order` ranks its values, which are
    sorted where it is None.
    """
    rated = list(_pairable(units))
    counts = Counter(value for ratings in rated for value in ratings)
    total = sum(counts.values())
    if not total:
        return None
    distance = _distance(level, counts, order)
    observed = sum(
        distance(one, other) / (len(ratings) - 1)
        for ratings in rated
        for i, one in enumerate(ratings)
        for j, other in enumerate(ratings)
        if i != j
    )
    expected = sum(
        counts[one] * counts[other] * distance(one, other) for one in counts for other in counts
    )
    return 1 - (total - 1) * observed / expected if expected else None


def cohen_kappa(units: Units) -> float | None:
    """Return the kappa of two coders over the units that both rated."""
    shares = _shares(units)
    if shares is None:
        return None
    observed, expected = _observed(shares), _expected(shares)
    return (observed - expected) / (1 - expected) if expected < 1 else None


def cohen_interval(units: Units) -> tuple[float, float] | None:
    """Return the interval of 95 % of Cohen's kappa, by the variance of Fleiss, Cohen, Everitt."""
    shares, kappa = _shares(units), cohen_kappa(units)
    if shares is None or kappa is None:
        return None
    n = sum(1 for _ in _pairable(units))
    rows, columns = _marginals(shares)
    expected = _expected(shares)
    agreeing = sum(
        share * (1 - (rows[a] + columns[a]) * (1 - kappa)) ** 2
        for (a, b), share in shares.items()
        if a == b
    )
    differing = (1 - kappa) ** 2 * sum(
        share * (columns[a] + rows[b]) ** 2 for (a, b), share in shares.items() if a != b
    )
    rest = (kappa - expected * (1 - kappa)) ** 2
    error = sqrt(max(agreeing + differing - rest, 0.0) / n) / (1 - expected)
    return kappa - _Z * error, kappa + _Z * error


def fleiss_kappa(units: Units) -> float | None:
    """Return the kappa of Fleiss over the units that as many coders rated as any."""
    rated = list(_pairable(units))
    most = max(map(len, rated), default=0)
    complete = [Counter(ratings) for ratings in rated if len(ratings) == most]
    if not complete:
        return None
    pairs = most * (most - 1)
    observed = sum(sum(k * (k - 1) for k in each.values()) / pairs for each in complete) / len(
        complete
    )
    counts: Counter[Value] = Counter()
    for each in complete:
        counts.update(each)
    expected = sum((k / counts.total()) ** 2 for k in counts.values())
    return (observed - expected) / (1 - expected) if expected < 1 else None


def gwet_ac1(units: Units, *, categories: int | None = None) -> float | None:
    """Return Gwet's AC1, which rare categories do not bend.

    `categories` is how many a coder could choose from; without it those that anybody chose.
    """
    rows = [[value for value in unit if value is not None] for unit in units]
    rows = [row for row in rows if row]
    observed = observed_agreement(units)
    used = {value for row in rows for value in row}
    number = max(categories or 0, len(used))
    if observed is None or number < 2:
        return None
    shares = (sum(row.count(value) / len(row) for row in rows) / len(rows) for value in used)
    expected = sum(share * (1 - share) for share in shares) / (number - 1)
    return (observed - expected) / (1 - expected) if expected < 1 else None


def observed_agreement(units: Units) -> float | None:
    """Return the share of pairs of ratings of one unit that agree, a mean over units."""
    rated = list(_pairable(units))
    if not rated:
        return None
    return sum(_agreeing(ratings) for ratings in rated) / len(rated)


def pabak(units: Units) -> float | None:
    """Return the kappa that is adjusted for prevalence and bias: 2 po - 1."""
    observed = observed_agreement(units)
    return None if observed is None else 2 * observed - 1


def _agreeing(ratings: Sequence[Value]) -> float:
    pairs = len(ratings) * (len(ratings) - 1)
    return sum(k * (k - 1) for k in Counter(ratings).values()) / pairs


def _pairable(units: Units) -> Iterator[list[Value]]:
    """Yield the ratings of the units that at least two coders rated."""
    for unit in units:
        ratings = [value for value in unit if value is not None]
        if len(ratings) > 1:
            yield ratings


def _distance(level: str, counts: Counter[Value], order: Sequence[Value] | None) -> Distance:
    if level == "ordinal":
        return ordinal(sorted(counts) if order is None else order, counts)  # type: ignore[type-var]  # ranks compare
    if level not in DISTANCES:
        names = ", ".join(("ordinal", *DISTANCES))
        raise ParameterError(f"no level {level!r}: choose one of {names}", parameter="level")
    return DISTANCES[level]


_Shares = dict[tuple[Value, Value], float]


def _shares(units: Units) -> _Shares | None:
    pairs: Counter[tuple[Value, Value]] = Counter()
    for ratings in _pairable(units):
        if len(ratings) > 2:
            raise ParameterError("Cohen's kappa is for two coders; take Fleiss'", parameter="units")
        pairs[ratings[0], ratings[1]] += 1
    total = pairs.total()
    return {pair: count / total for pair, count in pairs.items()} if total else None


def _marginals(shares: _Shares) -> tuple[Counter[Value], Counter[Value]]:
    rows: Counter[Value] = Counter()
    columns: Counter[Value] = Counter()
    for (one, other), share in shares.items():
        rows[one] += share  # type: ignore[assignment]  # a counter of shares
        columns[other] += share  # type: ignore[assignment]
    return rows, columns


def _observed(shares: _Shares) -> float:
    return _sum(share for (one, other), share in shares.items() if one == other)


def _expected(shares: _Shares) -> float:
    rows, columns = _marginals(shares)
    return _sum(rows[value] * columns[value] for value in rows)


def _sum(values: Iterable[float]) -> float:
    return float(sum(values))
