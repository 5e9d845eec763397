"""Outcomes: what became of a write of files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from kg.store import VersionInfo
from kg.validation import Finding

__all__ = ["Outcome", "Progress", "Refusal", "in_silence"]

_Item = TypeVar("_Item")


class Progress(Protocol):
    """Pass items on and show how far the work is."""

    def __call__(
        self, items: Iterable[_Item], *, label: str, length: int | None = None
    ) -> Iterator[_Item]:
        """Return the same items; `length` is how many come, where it is known."""


def in_silence(
    items: Iterable[_Item],
    *,
    label: str,  # noqa: ARG001  # as Progress has it
    length: int | None = None,  # noqa: ARG001
) -> Iterator[_Item]:
    """Pass items on and show nothing."""
    yield from items


@dataclass(frozen=True, slots=True)
class Refusal:
    """What stayed out: where it stands and why."""

    why: str

    def line(self) -> str:
        """Return the refusal as one line for a terminal."""
        return " ".join(self.why.split())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a write: the new version, what went in, and what stayed out."""

    accepted: int = 0
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[Finding | str, ...] = ()
    """Findings, or of an import in bulk what they say."""

    version: VersionInfo | None = None
    is_dry: bool = False

    def summary(self) -> str:
        """Return the outcome in one sentence."""
        counts = f"{self.accepted} records conform, {len(self.refusals)} problems keep others out"
        kept = f"{counts}, {len(self.warnings)} warnings"
        if self.is_dry:
            return kept
        if self.version is None:
            return f"{kept}; nothing changed, so no version was made"
        return f"{kept}; version {self.version.number} holds {self.version.quads:,} quads"
