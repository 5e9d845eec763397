"""Settings of the server."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from kg.errors import ConfigurationError
from server.config import ABOUT, Settings, load_settings


def test_every_setting_is_documented() -> None:
    assert set(ABOUT) == {setting.name for setting in fields(Settings)}


def test_what_is_given_goes_before_the_environment_and_that_before_the_defaults() -> None:
    environment = {
        "COVE_WORKERS": "3",
        "COVE_QUERY_SECONDS": "2.5",
        "COVE_HOME": "/data",
        "COVE_SERVICES": "https://a.example/sparql https://b.example/sparql",
    }
    settings = load_settings({"workers": 5}, environment)
    assert settings.workers == 5
    assert settings.query_seconds == 2.5
    assert settings.home == Path("/data")
    assert settings.services == ("https://a.example/sparql", "https://b.example/sparql")
    assert settings.threads == Settings().threads


@pytest.mark.parametrize(
    ("given", "environment", "what"),
    [
        (None, {"COVE_WORKERS": "many"}, "COVE_WORKERS is 'many'"),
        (None, {"COVE_WORKERS": "0"}, "workers is 0"),
        ({"base": "https://example.org"}, {}, "must end with a slash"),
        ({"wokers": 3}, {}, "wokers"),
    ],
)
def test_a_setting_without_a_usable_value_is_named(
    given: dict[str, object] | None, environment: dict[str, str], what: str
) -> None:
    with pytest.raises(ConfigurationError, match=what):
        load_settings(given, environment)
