"""The journal only grows, and everything else follows from it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection

import pytest

from kg.errors import ReviewError
from kg.review import Chapter, Entry, Event, Journal, Project
from kg.review.members import MemberSet, Role, role_of, set_role
from kg.review.records import reference


class NoteWritten(Event, frozen=True):
    text: str


class NoteStruck(Event, frozen=True):
    number: int
    why: str = ""


NOTES = Chapter("notes", "CREATE TABLE notes (number INTEGER PRIMARY KEY, text TEXT NOT NULL);")


@NOTES.on(NoteWritten)
def _write(db: Connection, entry: Entry[NoteWritten]) -> None:
    db.execute("INSERT INTO notes VALUES (?, ?)", (entry.number, entry.event.text))


@NOTES.on(NoteStruck)
def _strike(db: Connection, entry: Entry[NoteStruck]) -> None:
    db.execute("DELETE FROM notes WHERE number = ?", (entry.event.number,))


def texts(db: Connection) -> list[str]:
    return [text for (text,) in db.execute("SELECT text FROM notes ORDER BY number")]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    made = Journal(tmp_path / "notes.sqlite", [NOTES])
    made.create()
    with made.writing("rita") as writing:
        assert [writing.add(NoteWritten(text)) for text in ("a", "b", "c")] == [1, 2, 3]
    with made.writing("rolf") as writing:
        writing.add(NoteStruck(2, why="wrong"))
    return made


def test_events_say_who_did_what_in_their_order(journal: Journal) -> None:
    with journal.reading() as db:
        entries = journal.history(db)
        assert [(e.number, e.agent, e.kind) for e in entries] == [
            (1, "rita", "note-written"),
            (2, "rita", "note-written"),
            (3, "rita", "note-written"),
            (4, "rolf", "note-struck"),
        ]
        assert entries[3].event == NoteStruck(2, why="wrong")
        assert journal.history(db, after=1, most=1) == [entries[1]]
        assert journal.history(db, kinds=[NoteStruck]) == [entries[3]]
        assert journal.entry(db, 3) == entries[2]
        assert journal.entry(db, 9) is None
        assert texts(db) == ["a", "c"]


@pytest.mark.parametrize(
    ("number", "expected"), [(0, []), (1, ["a"]), (3, ["a", "b", "c"]), (4, ["a", "c"])]
)
def test_every_version_can_be_made_again(
    journal: Journal, number: int, expected: list[str]
) -> None:
    with journal.as_of(number) as past:
        assert texts(past) == expected
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            past.execute("DELETE FROM notes")


def test_a_version_that_there_is_not_is_told(journal: Journal) -> None:
    with pytest.raises(ReviewError, match="no version 5"), journal.as_of(5):
        pass


def test_nothing_of_a_change_that_fails_is_kept(journal: Journal) -> None:
    with pytest.raises(RuntimeError), journal.writing("rita") as writing:  # noqa: PT012
        writing.add(NoteWritten("d"))
        writing.keep(b"a file")
        raise RuntimeError
    with journal.reading() as db:
        assert texts(db) == ["a", "c"]
        assert len(journal.history(db)) == 4
        assert not db.execute("SELECT * FROM files").fetchall()


def test_a_reader_keeps_its_moment_while_others_write(journal: Journal) -> None:
    with journal.reading() as db:
        assert texts(db) == ["a", "c"]
        with journal.writing("rita") as writing:
            writing.add(NoteWritten("d"))
        assert texts(db) == ["a", "c"]
    with journal.reading() as db:
        assert texts(db) == ["a", "c", "d"]


def test_a_reader_cannot_write(journal: Journal) -> None:
    with journal.reading() as db, pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.execute("DELETE FROM notes")


def test_a_file_is_kept_once_and_given_back(journal: Journal) -> None:
    with journal.writing("rita") as writing:
        digest = writing.keep(b"what a database exported")
        assert writing.keep(b"what a database exported") == digest
    with journal.reading() as db:
        assert journal.file(db, digest) == b"what a database exported"
        assert journal.file(db, "0" * 64) is None


@pytest.mark.parametrize("statement", ["DELETE FROM events", "UPDATE events SET agent = 'x'"])
def test_the_database_itself_keeps_events_from_change(journal: Journal, statement: str) -> None:
    with closing(sqlite3.connect(journal.path)) as db, pytest.raises(sqlite3.IntegrityError):
        db.execute(statement)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE events SET agent = 'x' WHERE number = 2", "event 2 is not what was written"),
        ("DELETE FROM events WHERE number = 2", "event 2 is missing"),
        ("UPDATE notes SET text = 'x' WHERE number = 3", "notes does not follow"),
    ],
)
def test_what_was_changed_behind_our_back_is_noticed(
    journal: Journal, statement: str, told: str
) -> None:
    assert journal.check() == []
    with closing(sqlite3.connect(journal.path)) as db, db:
        db.execute("DROP TRIGGER events_stay")
        db.execute("DROP TRIGGER events_are_kept")
        db.execute(statement)
    assert any(told in each for each in journal.check())


def test_other_tables_are_made_from_the_events_that_there_are(journal: Journal) -> None:
    lengths = Chapter("lengths", "CREATE TABLE lengths (number INTEGER, length INTEGER);")

    @lengths.on(NoteWritten)
    def _measure(db: Connection, entry: Entry[NoteWritten]) -> None:
        db.execute("INSERT INTO lengths VALUES (?, ?)", (entry.number, len(entry.event.text)))

    longer = Journal(journal.path, [NOTES, lengths])
    with longer.reading() as db:
        assert db.execute("SELECT * FROM lengths").fetchall() == [(1, 1), (2, 1), (3, 1)]
        assert texts(db) == ["a", "c"]
    assert longer.check() == []


def test_a_kind_that_nobody_knows_is_told(journal: Journal) -> None:
    with pytest.raises(ReviewError, match=r"event 1 \(note-written\)"):
        Journal(journal.path, []).check()


@pytest.mark.parametrize("agent", ["", "  ", "a\nb"])
def test_somebody_does_it(journal: Journal, agent: str) -> None:
    with pytest.raises(ReviewError, match="name who"), journal.writing(agent):
        pass


def test_a_review_is_what_its_events_make(filled: Project) -> None:
    assert filled.journal.check() == []
    with filled.reading() as db:
        last = filled.journal.history(db)[-1]
        assert reference(db, last.number).raw == (("U1", "note 10"),)
        (joined,) = [
            e.number
            for e in filled.journal.history(db, kinds=[MemberSet])
            if isinstance(e.event, MemberSet) and e.event.name == "rolf"
        ]
    with filled.journal.as_of(joined - 1) as before, filled.journal.as_of(joined) as after:
        assert role_of(before, "rolf") is None
        assert role_of(after, "rolf") is Role.REVIEWER
    with filled.writing("olga") as writing:
        set_role(writing, "rolf", Role.READER)
    with filled.journal.as_of(last.number) as past:
        assert role_of(past, "rolf") is Role.REVIEWER
        assert past.execute("SELECT COUNT(*) FROM records").fetchone() == (10,)
