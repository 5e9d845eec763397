"""Chunks: some items of a file, and what became of them, each the work of one process."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import islice

import msgspec

from kg.errors import SourceError
from kg.readers import Line, Place, Reading

__all__ = ["Chunk", "Converted", "Item", "Refused", "decode", "encode", "fingerprint", "in_chunks"]

Item = Line | Reading | SourceError
"""What a file holds: a line that nobody has read, a work, or something that cannot be read."""

_ENGINES = ("pyoxigraph", "pyshacl-turbo")
_PARTS = (("kg", ".py"), ("ontology", ".ttl"), ("queries", ".rq"))


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some items that follow one another."""

    items: tuple[Item, ...]

    @property
    def key(self) -> str:
        """The checksum of the items: the same key, the same outcome."""
        checksum = hashlib.sha256()
        for item in self.items:
            checksum.update(f"{_content(item)}\n".encode())
        return checksum.hexdigest()


class Converted(msgspec.Struct, frozen=True, tag=True):
    """A record that conforms: where it was read, and its graphs, asserted and inferred."""

    id: str
    doi: str | None
    source: str
    line: int | None
    graphs: tuple[tuple[str, bytes], ...]
    """Each graph by its name, as canonical N-Quads lines, sorted."""

    warnings: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        """Where the record was read."""
        return Place(self.source, self.line)


class Refused(msgspec.Struct, frozen=True, tag=True):
    """A record that stays out, and why."""

    why: str


def in_chunks(items: Iterable[Item], size: int) -> Iterator[Chunk]:
    """Cut items into chunks."""
    source = iter(items)
    while some := tuple(islice(source, size)):
        yield Chunk(some)


def encode(results: list[Converted | Refused]) -> bytes:
    """Write what became of a chunk."""
    return msgspec.msgpack.encode(results)


def decode(data: bytes) -> list[Converted | Refused]:
    """Read what became of a chunk."""
    return msgspec.msgpack.decode(data, type=list[Converted | Refused])


@cache
def fingerprint() -> str:
    """Return the checksum of all that decides what becomes of an item: code, ontology, engines."""
    checksum = hashlib.sha256()
    for name in _ENGINES:
        checksum.update(f"{name} {version(name)}\n".encode())
    for package, suffix in _PARTS:
        for file in _files(files(package), suffix):
            checksum.update(file.read_bytes())
    return checksum.hexdigest()


def _files(folder: Traversable, suffix: str) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            yield from _files(entry, suffix)
        elif entry.name.endswith(suffix):
            yield entry


def _content(item: Item) -> str:
    if isinstance(item, Line):
        return f"{item.place} {item.text}"
    if isinstance(item, Reading):
        return f"{item.source}:{item.line} {msgspec.json.encode(item.work).decode()}"
    return str(item)
