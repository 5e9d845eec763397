"""Merging: one reference of several, each field from the best of them, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from msgspec.structs import replace

from kg.bibliographies import FIELDS, Reference
from kg.duplicates.clusters import Cluster

__all__ = ["Merged", "merge", "once", "split"]

_Rank = tuple[float, ...]
_JOINED = ("keywords", "urls", "issn", "isbn", "notes")


@dataclass(frozen=True, slots=True)
class Merged:
    """A reference made of several: from which of them each field is, and the originals whole."""

    reference: Reference
    origins: Mapping[str, tuple[str, ...]]
    originals: tuple[Reference, ...]
    cluster: Cluster


def merge(cluster: Cluster, references: Iterable[Reference]) -> Merged:
    """Merge the references of a cluster; the fullest gives its id and what it has.

    Lists are joined. Of titles one that is not in capitals is taken, of containers one that is not
    abbreviated, of authors the most and the fullest, of abstracts the longest, of dates the latest
    year and then the finest.
    """
    members = set(cluster.members)
    found = [reference for reference in references if reference.id in members]
    ranked = sorted(found, key=_fullness, reverse=True)
    values: dict[str, object] = {}
    origins: dict[str, tuple[str, ...]] = {}
    for name in FIELDS:
        filled = [one for one in ranked if getattr(one, name)]
        if not filled:
            continue
        if name in _JOINED:
            texts = [text for one in filled for text in getattr(one, name)]
            values[name] = tuple(dict.fromkeys(texts))
            origins[name] = tuple(one.id for one in filled)
        else:
            best = max(filled, key=_RANKS.get(name, _as_ranked))  # the first of equals
            values[name] = getattr(best, name)
            origins[name] = (best.id,)
    merged = replace(ranked[0], **values)
    return Merged(merged, MappingProxyType(origins), tuple(found), cluster)


def once(references: Iterable[Reference], clusters: Iterable[Cluster]) -> tuple[Reference, ...]:
    """Return each work once: what is in no cluster as it is, and each cluster merged, in order."""
    known = {reference.id: reference for reference in references}
    homes = {member: cluster for cluster in clusters for member in cluster.members}
    works: dict[str, Reference] = {}
    for name, reference in known.items():
        cluster = homes.get(name)
        if cluster is None:
            works[name] = reference
        elif cluster.id not in works:
            members = [known[member] for member in cluster.members if member in known]
            works[cluster.id] = merge(cluster, members).reference
    return tuple(works.values())


def split(merged: Merged) -> tuple[Reference, ...]:
    """Return the references that were merged, as they were."""
    return merged.originals


def _fullness(reference: Reference) -> tuple[bool, int, int]:
    filled = sum(1 for name in FIELDS if getattr(reference, name))
    return (bool(reference.doi), filled, len(reference.abstract))


def _as_ranked(_reference: Reference) -> _Rank:
    return ()


def _capitals(text: str) -> float:
    return sum(map(str.isupper, text)) / max(len(text), 1)


def _author_rank(reference: Reference) -> _Rank:
    return len(reference.author), sum(len(name.given) for name in reference.author)


def _date_rank(reference: Reference) -> _Rank:
    parts = reference.issued.date_parts if reference.issued else ()
    return reference.year or 0, len(parts[0]) if parts else 0


_RANKS: Mapping[str, Callable[[Reference], _Rank]] = MappingProxyType(
    {
        "title": lambda one: (-round(_capitals(one.title), 1),),
        "author": _author_rank,
        "container_title": lambda one: (
            "." not in one.container_title,
            -round(_capitals(one.container_title), 1),
            len(one.container_title),
        ),
        "abstract": lambda one: (len(one.abstract),),
        "issued": _date_rank,
        "page": lambda one: ("-" in one.page, len(one.page)),
    }
)
