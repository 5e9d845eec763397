"""Settings of the server: defaults, then COVE_* variables, then what the caller gives."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType

from kg.errors import ConfigurationError
from kg.namespaces import BASE
from kg.settings import home_path

__all__ = ["ABOUT", "LEVELS", "Settings", "load_settings"]

LEVELS = ("error", "warning", "info")  # of the log


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting; the variable of `workers` is COVE_WORKERS. ABOUT says what each is."""

    home: Path = field(default_factory=home_path)
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
    log: str = "warning"


ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "home": "the folder of the dataset",
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
    environment = os.environ if environment is None else environment
    found: dict[str, object] = {}
    defaults = Settings()
    for setting in fields(Settings):
        variable = f"COVE_{setting.name.upper()}"
        if variable in environment:
            found[setting.name] = _read(variable, environment[variable], defaults)
    try:
        settings = replace(defaults, **{**found, **(given or {})})  # type: ignore[arg-type]  # checked below
    except TypeError as error:
        raise ConfigurationError(
            f"cannot configure the server: {error}; see cove config"
        ) from error
    _check(settings)
    return settings


def _read(variable: str, text: str, defaults: Settings) -> object:
    default = getattr(defaults, variable.removeprefix("COVE_").lower())
    if isinstance(default, tuple):
        return tuple(text.split())
    kind = (
        type(default)
        if isinstance(default, int | float)
        else Path
        if variable == "COVE_HOME"
        else str
    )
    try:
        return kind(text)
    except ValueError as error:
        message = f"{variable} is {text!r}; give it a number, such as {default}"
        raise ConfigurationError(message) from error


def _check(settings: Settings) -> None:
    for setting in fields(Settings):
        value = getattr(settings, setting.name)
        if isinstance(value, int | float) and value <= 0 and setting.name != "proxies":
            raise ConfigurationError(f"{setting.name} is {value}; it must be greater than 0")
    if settings.log not in LEVELS:
        raise ConfigurationError(f"log is {settings.log!r}; choose from {', '.join(LEVELS)}")
    if not settings.base.endswith("/"):
        raise ConfigurationError(f"base is {settings.base!r}; it must end with a slash")
