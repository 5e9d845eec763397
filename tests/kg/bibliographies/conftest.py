"""Bibliographies of other projects' tests, read where they lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("COVE_TESTDATA", Path(__file__).parents[4] / "shared" / "testdata"))


@pytest.fixture(scope="session")
def testdata() -> Path:
    if not FOLDER.is_dir():
        pytest.skip(f"there are no bibliographies at {FOLDER}; name them with COVE_TESTDATA")
    return FOLDER
