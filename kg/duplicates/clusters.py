"""Clusters: references that are one work, from pairs that are alike and what people decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

__all__ = ["Cluster", "Decision", "Findings", "Pair", "clusters_of"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two references that are alike: by how much, in what, and in what not.

    `score` is the mean similarity of the fields that both have, between 0 and 1; `by` is who says
    so, a program or a person.
    """

    first: str
    second: str
    score: float
    same: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    by: str = ""

    @property
    def reason(self) -> str:
        """Say why the two are one work.

        >>> Pair("a", "b", 0.97, same=("DOI", "title"), other=("pages",)).reason
        'the same DOI, title; other pages'
        """
        parts = (("the same", self.same), ("other", self.other))
        return "; ".join(f"{what} {', '.join(names)}" for what, names in parts if names)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person says of two references: that they are one work, or that they are not."""

    first: str
    second: str
    are_same: bool
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Cluster:
    """References that are one work, by their ids, with the pairs that hold them together."""

    id: str
    members: tuple[str, ...]
    pairs: tuple[Pair, ...]

    @property
    def score(self) -> float:
        """Return the lowest score that holds the cluster together."""
        return min(pair.score for pair in self.pairs)

    @property
    def reason(self) -> str:
        """Say why: the reason of the weakest pair."""
        return min(self.pairs, key=lambda pair: pair.score).reason

    @property
    def decided_by(self) -> tuple[str, ...]:
        """Return who decided, programs and people."""
        return tuple(sorted({pair.by for pair in self.pairs}))


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found: clusters, pairs that a person should look at, and what was left out."""

    clusters: tuple[Cluster, ...]
    maybe: tuple[Pair, ...]
    remarks: tuple[str, ...] = ()


def clusters_of(pairs: Iterable[Pair], decisions: Iterable[Decision] = ()) -> tuple[Cluster, ...]:
    """Join pairs to clusters, the surest first; what a person says goes before what a program says.

    Two references that a person holds apart come into no cluster together, nor by way of others.
    """
    last = {frozenset((one.first, one.second)): one for one in decisions}
    apart = {key for key, one in last.items() if not one.are_same}
    said = [
        Pair(one.first, one.second, 1.0, same=(one.reason,) if one.reason else (), by=one.by)
        for one in last.values()
        if one.are_same
    ]
    ruled = set(last)
    found = [pair for pair in pairs if frozenset((pair.first, pair.second)) not in ruled]
    home: dict[str, set[str]] = {}
    kept: list[Pair] = []
    forbidden = _partners(apart)
    for pair in [*said, *sorted(found, key=lambda pair: -pair.score)]:
        left = home.setdefault(pair.first, {pair.first})
        right = home.setdefault(pair.second, {pair.second})
        if left is not right:
            small, large = sorted((left, right), key=len)
            if any(forbidden[one] & large for one in small if one in forbidden):
                continue
            large |= small
            home.update(dict.fromkeys(small, large))
        kept.append(pair)
    return _clusters(home, kept)


def _partners(apart: Iterable[frozenset[str]]) -> Mapping[str, set[str]]:
    """Return for each reference those that it must not meet."""
    partners: dict[str, set[str]] = defaultdict(set)
    for pair in apart:
        for one in pair:
            partners[one] |= pair - {one}
    return partners


def _clusters(home: Mapping[str, set[str]], pairs: Iterable[Pair]) -> tuple[Cluster, ...]:
    held: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        held[id(home[pair.first])].append(pair)
    groups = {id(group): group for group in home.values() if len(group) > 1}
    clusters = (
        Cluster(_name(members), members, tuple(held[key]))
        for key, group in groups.items()
        if (members := tuple(sorted(group)))
    )
    return tuple(sorted(clusters, key=lambda cluster: cluster.members))


def _name(members: tuple[str, ...]) -> str:
    """Name a cluster after its members: the same references, the same name."""
    digest = blake2b("\n".join(members).encode(), digest_size=6).hexdigest()
    return f"duplicates-{digest}"
