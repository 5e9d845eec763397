"""The made graph: a few invented records, which say so, as a dataset of their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pytest
from rdflib.term import Node

from kg.appraisal import (
    COMPONENTS,
    Answer,
    Appraisal,
    Assessment,
    Concern,
    Confidence,
    Finding,
)
from kg.dataset import Dataset, open_dataset
from kg.ingest import build_dataset
from kg.review.appraisals import Appraised, Rated
from kg.review.describing import Released, describe, review_iri
from kg.review.prisma import flow_of
from kg.review.protocols import Protocol
from kg.store import Home

_TIME = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("made") / "home")
    sheet = Path(__file__).parent / "made.jsonl"
    with patch("kg.ingest.files.corpus", lambda: sheet):
        outcome = build_dataset(home, agent="tests")
    assert not outcome.refusals
    with home.begin(agent="tests", reason="A made review") as new:
        new.replace(review_iri("made"), _made_review())
    return home


def _made_review() -> Iterator[tuple[Node, Node, Node]]:
    """Describe an invented review of the made records: two appraisals, and two findings rated."""
    judged = [
        _appraised("made-one", "casp-qualitative", Answer("1", "yes", "Made: the aim is told.")),
        _appraised("made-two", "rob-2", Answer("D1", "some-concerns"), overall="some-concerns"),
    ]
    rated = [
        _rated(3, ("made-one", "made-two"), Confidence.MODERATE, Concern.SERIOUS),
        _rated(4, ("made-one",), Confidence.HIGH, Concern.NONE),
    ]
    return describe(
        "made",
        protocol=Protocol("A made review"),
        owners=["olga"],
        searches=(),
        flow=flow_of({}),
        agreement=(),
        synthesis=(),
        publications=(),
        released=[Released("made-one", "https://example.org/made", (), {})],
        proposed=(),
        judged=judged,
        rated=rated,
        software="made",
    )


def _appraised(study: str, instrument: str, answer: Answer, *, overall: str = "") -> Appraised:
    given = Appraisal(instrument, study, (answer,), overall)
    return Appraised(1 if study == "made-one" else 2, "rita", _TIME, given)


def _rated(
    number: int, studies: tuple[str, ...], confidence: Confidence, concern: Concern
) -> Rated:
    components = tuple(
        Assessment(name, Concern.NONE) if name != "adequacy" else Assessment(name, concern, why)
        for name in COMPONENTS
        for why in ("Made: few data." if concern is not Concern.NONE else "",)
    )
    why = "Made: one component lowers it." if concern is not Concern.NONE else ""
    finding = Finding(f"Made finding {number}.", studies, components, confidence, why)
    return Rated(number, number, "rolf", _TIME, finding)


@pytest.fixture(scope="session")
def made(made_home: Home) -> Iterator[Dataset]:
    with open_dataset(made_home.path) as opened:
        yield opened
