"""The made graph: a few invented records, which say so, as a dataset of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from kg.dataset import Dataset, open_dataset
from kg.ingest import build_dataset
from kg.store import Home


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("made") / "home")
    sheet = Path(__file__).parent / "made.jsonl"
    with patch("kg.ingest.files.corpus", lambda: sheet):
        outcome = build_dataset(home, agent="tests")
    assert not outcome.refusals
    return home


@pytest.fixture(scope="session")
def made(made_home: Home) -> Iterator[Dataset]:
    with open_dataset(made_home.path) as opened:
        yield opened
