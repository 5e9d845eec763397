"""Writing: references in the formats that other programs read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from kg.bibliographies.bibtex_writing import write_bibtex
from kg.bibliographies.csl_json import write_csl
from kg.bibliographies.delimited import write_csv
from kg.bibliographies.reference import Reference
from kg.bibliographies.ris_writing import write_ris
from kg.errors import SourceError

__all__ = ["WRITERS", "write_references"]

WRITERS: Mapping[str, Callable[[Iterable[Reference]], str]] = MappingProxyType(
    {".ris": write_ris, ".json": write_csl, ".bib": write_bibtex, ".csv": write_csv}
)
"""What writes a file, by its suffix."""


def write_references(references: Iterable[Reference], suffix: str) -> bytes:
    """Write references in the format of a suffix, in UTF-8."""
    writer = WRITERS.get(suffix.lower())
    if writer is None:
        known = " ".join(WRITERS)
        raise SourceError(f"is not written; use one of {known}", source=suffix or "no suffix")
    return writer(references).encode()
