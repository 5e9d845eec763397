"""Permalinks: what was asked of which version, kept under a short name that follows from it."""

from __future__ import annotations

import hashlib
import re
import threading
from base64 import b32encode
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct, field

from kg.errors import StoreError
from kg.store.durability import write_durably
from server.problems import ProblemError

__all__ = ["Permalink", "Permalinks"]

_NAME = re.compile(r"[a-z2-7]{16}")
_BLOCK = 4_096  # what the smallest file takes of a disk


class Permalink(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question put to one version, and the checksum of the answer that it had."""

    query: str
    media_type: str
    version: int
    title: str
    sha256: str = ""
    size: int = 0
    created: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    question: str | None = None
    parameters: Mapping[str, str] = {}

    @property
    def id(self) -> str:
        """Name it by what was asked: the same question has the same name everywhere."""
        asked = (
            self.query,
            self.media_type,
            self.version,
            self.default_graphs,
            self.named_graphs,
            self.question,
            sorted(self.parameters.items()),
        )
        digest = hashlib.sha256(msgspec.json.encode(asked)).digest()
        return b32encode(digest).decode("ascii").lower()[:16]


class Permalinks:
    """The permalinks of a home, a file each, as many as there is room for.

    None is ever dropped for a new one, for somebody may have cited it.
    """

    def __init__(self, home: Path, *, most: int) -> None:
        self._folder = home / "permalinks"
        self._most = most
        self._held: int | None = None
        self._lock = threading.Lock()

    def find(self, name: str) -> Permalink | None:
        """Return a permalink, None where there is none of this name."""
        if not _NAME.fullmatch(name):
            return None
        path = self._path(name)
        try:
            found = msgspec.json.decode(path.read_bytes(), type=Permalink)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            raise StoreError(f"cannot read {path}: {error}; restore it from a backup") from error
        if found.id != name:
            raise StoreError(f"{path} holds another permalink; restore it from a backup")
        return found

    def keep(self, permalink: Permalink) -> Permalink:
        """Keep a permalink and return it, or the one that was there first under its name."""
        path = self._path(permalink.id)
        content = msgspec.json.format(msgspec.json.encode(permalink), indent=1)
        with self._lock:
            if found := self.find(permalink.id):
                return found
            held = self.held + _blocks(len(content))
            if held > self._most:
                message = "There is no room for more permalinks; those that there are stay."
                raise ProblemError("no-room", message)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_durably(path, content)
            except OSError as error:
                message = "The permalink could not be kept; the disk of the server refuses it."
                raise ProblemError("write-failed", message, retry_after=60) from error
            self._held = held
        return permalink

    @property
    def held(self) -> int:
        """How many bytes of disk they take; counted once, then kept up."""
        if self._held is None:
            files = self._folder.glob("*/*.json")
            self._held = sum(_blocks(path.stat().st_size) for path in files)
        return self._held

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / f"{name}.json"


def _blocks(size: int) -> int:
    """Round up to what a file takes of a disk.

    >>> _blocks(1), _blocks(4_097)
    (4096, 8192)
    """
    return -(-size // _BLOCK) * _BLOCK
