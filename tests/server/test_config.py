"""Settings of the server."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.errors import ConfigurationError
from server.command import config
from server.config import ABOUT, Settings, load_settings, written


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
        (None, {"COVE_PORT": "70000"}, "port is 70000"),
        (None, {"COVE_QUERY_SECONDS": "nan"}, "query_seconds is nan"),
        (None, {"COVE_CONFIG": "/no/such/file"}, "COVE_CONFIG names"),
    ],
)
def test_a_setting_without_a_usable_value_is_named(
    given: dict[str, object] | None, environment: dict[str, str], what: str
) -> None:
    with pytest.raises(ConfigurationError, match=what):
        load_settings(given, environment)


def test_the_file_in_the_home_goes_before_the_defaults_and_after_the_environment(
    tmp_path: Path,
) -> None:
    (tmp_path / "cove.toml").write_text(
        'workers = 3\nquery_seconds = 2\nservices = ["https://a.example/sparql"]\n'
    )
    settings = load_settings({"home": tmp_path}, {"COVE_WORKERS": "7"})
    assert settings.workers == 7
    assert settings.query_seconds == 2.0
    assert settings.services == ("https://a.example/sparql",)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("wokers = 3", "wokers is no setting; did you mean workers?"),
        ("xyzzy = 3", "cove config shows"),
        ('workers = "3"', "workers is '3'; give it a value such as 16"),
        ("workers = true", "workers is True"),
        ("services = 3", "services is 3"),
        ("workers = 0", "workers is 0"),
        ("workers = ", "cannot read .*cove.toml"),
    ],
)
def test_a_file_with_a_setting_that_cannot_be_used_is_named(
    tmp_path: Path, text: str, what: str
) -> None:
    (tmp_path / "cove.toml").write_text(text)
    with pytest.raises(ConfigurationError, match=what):
        load_settings({"home": tmp_path}, {})


def test_what_the_command_shows_is_a_file_that_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COVE_WORKERS", "5")
    monkeypatch.delenv("COVE_CONFIG", raising=False)
    shown = CliRunner().invoke(config, ["--home", str(tmp_path)])
    assert shown.exit_code == 0
    assert "(from COVE_WORKERS)" in shown.output
    file = tmp_path / "copy.toml"
    file.write_text(shown.output)
    monkeypatch.delenv("COVE_WORKERS")
    read = load_settings(environment={"COVE_CONFIG": str(file)})
    assert read == load_settings({"home": tmp_path, "workers": 5}, {})


def test_the_documentation_lists_every_setting_with_its_default() -> None:
    page = Path(__file__).parents[2].joinpath("docs/operating.md").read_text(encoding="utf-8")
    for setting in fields(Settings):
        value = f"`{written(getattr(Settings(), setting.name))}`"
        default = "the user's data folder" if setting.name == "home" else value
        assert f"| `{setting.name}` | {default} | {ABOUT[setting.name]} |" in page
