"""Files of the pages: styles, scripts and pictures, under addresses that change with them."""

from __future__ import annotations

import functools
import gzip
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePath

from flask import Blueprint, Response, request

from server.problems import ProblemError

__all__ = ["BLUEPRINT", "has_asset"]

BLUEPRINT = Blueprint("assets", __name__)

_LONG = "public, max-age=31536000, immutable"
_SMALLEST = 1_000  # bytes that are worth packing
_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    media_type: str
    body: bytes
    packed: bytes
    digest: str


@BLUEPRINT.url_defaults
def _stamp(_endpoint: str, values: dict[str, object]) -> None:
    values.setdefault("stamp", _stamped())


@BLUEPRINT.route("/static/<stamp>/<path:filename>")
def asset(stamp: str, filename: str) -> Response:
    """Send a file; under the stamp of the files as they are, it may be kept for ever."""
    found = _assets().get(filename)
    if found is None:
        raise ProblemError("not-found", f"No file of the pages is called {filename[:100]!r}.")
    is_packed = len(found.packed) < len(found.body) and request.accept_encodings["gzip"] > 0
    response = Response(found.packed if is_packed else found.body, mimetype=found.media_type)
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.set_etag(found.digest + ("-gzip" if is_packed else ""))
    response.headers["Cache-Control"] = _LONG if stamp == _stamped() else "no-cache"
    response.make_conditional(request)
    return response


def has_asset(filename: str) -> bool:
    """Tell whether a file is there; the bundles are not where set-up did not make them."""
    return filename in _assets()


@functools.cache
def _assets() -> Mapping[str, Asset]:
    return dict(_read(files("server") / "static"))


@functools.cache
def _stamped() -> str:
    """Return one stamp for all files, so that scripts may name each other by relative paths."""
    told = sorted(f"{name} {found.digest}" for name, found in _assets().items())
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]


def _read(folder: Traversable, start: str = "") -> Iterator[tuple[str, Asset]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _read(entry, f"{start}{entry.name}/")
            continue
        body = entry.read_bytes()
        media_type = _TYPES[PurePath(entry.name).suffix]
        packed = gzip.compress(body, 9, mtime=0) if len(body) > _SMALLEST else body
        yield start + entry.name, Asset(media_type, body, packed, hashlib.sha256(body).hexdigest())
