"""An old version made again from its patches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from kg.store.merging import merged, take_from_merge
from kg.store.patches import read_statements

__all__ = ["rebuild_database"]

_BULK = 100_000


def rebuild_database(
    target: Path, *, source: Path | None, forward: Iterable[Path], backward: Iterable[Path]
) -> None:
    """Make a database by applying patches to another, or to nothing.

    `backward` are patches to take back, the newest first; `forward` are patches to apply,
    the oldest first.
    """
    if source is not None:
        ox.Store.read_only(str(source)).backup(target)
    engine = ox.Store(target)
    for patch in backward:
        _apply(engine, patch, is_undone=True)
    for patch in forward:
        _apply(engine, patch, is_undone=False)
    engine.flush()


def _apply(engine: ox.Store, patch: Path, *, is_undone: bool) -> None:
    emptied = set()
    for quad in read_statements(patch, added=is_undone):
        engine.remove(quad)
        take_from_merge(engine, (quad,))
        emptied.add(quad.graph_name)
    additions = read_statements(patch, added=not is_undone)
    while batch := list(islice(additions, _BULK)):
        if len(batch) == _BULK:
            engine.bulk_extend(merged(_chain(batch, additions)))
        else:
            engine.extend(merged(batch))
    for name in emptied:
        if next(engine.quads_for_pattern(None, None, None, name), None) is None:
            engine.remove_graph(name)


def _chain(first: list[ox.Quad], rest: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
    yield from first
    yield from rest
