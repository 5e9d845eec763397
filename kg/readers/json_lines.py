"""Read coding sheets in JSON, one object a line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from kg.errors import SourceError
from kg.readers.drafts import Draft, Place, Reading, quote
from kg.readers.examination import examine
from kg.readers.lines import text_lines

__all__ = ["Line", "read_json_lines", "read_line", "split_json_lines"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not read yet, and where it stands."""

    text: str
    place: Place


def read_json_lines(stream: IO[bytes], source: str) -> Iterator[Reading | SourceError]:
    """Yield the works of a sheet as they are read; memory holds one line."""
    for found in split_json_lines(stream, source):
        if isinstance(found, Line):
            yield from read_line(found)
        else:
            yield found


def split_json_lines(stream: IO[bytes], source: str) -> Iterator[Line | SourceError]:
    """Yield the lines of a sheet without reading them, and an error for what is no line."""
    is_first = True
    for number, line in text_lines(stream, source):
        if isinstance(line, SourceError):
            yield line
        elif text := line.strip():
            if is_first and text in {"[", "{"}:
                what = "is JSON over several lines; write one object a line (jq -c does it)"
                raise SourceError(what, source=source, line=number)
            yield Line(text, Place(source, number))
            is_first = False


def read_line(line: Line) -> Iterator[Reading | SourceError]:
    """Yield the work of a line, or what is wrong with it."""
    text, place = line.text, line.place
    try:
        sheet = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        what = f"is not JSON at column {error.colno}: {error.msg}; correct the line"
    except RecursionError:
        what = "is nested too deeply; see the coding guide for the form of a line"
    except ValueError as error:
        what = f"is not JSON: {error}; correct the line"
    else:
        yield from examine(Draft(sheet, place))
        return
    yield SourceError(what, source=place.source, line=place.line)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make an object, but not one that says something twice: JSON would keep the last only."""
    found = dict(pairs)
    if len(found) < len(pairs):
        name, times = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f"an object has the field {quote(name)} {times} times")
    return found


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON number")
