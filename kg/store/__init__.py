"""Stores: the dataset on disk as a chain of versions, or behind a remote endpoint."""

from kg.store.candidates import CandidateVersion
from kg.store.datasets import has_dataset_clause
from kg.store.history import VersionInfo
from kg.store.patches import GraphChange, Patch, read_patch
from kg.store.protocol import BulkSource, Candidate, Repository, Store
from kg.store.tables import Row, Table
from kg.store.terms import QuadLike, Term, TripleLike
from kg.store.versions import Home, Snapshot

__all__ = [
    "BulkSource",
    "Candidate",
    "CandidateVersion",
    "GraphChange",
    "Home",
    "Patch",
    "QuadLike",
    "Repository",
    "Row",
    "Snapshot",
    "Store",
    "Table",
    "Term",
    "TripleLike",
    "VersionInfo",
    "has_dataset_clause",
    "read_patch",
]
