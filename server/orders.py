"""Orders: what the process that writes is told to do, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

from kg.ingest import Mode

__all__ = [
    "Deciding",
    "Document",
    "Done",
    "Expectation",
    "GraphOrder",
    "Order",
    "Refused",
    "UpdateOrder",
    "Writing",
]

Members = dict[str, str | int | float | list[str]]


@dataclass(frozen=True, slots=True)
class Writing:
    """What every order says: who writes and why, and what the versions are to record."""

    agent: str
    reason: str
    base: str  # what relative IRIs are resolved against


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it came: its media type, and whether gzip packed it."""

    content: bytes
    media_type: str
    is_packed: bool = False


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must hold of a graph for it to be written (RFC 9110 §13.1).

    A tag names the content of a graph, or the version, and "*" is any. Of the default graph only
    the version tells, for every write changes it.
    """

    match: frozenset[str] | None = None
    none_match: frozenset[str] | None = None
    is_default: bool = False

    @property
    def says(self) -> bool:
        """Tell whether anything is expected."""
        return self.match is not None or self.none_match is not None


@dataclass(frozen=True, slots=True)
class GraphOrder:
    """Write a graph; without documents remove it."""

    writing: Writing
    graph: str
    documents: tuple[Document, ...] | None
    mode: Mode
    expectation: Expectation


@dataclass(frozen=True, slots=True)
class UpdateOrder:
    """Run an update."""

    writing: Writing
    text: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None


Order = GraphOrder | UpdateOrder


@dataclass(frozen=True, slots=True)
class Deciding:
    """The write is through but for being kept: from now on it is not ended."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an order; `seconds` of processor time."""

    version: int
    is_new_version: bool
    was_there: bool
    digest: str | None
    graphs: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nothing was written."""

    kind: str
    message: str
    members: Members
