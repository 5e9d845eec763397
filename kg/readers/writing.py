"""Write records as coding sheets."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import IO, TypeVar

from msgspec import Struct, json

from kg.errors import SourceError
from kg.readers.delimited import write_csv
from kg.readers.fields import fields_of
from kg.readers.spreadsheets import write_xlsx
from kg.records import Work, to_sheet

__all__ = ["WRITERS", "Writer", "template", "write", "write_json_lines"]

_Choice = TypeVar("_Choice")
Writer = Callable[[Iterable[Work], IO[bytes]], None]


def write_json_lines(works: Iterable[Work], stream: IO[bytes]) -> None:
    """Write works as JSON, one a line; memory holds one work."""
    for work in works:
        stream.write(to_sheet(work) + b"\n")


WRITERS: Mapping[str, Writer] = MappingProxyType(
    {".jsonl": write_json_lines, ".csv": write_csv, ".xlsx": write_xlsx}
)
"""What writes a coding sheet, by the suffix of the file."""


def write(works: Iterable[Work], path: str | os.PathLike[str]) -> None:
    """Write works to a file in the format of its suffix: the whole of it or nothing."""
    target, writer = Path(path), _choose(WRITERS, path)
    try:
        with TemporaryDirectory(dir=target.parent, prefix=".cove-") as folder:
            unfinished = Path(folder, target.name)
            with unfinished.open("wb") as stream:
                writer(works, stream)
            unfinished.replace(target)
    except OSError as error:
        what = f"cannot be written: {error.strerror}; choose another place"
        raise SourceError(what, source=str(path)) from error


def template(suffix: str) -> bytes:
    """Return an empty sheet to fill in; as XLSX it has drop-down lists and a guide."""
    stream = BytesIO()
    _choose(_TEMPLATES, f"template{suffix}")(stream)
    return stream.getvalue()


def _write_skeleton(stream: IO[bytes]) -> None:
    """Write a line with every field, each null: a reader refuses those that stay so."""
    stream.write(json.encode(_skeleton(Work)) + b"\n")


def _skeleton(record: type[Struct]) -> dict[str, object]:
    found: dict[str, object] = {}
    for field in fields_of(record):
        value = _skeleton(field.record) if field.record else None
        found[field.name] = [value] if field.is_list else value
    return found


_TEMPLATES: Mapping[str, Callable[[IO[bytes]], None]] = MappingProxyType(
    {".xlsx": partial(write_xlsx, ()), ".csv": partial(write_csv, ()), ".jsonl": _write_skeleton}
)


def _choose(choices: Mapping[str, _Choice], path: str | os.PathLike[str]) -> _Choice:
    suffix = Path(path).suffix.lower()
    if suffix not in choices:
        what = f"format {suffix!r} is not written; use one of {' '.join(choices)}"
        raise SourceError(what, source=str(path))
    return choices[suffix]
