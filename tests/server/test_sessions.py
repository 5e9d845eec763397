"""Sessions end when they should, and nobody can make one up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from kg.accounts import Role, Users, users
from server.sessions import Sessions, form_token


class Clock:
    now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Users:
    monkeypatch.setattr(users, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64))
    made = Users(tmp_path)
    made.add("rita", Role.REVIEWER, "correct horse battery")
    return made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(tmp_path: Path, kept: Users, clock: Clock) -> Sessions:
    return Sessions(tmp_path, kept, clock=clock)


def begin(sessions: Sessions, kept: Users) -> str:
    user = kept.find("rita")
    assert user is not None
    return sessions.begin(user).number


def test_a_session_names_its_user(sessions: Sessions, kept: Users) -> None:
    number = begin(sessions, kept)
    found = sessions.find(number)
    assert found is not None
    assert found.user.name == "rita"
    assert found.token == form_token(number) != number


@pytest.mark.parametrize("number", ["", "x", "0" * 43, "' OR 1 --"])
def test_a_number_made_up_names_nobody(sessions: Sessions, kept: Users, number: str) -> None:
    assert sessions.find(number) is None
    begin(sessions, kept)
    assert sessions.find(number) is None


def test_every_session_has_a_number_of_its_own(sessions: Sessions, kept: Users) -> None:
    assert len({begin(sessions, kept) for _ in range(5)}) == 5


def test_the_file_holds_no_number(sessions: Sessions, kept: Users, tmp_path: Path) -> None:
    number = begin(sessions, kept)
    path = tmp_path / "sessions.sqlite"
    assert number.encode() not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_a_session_ends_when_it_is_ended(sessions: Sessions, kept: Users) -> None:
    first, second = begin(sessions, kept), begin(sessions, kept)
    sessions.end(first)
    assert sessions.find(first) is None
    assert sessions.find(second) is not None


def test_a_session_ends_when_nobody_uses_it(sessions: Sessions, kept: Users, clock: Clock) -> None:
    number = begin(sessions, kept)
    for _ in range(5):
        clock.now += timedelta(hours=11)
        assert sessions.find(number) is not None
    clock.now += timedelta(hours=12)
    assert sessions.find(number) is None


def test_a_session_ends_after_a_week_however_it_is_used(
    sessions: Sessions, kept: Users, clock: Clock
) -> None:
    number = begin(sessions, kept)
    for _ in range(16):
        clock.now += timedelta(hours=10)
        assert sessions.find(number) is not None
    clock.now += timedelta(hours=9)
    assert sessions.find(number) is None


def test_sessions_end_with_the_password_and_with_the_user(sessions: Sessions, kept: Users) -> None:
    number = begin(sessions, kept)
    kept.change("rita", role=Role.READER)
    found = sessions.find(number)
    assert found is not None
    assert found.user.role is Role.READER
    kept.change("rita", password="another good password")
    assert sessions.find(number) is None
    number = begin(sessions, kept)
    kept.remove("rita")
    assert sessions.find(number) is None
    kept.add("rita", Role.READER, "correct horse battery")
    assert sessions.find(number) is None


def test_a_user_has_fifty_sessions_at_most(sessions: Sessions, kept: Users, clock: Clock) -> None:
    first = begin(sessions, kept)
    for _ in range(50):
        clock.now += timedelta(seconds=1)
        last = begin(sessions, kept)
    assert sessions.find(first) is None
    assert sessions.find(last) is not None
