"""Cells: values as the cells of a workbook hold them."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from openpyxl.cell.cell import ERROR_CODES

from kg.errors import SourceError
from kg.readers.drafts import quote

__all__ = ["CellFaultError", "from_cell", "to_cell"]

_LONGEST = 32_767  # characters, says Excel; openpyxl would cut the rest without a word
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


class CellFaultError(ValueError):
    """Say why a cell has no usable text, and what to do."""


def from_cell(value: object, data_type: str) -> str:
    """Return the text of a cell; what Excel made of a text is refused where it lost it.

    >>> from_cell(23, "n"), from_cell(2021.0, "n"), from_cell(True, "b"), from_cell(" a ", "s")
    ('23', '2021', 'true', 'a')
    """
    if value is None:
        return ""
    if data_type == "e" or (data_type == "n" and value in ERROR_CODES):
        raise CellFaultError(f"holds the error {value}; correct the cell")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, date | time | timedelta):
        raise CellFaultError(f"holds a date ({value}); format the cell as text and type it again")
    if isinstance(value, str):
        return _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), value).strip()
    raise CellFaultError(f"holds {quote(value)}; replace it by text")


def to_cell(text: str) -> str:
    """Return a text as a cell holds it; raise SourceError where it is too long for one.

    >>> to_cell("code_x0041_b")
    'code_x005F_x0041_b'
    """
    escaped = _ESCAPE.sub(lambda escape: f"_x005F{escape[0]}", text)
    if len(escaped) > _LONGEST:
        what = f"text of {len(escaped)} characters is longer than a cell of XLSX; export JSONL"
        raise SourceError(what, source=quote(text))
    return escaped
