"""Projects: the reviews of a home, each in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

from kg.errors import ReviewError
from kg.identifiers import is_slug, slugify
from kg.review.chapters import CHAPTERS
from kg.review.journal import Journal, Writing
from kg.review.members import Role, set_role
from kg.review.protocols import Protocol, check, set_protocol
from kg.store.durability import sync_directory

__all__ = ["RESERVED", "Project", "Projects"]

_FILE = "review.sqlite"
RESERVED = frozenset({"new", "password", "records", "sign-in", "sign-out"})
"""Names that no review gets: the bench has pages of its own there."""


@dataclass(frozen=True, slots=True)
class Project:
    """One review: its name in addresses, and its journal."""

    slug: str
    journal: Journal

    def reading(self) -> AbstractContextManager[Connection]:
        """Give the tables as of one moment."""
        return self.journal.reading()

    def writing(self, agent: str) -> AbstractContextManager[Writing]:
        """Let events be added, all or none."""
        return self.journal.writing(agent)


class Projects:
    """The reviews of a home; none of them is part of the public dataset."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "reviews"

    def create(self, protocol: Protocol, *, agent: str) -> Project:
        """Open a review, whose owner is who does this."""
        check(protocol)
        wanted = slugify(protocol.title)[:60].strip("-")
        if not is_slug(wanted):
            raise ReviewError(f"cannot name a review {protocol.title!r}; use letters in its title")
        for slug in _names(wanted):
            folder = self._folder / slug
            folder.mkdir(parents=True, exist_ok=True)
            project = self._at(slug)
            project.journal.create()
            with project.writing(agent) as writing:
                if writing.number:  # the name is taken
                    continue
                set_protocol(writing, protocol)
                set_role(writing, agent, Role.OWNER)
            for each in (folder, self._folder, self._folder.parent):
                sync_directory(each)
            return project
        raise AssertionError  # there is always a free name

    def find(self, slug: str) -> Project | None:
        """Return a review by its name, None where there is none."""
        if not is_slug(slug) or not (self._folder / slug / _FILE).is_file():
            return None
        project = self._at(slug)
        return project if _is_begun(project) else None

    def one(self, slug: str) -> Project:
        """Return a review by its name, or raise ReviewError."""
        if (project := self.find(slug)) is None:
            raise ReviewError(f"there is no review {slug!r}; see cove review list")
        return project

    def all(self) -> list[Project]:
        """Return the reviews by their names."""
        found = (self.find(path.parent.name) for path in sorted(self._folder.glob(f"*/{_FILE}")))
        return [project for project in found if project]

    def _at(self, slug: str) -> Project:
        return Project(slug, Journal(self._folder / slug / _FILE, CHAPTERS))


def _names(wanted: str) -> Iterator[str]:
    if wanted not in RESERVED:
        yield wanted
    number = 2
    while True:
        yield f"{wanted}-{number}"
        number += 1


def _is_begun(project: Project) -> bool:
    """Tell whether there is an event: a crash may have left a review without one."""
    try:
        with project.reading() as db:
            return db.execute("SELECT 1 FROM events LIMIT 1").fetchone() is not None
    except ReviewError:
        return False
