"""Write records as coding sheets."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import IO

from kg.errors import SourceError
from kg.readers.delimited import write_csv
from kg.readers.spreadsheets import write_xlsx
from kg.records import Work, to_sheet

__all__ = ["WRITERS", "Writer", "template", "write", "write_json_lines"]

Writer = Callable[[Iterable[Work], IO[bytes]], None]


def write_json_lines(works: Iterable[Work], stream: IO[bytes]) -> None:
    """Write works as JSON, one a line; memory holds one work."""
    for work in works:
        stream.write(to_sheet(work) + b"\n")


WRITERS: Mapping[str, Writer] = MappingProxyType(
    {".jsonl": write_json_lines, ".csv": write_csv, ".xlsx": write_xlsx}
)
"""What writes a coding sheet, by the suffix of the file."""


def template(suffix: str) -> bytes:
    """Return an empty sheet to fill in: `.xlsx` with drop-down lists and a guide, or `.csv`."""
    stream = BytesIO()
    _writer(suffix, {name: WRITERS[name] for name in (".xlsx", ".csv")})((), stream)
    return stream.getvalue()


def write(works: Iterable[Work], path: str | os.PathLike[str]) -> None:
    """Write works to a file in the format of its suffix: the whole of it or nothing."""
    target = Path(path)
    writer = _writer(target.suffix, WRITERS)
    try:
        with TemporaryDirectory(dir=target.parent, prefix=".cove-") as folder:
            unfinished = Path(folder, target.name)
            with unfinished.open("wb") as stream:
                writer(works, stream)
            unfinished.replace(target)
    except OSError as error:
        what = f"cannot be written: {error.strerror}; choose another place"
        raise SourceError(what, source=str(path)) from error


def _writer(suffix: str, writers: Mapping[str, Writer]) -> Writer:
    writer = writers.get(suffix.lower())
    if writer is None:
        what = f"format {suffix!r} is not written; use one of {' '.join(writers)}"
        raise SourceError(what, source="coding sheet")
    return writer
