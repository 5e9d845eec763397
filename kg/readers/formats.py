"""Formats: which reader takes which file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import MappingProxyType
from typing import IO, TypeVar

import pyoxigraph as ox

from kg.errors import SourceError
from kg.readers.compression import GZIP, unpack
from kg.readers.delimited import read_csv
from kg.readers.documents import FORMATS, parse_document
from kg.readers.drafts import Place, Reading
from kg.readers.json_lines import Line, read_json_lines, split_json_lines
from kg.readers.rdf import rdf_reader
from kg.readers.sources import Source, open_source
from kg.readers.workbooks import read_xlsx

__all__ = [
    "READERS",
    "Reader",
    "Register",
    "parse",
    "read",
    "read_all",
    "read_stream",
    "split_all",
]

Reader = Callable[[IO[bytes], str], Iterator[Reading | SourceError]]

READERS: Mapping[str, Reader] = MappingProxyType(
    {".jsonl": read_json_lines, ".csv": read_csv, ".xlsx": read_xlsx}
    | {suffix: rdf_reader(format_) for suffix, format_ in FORMATS.items()}
)
"""What reads a file, by its suffix."""

_Found = TypeVar("_Found")
_Readers = Mapping[str, Callable[[IO[bytes], str], Iterator[_Found | SourceError]]]
_SPLITTERS: _Readers[Line | Reading] = MappingProxyType({**READERS, ".jsonl": split_json_lines})


def read(path: Source) -> Iterator[Reading | SourceError]:
    """Yield the works of a file as they are read, and an error for each thing that is wrong.

    Of two records with one id or one DOI the second is refused. What cannot be read at all is one
    error. Nothing is raised.
    """
    return read_all([path])


def read_all(paths: Iterable[Source]) -> Iterator[Reading | SourceError]:
    """Yield the works of several files as if they were one."""
    return _once(found for path in paths for found in _open(path, READERS))


def split_all(paths: Iterable[Source]) -> Iterator[Line | Reading | SourceError]:
    """Yield what several files hold, lines of JSON without reading them: others may do that.

    Of records with one id each is there; a `Register` tells them.
    """
    for path in paths:
        found: Iterator[Line | Reading | SourceError] = _open(path, _SPLITTERS)
        yield from found


def read_stream(stream: IO[bytes], suffix: str, *, source: str) -> Iterator[Reading | SourceError]:
    """Yield the works of a stream of bytes that can be rewound; `source` names it in errors."""
    return _once(_read(stream, suffix, source, READERS))


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


def _open(path: Source, readers: _Readers[_Found]) -> Iterator[_Found | SourceError]:
    try:
        with open_source(path) as stream:
            yield from _read(stream, _suffix(Path(path)), str(path), readers)
    except OSError as error:
        yield _unreadable(str(path), error)
    except SourceError as error:
        yield error


def _suffix(path: Path) -> str:
    """Return the suffix of a file, with that of the format where the file is packed.

    >>> _suffix(Path("v1.2.CSV")), _suffix(Path("works.jsonl.gz"))
    ('.csv', '.jsonl.gz')
    """
    name = path.name.lower()
    packing = GZIP if name.endswith(GZIP) else ""
    return Path(name.removesuffix(packing)).suffix + packing


def _read(
    stream: IO[bytes], suffix: str, source: str, readers: _Readers[_Found]
) -> Iterator[_Found | SourceError]:
    reader = readers.get(suffix.lower().removesuffix(GZIP))
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


class Register:
    """The ids and DOIs of the works read so far."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}

    def refusal(self, work_id: str, doi: str | None, place: Place) -> SourceError | None:
        """Take a work in, or say which one was there before with its id or its DOI."""
        names = [f"id {work_id}", *([f"DOI {doi}"] if doi else [])]
        taken = [name for name in names if name in self._places]
        if not taken:
            self._places |= dict.fromkeys(names, place)
            return None
        what = f"{taken[0]} is already that of the record at {self._places[taken[0]]}; keep one"
        return SourceError(what, source=place.source, line=place.line, record=work_id)


def _once(found: Iterable[Reading | SourceError]) -> Iterator[Reading | SourceError]:
    """Refuse the second record with an id or a DOI that was there before."""
    register = Register()
    for one in found:
        if isinstance(one, SourceError):
            yield one
        else:
            place = Place(one.source, one.line)
            yield register.refusal(one.work.id, one.work.doi, place) or one
