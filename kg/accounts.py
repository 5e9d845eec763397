"""Accounts: who may write, by tokens of which only the checksums are kept."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from kg.errors import StoreError
from kg.store.durability import sync_directory

__all__ = ["Account", "Accounts", "Role"]

_FILE = "accounts.json"
_TOKEN = re.compile(r"cove_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,200}")


class Role(Enum):
    """What an account may do; each role may do what those before it may."""

    READER = "reader"
    REVIEWER = "reviewer"
    CURATOR = "curator"
    ADMIN = "admin"

    def includes(self, other: Role) -> bool:
        """Tell whether this role may do what another may.

        >>> Role.ADMIN.includes(Role.CURATOR), Role.REVIEWER.includes(Role.CURATOR)
        (True, False)
        """
        order = list(Role)
        return order.index(self) >= order.index(other)


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Who writes with a token: never the token itself."""

    id: str
    name: str
    role: Role
    checksum: str
    created: datetime
    expires: datetime | None = None

    def is_expired(self, at: datetime) -> bool:
        """Tell whether the token holds no more."""
        return self.expires is not None and at >= self.expires


class Accounts:
    """The accounts of a home, in one file that only its owner may read."""

    def __init__(self, home: Path) -> None:
        self._path = home / _FILE
        self._seen: tuple[tuple[int, int, int], dict[str, Account]] | None = None

    def create(
        self, name: str, role: Role, *, days: float | None = None, now: datetime | None = None
    ) -> tuple[Account, str]:
        """Make an account, and return it with its token, which is told this once."""
        if not _NAME.fullmatch(name) or not name.strip():
            raise StoreError(f"cannot name an account {name!r}; give it a name of one line")
        if days is not None and not 0 < days <= 36_500:
            raise StoreError(f"cannot make a token for {days:g} days; give 1 to 36,500")
        created = now or datetime.now(UTC)
        # 256 bits of chance cannot be guessed, so that a plain checksum keeps them safe.
        secret = secrets.token_urlsafe(32)
        with self._writing() as accounts:
            number = secrets.token_hex(4)
            while number in accounts:
                number = secrets.token_hex(4)
            account = accounts[number] = Account(
                id=number,
                name=name.strip(),
                role=role,
                checksum=_checksum(secret),
                created=created,
                expires=created + timedelta(days=days) if days is not None else None,
            )
        return account, f"cove_{number}_{secret}"

    def revoke(self, number: str) -> Account:
        """Take an account away: its token is refused from now on."""
        with self._writing() as accounts:
            if number not in accounts:
                raise StoreError(f"there is no token {number!r}; see cove token list")
            return accounts.pop(number)

    def all(self) -> list[Account]:
        """Return the accounts, the oldest first."""
        return sorted(self._read().values(), key=lambda account: (account.created, account.id))

    def holder(self, token: str, *, now: datetime | None = None) -> Account | None:
        """Return whose token it is, None where it is nobody's or holds no more."""
        found = _TOKEN.fullmatch(token)
        number, secret = found.groups() if found else ("", "")
        account = self._read().get(number)
        # The time that this takes says nothing of whether there is such an account.
        is_right = hmac.compare_digest(_checksum(secret), account.checksum if account else "")
        if account is None or not is_right or account.is_expired(now or datetime.now(UTC)):
            return None
        return account

    def _read(self) -> dict[str, Account]:
        """Read the file again when it has changed."""
        try:
            found = self._path.stat()
            mark = (found.st_ino, found.st_mtime_ns, found.st_size)
            if self._seen is None or self._seen[0] != mark:
                listed = msgspec.json.decode(self._path.read_bytes(), type=list[Account])
                self._seen = (mark, {account.id: account for account in listed})
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.DecodeError) as error:
            raise StoreError(
                f"cannot read the accounts in {self._path}: {error}; restore the file"
            ) from error
        return self._seen[1]

    @contextmanager
    def _writing(self) -> Iterator[dict[str, Account]]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._path.with_suffix(".lock"), timeout=10, mode=0o600):
                accounts = dict(self._read())
                yield accounts
                self._write(list(accounts.values()))
        except Timeout as error:
            raise StoreError(
                f"cannot change {self._path}: another process is at it; try again"
            ) from error
        except OSError as error:
            raise StoreError(
                f"cannot write {self._path}: {error}; see to its permissions"
            ) from error

    def _write(self, accounts: list[Account]) -> None:
        draft = self._path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(accounts)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
        sync_directory(self._path.parent)


def _checksum(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
