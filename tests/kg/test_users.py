"""Users: signed in by a password of which nothing but a hash is kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner

from kg.accounts import Role, Users, users
from kg.cli import cove
from kg.errors import StoreError

GOOD = "correct horse battery"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with less work: what is tried here is not the strength of argon2."""
    monkeypatch.setattr(users, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64))


@pytest.fixture
def kept(tmp_path: Path) -> Users:
    made = Users(tmp_path)
    made.add("rita", Role.REVIEWER, GOOD)
    return made


def test_a_password_names_its_user(kept: Users) -> None:
    found = kept.holder("rita", GOOD)
    assert found is not None
    assert (found.name, found.role) == ("rita", Role.REVIEWER)
    assert Users(kept._roster._path.parent).holder("rita", GOOD) == found


@pytest.mark.parametrize(
    ("name", "password"),
    [("rita", "wrong horse battery"), ("rolf", GOOD), ("rita", ""), ("", GOOD), ("RITA", GOOD)],
)
def test_what_is_wrong_names_nobody(kept: Users, name: str, password: str) -> None:
    assert kept.holder(name, password) is None


def test_nothing_of_the_password_is_in_the_file(kept: Users, tmp_path: Path) -> None:
    path = tmp_path / "users.json"
    assert GOOD not in path.read_text(encoding="utf-8")
    assert "$argon2id$" in path.read_text(encoding="utf-8")
    if os.name != "nt":
        assert path.stat().st_mode & 0o077 == 0


def test_a_stranger_s_name_costs_as_much_as_a_known_one(
    kept: Users, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []

    def compare(hashed: str, password: str) -> bool:
        compared.append(hashed)
        return False

    monkeypatch.setattr(users, "_is_right", compare)
    for name in ("rita", "nobody"):
        assert kept.holder(name, "whatever it is") is None
    assert [each.split("$")[1] for each in compared] == ["argon2id", "argon2id"]


def test_what_is_compared_for_nobody_takes_the_work_that_is_recommended() -> None:
    assert not PasswordHasher().check_needs_rehash(users._NOBODY)
    assert not users._is_right(users._NOBODY, "whatever it is")


def test_a_hash_of_less_work_is_made_again(kept: Users, monkeypatch: pytest.MonkeyPatch) -> None:
    before = kept.find("rita")
    monkeypatch.setattr(users, "_HASHER", PasswordHasher(time_cost=2, memory_cost=64))
    assert kept.holder("rita", GOOD) is not None
    after = kept.find("rita")
    assert before is not None
    assert after is not None
    assert "t=1" in before.password
    assert "t=2" in after.password


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short", "12 to"),
        ("x" * 1_001, "12 to"),
        ("aaaaaaaaaaaaaa", "different characters"),
        ("rita123456789", "made of the name"),
    ],
)
def test_a_password_that_is_guessed_is_refused(tmp_path: Path, password: str, told: str) -> None:
    with pytest.raises(StoreError, match=told):
        Users(tmp_path).add("rita", Role.READER, password)


@pytest.mark.parametrize("name", ["", "Rita", "a b", "../x", ".rita", "x" * 65, "r\nita"])
def test_a_name_that_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError, match="cannot name a user"):
        Users(tmp_path).add(name, Role.READER, GOOD)


def test_a_password_is_the_same_however_its_letters_are_composed(tmp_path: Path) -> None:
    made = Users(tmp_path)
    made.add("rita", Role.READER, "Ba\u0308rengraben-Zoo")
    assert made.holder("rita", "B\u00e4rengraben-Zoo") is not None


def test_users_are_made_changed_and_removed_on_the_command_line(tmp_path: Path) -> None:
    def run(*arguments: str, stdin: str = "") -> str:
        result = CliRunner().invoke(cove, ["user", *arguments, "--home", str(tmp_path)], stdin)
        assert result.exit_code == 0, result.output
        return result.output

    assert "can sign in" in run("add", "rita", "--role", "reader", stdin=f"{GOOD}\n")
    run("role", "rita", "reviewer")
    assert "reviewer" in run("list")
    run("password", "rita", stdin="another good password\n")
    assert Users(tmp_path).holder("rita", GOOD) is None
    assert Users(tmp_path).holder("rita", "another good password") is not None
    run("remove", "rita")
    assert run("list") == ""


def test_a_user_that_there_is_not_is_told(kept: Users) -> None:
    with pytest.raises(StoreError, match="no user 'rolf'"):
        kept.change("rolf", role=Role.ADMIN)
    with pytest.raises(StoreError, match="no user 'rolf'"):
        kept.remove("rolf")
    with pytest.raises(StoreError, match="there is a user"):
        kept.add("rita", Role.READER, GOOD)
