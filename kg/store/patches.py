"""RDF Patch: the difference between two states of the dataset.

The format is that of https://afs.github.io/rdf-delta/rdf-patch.html, one change a line,
without prefixes. A patch is net: what it adds was not there, what it removes was.
In canonical order graph follows graph, in a graph the removals come before the additions,
each sorted. The graphs are sorted by the bucket of their name and then by their name,
so that a patch of any size is put in order within bounded memory.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import CapabilityError, StoreError

if TYPE_CHECKING:
    from kg.store.protocol import Place

__all__ = [
    "BUCKETS",
    "GraphChange",
    "Patch",
    "PatchSummary",
    "bucket_of",
    "changed_quads",
    "graph_of_statement",
    "in_patch_order",
    "parse_statements",
    "patch_bytes",
    "read_patch",
    "read_statements",
    "text_sha256",
    "write_patch",
]

BUCKETS = 64

_ADD, _REMOVE = "A", "D"
_BATCH = 20_000


@dataclass(frozen=True, slots=True)
class GraphChange:
    """The statements that one graph gained and lost, canonical N-Quads, each sorted."""

    graph: str
    removed: tuple[str, ...]
    added: tuple[str, ...]

    def __bool__(self) -> bool:
        """Tell whether anything changed."""
        return bool(self.removed or self.added)


@dataclass(frozen=True, slots=True)
class PatchSummary:
    """The counts of a written patch, and the checksum of its text."""

    added: int
    removed: int
    graphs: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Patch:
    """A net change: statements as canonical N-Quads lines without their full stop."""

    adds: frozenset[str]
    removes: frozenset[str]

    def __post_init__(self) -> None:
        """Refuse a patch that adds what it removes."""
        both = self.adds & self.removes
        if both:
            raise StoreError(
                f"cannot make a patch that both adds and removes {min(both)}; leave one out"
            )

    @classmethod
    def of(cls, adds: Iterable[ox.Quad] = (), removes: Iterable[ox.Quad] = ()) -> Patch:
        """Make a patch of the engine's quads."""
        return cls(frozenset(map(str, adds)), frozenset(map(str, removes)))

    def __bool__(self) -> bool:
        """Tell whether anything changes."""
        return bool(self.adds or self.removes)

    @property
    def graphs(self) -> tuple[str, ...]:
        """The names of the changed graphs, sorted."""
        return tuple(sorted({graph_of_statement(line) for line in self.adds | self.removes}))

    def inverse(self) -> Patch:
        """Return the patch that undoes this one."""
        return Patch(self.removes, self.adds)

    def then(self, later: Patch) -> Patch:
        """Return the net patch of this one followed by a later one."""
        return Patch(
            (self.adds - later.removes) | (later.adds - self.removes),
            (self.removes - later.adds) | (later.removes - self.adds),
        )

    def added(self) -> Iterator[ox.Quad]:
        """Parse the additions, in sorted order."""
        return parse_statements(sorted(self.adds))

    def removed(self) -> Iterator[ox.Quad]:
        """Parse the removals, in sorted order."""
        return parse_statements(sorted(self.removes))

    def changes(self) -> Iterator[GraphChange]:
        """Give the patch graph by graph, in canonical order."""
        removed: defaultdict[str, list[str]] = defaultdict(list)
        added: defaultdict[str, list[str]] = defaultdict(list)
        for line in self.removes:
            removed[graph_of_statement(line)].append(line)
        for line in self.adds:
            added[graph_of_statement(line)].append(line)
        for graph in in_patch_order(removed.keys() | added.keys()):
            yield GraphChange(graph, tuple(sorted(removed[graph])), tuple(sorted(added[graph])))


def bucket_of(graph: str) -> int:
    """Return the bucket that the name of a graph falls into."""
    return zlib.crc32(graph.encode()) % BUCKETS


def in_patch_order(graphs: Iterable[str]) -> list[str]:
    """Sort the names of graphs by their bucket and then as text."""
    return sorted(graphs, key=lambda graph: (bucket_of(graph), graph))


def graph_of_statement(statement: str) -> str:
    """Return the name of the graph of a canonical statement.

    >>> graph_of_statement('<a:s> <a:p> "<" <a:g>')
    'a:g'
    """
    return statement[statement.rindex("<") + 1 : -1]


