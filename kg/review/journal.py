"""The journal of a review: events that are only ever added, and the tables that follow from them.

One SQLite database holds both. The events are the truth: version N of a review is what its first
N events make, and the tables can be made from them again at any time. An event, what it does to
the tables and the files that it speaks of are one transaction, on the disk before `writing` ends.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection

import msgspec

from kg.errors import ReviewError
from kg.review.events import Chapter, Entry, Event, kind_of

__all__ = ["Journal", "Writing"]

_FORM = 1  # of the events; another number cannot be read
_PATIENCE = 30.0  # seconds that a writer waits for another
_TRUTH = """
CREATE TABLE events (
  number INTEGER PRIMARY KEY, time TEXT NOT NULL, agent TEXT NOT NULL, kind TEXT NOT NULL,
  payload TEXT NOT NULL, digest TEXT NOT NULL
);
CREATE TRIGGER events_stay BEFORE UPDATE ON events
  BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;
CREATE TRIGGER events_are_kept BEFORE DELETE ON events
  BEGIN SELECT RAISE(ABORT, 'an event is never removed'); END;
CREATE TABLE files (digest TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_KEPT = frozenset({"events", "files", "about"})


@dataclass(slots=True)
class Writing:
    """One change of a review: what is read and added here is one transaction."""

    db: Connection
    agent: str
    time: datetime
    _journal: Journal
    _last: tuple[int, str] = field(init=False)

    def __post_init__(self) -> None:
        """Find where the journal ends."""
        self._last = _end(self.db)

    @property
    def number(self) -> int:
        """The number of the last event."""
        return self._last[0]

    def add(self, event: Event) -> int:
        """Add an event, let the tables follow, and return its number."""
        number, before = self._last
        entry = Entry(number + 1, self.time, self.agent, event)
        payload = msgspec.json.encode(event).decode()
        row = (entry.number, self.time.isoformat(), self.agent, entry.kind, payload)
        digest = _chained(before, row)
        self.db.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", (*row, digest))
        self._journal.react(self.db, entry)
        self._last = (entry.number, digest)
        return entry.number

    def keep(self, content: bytes) -> str:
        """Keep a file that an event speaks of, and return its checksum."""
        digest = hashlib.sha256(content).hexdigest()
        statement = "INSERT INTO files VALUES (?, ?) ON CONFLICT DO NOTHING"
        self.db.execute(statement, (digest, zlib.compress(content)))
        return digest


class Journal:
    """The events of one review in a file, and the tables that the chapters make of them."""

    def __init__(self, path: Path, chapters: Sequence[Chapter]) -> None:
        self.path = path
        self._chapters = tuple(chapters)
        self._kinds = {kind_of(event): event for chapter in chapters for event in chapter.reactions}
        told = "\n".join(f"{each.name} {each.edition} {each.tables}" for each in chapters)
        self._fingerprint = hashlib.sha256(told.encode()).hexdigest()

    def create(self) -> None:
        """Make the file, without an event; one that a crash has left so is taken over."""
        with closing(self._connect()) as db, _transaction(db):
            if not _tables(db):
                _run(db, _TRUTH)
                db.execute("INSERT INTO about VALUES ('form', ?)", (str(_FORM),))
            self._make_tables(db)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give the tables as of one moment, whoever writes meanwhile."""
        with closing(self._opened()) as db:
            db.execute("PRAGMA query_only = ON")
            db.execute("BEGIN")
            yield db

    @contextmanager
    def writing(self, agent: str, *, now: datetime | None = None) -> Iterator[Writing]:
        """Let events be added: all are on the disk when this ends, or none where it raises."""
        if not agent.strip() or not agent.isprintable():
            raise ReviewError(f"cannot write as {agent!r}; name who does it")
        with closing(self._opened()) as db, _transaction(db):
            yield Writing(db, agent, now or datetime.now(UTC), self)

    @contextmanager
    def as_of(self, number: int) -> Iterator[Connection]:
        """Give the tables as they were after an event, made again in memory."""
        with self.reading() as db, closing(_configured(sqlite3.connect(":memory:"))) as past:
            if not 0 <= number <= _end(db)[0]:
                raise ReviewError(f"there is no version {number}; see cove review history")
            _run(past, _TRUTH)
            self._make_tables(past)
            rows = db.execute("SELECT * FROM events WHERE number <= ? ORDER BY number", (number,))
            for row in rows:
                past.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", row)
                self.react(past, self._entry(row))
            past.execute("PRAGMA query_only = ON")
            yield past

    def history(
        self, db: Connection, *, after: int = 0, most: int = -1, kinds: Sequence[type[Event]] = ()
    ) -> list[Entry[Event]]:
        """Return the events after a number, the oldest first, of some kinds or of all."""
        names = msgspec.json.encode([kind_of(kind) for kind in kinds or self._kinds.values()])
        rows = db.execute(
            "SELECT * FROM events WHERE number > ? AND kind IN (SELECT value FROM json_each(?))"
            " ORDER BY number LIMIT ?",
            (after, names.decode(), most),
        )
        return [self._entry(row) for row in rows]

    def last(self, db: Connection) -> int:
        """Return the number of the newest version."""
        return _end(db)[0]

    def entry(self, db: Connection, number: int) -> Entry[Event] | None:
        """Return the event of a number."""
        row = db.execute("SELECT * FROM events WHERE number = ?", (number,)).fetchone()
        return self._entry(row) if row else None

    def file(self, db: Connection, digest: str) -> bytes | None:
        """Return a file that was kept."""
        row = db.execute("SELECT content FROM files WHERE digest = ?", (digest,)).fetchone()
        return zlib.decompress(row[0]) if row else None

    def react(self, db: Connection, entry: Entry[Event]) -> None:
        """Let the tables follow an event."""
        for chapter in self._chapters:
            if reaction := chapter.reactions.get(type(entry.event)):
                reaction(db, entry)

    def check(self) -> list[str]:
        """Say what is wrong: events that were changed, tables that do not follow from them."""
        found: list[str] = []
        with self.reading() as db:
            found += [f"SQLite: {row[0]}" for row in db.execute("PRAGMA integrity_check")]
            found = [each for each in found if each != "SQLite: ok"]
            before, last = "", 0
            for number, time, agent, kind, payload, digest in db.execute(
                "SELECT * FROM events ORDER BY number"
            ):
                if number != last + 1:
                    found.append(f"event {last + 1} is missing")
                if digest != _chained(before, (number, time, agent, kind, payload)):
                    found.append(f"event {number} is not what was written")
                before, last = digest, number
            with self.as_of(last) as again:
                found += [
                    f"the table {table} does not follow from the events"
                    for table in sorted(_tables(again) - _KEPT)
                    if _content(db, table) != _content(again, table)
                ]
        return found

    def _entry(self, row: tuple[int, str, str, str, str, str]) -> Entry[Event]:
        number, time, agent, kind, payload, _ = row
        try:
            event = msgspec.json.decode(payload, type=self._kinds[kind])
        except (KeyError, msgspec.DecodeError) as error:
            message = f"cannot read event {number} ({kind}) of {self.path}; a newer CoVE wrote it"
            raise ReviewError(message) from error
        return Entry(number, datetime.fromisoformat(time), agent, event)

    def _connect(self) -> Connection:
        try:
            db = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.Error as error:
            raise ReviewError(f"cannot open {self.path}: {error}; see to the file") from error
        return _configured(db)

    def _opened(self) -> Connection:
        """Open the file, with tables as these chapters have them."""
        if not self.path.is_file():
            raise ReviewError(f"there is no review at {self.path.parent}; see cove review list")
        db = self._connect()
        try:
            self._bring_up_to_date(db)
        except BaseException:
            db.close()
            raise
        return db

    def _bring_up_to_date(self, db: Connection) -> None:
        if not _tables(db):
            raise ReviewError(f"{self.path} holds no review yet; create it again")
        if _about(db, "tables") != self._fingerprint:
            with _transaction(db):
                self._make_again(db)

    def _make_again(self, db: Connection) -> None:
        if _about(db, "tables") == self._fingerprint:  # another process was first
            return
        if (form := _about(db, "form")) != str(_FORM):
            raise ReviewError(f"{self.path} has form {form}; a newer CoVE wrote it")
        db.execute("PRAGMA defer_foreign_keys = ON")
        for table in _tables(db) - _KEPT:
            db.execute(f'DROP TABLE "{table}"')
        self._make_tables(db)
        for row in db.execute("SELECT * FROM events ORDER BY number").fetchall():
            self.react(db, self._entry(row))

    def _make_tables(self, db: Connection) -> None:
        if _about(db, "tables") == self._fingerprint:
            return
        for chapter in self._chapters:
            _run(db, chapter.tables)
        statement = "INSERT INTO about VALUES ('tables', ?) ON CONFLICT DO UPDATE SET value = ?"
        db.execute(statement, (self._fingerprint, self._fingerprint))


def _configured(db: Connection) -> Connection:
    db.isolation_level = None
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    return db


@contextmanager
def _transaction(db: Connection) -> Iterator[None]:
    try:
        db.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        message = f"cannot write: {error}; another process is at it, try again"
        raise ReviewError(message) from error
    try:
        yield
        db.execute("COMMIT")
    except BaseException as error:
        if db.in_transaction:
            db.execute("ROLLBACK")
        if isinstance(error, sqlite3.OperationalError):
            raise ReviewError(f"cannot write: {error}; see to the disk, try again") from error
        raise


def _run(db: Connection, script: str) -> None:
    """Run statements one by one: executescript would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""


def _chained(before: str, row: tuple[int, str, str, str, str]) -> str:
    """Return the checksum of an event and of all before it."""
    return hashlib.sha256(before.encode() + msgspec.json.encode(row)).hexdigest()


def _end(db: Connection) -> tuple[int, str]:
    row = db.execute("SELECT number, digest FROM events ORDER BY number DESC LIMIT 1").fetchone()
    return row or (0, "")


def _about(db: Connection, name: str) -> str | None:
    row = db.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None


def _tables(db: Connection) -> set[str]:
    rows = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in rows if not name.startswith("sqlite_")}


def _content(db: Connection, table: str) -> list[tuple[object, ...]]:
    return sorted(db.execute(f'SELECT * FROM "{table}"').fetchall(), key=repr)  # noqa: S608 - ours
