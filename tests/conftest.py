"""Fixtures that every part needs: the corpus built once, and homes to write to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.dataset import Dataset, open_dataset
from kg.ingest import Outcome, build_dataset
from kg.store import Home


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """Build the corpus once: the folder of its home, which nobody writes to, and the outcome."""
    folder = tmp_path_factory.mktemp("corpus") / "home"
    return folder, build_dataset(Home(folder), agent="tests")


@pytest.fixture(scope="session")
def corpus_home(built: tuple[Path, Outcome]) -> Home:
    """Return the home that holds the corpus; only for reading."""
    return Home(built[0])


@pytest.fixture(scope="session")
def dataset(built: tuple[Path, Outcome]) -> Iterator[Dataset]:
    """Return the corpus, open for questions."""
    with open_dataset(built[0]) as opened:
        yield opened


@pytest.fixture
def home(built: tuple[Path, Outcome], tmp_path: Path) -> Home:
    """Return a copy of the home with the corpus, to write to."""
    return Home(shutil.copytree(built[0], tmp_path / "home"))
