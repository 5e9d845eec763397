"""The index: the words and facets of one version, in an SQLite file beside it.

The file is no part of the version: it follows from it, and is made again when it is missing.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

from kg.errors import StoreError
from kg.search.documents import documents, documents_about
from kg.search.entries import Entries
from kg.search.following import concerned
from kg.search.graph import Graph, WholeGraph
from kg.store import OpenVersion, Place, VersionInfo, changed_quads

__all__ = ["index_of", "kept_index", "opened"]

_FORM = 2  # of the file; another number is another file, so that old ones are made afresh
_MOST = 5  # files; old versions are rarely searched


def kept_index(home: Place, number: int) -> Path | None:
    """Return the index that is kept of a version, None where there is none."""
    path = _path(home, number)
    try:
        with closing(opened(path)) as index:
            (identifier,) = index.execute("SELECT identifier FROM about").fetchone()
    except (sqlite3.Error, TypeError):
        return None
    return path if identifier == home.info(number).identifier else None


def index_of(home: Place, number: int) -> Path:
    """Return the index of a version, made and kept where it is missing."""
    found = kept_index(home, number)
    if found is None:
        found = _path(home, number)
        _keep(found, home, home.info(number))
        _forget(found.parent, number - _MOST)
    return found


def opened(path: Path) -> sqlite3.Connection:
    """Open an index for reading; it never changes once it has its name."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _keep(path: Path, home: Place, info: VersionInfo) -> None:
    """Write the index of a version, whole or not at all."""
    unfinished = path.with_name(f".{uuid4().hex}")
    try:
        path.parent.mkdir(exist_ok=True)
        with home.open(info.number) as snapshot:
            if not _follow(unfinished, home, info, snapshot):
                unfinished.unlink(missing_ok=True)
                with _writing(unfinished) as entries:
                    entries.begin(documents(WholeGraph(snapshot)))
                    entries.name(info.identifier)
        unfinished.replace(path)
    except (OSError, sqlite3.Error) as error:
        unfinished.unlink(missing_ok=True)
        raise StoreError(f"cannot write {path}: {error}; see to the disk") from error


def _follow(path: Path, home: Place, info: VersionInfo, snapshot: OpenVersion) -> bool:
    """Write the index from that of an earlier version, and tell whether that was the lesser work.

    Beside a copy of the file it costs what the change costs.
    """
    cost = info.added + info.removed
    for earlier in range(info.number - 1, max(info.number - _MOST, 0), -1):
        if cost > info.quads // 4:
            break
        found = kept_index(home, earlier)
        if found is None:
            cost += home.info(earlier).added + home.info(earlier).removed
            continue
        touched = changed_quads(home, earlier, info.number)
        if touched is None:
            break
        after = Graph(snapshot)
        with home.open(earlier) as previous:
            things = concerned(Graph(previous), after, touched)
        if things is None:
            break
        shutil.copyfile(found, path)
        with _writing(path) as entries:
            for iri in sorted(things):
                entries.replace(iri, documents_about(after, iri))
            entries.name(info.identifier)
        return True
    return False


@contextmanager
def _writing(path: Path) -> Iterator[Entries]:
    with closing(sqlite3.connect(path)) as index, index:
        # Unfinished files are thrown away, so nothing is lost without a journal.
        index.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        yield Entries(index)


def _path(home: Place, number: int) -> Path:
    return home.path / "search" / f"{number:06d}.{_FORM}.sqlite"


def _forget(folder: Path, oldest: int) -> None:
    for path in folder.iterdir():
        stem = path.name.partition(".")[0]
        if stem.isdigit() and int(stem) < oldest:
            path.unlink(missing_ok=True)
