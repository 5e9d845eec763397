"""A home: the dataset on disk, as a chain of immutable versions."""

from __future__ import annotations

import os
import shutil
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from uuid import uuid4

import pyoxigraph as ox
from rdflib import URIRef

from kg.errors import StoreError, VersionConflict
from kg.store.candidates import CandidateVersion
from kg.store.checking import find_damage
from kg.store.database import Database
from kg.store.durability import sync_directory, sync_tree, write_durably
from kg.store.history import (
    VersionInfo,
    chained,
    encode_info,
    known_number,
    read_info,
    software,
)
from kg.store.layout import Layout
from kg.store.leases import Lease, at_the_door, is_leased, take_lease
from kg.store.locking import locked
from kg.store.merging import count_named
from kg.store.patches import Patch, read_patch, write_patch
from kg.store.rebuilding import rebuild_database

__all__ = ["Home", "Snapshot"]


class Snapshot(Database):
    """A version, open for reading; it stays what it is while newer ones are made."""

    def __init__(self, engine: ox.Store, *, version: int, lease: Lease) -> None:
        super().__init__(engine, version=version)
        self._release = weakref.finalize(self, lease.release)

    def __enter__(self) -> Snapshot:
        """Use the version for a block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the version."""
        self.close()

    def close(self) -> None:
        """Close the version, which may then be pruned."""
        self._engine = None
        self._release()


