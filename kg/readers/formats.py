"""Formats: which reader takes which file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import MappingProxyType
from typing import IO

import pyoxigraph as ox

from kg.errors import SourceError
from kg.readers.compression import GZIP, unpack
from kg.readers.delimited import read_csv
from kg.readers.documents import FORMATS, parse_document
from kg.readers.drafts import Place, Reading
from kg.readers.json_lines import read_json_lines
from kg.readers.rdf import rdf_reader
from kg.readers.workbooks import read_xlsx

__all__ = ["READERS", "Reader", "parse", "read", "read_all", "read_stream"]

Reader = Callable[[IO[bytes], str], Iterator[Reading | SourceError]]

READERS: Mapping[str, Reader] = MappingProxyType(
    {".jsonl": read_json_lines, ".csv": read_csv, ".xlsx": read_xlsx}
    | {suffix: rdf_reader(format_) for suffix, format_ in FORMATS.items()}
)
"""What reads a file, by its suffix."""


def read(path: str | os.PathLike[str]) -> Iterator[Reading | SourceError]:
    """Yield the works of a file as they are read, and an error for each thing that is wrong.

    Of two records with one id or one DOI the second is refused. What cannot be read at all is one
    error. Nothing is raised.
    """
    return read_all([path])


def read_all(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Reading | SourceError]:
    """Yield the works of several files as if they were one."""
    return _once(found for path in paths for found in _open(Path(path)))


def read_stream(stream: IO[bytes], suffix: str, *, source: str) -> Iterator[Reading | SourceError]:
    """Yield the works of a stream of bytes that can be rewound; `source` names it in errors."""
    return _once(_read(stream, suffix, source))


def parse(path: str | os.PathLike[str]) -> Iterator[ox.Triple]:
    """Yield the triples of any RDF, graph names left out; raise SourceError at a fault."""
    source, suffix = str(path), _suffix(Path(path))
    format_ = FORMATS.get(suffix.removesuffix(GZIP))
    if format_ is None:
        raise _unknown(suffix, source, FORMATS)
    try:
        with Path(path).open("rb") as packed, _unpacked(packed, suffix, source) as stream:
            for quad in parse_document(stream, source, format_):
                yield quad.triple
    except OSError as error:
        raise _unreadable(source, error) from error


def _open(path: Path) -> Iterator[Reading | SourceError]:
    try:
        with path.open("rb") as stream:
            yield from _read(stream, _suffix(path), str(path))
    except OSError as error:
        yield _unreadable(str(path), error)


def _suffix(path: Path) -> str:
    """Return the suffix of a file, with that of the format where the file is packed.

    >>> _suffix(Path("v1.2.CSV")), _suffix(Path("works.jsonl.gz"))
    ('.csv', '.jsonl.gz')
    """
    name = path.name.lower()
    packing = GZIP if name.endswith(GZIP) else ""
    return Path(name.removesuffix(packing)).suffix + packing


def _read(stream: IO[bytes], suffix: str, source: str) -> Iterator[Reading | SourceError]:
    reader = READERS.get(suffix.lower().removesuffix(GZIP))
    if reader is None:
        yield _unknown(suffix, source, READERS)
        return
    try:
        with _unpacked(stream, suffix.lower(), source) as unpacked:
            yield from reader(unpacked, source)
    except SourceError as error:
        yield error


def _unpacked(stream: IO[bytes], suffix: str, source: str) -> AbstractContextManager[IO[bytes]]:
    return unpack(stream, source) if suffix.endswith(GZIP) else nullcontext(stream)


def _unknown(suffix: str, source: str, formats: Iterable[str]) -> SourceError:
    what = f"format {suffix!r} is not read" if suffix else "has no suffix that names its format"
    return SourceError(
        f"{what}; use one of {' '.join(formats)}, packed with {GZIP} or not", source=source
    )


def _unreadable(source: str, error: OSError) -> SourceError:
    return SourceError(f"cannot be read: {error.strerror or error}; check the path", source=source)


def _once(found: Iterable[Reading | SourceError]) -> Iterator[Reading | SourceError]:
    """Refuse the second record with an id or a DOI that was there before."""
    places: dict[str, Place] = {}
    for one in found:
        if isinstance(one, SourceError):
            yield one
            continue
        place = Place(one.source, one.line)
        names = [f"id {one.work.id}", *([f"DOI {one.work.doi}"] if one.work.doi else [])]
        taken = [name for name in names if name in places]
        if taken:
            what = f"{taken[0]} is already that of the record at {places[taken[0]]}; keep one"
            yield SourceError(what, source=one.source, line=one.line, record=one.work.id)
        else:
            places |= dict.fromkeys(names, place)
            yield one
