"""Readers: bytes as records, one module a format, and records as coding sheets.

A reader yields each work as a `Reading`, which says where it stands, and each fault as a
`SourceError`, so that the good records of a file go in beside the bad.
"""

from kg.readers.drafts import Place, Reading
from kg.readers.formats import (
    READERS,
    Reader,
    Register,
    parse,
    read,
    read_all,
    read_stream,
    split_all,
)
from kg.readers.json_lines import Line, read_line
from kg.readers.sources import Source, count_lines, open_source
from kg.readers.writing import WRITERS, Writer, template, write

__all__ = [
    "READERS",
    "WRITERS",
    "Line",
    "Place",
    "Reader",
    "Reading",
    "Register",
    "Source",
    "Writer",
    "count_lines",
    "open_source",
    "parse",
    "read",
    "read_all",
    "read_line",
    "read_stream",
    "split_all",
    "template",
    "write",
]
