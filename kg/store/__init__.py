"""Stores: the dataset on disk as a chain of versions, or behind a remote endpoint."""

from kg.store.candidates import CandidateVersion
from kg.store.credentials import Credentials
from kg.store.endpoint import EndpointStore
from kg.store.engines import ENGINES, Capability, Engine
from kg.store.history import VersionInfo
from kg.store.patches import GraphChange, Patch, changed_quads, read_patch
from kg.store.places import is_address, place, place_at, remote_home
from kg.store.protocol import BulkSource, Candidate, OpenVersion, Place, Repository, Store
from kg.store.remote import RemoteHome, connect
from kg.store.remote_changes import RemoteChange
from kg.store.tables import Row, Table
from kg.store.terms import QuadLike, Term, TripleLike
from kg.store.versions import Home, Snapshot

__all__ = [
    "ENGINES",
    "BulkSource",
    "Candidate",
    "CandidateVersion",
    "Capability",
    "Credentials",
    "EndpointStore",
    "Engine",
    "GraphChange",
    "Home",
    "OpenVersion",
    "Patch",
    "Place",
    "QuadLike",
    "RemoteChange",
    "RemoteHome",
    "Repository",
    "Row",
    "Snapshot",
    "Store",
    "Table",
    "Term",
    "TripleLike",
    "VersionInfo",
    "changed_quads",
    "connect",
    "is_address",
    "place",
    "place_at",
    "read_patch",
    "remote_home",
]
