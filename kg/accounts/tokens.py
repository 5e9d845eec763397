"""Tokens: who may write, by secrets of which only the checksums are kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from kg.accounts.roles import Role
from kg.accounts.rosters import Roster
from kg.errors import StoreError

__all__ = ["Account", "Accounts"]

_FILE = "accounts.json"
_TOKEN = re.compile(r"cove_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,200}")


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
        self._roster = Roster(home / _FILE, Account, lambda account: account.id)

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
        with self._roster.writing() as accounts:
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
        with self._roster.writing() as accounts:
            if number not in accounts:
                raise StoreError(f"there is no token {number!r}; see cove token list")
            return accounts.pop(number)

    def all(self) -> list[Account]:
        """Return the accounts, the oldest first."""
        return sorted(
            self._roster.read().values(), key=lambda account: (account.created, account.id)
        )

    def holder(self, token: str, *, now: datetime | None = None) -> Account | None:
        """Return whose token it is, None where it is nobody's or holds no more."""
        found = _TOKEN.fullmatch(token)
        number, secret = found.groups() if found else ("", "")
        account = self._roster.read().get(number)
        # The time that this takes says nothing of whether there is such an account.
        is_right = hmac.compare_digest(_checksum(secret), account.checksum if account else "")
        if account is None or not is_right or account.is_expired(now or datetime.now(UTC)):
            return None
        return account


def _checksum(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
