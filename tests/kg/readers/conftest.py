"""The made sheet, which has every field of the coding guide, and the corpus."""

import json
from collections.abc import Callable
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pytest

from kg.errors import SourceError
from kg.readers import Reading, read_stream
from kg.records import Work

Sheet = dict[str, object]
MADE = (Path(__file__).parent / "made.json").read_text(encoding="utf-8")


@pytest.fixture
def sheet() -> Sheet:
    """Return a sheet with every field of the coding guide, free to change."""
    made: Sheet = json.loads(MADE)
    return made


@pytest.fixture(scope="session")
def work() -> Work:
    """Return the work that the made sheet describes."""
    stream = BytesIO(json.dumps(json.loads(MADE)).encode())
    (reading,) = read_stream(stream, ".jsonl", source="made.jsonl")
    assert isinstance(reading, Reading), str(reading)
    return reading.work


@pytest.fixture
def refusals(sheet: Sheet) -> Callable[[object], list[str]]:
    """Return a function that gives what is said of a sheet on line 2, after a good one."""
    good = json.loads(MADE) | {"id": "made-good", "doi": "10.1234/good"}

    def refuse(bad: object) -> list[str]:
        text = json.dumps(good) + "\n" + (bad if isinstance(bad, str) else json.dumps(bad)) + "\n"
        stream = BytesIO(text.encode("utf-8", "surrogatepass"))
        first, *others = read_stream(stream, ".jsonl", source="made.jsonl")
        assert isinstance(first, Reading), str(first)
        assert all(isinstance(other, SourceError) for other in others), others
        return [str(other) for other in others]

    return refuse


@pytest.fixture(scope="session")
def corpus_bytes() -> bytes:
    return (files("kg") / "data" / "evidence.jsonl").read_bytes()


@pytest.fixture(scope="session")
def corpus(corpus_bytes: bytes) -> list[Work]:
    found = list(read_stream(BytesIO(corpus_bytes), ".jsonl", source="evidence.jsonl"))
    assert not [str(one) for one in found if isinstance(one, SourceError)]
    return [one.work for one in found if isinstance(one, Reading)]
