"""What is known of each version: who made it, when, why, with what, and what changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version as _distribution_version
from pathlib import Path

import msgspec

from kg.errors import StoreError

__all__ = ["VersionInfo", "chained", "encode_info", "known_number", "read_info", "software"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionInfo:
    """The provenance of a version, in the terms of PROV: an activity and what it made.

    `digest` is the checksum of the base's digest and the patch's checksum: it says
    that this is the state which that chain of patches makes.
    """

    number: int
    identifier: str
    base: int | None
    created: datetime
    agent: str
    reason: str
    software: str
    quads: int
    added: int
    removed: int
    changed_graphs: int
    patch_sha256: str
    digest: str
    is_release: bool = False
    label: str | None = None


def software() -> str:
    """Name this software and its version."""
    return f"cove-kg {_distribution_version('cove-kg')}"


def known_number(number: int | None, newest: int | None, place: object) -> int:
    """Return the number of a version that is there, None standing for the newest.

    >>> known_number(4, 3, "/srv/cove")
    Traceback (most recent call last):
    kg.errors.StoreError: cannot open version 4 of /srv/cove; choose one from 1 to 3
    """
    if newest is None:
        raise StoreError(f"cannot read {place}: it holds no version yet; run cove build")
    if number is None:
        return newest
    if not 1 <= number <= newest:
        raise StoreError(f"cannot open version {number} of {place}; choose one from 1 to {newest}")
    return number


def chained(digest: str, patch_sha256: str) -> str:
    """Return the digest of a version from its base's digest and its patch's checksum.

    >>> chained("", "00")[:12]
    'f1534392279b'
    """
    return hashlib.sha256((digest + patch_sha256).encode("ascii")).hexdigest()


def encode_info(info: VersionInfo) -> bytes:
    """Write the metadata of a version as JSON."""
    return msgspec.json.format(msgspec.json.encode(info)) + b"\n"


def read_info(path: Path) -> VersionInfo:
    """Read the metadata of a version."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=VersionInfo)
    except (OSError, msgspec.DecodeError) as error:
        raise StoreError(
            f"cannot read the metadata {path}: {error}; restore the file from a backup"
        ) from error
