"""Places: what `--store`, `--home` and the settings name, a folder or the address of an engine."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from kg.errors import ConfigurationError
from kg.settings import home_path
from kg.store.credentials import Credentials
from kg.store.engines import OTHER, Engine, engine_named, engine_of
from kg.store.protocol import Place
from kg.store.remote import RemoteHome, connect
from kg.store.versions import Home

__all__ = ["is_address", "place", "place_at", "remote_home"]

_LOOK = 10  # seconds that an engine has to say what it is


def is_address(where: object) -> bool:
    """Tell the address of an engine from a folder.

    >>> is_address("https://example.org/sparql"), is_address("/srv/cove"), is_address(None)
    (True, False, False)
    """
    return isinstance(where, str) and urlsplit(where).scheme in {"http", "https"}


def place(where: str | os.PathLike[str] | None = None) -> Place:
    """Return where the dataset lives: as given, else COVE_STORE, else the home.

    A folder is a home; an address is that of a SPARQL engine.
    """
    chosen = where or os.environ.get("COVE_STORE") or None
    if isinstance(chosen, str) and is_address(chosen):
        return remote_home(chosen, home_path())
    return Home(home_path(where))


def place_at(home: Path, store: str = "", *, lock_timeout: float = 60) -> Place:
    """Return a home, or where a store is named its engine, with the folder for what follows.

    `lock_timeout` is how many seconds a writer waits for another.
    """
    if store:
        return remote_home(store, home, lock_timeout=lock_timeout)
    return Home(home, lock_timeout=lock_timeout)


def remote_home(
    address: str,
    path: Path,
    environment: Mapping[str, str] | None = None,
    *,
    lock_timeout: float = 60,
) -> RemoteHome:
    """Return the dataset behind the address of an engine, as the variables COVE_STORE_* say."""
    environment = os.environ if environment is None else environment
    if "@" in urlsplit(address).netloc:
        raise ConfigurationError(
            "the address of a store must hold no password, for addresses are logged; set "
            "COVE_STORE_USER and COVE_STORE_PASSWORD"
        )
    named = environment.get("COVE_STORE_ENGINE")
    engine = engine_named(named) if named else _asked(address)
    return connect(
        address,
        path,
        engine=engine,
        update_url=environment.get("COVE_STORE_UPDATE"),
        graph_store_url=environment.get("COVE_STORE_GRAPHS"),
        credentials=_credentials(engine, environment),
        timeout=_seconds(environment.get("COVE_STORE_TIMEOUT", "60")),
        lock_timeout=lock_timeout,
    )


def _credentials(engine: Engine, environment: Mapping[str, str]) -> Credentials:
    if token := environment.get("COVE_STORE_TOKEN"):
        return Credentials("bearer", secret=token)
    secret = environment.get("COVE_STORE_PASSWORD", "")
    if file := environment.get("COVE_STORE_PASSWORD_FILE"):
        try:
            secret = Path(file).read_text("utf-8").strip()
        except OSError as error:
            raise ConfigurationError(f"cannot read {file}: {error}; see to it") from error
    scheme = environment.get("COVE_STORE_AUTH", engine.authentication)
    return Credentials(scheme, environment.get("COVE_STORE_USER", ""), secret)


def _asked(address: str) -> Engine:
    """Ask an engine what it is; one that does not say is used by the standards alone."""
    try:
        with urllib.request.urlopen(address, timeout=_LOOK) as answer:  # noqa: S310  # http, checked
            return engine_of(answer.headers.get("Server", ""))
    except urllib.error.HTTPError as error:
        with error:
            return engine_of(error.headers.get("Server", ""))
    except OSError:
        return OTHER  # the first request says what is wrong


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ConfigurationError(
            f"COVE_STORE_TIMEOUT is {text!r}; give it a number of seconds"
        ) from error
