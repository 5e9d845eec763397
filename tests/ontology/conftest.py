"""The vocabularies, read once for all tests of what they hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph

VOCABULARIES = Path(__file__).parents[2] / "ontology" / "vocabularies"


@pytest.fixture(scope="session")
def graph() -> Graph:
    """Return all vocabularies as one graph, which nobody changes."""
    whole = Graph()
    for path in VOCABULARIES.glob("*.ttl"):
        if path.stem != "definitions":
            whole.parse(path)
    return whole
