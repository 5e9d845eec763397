"""The index: the words and facets of one version, in an SQLite file beside it.

The file is no part of the version: it follows from it, and is made again when it is missing.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from kg.errors import StoreError
from kg.search.documents import KINDS, Document, documents
from kg.search.words import words_of
from kg.store import OpenVersion, Place, VersionInfo

__all__ = ["index_of", "kept_index", "opened"]

_FORM = 1  # of the file; another number is another file, so that old ones are made afresh
_MOST = 5  # files; old versions are rarely searched
_SCHEMA = """
CREATE TABLE about (identifier TEXT NOT NULL);
CREATE TABLE value (id INTEGER PRIMARY KEY, facet TEXT, code TEXT, label TEXT, iri TEXT);
CREATE TABLE document (
  id INTEGER PRIMARY KEY, kind TEXT, iri TEXT, about TEXT, work TEXT, year TEXT, marks BLOB
);
CREATE VIRTUAL TABLE text USING fts5 (
  title, names, body, more, tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TABLE word (word TEXT PRIMARY KEY, count INTEGER) WITHOUT ROWID;
CREATE VIRTUAL TABLE spelling USING fts5 (word, tokenize = 'trigram');
"""


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
        with home.open(number) as snapshot:
            _keep(found, home.info(number), snapshot)
        _forget(found.parent, number - _MOST)
    return found


def opened(path: Path) -> sqlite3.Connection:
    """Open an index for reading; it never changes once it has its name."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _keep(path: Path, info: VersionInfo, snapshot: OpenVersion) -> None:
    """Write the index of a version, whole or not at all."""
    unfinished = path.with_name(f".{uuid4().hex}")
    try:
        path.parent.mkdir(exist_ok=True)
        with closing(sqlite3.connect(unfinished)) as index, index:
            # unfinished files are thrown away, so nothing is lost without a journal
            index.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            index.executescript(_SCHEMA)
            _fill(index, snapshot)
            index.execute("INSERT INTO about VALUES (?)", (info.identifier,))
        unfinished.replace(path)
    except (OSError, sqlite3.Error) as error:
        unfinished.unlink(missing_ok=True)
        raise StoreError(f"cannot write {path}: {error}; see to the disk") from error


def _fill(index: sqlite3.Connection, snapshot: OpenVersion) -> None:
    values: dict[tuple[str, str], int] = {}
    labels: dict[str, str] = {}
    words: Counter[str] = Counter()
    for number, one in enumerate(documents(snapshot), 1):
        if one.kind == "concept":
            labels[one.iri] = one.title
        texts = (one.title, one.names, one.body, one.more)
        words.update({word for text in texts for word in words_of(text)})
        marks = [values.setdefault(key, len(values) + 1) for key in _keys(one)]
        year = max(one.facets.get("year", ()), default="")
        row = (number, one.kind, one.iri, one.about, one.work, year, array("I", marks).tobytes())
        index.execute("INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        index.execute(
            "INSERT INTO text (rowid, title, names, body, more) VALUES (?, ?, ?, ?, ?)",
            (number, *texts),
        )
    rows = (
        (number, facet, _code(value), labels.get(value) or KINDS.get(value, _code(value)), value)
        for (facet, value), number in values.items()
    )
    index.executemany("INSERT INTO value VALUES (?, ?, ?, ?, ?)", rows)
    index.executemany("INSERT INTO word VALUES (?, ?)", sorted(words.items()))
    spelt = ((f"_{word}_",) for word in sorted(words) if len(word) > 2)
    index.executemany("INSERT INTO spelling (word) VALUES (?)", spelt)
    index.execute("INSERT INTO text (text) VALUES ('optimize')")


def _keys(one: Document) -> Iterator[tuple[str, str]]:
    yield ("kind", one.kind)
    for facet, values in sorted(one.facets.items()):
        for value in sorted(values):
            yield (facet, value)


def _code(value: str) -> str:
    """Return how an address names a value: the last part of an IRI."""
    return value.rpartition("/")[2]


def _path(home: Place, number: int) -> Path:
    return home.path / "search" / f"{number:06d}.{_FORM}.sqlite"


def _forget(folder: Path, oldest: int) -> None:
    for path in folder.iterdir():
        stem = path.name.partition(".")[0]
        if stem.isdigit() and int(stem) < oldest:
            path.unlink(missing_ok=True)
