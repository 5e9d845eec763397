"""Stores: the dataset on disk as a chain of versions, or behind a remote endpoint."""

from kg.store.candidates import CandidateVersion
from kg.store.endpoint import EndpointStore
from kg.store.history import VersionInfo
from kg.store.patches import GraphChange, Patch, read_patch
from kg.store.protocol import BulkSource, Candidate, Repository, Store
from kg.store.remote_changes import RemoteChange
from kg.store.tables import Row, Table
from kg.store.terms import QuadLike, Term, TripleLike
from kg.store.versions import Home, Snapshot

__all__ = [
    "BulkSource",
    "Candidate",
    "CandidateVersion",
    "EndpointStore",
    "GraphChange",
    "Home",
    "Patch",
    "QuadLike",
    "RemoteChange",
    "Repository",
    "Row",
    "Snapshot",
    "Store",
    "Table",
    "Term",
    "TripleLike",
    "VersionInfo",
    "read_patch",
]
