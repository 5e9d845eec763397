"""Intervals: how far a coefficient would move with other units, by the bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from kg.agreement.coefficients import Units

__all__ = ["bootstrap_interval"]

_LEAST = 5
"""Units below which resampling says nothing."""


def bootstrap_interval(
    units: Units,
    coefficient: Callable[[Units], float | None],
    *,
    samples: int = 1000,
    seed: int = 1,
    share: float = 0.95,
) -> tuple[float, float] | None:
    """Return the percentile interval of a coefficient over resampled units; the seed fixes it."""
    pairable = [unit for unit in units if sum(value is not None for value in unit) > 1]
    if len(pairable) < _LEAST:
        return None
    if coefficient(pairable) == 1:
        return 1.0, 1.0  # units that all agree do so in every sample
    random = Random(seed)  # noqa: S311  # statistics, not secrets
    drawn = (coefficient(random.choices(pairable, k=len(pairable))) for _ in range(samples))
    found = sorted(value for value in drawn if value is not None)
    if len(found) < samples / 2:
        return None
    tail = (1 - share) / 2
    return found[int(tail * len(found))], found[min(int((1 - tail) * len(found)), len(found) - 1)]
