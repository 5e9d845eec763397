"""Readers: bytes as records, one module a format, and records as coding sheets.

A reader yields each work as a `Reading`, which says where it stands, and each fault as a
`SourceError`, so that the good records of a file go in beside the bad.
"""

from kg.readers.drafts import Reading
from kg.readers.formats import READERS, Reader, parse, read, read_all, read_stream
from kg.readers.writing import WRITERS, Writer, template, write

__all__ = [
    "READERS",
    "WRITERS",
    "Reader",
    "Reading",
    "Writer",
    "parse",
    "read",
    "read_all",
    "read_stream",
    "template",
    "write",
]
