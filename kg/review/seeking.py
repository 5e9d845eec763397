"""Seeking: which records of a review a program takes for duplicates."""

from __future__ import annotations

from importlib.metadata import version
from sqlite3 import Connection

from msgspec.structs import replace

from kg.duplicates import examine
from kg.review.duplicates import Group
from kg.review.records import references

__all__ = ["seek"]


def seek(db: Connection) -> tuple[str, tuple[Group, ...]]:
    """Compare all records, and return by what, and the groups: those that are sure come first."""
    known = [replace(each, id=str(number)) for number, each in references(db).items()]
    found = examine(known)
    sure = (
        Group(_numbers(cluster.members), cluster.reason, cluster.score)
        for cluster in found.clusters
    )
    asked = (
        Group(_numbers((pair.first, pair.second)), pair.reason, pair.score, is_certain=False)
        for pair in found.maybe
    )
    return f"bib-dedupe {version('bib-dedupe')}", (*sure, *asked)


def _numbers(members: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(sorted(int(each) for each in members))
