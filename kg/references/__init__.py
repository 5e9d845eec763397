"""References: works as entries of a bibliography that other programs read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Literal

from kg.records import Work
from kg.references.bibtex import write_bibtex
from kg.references.csl import write_csl
from kg.references.prose import cite, write_prose
from kg.references.ris import write_ris

__all__ = ["MEDIA_TYPES", "SUFFIXES", "Form", "cite", "write"]

Form = Literal["csl", "ris", "bibtex", "text"]

_WRITERS: Mapping[Form, Callable[[Iterable[Work]], str]] = MappingProxyType(
    {"csl": write_csl, "ris": write_ris, "bibtex": write_bibtex, "text": write_prose}
)
SUFFIXES: Mapping[Form, str] = MappingProxyType(
    {"csl": "csl.json", "ris": "ris", "bibtex": "bib", "text": "txt"}
)
"""How the name of a file in each form ends."""
MEDIA_TYPES: Mapping[Form, str] = MappingProxyType(
    {
        "csl": "application/vnd.citationstyles.csl+json",
        "ris": "application/x-research-info-systems",
        "bibtex": "application/x-bibtex",
        "text": "text/plain",
    }
)
"""The media type of each form."""


def write(works: Iterable[Work], form: Form) -> str:
    """Write works as references, in the order given."""
    return _WRITERS[form](works)
