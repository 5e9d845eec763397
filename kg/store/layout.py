"""Where everything lies in a home, and which version is the newest.

current            the number of the newest version, 0 before the first
versions/NNNNNN/   one complete Oxigraph database, never written to again
patches/           NNNNNN.rdfp.gz: what the version changed; kept for ever
history/           NNNNNN.json: who, when, why, with what software; kept for ever
candidates/        the next version in the making; left-overs are swept
rebuilds/          an old version in the making again
imports/           finished parts of an import in bulk (see kg.ingest.workshop)
leases/            who reads which version
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from kg.errors import StoreError
from kg.store.durability import sync_directory, write_durably

__all__ = ["Layout"]


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of a home."""

    home: Path

    @property
    def candidates(self) -> Path:
        """The folder of versions in the making."""
        return self.home / "candidates"

    @property
    def rebuilds(self) -> Path:
        """The folder of old versions in the making again."""
        return self.home / "rebuilds"

    @property
    def leases(self) -> Path:
        """The folder of the readers' leases."""
        return self.home / "leases"

    @property
    def pointer(self) -> Path:
        """The file that names the newest version."""
        return self.home / "current"

    @property
    def writer_lock(self) -> Path:
        """The file that the one writer has locked."""
        return self.home / "writer.lock"

    @property
    def rebuild_lock(self) -> Path:
        """The file that the one who rebuilds an old version has locked."""
        return self.home / "rebuild.lock"

    def database(self, number: int) -> Path:
        """Return the database of a version."""
        return self.home / "versions" / f"{number:06d}"

    def patch(self, number: int) -> Path:
        """Return the patch of a version."""
        return self.home / "patches" / f"{number:06d}.rdfp.gz"

    def info(self, number: int) -> Path:
        """Return the metadata of a version."""
        return self.home / "history" / f"{number:06d}.json"

    def databases(self) -> tuple[int, ...]:
        """Return the numbers of the versions whose databases are there, in their order."""
        return _numbers(self.home / "versions")

    def described(self) -> tuple[int, ...]:
        """Return the numbers of the versions whose metadata are there, in their order."""
        return _numbers(self.home / "history")

    def current(self) -> int | None:
        """Read the number of the newest version, None before the first."""
        try:
            text = self.pointer.read_text("ascii")
        except FileNotFoundError:
            if self.described():
                raise StoreError(
                    f"cannot tell the newest version of {self.home}: the file 'current' is "
                    "missing; restore it, or let Home.recover() choose the newest that is whole"
                ) from None
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise self._garbled(str(error)) from error
        number = text.strip()
        if not (number.isascii() and number.isdigit()):
            raise self._garbled(f"it says {text[:40]!r}")
        return int(number) or None

    def prepare(self) -> None:
        """Make the folders of a home where they are missing."""
        for folder in (
            self.home / "versions",
            self.home / "patches",
            self.home / "history",
            self.candidates,
            self.leases,
        ):
            folder.mkdir(parents=True, exist_ok=True)

    def point(self, number: int) -> None:
        """Make a version the newest, atomically."""
        write_durably(self.pointer, f"{number}\n".encode("ascii"))

    def sweep(self, current: int | None) -> None:
        """Take away what interrupted commits left, the writer's lock being held."""
        for leftover in self.candidates.iterdir():
            shutil.rmtree(leftover)
        beyond = [number for number in self.described() if number > (current or 0) + 1]
        if beyond:
            raise StoreError(
                f"cannot write to {self.home}: 'current' says {current or 0}, but version "
                f"{beyond[-1]} is there; restore 'current', or let Home.recover() choose"
            )
        self.withdraw((current or 0) + 1)

    def withdraw(self, number: int) -> None:
        """Take away what is there of a version that never became the newest."""
        if self.database(number).exists():
            shutil.rmtree(self.database(number))
        self.patch(number).unlink(missing_ok=True)
        self.info(number).unlink(missing_ok=True)

    def sync(self) -> None:
        """Bring the folders' entries to the disk."""
        for name in ("versions", "patches", "history"):
            sync_directory(self.home / name)

    def _garbled(self, what: str) -> StoreError:
        return StoreError(
            f"cannot tell the newest version of {self.home}: 'current' cannot be read, {what}; "
            "write the number into it, or let Home.recover() choose the newest that is whole"
        )


def _numbers(folder: Path) -> tuple[int, ...]:
    if not folder.is_dir():
        return ()
    stems = (entry.name.partition(".")[0] for entry in folder.iterdir())
    return tuple(sorted(int(stem) for stem in stems if stem.isdigit()))
