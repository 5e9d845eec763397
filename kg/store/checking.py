"""Whether a home is whole."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError
from kg.store.changes import compare_graphs
from kg.store.history import VersionInfo, chained, read_info
from kg.store.layout import Layout
from kg.store.merging import count_named, digest_graph
from kg.store.patches import text_sha256
from kg.store.rebuilding import rebuild_database

__all__ = ["find_damage"]


def find_damage(layout: Layout, *, deep: bool) -> Iterator[str]:
    """Say what is missing or wrong in a home, one sentence each.

    `deep` also replays every patch and compares the outcome with the newest database.
    """
    try:
        current = layout.current()
    except StoreError as error:
        yield str(error)
        return
    if current is None:
        return
    problems = [*_find_broken_links(layout, current), *_find_wrong_count(layout, current)]
    yield from problems
    if deep and not problems:
        yield from _find_difference(layout, current)


def _find_broken_links(layout: Layout, current: int) -> Iterator[str]:
    digest = ""
    for number in range(1, current + 1):
        try:
            info = read_info(layout.info(number))
            checksum = text_sha256(layout.patch(number))
        except StoreError as error:
            yield str(error)
            return
        if info.number != number or info.base != (number - 1 or None):
            yield f"history says that version {number} is {info.number}, based on {info.base}"
        if checksum != info.patch_sha256:
            yield f"the patch of version {number} is not the one that its history names"
        digest = chained(digest, checksum)
        if digest != info.digest:
            yield f"the digest of version {number} is not that of its chain of patches"
            return
        if info.is_release and not layout.database(number).is_dir():
            yield f"the database of release {number} is missing; open it once to rebuild it"


def _find_wrong_count(layout: Layout, current: int) -> Iterator[str]:
    path = layout.database(current)
    try:
        info: VersionInfo = read_info(layout.info(current))
        count = count_named(ox.Store.read_only(str(path)))
    except (OSError, StoreError) as error:
        yield f"version {current}, the newest, cannot be read: {error}"
        return
    if count != info.quads:
        yield f"version {current} holds {count} quads, and its history says {info.quads}"


def _find_difference(layout: Layout, current: int) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "replayed"
        patches = [layout.patch(number) for number in range(1, current + 1)]
        rebuild_database(target, source=None, forward=patches, backward=())
        replayed = ox.Store.read_only(str(target))
        stored = ox.Store.read_only(str(layout.database(current)))
        if digest_graph(replayed) != digest_graph(stored):
            yield f"the default graph of version {current} is not the merge of its named graphs"
        names = {name.value for store in (replayed, stored) for name in store.named_graphs()}
        for name in sorted(names):
            change = compare_graphs(replayed, stored, name)
            if change:
                yield (
                    f"version {current} is not what its patches make: graph {name} has "
                    f"{len(change.added)} quads more and {len(change.removed)} fewer"
                )
