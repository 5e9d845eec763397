"""Settings of the server: defaults, cove.toml, COVE_* variables, what the caller gives."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from kg.errors import ConfigurationError
from kg.namespaces import BASE
from kg.settings import home_path

__all__ = ["ABOUT", "LEVELS", "Settings", "load_settings", "origins", "settings_file", "written"]

LEVELS = ("error", "warning", "info")  # of the log


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting; the variable of `workers` is COVE_WORKERS. ABOUT says what each is."""

    home: Path = field(default_factory=home_path)
    store: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    base: str = BASE
    workers: int = 16
    threads: int = 16
    query_seconds: float = 10.0
    query_memory: int = 1 << 30
    query_bytes: int = 1 << 20
    query_nesting: int = 128
    write_seconds: float = 60.0
    write_memory: int = 2 << 30
    write_bytes: int = 32 << 20
    answer_bytes: int = 100_000_000
    page_rows: int = 1_000
    cache_bytes: int = 64 << 20
    patience: float = 5.0
    client_seconds: float = 60.0
    client_errors: int = 60
    client_queries: int = 12
    client_permalinks: int = 60
    permalink_bytes: int = 512 << 20
    services: tuple[str, ...] = ()
    proxies: int = 0
    slow_seconds: float = 1.0
    log: str = "warning"


ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "home": "the folder of the dataset",
        "store": "address of a SPARQL engine that holds the dataset instead: docs/engines.md",
        "host": "address to listen on; the loopback reaches nobody else",
        "port": "port to listen on",
        "base": "what the IRIs of the dataset begin with",
        "workers": "processes that run queries, started as needed",
        "threads": "requests handled at once",
        "query_seconds": "time limit of a query; a client may ask for less",
        "query_memory": "bytes of memory of a query",
        "query_bytes": "bytes of query text, and of a request",
        "query_nesting": "brackets open at once in a query",
        "write_seconds": "time limit of a write, before it is kept",
        "write_memory": "bytes of memory of a write",
        "write_bytes": "bytes of a document or an update, sent with a token",
        "answer_bytes": "bytes of an answer",
        "page_rows": "rows on a page",
        "cache_bytes": "bytes of finished answers kept in memory",
        "patience": "seconds that a query waits for a worker",
        "client_seconds": "processor seconds that a client may use in a minute",
        "client_errors": "errors that a client may cause in a minute",
        "client_queries": "queries that a client may have running at once",
        "client_permalinks": "permalinks that a client may make in an hour",
        "permalink_bytes": "bytes of disk for permalinks, which are kept for ever",
        "services": "endpoints that SERVICE may call, separated by spaces; with any, workers "
        "keep the network",
        "proxies": "reverse proxies in front, whose X-Forwarded-* headers are believed",
        "slow_seconds": "seconds after which a query is logged with its text",
        "log": "what is logged: error, warning, or info for a line of JSON about each request",
    }
)


def load_settings(
    given: Mapping[str, object] | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Read the settings, or raise ConfigurationError with the one that has no usable value.

    >>> load_settings(environment={"COVE_WORKERS": "3"}).workers
    3
    """
    given = given or {}
    environment = os.environ if environment is None else environment
    found = {**_in_file(given, environment), **_in_environment(environment), **given}
    try:
        settings = replace(Settings(), **found)  # type: ignore[arg-type]  # checked below
    except TypeError as error:
        raise ConfigurationError(
            f"cannot configure the server: {error}; see cove config"
        ) from error
    _check(settings)
    return settings


def settings_file(
    given: Mapping[str, object] | None = None, environment: Mapping[str, str] | None = None
) -> Path:
    """Return where the file of settings is, if there is one: COVE_CONFIG, or in the home."""
    environment = os.environ if environment is None else environment
    if named := environment.get("COVE_CONFIG"):
        return Path(named)
    home = (given or {}).get("home") or environment.get("COVE_HOME")
    return home_path(home if isinstance(home, str | Path) else None) / "cove.toml"


def origins(
    given: Mapping[str, object], environment: Mapping[str, str] | None = None
) -> Mapping[str, str]:
    """Say where each setting that is no default comes from."""
    environment = os.environ if environment is None else environment
    path = settings_file(given, environment)
    return {
        **dict.fromkeys(_in_file(given, environment), str(path)),
        **{name: f"COVE_{name.upper()}" for name in _in_environment(environment)},
        **dict.fromkeys(given, "the command line"),
    }


def _in_environment(environment: Mapping[str, str]) -> dict[str, object]:
    defaults = Settings()
    return {
        setting.name: _read(variable, environment[variable], defaults)
        for setting in fields(Settings)
        if (variable := f"COVE_{setting.name.upper()}") in environment
    }


def _in_file(given: Mapping[str, object], environment: Mapping[str, str]) -> dict[str, object]:
    path = settings_file(given, environment)
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        if "COVE_CONFIG" in environment:
            message = f"there is no file {path}, which COVE_CONFIG names; make it, or unset it"
            raise ConfigurationError(message) from error
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"cannot read {path}: {error}; correct it") from error
    defaults = Settings()
    return {name: _typed(f"{path}: {name}", name, found[name], defaults) for name in found}


def _typed(where: str, name: str, value: object, defaults: Settings) -> object:
    """Return a value of the file as its setting has it, or say what it should be."""
    if name not in ABOUT:
        near = get_close_matches(name, ABOUT, n=1)
        hint = f"did you mean {near[0]}?" if near else "cove config shows those that there are"
        raise ConfigurationError(f"{where} is no setting; {hint}")
    default = getattr(defaults, name)
    if isinstance(default, tuple):
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
    elif isinstance(default, float) and type(value) in {int, float}:
        return float(value)  # type: ignore[arg-type]  # one of the two
    elif isinstance(default, Path) and isinstance(value, str):
        return Path(value)
    elif type(value) is type(default):
        return value
    raise ConfigurationError(f"{where} is {value!r}; give it a value such as {written(default)}")


def written(value: object) -> str:
    """Write a value as TOML has it.

    >>> written(("a", "b")), written(0.5), written(Path("/srv/cove"))
    ('["a", "b"]', '0.5', '"/srv/cove"')
    """
    return json.dumps(str(value) if isinstance(value, Path) else value)


def _read(variable: str, text: str, defaults: Settings) -> object:
    default = getattr(defaults, variable.removeprefix("COVE_").lower())
    if isinstance(default, tuple):
        return tuple(text.split())
    kind = type(default) if isinstance(default, int | float) else str
    try:
        return Path(text) if isinstance(default, Path) else kind(text)
    except ValueError as error:
        message = f"{variable} is {text!r}; give it a number, such as {default}"
        raise ConfigurationError(message) from error


def _check(settings: Settings) -> None:
    for setting in fields(Settings):
        value = getattr(settings, setting.name)
        if isinstance(value, int | float) and not value > 0 and setting.name != "proxies":
            raise ConfigurationError(f"{setting.name} is {value}; it must be greater than 0")
    if settings.port > 65_535:
        raise ConfigurationError(f"port is {settings.port}; choose one up to 65535")
    if settings.log not in LEVELS:
        raise ConfigurationError(f"log is {settings.log!r}; choose from {', '.join(LEVELS)}")
    if not settings.base.endswith("/"):
        raise ConfigurationError(f"base is {settings.base!r}; it must end with a slash")