class Home:
    """The folder that holds the dataset, COVE_HOME; `lock_timeout` is in seconds."""

    def __init__(self, path: str | os.PathLike[str], *, lock_timeout: float = 60) -> None:
        self.path = Path(path)
        self._layout = Layout(self.path)
        self._lock_timeout = lock_timeout

    def current(self) -> int | None:
        """Return the number of the newest version, None where there is none."""
        return self._layout.current()

    def info(self, number: int | None = None) -> VersionInfo:
        """Return what is known of a version, without a number of the newest."""
        return read_info(self._layout.info(self._known(number)))

    def versions(self) -> list[VersionInfo]:
        """Return what is known of every version, the oldest first."""
        return [read_info(self._layout.info(n)) for n in range(1, (self.current() or 0) + 1)]

    def open(self, number: int | None = None) -> Snapshot:
        """Open a version for reading; one that was pruned is made again first."""
        known = self._known(number)
        lease = self._lease(known)
        try:
            if not self._layout.database(known).is_dir():
                self._restore(known)
            engine = ox.Store.read_only(str(self._layout.database(known)))
        except OSError as error:
            lease.release()
            raise StoreError(
                f"cannot open version {known} of {self.path}: {error}; see cove check"
            ) from error
        except BaseException:
            lease.release()
            raise
        return Snapshot(engine, version=known, lease=lease)

    @contextmanager
    def begin(
        self,
        *,
        agent: str,
        reason: str,
        expected: int | None = None,
        label: str | None = None,
    ) -> Iterator[CandidateVersion]:
        """Begin the next version, which is kept when the block ends well.

        `expected` is the number of the version that the change is meant for, 0 where
        there is none; a label makes the new version a release. Where nothing really
        changed no version is made.
        """
        with self._locked(self._layout.writer_lock), self._candidate(expected) as candidate:
            yield candidate
            with self._writing():
                candidate.committed = self._commit(candidate, agent, reason, label)

    def diff(self, start: int | None, end: int) -> Patch:
        """Return the net patch from one version to another; None is the empty dataset."""
        first, last = start or 0, self._known(end)
        if first > last:
            return self.diff(end, first).inverse()
        patch = Patch(frozenset(), frozenset())
        for number in range(first + 1, last + 1):
            patch = patch.then(read_patch(self._layout.patch(number)))
        return patch

    def patch_path(self, number: int) -> Path:
        """Return the file with the patch that made a version."""
        return self._layout.patch(self._known(number))

    def database_path(self, number: int) -> Path:
        """Return the folder of a version's database; hold the version open while using it."""
        return self._layout.database(self._known(number))

    def release(self, number: int, label: str) -> VersionInfo:
        """Make a version a release, whose database is never pruned."""
        with self._locked(self._layout.writer_lock), self._writing():
            info = replace(self.info(number), is_release=True, label=label)
            write_durably(self._layout.info(info.number), encode_info(info))
        return info

    def rebuild(self, number: int, target: str | os.PathLike[str]) -> None:
        """Make the database of a version again elsewhere, from the nearest and patches."""
        known = self._known(number)
        near = min(self._layout.databases(), key=lambda n: (abs(n - known), n), default=0)
        lease = self._lease(near) if near else None
        try:
            rebuild_database(
                Path(target),
                source=self._layout.database(near) if near else None,
                backward=[self._layout.patch(n) for n in range(near, known, -1)],
                forward=[self._layout.patch(n) for n in range(near + 1, known + 1)],
            )
        except OSError as error:
            raise StoreError(f"cannot rebuild version {known}: {error}") from error
        finally:
            if lease:
                lease.release()

    def put_back(self) -> tuple[URIRef, ...]:
        """Return that nothing was: what was cut off here nobody has seen."""
        return ()

    def prune(self, keep: int) -> tuple[int, ...]:
        """Remove old databases, and return the numbers of those that went.

        The newest `keep`, releases, and versions that somebody reads stay; patches always.
        """
        if keep < 1:
            raise StoreError(f"cannot keep {keep} versions; keep 1 at least")
        pruned = []
        with self._locked(self._layout.writer_lock), self._writing():
            oldest_kept = (self.current() or 0) - keep + 1
            for number in self._layout.databases():
                if number < oldest_kept and not self.info(number).is_release:
                    pruned += self._prune_one(number)
        return tuple(pruned)

    def check(self, *, deep: bool = False) -> list[str]:
        """Say what is missing or wrong, nothing if the home is whole."""
        return list(find_damage(self._layout, deep=deep))

    def recover(self) -> int | None:
        """Write `current` again where it is lost: the newest version that is whole."""
        with self._locked(self._layout.writer_lock), self._writing():
            for number in sorted(self._layout.databases(), reverse=True):
                if self._is_whole(number):
                    self._layout.point(number)
                    return number
            if self._layout.described():
                raise StoreError(
                    f"cannot recover {self.path}: no version is whole; restore it from a backup"
                )
            self._layout.point(0)
        return None

    def _known(self, number: int | None) -> int:
        """Return the number of a version that is there, None standing for the newest."""
        return known_number(number, self.current(), self.path)

    def _lease(self, number: int) -> Lease:
        try:
            with at_the_door(self._layout.leases):
                return take_lease(self._layout.leases, number)
        except OSError:
            # Who may only read the home can still read it, without a say in what is pruned.
            return Lease(self._layout.leases, None)

    @contextmanager
    def _candidate(self, expected: int | None) -> Iterator[CandidateVersion]:
        with self._writing():
            current = self._prepared(expected)
            folder = self._layout.candidates / f"{(current or 0) + 1:06d}-{uuid4().hex}"
            (folder / "spool").mkdir(parents=True)
        candidate = None
        try:
            with self._writing():
                base = self._base(current)
                if base is not None:
                    base.backup(folder / "database")
                candidate = CandidateVersion(
                    ox.Store(folder / "database"), base=base, version=current, folder=folder
                )
                del base
            yield candidate
        finally:
            if candidate is not None:
                candidate.close()
            shutil.rmtree(folder, ignore_errors=True)

    def _prepared(self, expected: int | None) -> int | None:
        """Make the folders, sweep left-overs, and compare what the caller expects."""
        self._layout.prepare()
        current = self.current()
        if expected is not None and expected != (current or 0):
            raise VersionConflict(expected=expected, current=current)
        if current is None:
            self._layout.point(0)
        self._layout.sweep(current)
        return current

    def _base(self, current: int | None) -> ox.Store | None:
        if current is None:
            return None
        if not self._layout.database(current).is_dir():
            self._restore(current)
        return ox.Store.read_only(str(self._layout.database(current)))

    def _commit(
        self, candidate: CandidateVersion, agent: str, reason: str, label: str | None
    ) -> VersionInfo | None:
        candidate.finish()
        folder = candidate.folder
        base = read_info(self._layout.info(candidate.version)) if candidate.version else None
        identifier = uuid4().urn
        summary = write_patch(
            folder / "patch",
            candidate.changes(),
            identifier=identifier,
            previous=base.identifier if base else None,
        )
        if not summary.graphs:
            return None
        info = VersionInfo(
            number=base.number + 1 if base else 1,
            identifier=identifier,
            base=base.number if base else None,
            created=datetime.now(UTC),
            agent=agent,
            reason=reason,
            software=software(),
            quads=(base.quads if base else 0) + summary.added - summary.removed,
            added=summary.added,
            removed=summary.removed,
            changed_graphs=summary.graphs,
            patch_sha256=summary.sha256,
            digest=chained(base.digest if base else "", summary.sha256),
            is_release=label is not None,
            label=label,
        )
        (folder / "info").write_bytes(encode_info(info))
        candidate.settle()
        candidate.close()
        self._publish(folder, info.number)
        return info

    def _publish(self, folder: Path, number: int) -> None:
        """Bring a finished candidate to the disk and make it the newest version."""
        layout = self._layout
        shutil.rmtree(folder / "spool")
        sync_tree(folder)
        try:
            os.replace(folder / "patch", layout.patch(number))  # noqa: PTH105 - as in durability
            os.replace(folder / "info", layout.info(number))  # noqa: PTH105
            os.replace(folder / "database", layout.database(number))  # noqa: PTH105
            layout.sync()
            layout.point(number)
        except OSError:
            if layout.current() != number:
                layout.withdraw(number)
            raise

    def _prune_one(self, number: int) -> list[int]:
        with at_the_door(self._layout.leases):
            if is_leased(self._layout.leases, number):
                return []
            aside = self._layout.candidates / f"pruned-{number:06d}-{uuid4().hex}"
            self._layout.database(number).rename(aside)
        shutil.rmtree(aside)
        return [number]

    def _restore(self, number: int) -> None:
        """Put the database of a pruned version back into its place."""
        with self._locked(self._layout.rebuild_lock), self._writing():
            if self._layout.database(number).is_dir():
                return
            shutil.rmtree(self._layout.rebuilds, ignore_errors=True)
            self._layout.rebuilds.mkdir()
            target = self._layout.rebuilds / f"{number:06d}"
            self.rebuild(number, target)
            sync_tree(target)
            target.rename(self._layout.database(number))
            sync_directory(self._layout.database(number).parent)

    def _is_whole(self, number: int) -> bool:
        if not self._layout.patch(number).is_file():
            return False
        try:
            quads = read_info(self._layout.info(number)).quads
            return count_named(ox.Store.read_only(str(self._layout.database(number)))) == quads
        except (OSError, StoreError):
            return False

    @contextmanager
    def _locked(self, path: Path) -> Iterator[None]:
        """Hold a lock of the home for the block."""
        with self._writing():
            self.path.mkdir(parents=True, exist_ok=True)
        with locked(path, place=self.path, timeout=self._lock_timeout):
            yield

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"cannot write to the home {self.path}: {error}; the newest version is as it "
                "was; make room or mend the permissions, and try again"
            ) from error
