"""Sources: the file that is read, as bytes and as text, and what was remarked on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath

from kg.bibliographies.account import Remark
from kg.bibliographies.encodings import decode

__all__ = ["FIELD_LIMIT", "Source"]

FIELD_LIMIT = 2**20
"""Characters of the longest value that a record may have; an abstract has a thousandth of it."""


@dataclass(eq=False)
class Source:
    """A file under a name; its text is decoded when it is first asked for."""

    name: str
    content: bytes = field(repr=False)
    remarks: list[Remark] = field(default_factory=list)
    encoding: str = "binary"
    strays: int = 0  # records that a parser found where none is counted

    @cached_property
    def text(self) -> str:
        """Return the whole text with plain line ends."""
        text, self.encoding = decode(self.content, self.name, self.remarks)
        return text

    @property
    def suffix(self) -> str:
        """Return the end of the name that tells the format, in lower case."""
        return PurePath(self.name).suffix.lower()

    @property
    def stem(self) -> str:
        """Return the name without folders and suffix."""
        return PurePath(self.name).stem
