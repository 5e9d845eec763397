"""Tokens: told once, kept as checksums, refused when they are revoked, expired or wrong."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.accounts import Accounts, Role
from kg.audit import Entry, read_audit, record
from kg.cli import cove
from kg.errors import StoreError


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    return Accounts(tmp_path)


def test_a_token_names_its_holder(accounts: Accounts) -> None:
    account, token = accounts.create("Curating team", Role.CURATOR)
    found = accounts.holder(token)
    assert found == account
    assert (account.name, account.role) == ("Curating team", Role.CURATOR)


def test_the_file_holds_no_token_and_is_the_owners_alone(
    accounts: Accounts, tmp_path: Path
) -> None:
    _, token = accounts.create("Curating team", Role.CURATOR)
    path = tmp_path / "accounts.json"
    _, _, secret = token.split("_", 2)
    assert secret not in path.read_text()
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: "",
        lambda token: token[:-1],
        lambda token: token + "x",
        lambda token: token[:-1] + ("a" if token[-1] != "a" else "b"),
        lambda token: token.replace("cove_", "cove_0", 1)[:-1],
        lambda token: "cove_00000000_" + token.rpartition("_")[2],
        lambda token: token.upper(),
        lambda token: "\udcff" + token,
    ],
)
def test_a_token_that_is_not_quite_right_is_nobodys(accounts: Accounts, spoil: object) -> None:
    _, token = accounts.create("Curating team", Role.CURATOR)
    spoilt = spoil(token)  # type: ignore[operator]  # one of the functions above
    assert spoilt != token
    assert accounts.holder(spoilt) is None


def test_a_revoked_token_is_refused_by_who_has_read_it_before(
    accounts: Accounts, tmp_path: Path
) -> None:
    account, token = accounts.create("Curating team", Role.CURATOR)
    assert accounts.holder(token)
    Accounts(tmp_path).revoke(account.id)
    assert accounts.holder(token) is None
    with pytest.raises(StoreError, match="no token"):
        accounts.revoke(account.id)


def test_a_token_holds_for_its_days(accounts: Accounts) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    _, token = accounts.create("Visitor", Role.READER, days=2, now=now)
    assert accounts.holder(token, now=now + timedelta(days=1, hours=23))
    assert accounts.holder(token, now=now + timedelta(days=2)) is None


@pytest.mark.parametrize("days", [0, -1, float("nan"), float("inf")])
def test_a_time_that_is_none_is_refused(accounts: Accounts, days: float) -> None:
    with pytest.raises(StoreError, match="days"):
        accounts.create("Visitor", Role.READER, days=days)


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "x" * 201])
def test_a_name_is_one_line(accounts: Accounts, name: str) -> None:
    with pytest.raises(StoreError, match="name"):
        accounts.create(name, Role.READER)


def test_roles_include_those_before_them() -> None:
    names = [[other.value for other in Role if role.includes(other)] for role in Role]
    assert [len(name) for name in names] == [1, 2, 3, 4]


def test_two_who_make_tokens_at_once_lose_none(tmp_path: Path) -> None:
    def make() -> None:
        for _ in range(5):
            Accounts(tmp_path).create("Curating team", Role.CURATOR)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Accounts(tmp_path).all()) == 20


def test_a_garbled_file_is_told_and_lets_nobody_in(accounts: Accounts, tmp_path: Path) -> None:
    _, token = accounts.create("Curating team", Role.CURATOR)
    (tmp_path / "accounts.json").write_text("[{")
    with pytest.raises(StoreError, match="restore"):
        accounts.holder(token)


def test_the_audit_log_grows_and_survives_a_line_cut_off(tmp_path: Path) -> None:
    for number in range(3):
        entry = Entry(who="A", what=f"PUT {number}", outcome="written", address="::1", version=1)
        record(tmp_path, entry)
    path = tmp_path / "audit.jsonl"
    path.write_bytes(path.read_bytes() + b'{"who":')
    record(tmp_path, Entry(who="A", what="PUT 3", outcome="written", address="::1"))
    assert [entry.what for entry in read_audit(tmp_path)] == [f"PUT {n}" for n in range(4)]
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


def test_an_entry_is_one_line_whatever_it_says() -> None:
    entry = Entry(who="A", what="PUT \x1b[2J\n<x>", outcome="forbidden", address="::1")
    assert entry.line().isprintable()


def test_the_command_line_makes_lists_and_revokes(tmp_path: Path) -> None:
    home = ["--home", str(tmp_path)]
    made = CliRunner().invoke(
        cove, ["token", "create", "--name", "Team", "--role", "curator", "--days", "3", *home]
    )
    assert made.exit_code == 0
    token = made.stdout.strip()
    holder = Accounts(tmp_path).holder(token)
    assert holder is not None
    listed = CliRunner().invoke(cove, ["token", "list", *home]).stdout
    assert listed.split()[:3] == [holder.id, "curator", "until"]
    assert token.rpartition("_")[2] not in listed
    assert CliRunner().invoke(cove, ["token", "revoke", holder.id, *home]).exit_code == 0
    assert CliRunner().invoke(cove, ["token", "list", *home]).stdout == ""


def test_the_command_line_shows_the_audit_log(tmp_path: Path) -> None:
    record(tmp_path, Entry(who="Team", what="PUT <a:b>", outcome="written", address="::1"))
    shown = CliRunner().invoke(cove, ["audit", "--home", str(tmp_path)]).stdout
    assert "written" in shown
    assert "PUT <a:b>" in shown
