"""BibTeX blocks: the entries of a file with their values worked out, and those that are broken.

bibtexparser cuts the file; what it calls failed because a key or a field is there twice is read
all the same.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bibtexparser.model import Block, Entry, ParsingFailedBlock, String
from bibtexparser.splitter import Splitter

from kg.bibliographies.account import Failure, Remark
from kg.bibliographies.source import Source

__all__ = ["BibEntry", "count_entries", "read_entries"]

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # we tell of failed blocks ourselves

_NO_ENTRY = ("comment", "string", "preamble")
_ENTRY = re.compile(
    r"(?:^|(?<=[})]))[ \t]*@(?!(?:comment|string|preamble)\b)\w+[ \t]*[{(]",
    re.IGNORECASE | re.MULTILINE,
)
_BLOCK = re.compile(r"@(\w*)")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


@dataclass(frozen=True, slots=True)
class BibEntry:
    """An entry: its fields in their order with names in lower case, values without delimiters."""

    kind: str
    key: str
    fields: tuple[tuple[str, str], ...]
    line: int


def count_entries(text: str) -> int:
    """Count the entries that begin a line, or follow the end of another."""
    return sum(1 for _ in _ENTRY.finditer(text))


def read_entries(source: Source) -> Iterator[BibEntry | Failure]:
    """Yield the entries of a file, and a failure for each that cannot be read."""
    blocks = Splitter(source.text).split().blocks
    macros = {month: month for month in _MONTHS}
    for block in blocks:
        inner = block.ignore_error_block if isinstance(block, ParsingFailedBlock) else block
        if isinstance(inner, String):
            macros.setdefault(inner.key.lower(), _value(inner.value, macros))
    lines = source.text.split("\n")
    for block in blocks:
        inner = block.ignore_error_block if isinstance(block, ParsingFailedBlock) else block
        line = (block.start_line or 0) + 1
        if (isinstance(inner, Entry) or inner is None) and _is_comment(lines, line):
            what = "entries behind a per cent sign were left out"
            source.remarks.append(Remark(what, 1, line, block.raw or ""))
        elif isinstance(inner, Entry):
            yield _entry(inner, line, macros)
        elif inner is None:
            yield from _failure(block, line, source)


def _entry(entry: Entry, line: int, macros: Mapping[str, str]) -> BibEntry:
    fields = ((field.key.lower(), _value(field.value, macros)) for field in entry.fields)
    return BibEntry(entry.entry_type.lower(), entry.key, tuple(fields), line)


def _is_comment(lines: list[str], line: int) -> bool:
    return lines[line - 1].lstrip().startswith("%") if line <= len(lines) else False


def _failure(block: Block, line: int, source: Source) -> Iterator[Failure]:
    raw = block.raw or ""
    found = _BLOCK.match(raw)
    reason = str(getattr(block.error, "abort_reason", block.error)).strip()  # type: ignore[attr-defined]  # a ParsingFailedBlock
    if found and found[1].lower() in _NO_ENTRY:
        source.remarks.append(
            Remark(f"@{found[1].lower()} could not be read: {reason}", 1, line, raw)
        )
    else:
        yield Failure(line, f"{reason.rstrip('.')}; correct it there", raw)


def _value(text: str, macros: Mapping[str, str]) -> str:
    """Work out a value: texts, numbers and macros joined by #; an unknown macro means itself.

    >>> _value('"Proc. " # aaai # {-91}', {"aaai": "AAAI"}), _value("{a {b}}", {})
    ('Proc. AAAI-91', 'a {b}')
    """
    text = text.strip()
    if text.startswith("{") and text.endswith("}") and _closes(text) == len(text) - 1:
        return text[1:-1].strip()
    parts = []
    place = 0
    while place < len(text):
        if text[place] in "# \t\n":
            place += 1
        elif text[place] == "{":
            end = _closes(text, place)
            parts.append(text[place + 1 : end])
            place = end + 1
        elif text[place] == '"':
            end = _quote_end(text, place)
            parts.append(text[place + 1 : end])
            place = end + 1
        else:
            end = next((i for i in range(place, len(text)) if text[i] in '#{"'), len(text))
            word = text[place:end].strip()
            parts.append(macros.get(word.lower(), word))
            place = end
    return "".join(parts).strip()


def _closes(text: str, start: int = 0) -> int:
    """Return where the brace that opens at the start is closed, or the end."""
    depth = 0
    for place in range(start, len(text)):
        if text[place] in "{}" and (place == 0 or text[place - 1] != "\\"):
            depth += 1 if text[place] == "{" else -1
            if depth == 0:
                return place
    return len(text)


def _quote_end(text: str, start: int) -> int:
    """Return where the quotation that opens at the start ends: a quote in braces does not."""
    depth = 0
    for place in range(start + 1, len(text)):
        if text[place] in "{}" and text[place - 1] != "\\":
            depth += 1 if text[place] == "{" else -1
        elif text[place] == '"' and depth <= 0 and text[place - 1] != "\\":
            return place
    return len(text)
