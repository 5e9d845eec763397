"""What the query editor completes from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from flask.testing import FlaskClient

from kg.ingest import Outcome
from kg.namespaces import COVE, PREFIXES
from kg.questions import questions
from server import create_app


@pytest.fixture(scope="module")
def client(built: tuple[Path, Outcome]) -> Iterator[FlaskClient]:
    app = create_app({"home": built[0], "workers": 1, "client_seconds": 10_000.0})
    yield app.test_client()
    app.extensions["answering"].close()


def test_completion_has_the_terms_in_use_with_their_names(client: FlaskClient) -> None:
    found = msgspec.json.decode(client.get("/sparql/vocabulary.json").data)
    assert found["prefixes"] == dict(PREFIXES)
    classes = {one["iri"]: one for one in found["classes"]}
    assert classes[str(COVE.Claim)]["label"] == "claim"
    assert classes[str(COVE.Claim)]["uses"] > 1_000
    properties = {one["iri"]: one for one in found["properties"]}
    assert str(COVE.Claim) in properties[str(COVE.statement)]["classes"]
    assert str(COVE.Work) not in properties[str(COVE.statement)]["classes"]


def test_every_question_of_the_library_is_an_example(client: FlaskClient) -> None:
    found = msgspec.json.decode(client.get("/sparql/vocabulary.json").data)
    assert [one["name"] for one in found["examples"]] == list(questions())
