"""Entries: the tables of an index, and what is put into them and taken out."""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator

from kg.search.documents import KINDS, Document
from kg.search.words import words_of

__all__ = ["Entries"]

_SCHEMA = """
CREATE TABLE about (identifier TEXT NOT NULL);
CREATE TABLE value (
  id INTEGER PRIMARY KEY, facet TEXT, code TEXT, label TEXT, iri TEXT, count INTEGER,
  UNIQUE (facet, iri)
);
CREATE TABLE document (
  id INTEGER PRIMARY KEY, kind TEXT, place INTEGER, iri TEXT, about TEXT, work TEXT, year TEXT,
  marks BLOB
);
CREATE INDEX document_iri ON document (iri);
CREATE VIRTUAL TABLE text USING fts5 (
  title, names, body, more, tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TABLE word (id INTEGER PRIMARY KEY, word TEXT UNIQUE, count INTEGER);
CREATE VIRTUAL TABLE spelling USING fts5 (word, tokenize = 'trigram');
"""
_PLACES = {kind: place for place, kind in enumerate(KINDS)}
_LABEL = """
SELECT title FROM document JOIN text ON text.rowid = document.id WHERE kind = 'concept' AND iri = ?
"""


class Entries:
    """The documents of one version, with how many of them have each value and each word.

    After any number of replacements the tables hold what they would if they had been begun with
    the documents that are there in the end, but for the numbers of the rows.
    """

    def __init__(self, index: sqlite3.Connection) -> None:
        self._index = index
        self._ids: dict[tuple[str, str], int] = {}
        self._values: Counter[int] = Counter()
        self._words: Counter[str] = Counter()

    def begin(self, documents: Iterable[Document]) -> None:
        """Make the tables, and fill them."""
        self._index.executescript(_SCHEMA)
        for document in documents:
            self._put(document)
        self._settle()
        self._index.execute("INSERT INTO text (text) VALUES ('optimize')")

    def replace(self, iri: str, documents: Iterable[Document]) -> None:
        """Have these documents about a thing in the place of those that are there."""
        self._take(iri)
        for document in documents:
            self._put(document)
        self._settle()

    def name(self, identifier: str) -> None:
        """Say which version this is."""
        self._index.execute("DELETE FROM about")
        self._index.execute("INSERT INTO about VALUES (?)", (identifier,))

    def _put(self, one: Document) -> None:
        texts = (one.title, one.names, one.body, one.more)
        self._words.update(_words(texts))
        marks = array("I", map(self._id, _keys(one)))
        self._values.update(marks)
        year = max(one.facets.get("year", ()), default="")
        row = (one.kind, _PLACES[one.kind], one.iri, one.about, one.work, year, marks.tobytes())
        number = self._index.execute(
            "INSERT INTO document (kind, place, iri, about, work, year, marks)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            row,
        ).lastrowid
        self._index.execute(
            "INSERT INTO text (rowid, title, names, body, more) VALUES (?, ?, ?, ?, ?)",
            (number, *texts),
        )

    def _take(self, iri: str) -> None:
        query = "SELECT id, marks FROM document WHERE iri = ?"
        for number, kept in self._index.execute(query, (iri,)).fetchall():
            marks = array("I")
            marks.frombytes(kept)
            self._values.subtract(marks)
            query = "SELECT title, names, body, more FROM text WHERE rowid = ?"
            self._words.subtract(_words(self._index.execute(query, (number,)).fetchone()))
            self._index.execute("DELETE FROM text WHERE rowid = ?", (number,))
            self._index.execute("DELETE FROM document WHERE id = ?", (number,))

    def _id(self, key: tuple[str, str]) -> int:
        """Return the number of a value of a facet, which gets one where it has none."""
        if key not in self._ids:
            found = self._index.execute("SELECT id FROM value WHERE facet = ? AND iri = ?", key)
            row = found.fetchone()
            self._ids[key] = row[0] if row else self._numbered(*key)
        return self._ids[key]

    def _numbered(self, facet: str, value: str) -> int:
        query = "INSERT INTO value (facet, code, iri, count) VALUES (?, ?, ?, 0)"
        code = value.rpartition("/")[2]  # how an address names it
        return self._index.execute(query, (facet, code, value)).lastrowid or 0

    def _settle(self) -> None:
        """Bring the counts of values and words to what was put and taken."""
        for number, change in self._values.items():
            query = "UPDATE value SET count = count + ? WHERE id = ?"
            self._index.execute(query, (change, number))
        if self._index.execute("DELETE FROM value WHERE count = 0").rowcount:
            self._ids.clear()
        # A concept may come after what speaks of it: names are given at the end.
        nameless = self._index.execute("SELECT id, code, iri FROM value WHERE label IS NULL")
        for number, code, value in nameless.fetchall():
            found = self._index.execute(_LABEL, (value,)).fetchone()
            label = (found and found[0]) or KINDS.get(value, code)
            self._index.execute("UPDATE value SET label = ? WHERE id = ?", (label, number))
        for word, change in sorted(self._words.items()):
            self._count(word, change)
        self._values.clear()
        self._words.clear()

    def _count(self, word: str, change: int) -> None:
        query = "SELECT id, count FROM word WHERE word = ?"
        number, count = self._index.execute(query, (word,)).fetchone() or (None, 0)
        if number is None:
            query = "INSERT INTO word (word, count) VALUES (?, ?)"
            number = self._index.execute(query, (word, change)).lastrowid
            query = "INSERT INTO spelling (rowid, word) VALUES (?, ?)"
            if len(word) > 2:
                self._index.execute(query, (number, f"_{word}_"))
        elif count + change == 0:
            self._index.execute("DELETE FROM spelling WHERE rowid = ?", (number,))
            self._index.execute("DELETE FROM word WHERE id = ?", (number,))
        elif change:
            query = "UPDATE word SET count = ? WHERE id = ?"
            self._index.execute(query, (count + change, number))


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in words_of(text)}


def _keys(one: Document) -> Iterator[tuple[str, str]]:
    yield ("kind", one.kind)
    for facet, values in sorted(one.facets.items()):
        for value in sorted(values):
            yield (facet, value)
