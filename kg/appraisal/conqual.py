"""ConQual: the confidence in a synthesised finding, computed from what it rests on.

It starts high for research and low for opinion. Dependability lowers it by the studies' answers
to five questions, credibility by how far the findings behind it are supported. How the answers of
several studies are taken together and how much mixed credibility lowers are from general
knowledge, unverified (k): the studies' median decides, and the steps are those of `_CREDIBILITY`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import median_low

from kg.errors import ParameterError

__all__ = ["LEVELS", "ConQual", "Credibility", "conqual"]

LEVELS = ("high", "moderate", "low", "very low")


class Credibility(Enum):
    """How far a finding is supported by its illustration."""

    UNEQUIVOCAL = "unequivocal"
    CREDIBLE = "credible"
    NOT_SUPPORTED = "not supported"


_U, _C, _N = Credibility
_CREDIBILITY = {
    frozenset({_U}): 0,
    frozenset({_U, _C}): 1,
    frozenset({_C}): 2,
    frozenset({_U, _N}): 3,
    frozenset({_U, _C, _N}): 3,
    frozenset({_C, _N}): 3,
    frozenset({_N}): 4,
}


@dataclass(frozen=True, slots=True)
class ConQual:
    """A level of confidence, and what lowered it."""

    level: str
    start: str
    dependability: int
    credibility: int


def conqual(
    yes: Sequence[int], credibility: Sequence[Credibility], *, is_opinion: bool = False
) -> ConQual:
    """Compute the confidence from each study's number of yes to the five questions.

    >>> conqual([5, 4], [Credibility.UNEQUIVOCAL]).level
    'high'
    >>> conqual([3, 3], [Credibility.UNEQUIVOCAL, Credibility.CREDIBLE]).level
    'low'
    """
    if not yes or not credibility or any(count not in range(6) for count in yes):
        raise ParameterError(
            "ConQual needs the number of yes, 0 to 5, of each study, and its findings' credibility",
            parameter="yes",
        )
    start = LEVELS.index("low" if is_opinion else "high")
    down = _dependability(median_low(yes))
    less = _CREDIBILITY[frozenset(credibility)]
    level = LEVELS[min(start + down + less, len(LEVELS) - 1)]
    return ConQual(level, LEVELS[start], down, less)


def _dependability(yes: int) -> int:
    """Return by how many levels the answers to the five questions lower the confidence.

    >>> [_dependability(yes) for yes in range(6)]
    [2, 2, 1, 1, 0, 0]
    """
    if yes >= 4:
        return 0
    return 1 if yes >= 2 else 2
