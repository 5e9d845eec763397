"""The OpenAPI description: it is valid, and the server keeps to it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import one_of
from openapi_spec_validator import validate
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from kg.questions import questions
from kg.store import Home
from server import create_app


@pytest.fixture(scope="module")
def app(corpus_home: Home) -> Iterator[Flask]:
    found = create_app(
        {
            "home": corpus_home.path,
            "workers": 1,
            "client_seconds": 3_600,
            "client_errors": 1_000_000,
        }
    )
    yield found
    found.extensions["answering"].close()


@pytest.fixture(scope="module")
def described(app: Flask) -> schemathesis.BaseSchema:
    load_all_checks()
    config = SchemathesisConfig.from_dict({"generation": {"allow-x00": True}})
    return schemathesis.openapi.from_wsgi("/api/openapi.json", app, config=config)


def test_the_description_is_valid_and_has_every_question(app: Flask) -> None:
    response = app.test_client().get("/api/openapi.json")
    document = json.loads(response.data)
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert len(document["paths"]) == 2 * len(questions()) + 3
    for one in questions().values():
        operation = document["paths"][f"/api/questions/{one.name}"]["get"]
        named = {parameter["name"] for parameter in operation["parameters"]}
        assert named == {*one.header.parameters, "limit", "offset"}


def test_every_address_of_the_interface_is_in_the_description(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")}
    assert rules == {
        "/api/openapi.json",
        "/api/questions",
        "/api/questions/<name>",  # one path a question
        "/api/version/<int:number>/questions/<name>",  # the same, as of a version
        "/api/questions/<name>/works",
        "/api/questions/<name>/choices/<parameter>",
    }


_PATHS = [
    "/api/openapi.json",
    "/api/questions",
    "/api/questions/{name}/choices/{parameter}",
    *(f"/api/questions/{name}" for name in questions()),
    *(f"/api/questions/{name}/works" for name in ("claims", "whose-value", "works-stating")),
]


@pytest.mark.parametrize("path", _PATHS)
def test_the_server_keeps_to_its_description(path: str, described: schemathesis.BaseSchema) -> None:
    """Ask as the description allows and as it does not; COVE_TEST_ALL asks a hundred times."""
    strategies = [
        described[path]["GET"].as_strategy(generation_mode=mode)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    ]

    @given(case=one_of(*strategies))
    @settings(
        max_examples=100 if "COVE_TEST_ALL" in os.environ else 3,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate()

    ask()
