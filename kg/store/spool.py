"""The statements of a bulk load, kept on disk until the commit knows what is new."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, KeysView
from os import PathLike
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox

from kg.errors import StoreError

__all__ = [
    "Lines",
    "Spool",
    "blocks_of",
    "in_default_graph",
    "lines_of",
    "lines_of_store",
    "parse_block",
]

_BLOCK = 16 * 1024 * 1024
_BLANK_NODE = re.compile(rb"^(?:_:|<[^>]*> <[^>]*> _:)", re.MULTILINE)
_END = " .\n"  # of a line of N-Quads; a line feed in a literal is escaped

Lines = tuple[str, bytes]
"""The name of a graph, and quads of it as canonical N-Quads lines, sorted, each once."""


class Spool:
    """Keep what is loaded in one file, and know where each graph lies in it.

    The engine writes some literals in its own way ("01" of xsd:integer as "1"): the spool holds
    what will be stored.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "spool.nq"
        self._file: BinaryIO | None = None
        self._spans: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        self._size = 0

    @property
    def graphs(self) -> KeysView[str]:
        """The names of the graphs that something was loaded into."""
        return self._spans.keys()

    def keep(self, graphs: Iterable[Lines]) -> None:
        """Keep some lines of each graph."""
        for graph, lines in graphs:
            self._spans[graph].append((self._size, len(lines)))
            self._size += self._opened().write(lines)

    def statements(self, graph: str) -> tuple[str, ...]:
        """Return the statements of a graph, lines without their ends, each once and sorted."""
        blocks = [self._read(*span) for span in self._spans[graph]]
        if len(blocks) == 1:
            return tuple(blocks[0])
        return tuple(sorted({statement for block in blocks for statement in block}))

    def close(self) -> None:
        """Close the file, which can then be removed."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _read(self, offset: int, length: int) -> list[str]:
        file = self._opened()
        file.seek(offset)
        return file.read(length).decode().removesuffix(_END).split(_END)

    def _opened(self) -> BinaryIO:
        if self._file is None:
            self._file = self._path.open("a+b")
        return self._file


def in_default_graph(lines: Lines) -> bytes:
    """Write the lines of a graph as those of the default graph."""
    graph, block = lines
    return block.replace(f" <{graph}>{_END}".encode(), _END.encode())


def lines_of(block: bytes) -> Iterator[Lines]:
    """Parse a block of N-Quads and write each graph of it as the engine does."""
    return lines_of_store(parse_block(block))


def lines_of_store(memory: ox.Store) -> Iterator[Lines]:
    """Write each named graph of a store."""
    for name in memory.named_graphs():
        triples = memory.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name) or b""
        if triples:
            quads = triples.replace(_END.encode(), f" {name}{_END}".encode())
            # Sorted with their ends: `"a"` stands before `"a"@en`, as statements do.
            yield str(name)[1:-1], b"\n".join(sorted(quads.split(b"\n")[:-1])) + b"\n"


def blocks_of(source: bytes | PathLike[str] | Iterable[bytes]) -> Iterator[bytes]:
    """Cut N-Quads into blocks of bounded size, each ending with a line."""
    waiting: list[bytes] = []
    size = 0
    for piece in _pieces(source):
        waiting.append(piece)
        size += len(piece)
        if size >= _BLOCK and b"\n" in piece:
            head, newline, tail = b"".join(waiting).rpartition(b"\n")
            yield head + newline
            waiting, size = [tail], len(tail)
    if size:
        yield b"".join(waiting)


def _pieces(source: bytes | PathLike[str] | Iterable[bytes]) -> Iterator[bytes]:
    if isinstance(source, bytes):
        for start in range(0, len(source), _BLOCK):
            yield source[start : start + _BLOCK]
    elif isinstance(source, PathLike):
        with Path(source).open("rb") as file:
            while piece := file.read(_BLOCK):
                yield piece
    else:
        yield from source


def parse_block(block: bytes) -> ox.Store:
    """Parse N-Quads into a store in memory.

    What has no name that lasts, a blank node or the default graph, is refused.
    """
    memory = ox.Store()
    try:
        memory.bulk_load(block, format=ox.RdfFormat.N_QUADS)
    except SyntaxError as error:
        raise StoreError(f"cannot load the data: {error}; correct the line") from error
    if any(memory.quads_for_pattern(None, None, None, ox.DefaultGraph())):
        raise StoreError("cannot load data without a named graph; give each quad one")
    if _BLANK_NODE.search(memory.dump(format=ox.RdfFormat.N_QUADS) or b""):
        raise StoreError(
            "cannot bulk load blank nodes, which have no name that outlives a file; "
            "give them IRIs, or replace their graph as a whole"
        )
    return memory
