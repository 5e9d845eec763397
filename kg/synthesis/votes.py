"""Vote counting by direction of effect: one vote a study and outcome, tested by sign.

The method is that of the Cochrane Handbook, chapter 12: direction alone, never significance. Mixed
votes and votes of no effect are reported, but take no part in the test.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import comb, sqrt

from kg.errors import QueryError

__all__ = [
    "DIRECTIONS",
    "Synthesis",
    "Vote",
    "sign_test",
    "synthesise",
    "votes_of",
    "wilson_interval",
]

DIRECTIONS = ("increases", "decreases", "mixed", "no-effect")
_SIGNED = DIRECTIONS[:2]
_LEAST = 6
"""The least number of votes with which the two-sided sign test can fall below .05."""


@dataclass(frozen=True)
class Vote:
    """How one study points on one outcome, and how many of its claims say so."""

    study: str
    label: str
    outcome: str
    direction: str
    claims: int
    participants: int | None = None
    design: str | None = None


@dataclass(frozen=True)
class Synthesis:
    """The votes on one outcome, counted and tested."""

    outcome: str
    counts: Mapping[str, int]
    tested: int
    p_value: float | None
    proportion: float | None
    interval: tuple[float, float] | None
    caveats: tuple[str, ...]


def sign_test(successes: int, trials: int) -> float:
    """Return the two-sided exact p-value of a share of one half.

    >>> [round(sign_test(u, n), 4) for u, n in ((9, 9), (5, 6), (12, 15), (4, 6))]
    [0.0039, 0.2188, 0.0352, 0.6875]
    """
    _check(successes, trials)
    lower = sum(comb(trials, k) for k in range(successes + 1))
    upper = sum(comb(trials, k) for k in range(successes, trials + 1))
    return float(min(1.0, 2 * min(lower, upper) / 2**trials))


def wilson_interval(successes: int, trials: int, *, z: float = 1.959964) -> tuple[float, float]:
    """Return the Wilson score interval of a share; z is the normal quantile, here of 95 %.

    >>> [round(bound, 2) for bound in wilson_interval(9, 9)]
    [0.7, 1.0]
    >>> [round(bound, 2) for bound in wilson_interval(5, 6)]
    [0.44, 0.97]
    """
    _check(successes, trials)
    share = successes / trials
    centre = share + z * z / (2 * trials)
    spread = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def votes_of(rows: Iterable[Mapping[str, object]], *, share: float = 0.7) -> tuple[Vote, ...]:
    """Give each study one vote an outcome, from the rows of the question `outcome-directions`.

    A study with several claims on an outcome votes for the direction that at least `share` of
    them have (the rule of the effect direction plot), and is mixed otherwise.
    """
    if not 0.5 < share <= 1:
        raise QueryError(
            f"cannot count votes with a share of {share}; give more than .5, at most 1"
        )
    by_study: defaultdict[tuple[str, str], list[Mapping[str, object]]] = defaultdict(list)
    for row in rows:
        by_study[str(row["work"]), str(row["outcomeLabel"])].append(row)
    votes = (_vote(study, outcome, claims, share) for (study, outcome), claims in by_study.items())
    return tuple(sorted(votes, key=lambda vote: (vote.outcome, vote.label, vote.study)))


def synthesise(votes: Iterable[Vote]) -> tuple[Synthesis, ...]:
    """Count and test the votes of each outcome; the outcome with most votes comes first."""
    by_outcome: defaultdict[str, list[Vote]] = defaultdict(list)
    for vote in votes:
        by_outcome[vote.outcome].append(vote)
    found = (_synthesis(outcome, cast) for outcome, cast in by_outcome.items())
    return tuple(sorted(found, key=lambda one: (-sum(one.counts.values()), one.outcome)))


def _vote(study: str, outcome: str, claims: list[Mapping[str, object]], share: float) -> Vote:
    first = claims[0]
    # a claim is one row for each of its designs and concepts, yet has one say
    says = {str(row["claim"]): str(row["direction"]) for row in claims}
    direction, most = Counter(says.values()).most_common(1)[0]
    people = first.get("participants")
    return Vote(
        study,
        str(first["workLabel"]),
        outcome,
        direction if most / len(says) >= share else "mixed",
        len(says),
        people if isinstance(people, int) else None,
        str(first["design"]) if first.get("design") else None,
    )


def _synthesis(outcome: str, votes: list[Vote]) -> Synthesis:
    cast = Counter(vote.direction for vote in votes)
    counts = {direction: cast[direction] for direction in DIRECTIONS}
    tested = sum(counts[direction] for direction in _SIGNED)
    up = counts["increases"]
    return Synthesis(
        outcome,
        counts,
        tested,
        sign_test(up, tested) if tested else None,
        up / tested if tested else None,
        wilson_interval(up, tested) if tested else None,
        _caveats(counts, tested),
    )


def _caveats(counts: Mapping[str, int], tested: int) -> tuple[str, ...]:
    said = [
        "A vote is a direction: neither size of effect nor size of study is in it.",
        "Studies have unequal power, so the binomial model of the test is an approximation.",
    ]
    if tested < _LEAST:
        said.append(
            f"{tested} studies have a clear direction: with fewer than {_LEAST} the test cannot "
            "fall below .05, and a high p is no evidence of no effect."
        )
    if left := counts["mixed"] + counts["no-effect"]:
        said.append(f"{left} studies are mixed or found no effect; they are outside the test.")
    return tuple(said)


def _check(successes: int, trials: int) -> None:
    if not 0 <= successes <= trials or trials == 0:
        raise QueryError(
            f"cannot test {successes} of {trials}; give a count from 0 to the trials, at least 1"
        )
