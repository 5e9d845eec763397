"""Users: people who sign in, by passwords of which only argon2 hashes are kept."""

from __future__ import annotations

import re
import threading
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kg.accounts.roles import Role
from kg.accounts.rosters import Roster
from kg.errors import StoreError

__all__ = ["SHORTEST", "User", "Users"]

SHORTEST = 12  # characters of a password
_LONGEST = 1_000
_FILE = "users.json"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
# RFC 9106 §4, the second recommended: 64 MiB and three passes for each guess.
_HASHER = PasswordHasher()
# Two at once take 128 MiB, however many knock.
_ROOM = threading.BoundedSemaphore(2)
# What a password is compared with where there is no such user, so that both take the same time.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$eTb2rVEIj7nACD+BW2v4xw"
    "$B4UHypwqC+68ACLTcQZPaxys4znDTYUM0WcAsnztabw"
)


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs in: never the password itself."""

    name: str
    role: Role
    password: str
    created: datetime


class Users:
    """The users of a home, in one file that only its owner may read."""

    def __init__(self, home: Path) -> None:
        self._roster = Roster(home / _FILE, User, lambda user: user.name)

    def add(self, name: str, role: Role, password: str) -> User:
        """Make a user; a name is lower case, for it stands in files and addresses."""
        if not _NAME.fullmatch(name):
            message = "use a-z, 0-9, full stop, hyphen and underscore, at most 64"
            raise StoreError(f"cannot name a user {name[:80]!r}; {message}")
        _check(name, password)
        user = User(name=name, role=role, password=_hashed(password), created=datetime.now(UTC))
        with self._roster.writing() as users:
            if name in users:
                raise StoreError(f"there is a user {name!r}; see cove user list")
            users[name] = user
        return user

    def change(self, name: str, *, role: Role | None = None, password: str | None = None) -> User:
        """Give a user another role or password; with the old password every session ends."""
        if password is not None:
            _check(name, password)
        hashed = None if password is None else _hashed(password)
        with self._roster.writing() as users:
            user = _one(users, name)
            users[name] = user = msgspec.structs.replace(
                user, role=role or user.role, password=hashed or user.password
            )
        return user

    def remove(self, name: str) -> User:
        """Take a user away, and with it every session; what they did stays."""
        with self._roster.writing() as users:
            _one(users, name)
            return users.pop(name)

    def find(self, name: str) -> User | None:
        """Return a user, None where there is none of this name."""
        return self._roster.read().get(name)

    def all(self) -> list[User]:
        """Return the users by their names."""
        return sorted(self._roster.read().values(), key=lambda user: user.name)

    def holder(self, name: str, password: str) -> User | None:
        """Return whose name and password these are, None where they are nobody's."""
        user = self.find(name)
        is_right = _is_right(user.password if user else _NOBODY, password)
        if user is None or not is_right:
            return None
        if _HASHER.check_needs_rehash(user.password):  # the recommendation has moved on
            return self.change(name, password=password)
        return user


def _one(users: dict[str, User], name: str) -> User:
    if name not in users:
        raise StoreError(f"there is no user {name!r}; see cove user list")
    return users[name]


def _check(name: str, password: str) -> None:
    if not SHORTEST <= len(password) <= _LONGEST:
        raise StoreError(f"a password has {SHORTEST} to {_LONGEST:,} characters; choose another")
    if name in password.casefold() and len(password) < len(name) + SHORTEST:
        raise StoreError("a password is not made of the name; choose another")
    if len(set(password)) < 5:
        raise StoreError("a password has at least five different characters; choose another")


def _is_right(hashed: str, password: str) -> bool:
    with _ROOM:
        try:
            return _HASHER.verify(hashed, _plain(password[: _LONGEST + 1]))
        except (VerificationError, InvalidHashError):
            return False


def _hashed(password: str) -> str:
    with _ROOM:
        return _HASHER.hash(_plain(password))


def _plain(password: str) -> str:
    """Return a password as it is, however a keyboard composes its letters (RFC 8265)."""
    return unicodedata.normalize("NFC", password)
