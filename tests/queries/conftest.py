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
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    folder = tmp_path_factory.mktemp("made") / "home"
    sheet = Path(__file__).parent / "made.jsonl"
    with patch("kg.ingest.files.corpus", lambda: sheet):
        outcome = build_dataset(Home(folder), agent="tests")
    assert not outcome.refusals
    with open_dataset(folder) as opened:
        yield opened
