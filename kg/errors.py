"""The exceptions that CoVE raises.

CoveError                  everything below
├── SourceError            a file, line or record cannot be read
├── CodeError              a code is in no vocabulary
├── OntologyError          the ontology itself is wrong: inconsistent, outside its profile
├── ConformanceError       a graph breaks a shape; carries the report
├── StoreError             the home or a remote endpoint cannot be read or written
│   ├── VersionConflict    the dataset has changed since the caller read it
│   ├── ReservedError      the graph is one that CoVE makes itself
│   └── CapabilityError    the engine behind an endpoint cannot do what was asked
├── ReviewError            a review refuses what was asked
│   └── MembershipError    somebody's role in it does not allow that
├── QueryError             a query is malformed, refused or beyond a limit
├── ParameterError         a question got a parameter that it cannot bind
└── ConfigurationError     a setting has no usable value

Each message says what was attempted, with what, and what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.validation import Report

__all__ = [
    "CapabilityError",
    "CodeError",
    "ConfigurationError",
    "ConformanceError",
    "CoveError",
    "MembershipError",
    "OntologyError",
    "ParameterError",
    "QueryError",
    "ReservedError",
    "ReviewError",
    "SourceError",
    "StoreError",
    "VersionConflict",
]


class CoveError(Exception):
    """The root: catch it to catch whatever CoVE raises on purpose."""


class SourceError(CoveError):
    """Say that a record of a file cannot be read, and where.

    >>> print(SourceError("DOI '10.1/x y' has a space; remove it", source="works.jsonl", line=12))
    works.jsonl:12: DOI '10.1/x y' has a space; remove it
    """

    def __init__(
        self, what: str, *, source: str, line: int | None = None, record: str | None = None
    ) -> None:
        self.what = what
        self.source = source
        self.line = line
        self.record = record
        place = f"{source}:{line}" if line is not None else source
        super().__init__(f"{place} {record}: {what}" if record else f"{place}: {what}")


class CodeError(CoveError):
    """Say that a code is in no vocabulary, with the nearest that are."""

    def __init__(self, code: str, *, scheme: str, nearest: tuple[str, ...] = ()) -> None:
        self.code = code
        self.scheme = scheme
        self.nearest = nearest
        remedy = f"; did you mean {', '.join(nearest)}?" if nearest else "; see the coding guide"
        super().__init__(f"{code!r} is not a code of {scheme}{remedy}")


class OntologyError(CoveError):
    """Say what is wrong with the ontology."""


class ConformanceError(CoveError):
    """Say that a graph breaks a shape; `report` holds every finding."""

    def __init__(self, message: str, *, report: Report) -> None:
        self.report = report
        super().__init__(message)


class StoreError(CoveError):
    """Say that a store cannot be opened, read or written."""


class VersionConflict(StoreError):  # noqa: N818 - the word of HTTP (409) and of its readers
    """Say that the newest version is not the one that the caller expects."""

    def __init__(self, *, expected: int, current: int | None) -> None:
        self.expected = expected
        self.current = current
        found = "there is no version yet" if current is None else f"version {current} is the newest"
        super().__init__(
            f"cannot write on top of version {expected}: {found}; read it and make the change again"
        )


class ReservedError(StoreError):
    """Say that a graph cannot be written to, for CoVE makes it itself."""


class CapabilityError(StoreError):
    """Say what an engine cannot do; `capability` is its name."""

    def __init__(self, message: str, *, capability: str) -> None:
        self.capability = capability
        super().__init__(message)


class ReviewError(CoveError):
    """Say what a review refuses, and what to do."""


class MembershipError(ReviewError):
    """Say which role in a review is missing."""


class QueryError(CoveError):
    """Say why a query is refused, and at which line and column if it is known."""

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        self.line = line
        self.column = column
        super().__init__(message)


class ParameterError(CoveError):
    """Say which parameter of a question cannot be bound, with the nearest choices."""

    def __init__(self, message: str, *, parameter: str, nearest: tuple[str, ...] = ()) -> None:
        self.parameter = parameter
        self.nearest = nearest
        super().__init__(message)


class ConfigurationError(CoveError):
    """Say which setting has no usable value, and what it takes."""
