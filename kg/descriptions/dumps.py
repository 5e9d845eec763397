"""Dumps: the whole of a version in files, the same bytes whoever makes them."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, cast
from uuid import uuid4

import msgspec
import pyoxigraph as ox

from kg.errors import StoreError
from kg.namespaces import PREFIXES
from kg.store import OpenVersion, Place
from kg.store.terms import engine_graph_name

__all__ = ["DUMPS", "Dump", "dumps_of", "make_dumps"]

DUMPS: Mapping[str, str] = MappingProxyType(
    {"cove.nq.gz": "application/n-quads", "cove.trig.gz": "application/trig"}
)
"""The files of a dump, each with the media type of what is compressed in it."""

_LIST = "dumps.json"
_SUMS = "SHA256SUMS"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Dump:
    """One file with a version: its size in bytes and its checksum."""

    version: int
    name: str
    media_type: str
    size: int
    sha256: str
    path: Path


def dumps_of(home: Place, number: int) -> tuple[Dump, ...]:
    """Return the dumps of a version that are there, none where they have not been made."""
    folder = _folder(home, number)
    try:
        listed = msgspec.json.decode((folder / _LIST).read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError):
        return ()
    if listed.get("identifier") != home.info(number).identifier:
        return ()
    return tuple(
        Dump(number, name, kind, (folder / name).stat().st_size, listed[name], folder / name)
        for name, kind in DUMPS.items()
    )


def make_dumps(home: Place, number: int) -> tuple[Dump, ...]:
    """Make the dumps of a version where they are missing, all of them or none.

    Graph follows graph by name, and in a graph line follows line. The files of other versions go,
    but for releases.
    """
    if found := dumps_of(home, number):
        return found
    folder = _folder(home, number)
    unfinished = folder.with_name(f".{uuid4().hex}")
    try:
        unfinished.mkdir(parents=True)
        with home.open(number) as snapshot:
            _write(unfinished / "cove.nq.gz", _n_quads(snapshot))
            with _Packed(unfinished / "cove.trig.gz") as file:
                quads = _quads(snapshot)
                ox.serialize(
                    quads,
                    cast("IO[bytes]", file),
                    format=ox.RdfFormat.TRIG,
                    prefixes=dict(PREFIXES),
                )
        sums = {name: _sha256(unfinished / name) for name in DUMPS}
        listed = {"identifier": home.info(number).identifier, **sums}
        (unfinished / _LIST).write_bytes(msgspec.json.encode(listed))
        lines = "".join(f"{digest}  {name}\n" for name, digest in sums.items())
        (unfinished / _SUMS).write_text(lines, encoding="ascii")
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
        _forget(home, number)
    except OSError as error:
        raise StoreError(f"cannot write dumps to {folder}: {error}; see to the disk") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return dumps_of(home, number)


def _n_quads(snapshot: OpenVersion) -> Iterator[bytes]:
    for name in snapshot.graph_names():
        graph = engine_graph_name(name)
        found = snapshot.quads_for_pattern(None, None, None, graph)
        triples = (quad.triple for quad in found)
        dumped = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
        ending = f" {graph} .\n".encode()
        # splitlines would cut at more than line feeds, which may stand in a literal.
        lines = sorted(line[:-2] for line in dumped.split(b"\n")[:-1])
        yield b"".join(line + ending for line in lines)


def _quads(snapshot: OpenVersion) -> Iterator[ox.Quad]:
    for name in snapshot.graph_names():
        found = snapshot.quads_for_pattern(None, None, None, engine_graph_name(name))
        yield from sorted(found, key=str)


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    with _Packed(path) as file:
        for piece in pieces:
            file.write(piece)


class _Packed(gzip.GzipFile):
    """A file to pack into, without the name and the time that make equal files differ."""

    def __init__(self, path: Path) -> None:
        self._under = path.open("wb")
        super().__init__("", "wb", 6, self._under, mtime=0)

    def close(self) -> None:
        """Finish the file."""
        super().close()
        self._under.close()


def _sha256(path: Path) -> str:
    checksum = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            checksum.update(block)
    return checksum.hexdigest()


def _folder(home: Place, number: int) -> Path:
    return home.path / "dumps" / f"{number:06d}"


def _forget(home: Place, number: int) -> None:
    """Remove the dumps of versions that are no releases, but for this one and the one before."""
    for folder in (home.path / "dumps").iterdir():
        other = int(folder.name) if folder.name.isdigit() else number
        if other < number - 1 and not home.info(other).is_release:
            shutil.rmtree(folder, ignore_errors=True)
