"""A remote home: a dataset behind an endpoint, whose versions are told in PROV beside it.

The engine holds the newest version only. Its history is a named graph there, which says of each
version who made it, when, why and how large the change was; so it goes with the data, and every
machine that uses the engine reads the same. The folder holds what follows from the versions.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from uuid import uuid4

import pyoxigraph as ox
from filelock import Timeout
from rdflib import Literal, URIRef

from kg.errors import StoreError, VersionConflict
from kg.namespaces import DCTERMS, HISTORY_GRAPH, PROV, RDF, RDFS, VOID, XSD
from kg.store.credentials import Credentials
from kg.store.endpoint import EndpointStore
from kg.store.engines import OTHER, Capability, Engine, missing
from kg.store.history import VersionInfo, known_number, software
from kg.store.locking import locked
from kg.store.patches import Patch
from kg.store.protocol_requests import Endpoint
from kg.store.remembering import Attempt, Remembered, unfinished
from kg.store.remote_changes import RemoteChange
from kg.store.tables import Row
from kg.store.terms import engine_quad, engine_term
from kg.store.texts import text_of

__all__ = ["RemoteHome", "connect"]

_LOG = logging.getLogger(__name__)
_SIZES = re.compile(r"\+(\d+) -(\d+) in (\d+) graphs")


class RemoteHome:
    """The dataset behind an endpoint, and the folder for what follows from it.

    Writers that use one folder take turns; `lock_timeout` is how many seconds one waits.
    """

    def __init__(
        self, endpoint: Endpoint, path: str | PathLike[str], *, lock_timeout: float = 60
    ) -> None:
        self.path = Path(path)
        self._endpoint = endpoint
        self._lock_timeout = lock_timeout

    @property
    def url(self) -> str:
        """The address where the engine answers queries."""
        return self._endpoint.query_url

    @property
    def engine(self) -> Engine:
        """What is known of the engine."""
        return self._endpoint.engine

    def current(self) -> int | None:
        """Return the number of the newest version, None where there is no data."""
        known = self._history()
        if known:
            return max(known)
        # What was loaded by the engine's own means has no history: it is the first version.
        return 1 if self._store(None).ask(text_of("any.rq")) else None

    def info(self, number: int | None = None) -> VersionInfo:
        """Return what is known of a version, without a number of the newest."""
        known = self._history()
        wanted = self._known(number, known)
        return known.get(wanted) or self._loaded(wanted)

    def versions(self) -> list[VersionInfo]:
        """Return what is known of every version, the oldest first."""
        known = self._history()
        if known or self.current() is None:
            return [known[number] for number in sorted(known)]
        return [self._loaded(1)]

    def open(self, number: int | None = None) -> EndpointStore:
        """Open the newest version for reading; the engine holds no other."""
        known = self._history()
        wanted = self._known(number, known)
        if known and wanted != max(known):
            raise missing(f"open version {wanted}", Capability.VERSIONS)
        return self._store(wanted)

    @contextmanager
    def begin(
        self,
        *,
        agent: str,
        reason: str,
        expected: int | None = None,
        label: str | None = None,
    ) -> Iterator[RemoteChange]:
        """Begin the next version, which is undone graph by graph where the block raises.

        What cannot be undone, because the process is killed or the engine is gone, is put back by
        `put_back`. Writers that use other folders are told apart at the beginning only.
        """
        with self._locked(self._lock_timeout):
            self._put_back()
            known = self._history()
            current = max(known) if known else self.current()
            if expected is not None and expected != (current or 0):
                raise VersionConflict(expected=expected, current=current)
            base = self.info(current) if current else None
            attempt = Attempt(
                identifier=uuid4().urn,
                base=base.identifier if known and base else None,
                agent=agent,
                reason=reason,
            )
            change = self._change(current, Remembered(self._kept, attempt))
            try:
                yield change
                change.committed = _tell(change, base, attempt, label)
            except BaseException:
                change.undo()
                raise
            change.finish()

    def diff(self, start: int | None, end: int) -> Patch:
        """Refuse: an engine keeps no patches."""
        raise missing(f"compare version {start} with {end}", Capability.PATCHES)

    def patch_path(self, number: int) -> Path:
        """Refuse: an engine keeps no patches."""
        raise missing(f"give the patch of version {number}", Capability.PATCHES)

    def put_back(self) -> tuple[URIRef, ...]:
        """Undo a change that was cut off, if there is one; return the graphs that it had changed.

        What somebody is writing just now is left alone.
        """
        if not self._kept.is_dir():
            return ()
        try:
            with self._locked(0):
                return self._put_back()
        except StoreError as error:
            if isinstance(error.__cause__, Timeout):
                return ()
            raise

    def prune(self, keep: int) -> tuple[int, ...]:  # noqa: ARG002  # as a home has it
        """Return that nothing went: an engine holds one version."""
        return ()

    def check(self, *, deep: bool = False) -> list[str]:  # noqa: ARG002  # as a home has it
        """Say what is missing or wrong: whether the engine counts what the history says.

        A change that was cut off is undone first.
        """
        try:
            self.put_back()
        except StoreError as error:
            return [str(error)]
        known = self._history()
        if not known:
            return []
        newest = known[max(known)]
        found = len(self._store(newest.number))
        if found == newest.quads:
            return []
        return [
            f"version {newest.number} has {newest.quads} quads, the engine holds {found}; somebody "
            "else wrote to it"
        ]

    @property
    def _kept(self) -> Path:
        """Where a change keeps what it finds until it is through."""
        return self.path / "unfinished"

    def _put_back(self) -> tuple[URIRef, ...]:
        """Put back what a change that was cut off has changed, the lock being held."""
        found = unfinished(self._kept)
        if found is None:
            return ()
        (attempt, remembered), known = found, self._history()
        if any(info.identifier == attempt.identifier for info in known.values()):
            remembered.forget()  # it was through but for this
            return ()
        newest = known[max(known)].identifier if known else None
        if newest != attempt.base:
            raise StoreError(
                f"cannot undo the change that {attempt.agent} began ({attempt.reason}), which was "
                f"cut off: somebody has written to {self.url} since; compare its graphs with what "
                f"{self._kept} keeps, mend them, and remove that folder"
            )
        self._change(None, remembered).undo()
        _LOG.warning(
            "the change that %s began (%s) was cut off; %d graphs were put back",
            attempt.agent,
            attempt.reason,
            len(remembered.names),
        )
        return remembered.names

    @contextmanager
    def _locked(self, timeout: float) -> Iterator[None]:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"cannot write to the folder {self.path}: {error}; mend the permissions"
            ) from error
        with locked(self.path / "writer.lock", place=self.url, timeout=timeout):
            yield

    def _change(self, version: int | None, remembered: Remembered) -> RemoteChange:
        return RemoteChange(self._store(version), self._endpoint, remembered)

    def _store(self, version: int | None) -> EndpointStore:
        each = self._endpoint
        return EndpointStore(
            each.query_url,
            update_url=each.update_url,
            graph_store_url=each.graph_store_url,
            credentials=each.credentials,
            timeout=each.timeout,
            engine=each.engine,
            version=version,
        )

    def _history(self) -> dict[int, VersionInfo]:
        text = text_of("history.rq").replace("$graph", HISTORY_GRAPH.n3())
        found = (_read(row) for row in self._store(None).select(text))
        return {info.number: info for info in found}

    def _known(self, number: int | None, known: dict[int, VersionInfo]) -> int:
        return known_number(number, max(known) if known else self.current(), self.url)

    def _loaded(self, number: int) -> VersionInfo:
        """Describe data that the engine's own means brought in."""
        quads = len(self._store(number))
        return VersionInfo(
            number=number,
            identifier=f"{HISTORY_GRAPH}/{number}",
            base=None,
            created=datetime.fromtimestamp(0, UTC),
            agent="unknown",
            reason="Loaded by the engine's own means",
            software=self.engine.name,
            quads=quads,
            added=quads,
            removed=0,
            changed_graphs=0,
            patch_sha256="",
            digest="",
        )


