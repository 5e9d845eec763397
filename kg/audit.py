"""The audit log: every write and every refused attempt, in a file that only grows."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from kg.errors import StoreError

__all__ = ["Entry", "read_audit", "record"]

_FILE = "audit.jsonl"


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One attempt to write: who, what, when, from where, and what became of it."""

    who: str  # the name and number of the account; of a stranger only where from
    what: str
    outcome: str  # "written", "unchanged", or the kind of the problem
    address: str
    when: datetime = msgspec.field(default_factory=lambda: datetime.now(UTC))
    version: int | None = None
    detail: str = ""

    def line(self) -> str:
        """Return the entry as one line for a terminal."""
        version = f" version {self.version}" if self.version else ""
        told = "".join(c if c.isprintable() else "�" for c in f"{self.what}  {self.detail}".strip())
        return f"{self.when:%Y-%m-%d %H:%M:%S}Z  {self.outcome}{version}  {self.who}  {told}"


def record(home: Path, entry: Entry) -> None:
    """Add an entry, and return when it is on the disk."""
    line = msgspec.json.encode(entry) + b"\n"
    try:
        home.mkdir(parents=True, exist_ok=True)
        # O_APPEND makes each of these one write at the end, whoever else writes.
        handle = os.open(home / _FILE, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, b"\n" + line if _is_cut_off(handle) else line)
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise StoreError(f"cannot write the audit log of {home}: {error}; see to it") from error


def _is_cut_off(handle: int) -> bool:
    """Tell whether a crash has left the last line without its end."""
    if os.lseek(handle, 0, os.SEEK_END) == 0:
        return False
    os.lseek(handle, -1, os.SEEK_END)
    return os.read(handle, 1) != b"\n"


def read_audit(home: Path) -> list[Entry]:
    """Return the entries, the oldest first; a line cut off by a crash is left out."""
    try:
        lines = (home / _FILE).read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreError(f"cannot read the audit log of {home}: {error}; see to it") from error
    entries = []
    for line in lines:
        try:
            entries.append(msgspec.json.decode(line, type=Entry))
        except msgspec.DecodeError:
            continue
    return entries