def parse_statements(statements: Iterable[str]) -> Iterator[ox.Quad]:
    """Parse canonical statements, blank nodes keeping their labels."""
    block = "".join(f"{statement} .\n" for statement in statements)
    return ox.parse(block, format=ox.RdfFormat.N_QUADS)


def patch_bytes(
    changes: Iterable[GraphChange], *, identifier: str, previous: str | None
) -> Iterator[bytes]:
    """Write changes as the text of an RDF Patch, block by block."""
    yield f"H id <{identifier}> .\n".encode()
    if previous is not None:
        yield f"H prev <{previous}> .\n".encode()
    yield b"TX .\n"
    for change in changes:
        yield (_lines(_REMOVE, change.removed) + _lines(_ADD, change.added)).encode()
    yield b"TC .\n"


def _lines(operation: str, statements: tuple[str, ...]) -> str:
    return f"{operation} " + f" .\n{operation} ".join(statements) + " .\n" if statements else ""


def write_patch(
    path: Path, changes: Iterable[GraphChange], *, identifier: str, previous: str | None
) -> PatchSummary:
    """Write changes in canonical order to a compressed RDF Patch, and count them."""
    added = removed = graphs = 0
    checksum = hashlib.sha256()

    def counted() -> Iterator[GraphChange]:
        nonlocal added, removed, graphs
        for change in changes:
            added += len(change.added)
            removed += len(change.removed)
            graphs += bool(change)
            yield change

    with gzip.GzipFile(path, "wb", compresslevel=1, mtime=0) as file:
        for block in patch_bytes(counted(), identifier=identifier, previous=previous):
            checksum.update(block)
            file.write(block)
    return PatchSummary(added, removed, graphs, checksum.hexdigest())


def read_patch(path: Path) -> Patch:
    """Read a patch whole, compressed or not."""
    lines: dict[str, set[str]] = {_ADD: set(), _REMOVE: set()}
    for operation, statement in _read_changes(path):
        lines[operation].add(statement)
    return Patch(frozenset(lines[_ADD]), frozenset(lines[_REMOVE]))


def changed_quads(home: Place, earlier: int, later: int) -> set[ox.Quad] | None:
    """Return the quads that commits after one version and up to another add or remove.

    None where the engine keeps no patches.
    """
    try:
        patches = [read_patch(home.patch_path(n)) for n in range(earlier + 1, later + 1)]
    except CapabilityError:
        return None
    return {quad for patch in patches for quad in (*patch.added(), *patch.removed())}


def read_statements(path: Path, *, added: bool) -> Iterator[ox.Quad]:
    """Read the additions or the removals of a patch one by one, in bounded memory."""
    wanted = _ADD if added else _REMOVE
    batch: list[str] = []
    for operation, statement in _read_changes(path):
        if operation == wanted:
            batch.append(statement)
        if len(batch) == _BATCH:
            yield from _parsed(batch, path)
            batch = []
    yield from _parsed(batch, path)


def text_sha256(path: Path) -> str:
    """Return the checksum of the text of a compressed patch."""
    try:
        with gzip.open(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, EOFError, zlib.error) as error:
        raise StoreError(f"cannot read the patch {path}: {error}; restore the file") from error


def _parsed(batch: list[str], path: Path) -> Iterator[ox.Quad]:
    try:
        yield from parse_statements(batch)
    except SyntaxError as error:
        raise StoreError(f"cannot read the patch {path}: {error}; restore the file") from error


def _read_changes(path: Path) -> Iterator[tuple[str, str]]:
    """Read the changes of a patch, and see that its transaction is whole."""
    is_open = is_whole = False
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                operation, _, rest = raw.decode().rstrip("\r\n").partition(" ")
                if operation in {_ADD, _REMOVE} and is_open and rest.endswith(" ."):
                    yield operation, rest[:-2]
                elif operation == "TX" and not is_open:
                    is_open, is_whole = True, False
                elif operation == "TC" and is_open:
                    is_open, is_whole = False, True
                elif operation and operation != "H" and not operation.startswith("#"):
                    raise StoreError(
                        f"cannot read the patch {path} at line {number}: {operation!r} has no "
                        "place there; lines are H, TX, D, A, TC, without prefixes"
                    )
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise StoreError(f"cannot read the patch {path}: {error}; restore the file") from error
    if is_open or not is_whole:
        raise StoreError(f"cannot read the patch {path}: it ends within; restore the file")
