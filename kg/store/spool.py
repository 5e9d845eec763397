"""The statements of a bulk load, kept on disk until the commit knows what is new."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError
from kg.store.patches import BUCKETS, bucket_of, graph_of_statement

__all__ = ["Spool", "blocks_of", "parse_block"]

_BLOCK = 16 * 1024 * 1024
_BLANK_NODE = re.compile(rb"^(?:_:|<[^>]*> <[^>]*> _:)", re.MULTILINE)


class Spool:
    """Keep what is loaded, in as many files as a patch has buckets.

    The engine writes some literals in its own way ("01" of xsd:integer as "1"), so each
    block goes through an engine in memory first: the spool holds what will be stored.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.graphs: set[str] = set()

    def load(self, block: bytes) -> ox.Store:
        """Parse a block of N-Quads lines, keep it, and return it as a store in memory."""
        memory, statements = parse_block(block)
        self._keep(statements)
        return memory

    def bucket(self, number: int) -> dict[str, tuple[str, ...]]:
        """Return the statements of one bucket by graph, each once and sorted."""
        graphs: defaultdict[str, set[str]] = defaultdict(set)
        path = self._path(number)
        if path.exists():
            with path.open(encoding="utf-8", newline="\n") as file:
                for line in file:
                    statement = line[:-3]
                    graphs[graph_of_statement(statement)].add(statement)
        return {graph: tuple(sorted(statements)) for graph, statements in graphs.items()}

    def _keep(self, statements: str) -> None:
        buckets: list[list[str]] = [[] for _ in range(BUCKETS)]
        numbers: dict[str, int] = {}
        # splitlines would cut at more than line feeds, which may stand in a literal.
        for line in statements.split("\n")[:-1]:
            graph = graph_of_statement(line[:-2])
            if graph not in numbers:
                numbers[graph] = bucket_of(graph)
            buckets[numbers[graph]].append(line)
        self.graphs.update(numbers)
        for number, lines in enumerate(buckets):
            if lines:
                with self._path(number).open("a", encoding="utf-8", newline="\n") as file:
                    file.write("\n".join(lines) + "\n")

    def _path(self, number: int) -> Path:
        return self._folder / f"spool-{number:02d}.nq"


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


def parse_block(block: bytes) -> tuple[ox.Store, str]:
    """Parse N-Quads into a store in memory and its canonical lines.

    What has no name that lasts, a blank node or the default graph, is refused.
    """
    memory = ox.Store()
    try:
        memory.bulk_load(block, format=ox.RdfFormat.N_QUADS)
    except SyntaxError as error:
        raise StoreError(f"cannot load the data: {error}; correct the line") from error
    if any(memory.quads_for_pattern(None, None, None, ox.DefaultGraph())):
        raise StoreError("cannot load data without a named graph; give each quad one")
    statements = memory.dump(format=ox.RdfFormat.N_QUADS) or b""
    if _BLANK_NODE.search(statements):
        raise StoreError(
            "cannot bulk load blank nodes, which have no name that outlives a file; "
            "give them IRIs, or replace their graph as a whole"
        )
    return memory, statements.decode()