def connect(  # noqa: PLR0913  # each is a setting of its own
    query_url: str,
    path: str | PathLike[str],
    *,
    engine: Engine = OTHER,
    update_url: str | None = None,
    graph_store_url: str | None = None,
    credentials: Credentials | None = None,
    timeout: float = 60,
    lock_timeout: float = 60,
) -> RemoteHome:
    """Return the dataset behind an address; the engine tells where it takes changes."""
    endpoint = Endpoint(
        query_url,
        update_url or engine.beside(query_url, engine.update),
        graph_store_url or engine.beside(query_url, engine.graph_store),
        credentials or Credentials(),
        timeout,
        engine,
    )
    return RemoteHome(endpoint, path, lock_timeout=lock_timeout)


def _tell(
    change: RemoteChange, base: VersionInfo | None, attempt: Attempt, label: str | None
) -> VersionInfo | None:
    """Tell of the new version, by which the change is through; None where nothing changed."""
    added, removed, graphs = change.sizes()
    if not graphs:
        return None
    info = VersionInfo(
        number=base.number + 1 if base else 1,
        identifier=attempt.identifier,
        base=base.number if base else None,
        created=datetime.now(UTC),
        agent=attempt.agent,
        reason=attempt.reason,
        software=software(),
        quads=(base.quads if base else 0) + added - removed,
        added=added,
        removed=removed,
        changed_graphs=graphs,
        patch_sha256="",
        digest="",
        is_release=label is not None,
        label=label,
    )
    loaded = _told(base) if base and attempt.base is None else []
    change.add([*loaded, *_told(info)])
    return info


def _told(info: VersionInfo) -> list[ox.Quad]:
    """Say in PROV who made a version, when, why and with what."""
    node = URIRef(f"{HISTORY_GRAPH}/{info.number}")
    sizes = f"+{info.added} -{info.removed} in {info.changed_graphs} graphs"
    said = [
        (RDF.type, PROV.Entity),
        (DCTERMS.identifier, Literal(info.identifier)),
        (PROV.generatedAtTime, Literal(info.created.isoformat(), datatype=XSD.dateTime)),
        (DCTERMS.creator, Literal(info.agent)),
        (RDFS.comment, Literal(info.reason)),
        (DCTERMS.provenance, Literal(info.software)),
        (VOID.triples, Literal(info.quads)),
        (DCTERMS.extent, Literal(sizes)),
    ]
    if info.base:
        said.append((PROV.wasRevisionOf, URIRef(f"{HISTORY_GRAPH}/{info.base}")))
    graph = engine_term(HISTORY_GRAPH)
    assert isinstance(graph, ox.NamedNode)  # noqa: S101  # a constant of ours
    return [engine_quad((node, prop, value), graph) for prop, value in said]


def _read(row: Row) -> VersionInfo:
    number = int(str(row["version"]).rpartition("/")[2])
    sizes = _SIZES.fullmatch(str(row["sizes"]))
    added, removed, graphs = map(int, sizes.groups()) if sizes else (0, 0, 0)
    return VersionInfo(
        number=number,
        identifier=str(row["identifier"]),
        base=number - 1 or None,
        created=datetime.fromisoformat(str(row["created"])).astimezone(UTC),
        agent=str(row["agent"]),
        reason=str(row["reason"]),
        software=str(row["software"]),
        quads=int(str(row["quads"])),
        added=added,
        removed=removed,
        changed_graphs=graphs,
        patch_sha256="",
        digest="",
    )
