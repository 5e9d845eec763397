"""The next version in the making."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from itertools import chain
from os import PathLike
from pathlib import Path

import pyoxigraph as ox
from rdflib import URIRef

from kg.errors import QueryError, StoreError
from kg.store.changes import changed_graphs, compare_graphs, compare_quads
from kg.store.database import Database, syntax_error
from kg.store.history import VersionInfo
from kg.store.labelling import label_blank_nodes
from kg.store.loading import Loading
from kg.store.merging import (
    add_to_merge,
    bare_merge_error,
    digest_graph,
    settle_merge,
    take_from_merge,
    write,
)
from kg.store.patches import GraphChange, Patch, in_patch_order, parse_statements
from kg.store.protocol import OnChange
from kg.store.spool import Lines, Spool, blocks_of, in_default_graph, lines_of
from kg.store.terms import QuadLike, TripleLike, engine_graph_name, engine_quad, engine_quads
from kg.updates import Step

__all__ = ["CandidateVersion"]

_LOADED_AT_ONCE = 16 << 20  # bytes of N-Quads; the engine needs ten times as much memory


class CandidateVersion(Database):
    """Change a checkpoint of the newest version, and know what changed.

    `committed` is the new version once the block of `Home.begin` has ended, and stays
    None where nothing changed.
    """

    def __init__(
        self, engine: ox.Store, *, base: ox.Store | None, version: int | None, folder: Path
    ) -> None:
        super().__init__(engine, version=version)
        self.committed: VersionInfo | None = None
        self._base = base
        self._touched: dict[str, set[ox.Quad] | None] = {}
        self.folder = folder
        self._spool = Spool(folder / "spool")
        self._settled: set[ox.Triple] = set()  # what updates have changed, and the merge follows
        self._loading = Loading()
        self._broken: Exception | None = None

    @property
    def before(self) -> Database:
        """The state that the change began with, whatever was changed since."""
        base = ox.Store() if self._base is None else self._base
        return Database(base, version=self.version)

    def replace(self, graph: URIRef, triples: Iterable[TripleLike]) -> None:
        """Make the triples the whole of a named graph; none of them removes the graph.

        Where most of a graph stays, only what differs is written.
        """
        name = engine_graph_name(graph)
        quads = label_blank_nodes([engine_quad(triple, name) for triple in triples], name)
        with self._writing() as engine:
            there = set(engine.quads_for_pattern(None, None, None, name))
        wanted = set(quads)
        if len(there & wanted) * 2 > len(there):
            self.discard(there - wanted)
            self.add(wanted - there)
            return
        with self._writing() as engine:
            self._remove_graph(engine, name)
            write(engine, quads)
            add_to_merge(engine, quads)

    def remove(self, graph: URIRef) -> None:
        """Remove a named graph with its triples, if it is there."""
        name = engine_graph_name(graph)
        with self._writing() as engine:
            self._remove_graph(engine, name)

    def add(self, quads: Iterable[QuadLike]) -> None:
        """Add quads, each in a named graph."""
        chosen = list(engine_quads(quads))
        with self._writing() as engine:
            self._touch(chosen)
            write(engine, chosen)
            add_to_merge(engine, chosen)

    def discard(self, quads: Iterable[QuadLike]) -> None:
        """Take quads away where they are there."""
        chosen = list(engine_quads(quads))
        with self._writing() as engine:
            self._touch(chosen)
            for quad in chosen:
                engine.remove(quad)
            take_from_merge(engine, chosen)

    def apply(self, patch: Patch) -> None:
        """Apply a patch: the inverse of an earlier one takes that change back."""
        self.discard(patch.removed())
        self.add(patch.added())

    def bulk_load(self, source: bytes | PathLike[str] | Iterable[bytes]) -> None:
        """Add much data at full speed from N-Quads without blank nodes.

        An error in the data leaves part of it in the candidate, which then cannot be kept.
        """
        try:
            self.load_graphs(chain.from_iterable(map(lines_of, blocks_of(source))))
        except StoreError as error:
            self._broken = error
            raise

    def load_graphs(self, graphs: Iterable[Lines]) -> None:
        """Add quads at full speed that are written as the engine writes them, graph by graph."""
        waiting: list[Lines] = []
        size = 0
        for lines in graphs:
            waiting.append(lines)
            size += len(lines[1])
            if size > _LOADED_AT_ONCE:
                self._load(waiting)
                waiting, size = [], 0
        if waiting:
            self._load(waiting)
        with self._keeping():
            self._loading.arrive()

    def merge_files(self) -> None:
        """Begin to merge the files of a bulk load, beside what is done next."""
        self._loading.merge(self.engine)

    def _load(self, graphs: list[Lines]) -> None:
        with self._keeping():
            self._spool.keep(graphs)
            text = (*(lines for _, lines in graphs), *map(in_default_graph, graphs))
            self._loading.put(self.engine, b"".join(text))

    def update(
        self, step: Step, *, base: str | None = None, on_change: OnChange = lambda _: None
    ) -> None:
        """Run a step of a SPARQL update; what it changed is found by comparing graph with graph.

        Where the step does not say which graphs it may change every graph is compared, and where it
        may take triples from the default graph that one as a whole: then the cost follows the
        dataset and not the change. `on_change` is told each graph that differs from the base.
        Relative IRIs are resolved against `base`.
        """
        with self._writing() as engine:
            merge = digest_graph(engine) if step.takes_unnamed else ""
            try:
                engine.update(step.text, base_iri=base)
            except SyntaxError as error:
                raise syntax_error(error, "update") from error
            except (RuntimeError, ValueError) as error:
                raise QueryError(f"cannot run the update: {error}") from error
            if step.takes_unnamed and digest_graph(engine) != merge:
                self._broken = bare_merge_error(self._base, engine, self._settled)
            if self._broken is not None:
                raise self._broken
            graphs: Set[str] | None = step.graphs
            if graphs is None:
                graphs = changed_graphs(self._base, engine, self.folder) | self._touched.keys()
            for name in sorted(graphs):
                if self._compare(engine, name):
                    on_change(name)
            settle_merge(engine, self._settled)

    def _compare(self, engine: ox.Store, graph: str) -> bool:
        """Note what is now different in a graph, and what is again as it was."""
        change = compare_graphs(self._base, engine, graph)
        for statements in (change.removed, change.added):
            self._settled.update(quad.triple for quad in parse_statements(statements))
        if change:
            self._touched[graph] = None
            return True
        self._touched.pop(graph, None)
        name = ox.NamedNode(graph)
        if next(engine.quads_for_pattern(None, None, None, name), None) is None:
            engine.remove_graph(name)
        return False

    def changed_graphs(self) -> tuple[URIRef, ...]:
        """Return the names of the graphs that really differ from the base, sorted."""
        return tuple(sorted(URIRef(change.graph) for change in self.changes()))

    def changes(self) -> Iterator[GraphChange]:
        """Give what really changed, graph by graph, in the canonical order of patches."""
        for graph in in_patch_order(self._touched.keys() | self._spool.graphs):
            change = self._change(graph)
            if change:
                yield change

    def finish(self) -> None:
        """Refuse a broken candidate, and drop the names of emptied graphs."""
        if self._broken is not None:
            raise StoreError(
                "cannot keep a change of which a part failed; begin it again"
            ) from self._broken
        with self._writing() as engine:
            for graph in self._touched:
                name = ox.NamedNode(graph)
                if next(engine.quads_for_pattern(None, None, None, name), None) is None:
                    engine.remove_graph(name)
        if self._spool.graphs:
            self.merge_files()

    def settle(self) -> None:
        """Bring all to disk, once the files of a bulk load are merged."""
        with self._writing() as engine:
            self._loading.settle()
            engine.flush()

    def close(self) -> None:
        """Close the databases; the candidate cannot be used afterwards."""
        self._loading.close()
        self._engine = None
        self._base = None
        self._spool.close()

    def _remove_graph(self, engine: ox.Store, name: ox.NamedNode) -> None:
        self._touched[name.value] = None
        removed = list(engine.quads_for_pattern(None, None, None, name))
        engine.remove_graph(name)
        take_from_merge(engine, removed)

    def _change(self, graph: str) -> GraphChange:
        quads = self._touched.get(graph, set())
        if quads is None or (graph in self._spool.graphs and self._is_in_base(graph)):
            return compare_graphs(self._base, self.engine, graph)
        change = compare_quads(self._base, self.engine, graph, quads)
        if graph not in self._spool.graphs:
            return change
        if len(change.added) < len(quads):  # some of what was loaded may have been taken away
            return compare_graphs(self._base, self.engine, graph)
        loaded = self._spool.statements(graph)
        return GraphChange(graph, (), tuple(sorted({*loaded, *change.added})) if quads else loaded)

    def _is_in_base(self, graph: str) -> bool:
        return self._base is not None and self._base.contains_named_graph(ox.NamedNode(graph))

    def _touch(self, quads: Iterable[ox.Quad]) -> None:
        for quad in quads:
            # engine_quads lets named graphs through only.
            graph = quad.graph_name.value  # type: ignore[union-attr]  # see above
            seen = self._touched.setdefault(graph, set())
            if seen is not None:
                seen.add(quad)

    @contextmanager
    def _writing(self) -> Iterator[ox.Store]:
        """Write with what is loaded in place, for what is taken away looks at all that stays."""
        with self._keeping():
            self._loading.arrive()
            yield self.engine

    @contextmanager
    def _keeping(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._broken = error
            raise StoreError(
                f"cannot write to the next version: {error}; see to the disk and begin again"
            ) from error
