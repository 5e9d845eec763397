"""Backups: a copy of a home, taken while it is in use."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from kg.errors import StoreError
from kg.store import Home

__all__ = ["back_up"]

# What is made again from the rest, is written last, or is of no use elsewhere.
_LEFT_OUT = frozenset(
    {
        "candidates",
        "current",
        "descriptions",
        "dumps",
        "leases",
        "rebuilds",
        "search",
        "sessions.sqlite",
        "sitemaps",
        "versions",
    }
)
_NUMBERED = frozenset({"history", "patches"})
_PASSING = (".draft", ".lock", "-journal", "-shm", "-wal")


def back_up(home: Home, target: Path) -> int:
    """Copy a home to a new folder, and return the number of the newest version that it holds.

    The databases of the newest version and of releases are copied, as links where that can be;
    those of other versions are made again from the changes, all of which are there.
    """
    if home.path.resolve() in (target.resolve(), *target.resolve().parents):
        raise StoreError(f"cannot back up to {target}, inside the home itself; name another place")
    if target.exists() and any(target.iterdir()):
        raise StoreError(f"cannot back up to {target}: it is not empty; name a new folder")
    try:
        with home.open() as newest:
            number = newest.version or 0
            releases = {info.number for info in home.versions() if info.is_release}
            for each in {number, *releases}:
                database = home.database_path(each)
                if each <= number and database.is_dir():
                    place = target / database.relative_to(home.path)
                    shutil.copytree(database, place, copy_function=_link)
            _copy_files(home.path, target, number)
        (target / "current").write_text(f"{number}\n", encoding="ascii")
    except (OSError, shutil.Error, sqlite3.Error) as error:
        raise StoreError(f"cannot back up {home.path} to {target}: {error}") from error
    return number


def _copy_files(home: Path, target: Path, newest: int) -> None:
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home)
        room = name.parts[0]
        is_later = room in _NUMBERED and int(path.name[:6]) > newest if path.is_file() else False
        if room in _LEFT_OUT or path.name.endswith(_PASSING) or is_later or not path.is_file():
            continue
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".sqlite":
            _copy_database(path, place)
        elif room == "patches":
            _link(path, place)
        else:
            shutil.copy2(path, place)


def _copy_database(path: Path, place: Path) -> None:
    """Copy a database that others may be writing to, as it was at one moment."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(place)) as copy:
        source.backup(copy)
    shutil.copymode(path, place)


def _link(source: str | os.PathLike[str], place: str | os.PathLike[str]) -> None:
    """Link what never changes; copy it where the other folder is on another disk."""
    try:
        os.link(source, place)
    except OSError:
        shutil.copy2(source, place)
