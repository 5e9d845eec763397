"""A review with two reviewers and made records: nobody found or wrote these."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.bibliographies import Import, read_references
from kg.review import Project, Projects, Protocol
from kg.review.members import Role, set_role
from kg.review.records import import_file
from kg.review.searches import Search, record

_MADE = Protocol(
    "A made review",
    question="Does a made review keep what it is told?",
    inclusion=("says something of keeping",),
    exclusion=("not about keeping", "no report"),
)


def _source(count: int, *, name: str = "made.ris", first: int = 1) -> tuple[bytes, Import]:
    """Return a file of made records, and what was read from it."""
    records = (
        f"TY  - JOUR\nTI  - Made record {n} of {'keeping' if n % 2 else 'other things'}\n"
        f"AU  - Maker, A{n}\nAU  - Maker, B\nPY  - {2000 + n % 25}\nT2  - Journal of Made Things\n"
        f"DO  - 10.5555/made.{n}\nAB  - An abstract that was made up for test {n}.\n"
        f"U1  - note {n}\nER  - \n"
        for n in range(first, first + count)
    )
    content = "\n".join(records).encode()
    return content, read_references(content, name)


@pytest.fixture(scope="session")
def made_source() -> Callable[..., tuple[bytes, Import]]:
    """Give what makes a file of made records."""
    return _source


@pytest.fixture(scope="session")
def made_protocol() -> Protocol:
    return _MADE


@pytest.fixture
def projects(tmp_path: Path) -> Projects:
    return Projects(tmp_path)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Make two homes once, for copies: with an empty review, and with one of ten records."""
    empty, filled = tmp_path_factory.mktemp("empty"), tmp_path_factory.mktemp("filled")
    _make(Projects(empty))
    _fill(_make(Projects(filled)))
    return empty, filled


@pytest.fixture
def project(template: tuple[Path, Path], tmp_path: Path) -> Project:
    """Return a review with five members."""
    return Projects(shutil.copytree(template[0], tmp_path, dirs_exist_ok=True)).all()[0]


@pytest.fixture
def filled(template: tuple[Path, Path], tmp_path: Path) -> Project:
    """Return the review with a search and ten records."""
    return Projects(shutil.copytree(template[1], tmp_path, dirs_exist_ok=True)).all()[0]


def _make(projects: Projects) -> Project:
    made = projects.create(_MADE, agent="olga")
    with made.writing("olga") as writing:
        set_role(writing, "rita", Role.REVIEWER)
        set_role(writing, "rolf", Role.REVIEWER)
        set_role(writing, "ada", Role.ADJUDICATOR)
        set_role(writing, "leo", Role.READER)
    return made


def _fill(project: Project) -> None:
    with project.writing("rita") as writing:
        number = record(writing, Search("Made Index", string="made AND keeping", hits=10))
        import_file(writing, number, *_source(10))
