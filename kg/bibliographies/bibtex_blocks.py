"""BibTeX blocks: the entries of a file with their values worked out, and those that are broken.

bibtexparser cuts the file; what it calls failed because a key or a field is there twice is read
all the same.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

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


def count_entries(source: Source) -> int:
    """Count the entries that begin a line or follow the end of another, and strays when read."""
    return sum(_lines_of_entries(source.text).values()) + source.strays


def _lines_of_entries(text: str) -> Counter[int]:
    """Count how many entries begin in each line."""
    lines: Counter[int] = Counter()
    line, seen = 1, 0
    for found in _ENTRY.finditer(text):
        line += text.count("\n", seen, found.end())
        seen = found.end()
        lines[line] += 1
    return lines


def read_entries(source: Source) -> Iterator[BibEntry | Failure]:
    """Yield the entries of a file, and a failure for each that cannot be read."""
    blocks = Splitter(source.text).split().blocks
    macros = {month: month for month in _MONTHS}
    for block in blocks:
        inner = _inner(block)
        if isinstance(inner, String):
            macros.setdefault(inner.key.lower(), _value(inner.value, macros))
    expected = _lines_of_entries(source.text)
    found = list(_read(blocks, source, macros, expected))
    for line in sorted(line for line, count in expected.items() if count > 0):
        found.extend(_swallowed(source, line, macros))
    yield from sorted(found, key=lambda one: one.line)


def _read(
    blocks: Iterable[Block], source: Source, macros: Mapping[str, str], expected: Counter[int]
) -> Iterator[BibEntry | Failure]:
    """Read what the parser cut out; what was expected in a line and is there is taken off."""
    lines = source.text.split("\n")
    line, seen = 1, 0
    for block in blocks:
        inner = _inner(block)
        # the parser does not count a line break behind a backslash, so we look where the text is
        place = max(source.text.find(block.raw or "", seen), seen)
        line += source.text.count("\n", seen, place)
        seen = place + 1
        if inner is not None and not isinstance(inner, Entry):
            continue
        is_stray = not expected[line]
        expected[line] -= not is_stray
        if _is_comment(lines, line):
            what = "entries behind a per cent sign were left out"
            source.remarks.append(Remark(what, 1, line, block.raw or ""))
        elif inner is None:
            yield from _failure(block, line, source, is_stray=is_stray)
        else:
            if is_stray:
                source.strays += 1
                what = "entries that begin in the middle of a line were read"
                source.remarks.append(Remark(what, 1, line))
            yield _entry(inner, line, macros)


def _swallowed(
    source: Source, line: int, macros: Mapping[str, str]
) -> Iterator[BibEntry | Failure]:
    """Read an entry that the one before, which does not end, took for a part of itself."""
    lines = source.text.split("\n")[line - 1 :]
    rest = "\n".join(lines)
    first = _ENTRY.search(rest)
    following = _ENTRY.search(rest, first.end()) if first else None
    text = rest[: following.start() if following else None].strip()
    blocks = [block for block in Splitter(text).split().blocks if isinstance(_inner(block), Entry)]
    if blocks:
        yield _entry(cast("Entry", _inner(blocks[0])), line, macros)
    else:
        yield Failure(line, "does not end, nor the entry before it; close the braces there", text)


def _inner(block: Block) -> Block | None:
    """Return what a block holds, also one that failed for a key or field that is there twice."""
    return block.ignore_error_block if isinstance(block, ParsingFailedBlock) else block


def _entry(entry: Entry, line: int, macros: Mapping[str, str]) -> BibEntry:
    fields = ((field.key.lower(), _value(field.value, macros)) for field in entry.fields)
    return BibEntry(entry.entry_type.lower(), entry.key, tuple(fields), line)


def _is_comment(lines: list[str], line: int) -> bool:
    return lines[line - 1].lstrip().startswith("%") if line <= len(lines) else False


def _failure(block: Block, line: int, source: Source, *, is_stray: bool) -> Iterator[Failure]:
    raw = block.raw or ""
    found = _BLOCK.match(raw)
    reason = str(getattr(block.error, "abort_reason", block.error)).strip()  # type: ignore[attr-defined]  # a ParsingFailedBlock
    if is_stray or (found and found[1].lower() in _NO_ENTRY):
        what = f"text that begins like @{found[1].lower() if found else ''} could not be read"
        source.remarks.append(Remark(what, 1, line, raw))
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
