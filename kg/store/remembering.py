"""What a change behind an endpoint found: each graph as it was before it was written to.

It is held in memory, and where a folder is given on the disk too, so that whoever comes after a
change that was cut off can put the graphs back:

change.json     which version was in the making, and which it was based on
NNNNNN.nq       some graphs as they were; a comment before the quads names each, also an empty one
"""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyoxigraph as ox
from rdflib import URIRef

from kg.entailment import Reader
from kg.errors import StoreError
from kg.store.durability import sync_directory, write_durably
from kg.store.terms import EngineTerm, engine_graph_name

__all__ = ["Attempt", "Before", "Remembered", "unfinished"]

_LOG = logging.getLogger(__name__)
_ABOUT = "change.json"
_NAME = re.compile(r"^# <(.*)>$", re.MULTILINE)
_Pattern = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A version in the making: its identifier, that of the version before, who and why.

    The version before has no identifier where the engine's own means loaded it.
    """

    identifier: str
    base: str | None
    agent: str
    reason: str


class Remembered:
    """Graphs as they were, in the order in which they were first written to."""

    def __init__(self, folder: Path | None = None, attempt: Attempt | None = None) -> None:
        self.folder = folder
        self._attempt = attempt
        self._graphs: dict[URIRef, list[ox.Quad]] = {}
        self._files = 0

    @property
    def names(self) -> tuple[URIRef, ...]:
        """The names of the graphs."""
        return tuple(self._graphs)

    def __contains__(self, graph: object) -> bool:
        """Tell whether a graph is remembered."""
        return graph in self._graphs

    def of(self, graph: URIRef) -> list[ox.Quad]:
        """Return a graph as it was."""
        return self._graphs[graph]

    def keep(self, graphs: Mapping[URIRef, list[ox.Quad]]) -> None:
        """Remember graphs, on the disk first: nothing is written to the engine before."""
        if self.folder is not None:
            try:
                self._write(self.folder, graphs)
            except OSError as error:
                raise StoreError(
                    f"cannot keep the state before the change in {self.folder}: {error}; make "
                    "room or mend the permissions, and try again"
                ) from error
        self.hold(graphs)

    def hold(self, graphs: Mapping[URIRef, list[ox.Quad]]) -> None:
        """Remember graphs in memory alone."""
        self._graphs.update(graphs)

    def forget(self) -> None:
        """Take away what is on the disk: the change is through, or undone."""
        if self.folder is not None and self.folder.exists():
            try:
                # Without this file the others say nothing, should this be cut off.
                (self.folder / _ABOUT).unlink(missing_ok=True)
                sync_directory(self.folder)
                shutil.rmtree(self.folder)
            except OSError as error:
                # What is left is found again, and read as what it is: through, or undone.
                _LOG.error("cannot remove %s: %s; mend the permissions", self.folder, error)

    def _write(self, folder: Path, graphs: Mapping[URIRef, list[ox.Quad]]) -> None:
        if not self._files:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            sync_directory(folder.parent)
            write_durably(folder / _ABOUT, msgspec.json.encode(self._attempt))
        self._files += 1
        blocks = (
            f"# {engine_graph_name(name)}\n".encode() + _n_quads(quads)
            for name, quads in graphs.items()
        )
        write_durably(folder / f"{self._files:06d}.nq", b"".join(blocks))


class Before:
    """The state before a change: what the engine holds, but what is remembered in its place."""

    def __init__(self, engine: Reader, remembered: Remembered) -> None:
        self._engine = engine
        self._remembered = remembered
        self._known: set[URIRef] = set()
        self._quads = ox.Store()
        # The state before does not change, and each question to the engine is a request.
        self._found: dict[_Pattern, list[ox.Quad]] = {}

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        object: EngineTerm | None,  # noqa: A002 - as the embedded engine has it
        graph_name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None = None,
        /,
    ) -> Iterator[ox.Quad]:
        """Look quads of named graphs up by their terms, None standing for any."""
        if isinstance(graph_name, ox.DefaultGraph):
            named = self.quads_for_pattern(subject, predicate, object)
            return iter({ox.Quad(q.subject, q.predicate, q.object) for q in named})
        pattern = (subject, predicate, object, graph_name)
        if pattern not in self._found:
            there = self._engine.quads_for_pattern(*pattern)
            kept = [quad for quad in there if _name_of(quad) not in self._remembered]
            self._found[pattern] = [*kept, *self._index().quads_for_pattern(*pattern)]
        return iter(self._found[pattern])

    def _index(self) -> ox.Store:
        for name in self._remembered.names:
            if name not in self._known:
                self._known.add(name)
                self._quads.extend(self._remembered.of(name))
        return self._quads


def unfinished(folder: Path) -> tuple[Attempt, Remembered] | None:
    """Read what a change that was cut off remembered, None where there is no such change."""
    try:
        attempt = msgspec.json.decode((folder / _ABOUT).read_bytes(), type=Attempt)
        remembered = Remembered(folder, attempt)
        for path in sorted(folder.glob("*.nq")):
            remembered.hold(_read(path.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, msgspec.DecodeError, SyntaxError) as error:
        raise StoreError(
            f"cannot read what a change that was cut off kept in {folder}: {error}; put the graphs "
            "in it back by hand, and remove it"
        ) from error
    return attempt, remembered


def _read(text: str) -> dict[URIRef, list[ox.Quad]]:
    graphs: dict[URIRef, list[ox.Quad]] = {URIRef(name): [] for name in _NAME.findall(text)}
    for quad in ox.parse(text, format=ox.RdfFormat.N_QUADS):
        graphs[_name_of(quad)].append(quad)
    return graphs


def _name_of(quad: ox.Quad) -> URIRef:
    return URIRef(getattr(quad.graph_name, "value", ""))


def _n_quads(quads: Iterable[ox.Quad]) -> bytes:
    return ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
