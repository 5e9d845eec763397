"""Sessions: who is signed in, by numbers of which only the checksums are kept.

The number in a cookie is 256 bits of chance: there is nothing in it to read, to forge or to sign.
What it stands for is kept here, in a file of the home, so that it ends when the server says so.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection

from werkzeug.http import parse_cookie

from kg.accounts import User, Users
from kg.errors import StoreError

__all__ = ["COOKIES", "LONGEST", "Session", "Sessions", "form_token"]

LONGEST = timedelta(days=7)
_IDLE = timedelta(hours=12)
_NOTED = timedelta(minutes=5)  # how exactly it is known when a session was last used
_MOST = 50  # sessions of one user
COOKIES = ("cove_session", "__Host-cove_session")
"""The cookie, and that over https, which is bound to its host (RFC 6265bis §4.1.3)."""

_FILE = "sessions.sqlite"
_TABLE = """
CREATE TABLE IF NOT EXISTS sessions (
  checksum TEXT PRIMARY KEY, user TEXT NOT NULL, password TEXT NOT NULL, began TEXT NOT NULL,
  used TEXT NOT NULL
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in."""

    number: str
    user: User

    @property
    def token(self) -> str:
        """What every form of this session carries, and no other site can know."""
        return form_token(self.number)


def form_token(number: str) -> str:
    """Return what the forms carry that belong to the number in a cookie."""
    return hmac.new(number.encode(), b"form", hashlib.sha256).hexdigest()


class Sessions:
    """The sessions of a home."""

    def __init__(
        self, home: Path, users: Users, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._path = home / _FILE
        self._users = users
        self._clock = clock

    def begin(self, user: User) -> Session:
        """Begin a session under a new number: one that was there before is never taken over."""
        number = secrets.token_urlsafe(32)
        now = self._clock()
        row = (_checksum(number), user.name, _checksum(user.password), now.isoformat())
        with self._opened() as db:
            db.execute("DELETE FROM sessions WHERE began < ?", ((now - LONGEST).isoformat(),))
            db.execute("INSERT INTO sessions VALUES (?1, ?2, ?3, ?4, ?4)", row)
            db.execute(
                "DELETE FROM sessions WHERE user = ?1 AND checksum NOT IN (SELECT checksum FROM"
                " sessions WHERE user = ?1 ORDER BY used DESC LIMIT ?2)",
                (user.name, _MOST),
            )
        return Session(number, user)

    def find(self, number: str) -> Session | None:
        """Return the session of a number, None where it has ended or never was.

        It ends with its time, when it is not used, and when the user has another password or is
        no more.
        """
        if not number or not self._path.is_file():
            return None
        now = self._clock()
        with self._opened() as db:
            row = db.execute(
                "SELECT user, password, began, used FROM sessions WHERE checksum = ?",
                (_checksum(number),),
            ).fetchone()
            if row is None:
                return None
            name, password, began, used = row
            user = self._users.find(name)
            is_old = now - datetime.fromisoformat(began) >= LONGEST
            is_idle = now - datetime.fromisoformat(used) >= _IDLE
            if user is None or _checksum(user.password) != password or is_old or is_idle:
                db.execute("DELETE FROM sessions WHERE checksum = ?", (_checksum(number),))
                return None
            if now - datetime.fromisoformat(used) > _NOTED:
                db.execute(
                    "UPDATE sessions SET used = ? WHERE checksum = ?",
                    (now.isoformat(), _checksum(number)),
                )
        return Session(number, user)

    def holds_one(self, header: str) -> bool:
        """Tell whether the cookies of a request have a session, before anything else is read."""
        cookies = parse_cookie(header)
        return any(self.find(cookies.get(name, "")) for name in COOKIES)

    def end(self, number: str) -> None:
        """End a session: its number is refused from now on."""
        with self._opened() as db:
            db.execute("DELETE FROM sessions WHERE checksum = ?", (_checksum(number),))

    @contextmanager
    def _opened(self) -> Iterator[Connection]:
        try:
            self._path.touch(mode=0o600)
            with closing(sqlite3.connect(self._path, timeout=10)) as db, db:
                db.execute(_TABLE)
                yield db
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"cannot use {self._path}: {error}; see to it") from error


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
