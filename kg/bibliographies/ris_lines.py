"""RIS lines: the lines of a RIS file in the form that a parser loses nothing of.

Databases write one space or a tab for two, forget the line that ends a record, put text before,
between and inside records, and break values over lines. What comes out of here has one tag a line
and says where it stood.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from kg.bibliographies.account import Remark

__all__ = ["Block", "Normaliser", "count_records"]

# RefMan's definition asks for two letters, two spaces, hyphen, space; real files for less
_GAP = r"(?:[ \t]{2,3}[-\u2010-\u2013]|[ \t][-\u2010-\u2013](?=[ \t]|$))[ \t]?"
_TAG = re.compile(rf"[ \t]*([A-Z][A-Z0-9]){_GAP}(.*)")
_LOWER = re.compile(r"[ \t]*([A-Za-z][A-Za-z0-9])[ \t]{2}- ?(.*)")
_START = re.compile(rf"[ \t]*(?:TY|ty){_GAP}")
_END = re.compile(r"[ \t]*(?:ER|er)[ \t]{1,3}-[ \t]*")
_EXACT = re.compile(r"[A-Z][A-Z0-9]  - ?")
_NUMBER = re.compile(r"\s*\d+\.?\s*")
_SEPARATORS = str.maketrans({"\u2028": "\n", "\u2029": "\n"})
# A long value of these is broken anywhere; a blank line in a text begins a paragraph.
_TEXTS = frozenset({"AB", "N1", "N2"})
_WRAPPED = re.compile(
    "T[I123Y]|[BCS]T|A[U1-4]|ED|J[FOA2]|C3|P[BY]|CY|UR|[SE]P|VL|IS|SN|DO|LA|ET|M3|Y[12]|DA|ID"
)


@dataclass(slots=True)
class Block:
    """The lines of one record: tag and value each, where it begins, and its text as it stands."""

    line: int
    pairs: list[tuple[str, list[str]]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    @property
    def tags(self) -> list[tuple[str, str]]:
        """Return tag and value, with values that were broken over lines joined."""
        named = ((tag.upper(), lines) for tag, lines in self.pairs)
        return [(tag, _joined(tag, lines)) for tag, lines in named]


def count_records(text: str) -> int:
    """Count the lines that begin a record."""
    return sum(1 for line in text.split("\n") if _START.match(line))


class Normaliser:
    """Cut a RIS file into blocks; what was repaired and left out is counted on the way."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._repairs: Counter[str] = Counter()
        self._first: dict[str, tuple[int, str]] = {}

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Say what was repaired, how often, and where first."""
        return tuple(Remark(what, n, *self._first[what]) for what, n in self._repairs.items())

    def blocks(self) -> Iterator[Block]:
        """Yield the records; one without the line that ends it ends where the next begins."""
        block: Block | None = None
        is_open = False
        for number, line in enumerate(self._lines, 1):
            if _START.match(line):
                if block:
                    if is_open:
                        self._note("a record without ER ended at the next TY", block.line)
                    yield block
                block, is_open = Block(number), True
            if block is None:
                self._skip(number, line, "before the first record")
            elif not is_open:
                self._after(block, number, line)
            elif _END.fullmatch(line):
                is_open = False
                block.text.append(line)
            else:
                self._add(block, number, line)
        if block:
            if is_open:
                self._note("a record without ER ended with the file", block.line)
            yield block

    def _add(self, block: Block, number: int, line: str) -> None:
        block.text.append(line)
        found = _TAG.fullmatch(line) or (_LOWER.fullmatch(line) if len(block.pairs) < 1 else None)
        if found is None and block.pairs and block.pairs[0][0].islower():
            found = _LOWER.fullmatch(line)
        if found and found[1].upper() != "ER":
            if not _EXACT.match(line) and line[2:5] != "  -":
                self._note("tags not set apart by two spaces were read all the same", number, line)
            block.pairs.append((found[1], [found[2]]))
        elif block.pairs:
            block.pairs[-1][1].append(line)

    def _after(self, block: Block, number: int, line: str) -> None:
        """Keep a tagged line between two records with the one before, as Ovid means it."""
        found = _TAG.fullmatch(line)
        if found:
            self._note("tags after ER were added to the record before", number, line)
            block.pairs.append((found[1], [found[2]]))
            block.text.append(line)
        else:
            self._skip(number, line, "between records")

    def _skip(self, number: int, line: str, where: str) -> None:
        if line.strip() and not _NUMBER.fullmatch(line):
            self._note(f"lines {where} were left out", number, line)

    def _note(self, what: str, number: int, line: str = "") -> None:
        self._repairs[what] += 1
        self._first.setdefault(what, (number, line.strip()))


def _joined(tag: str, lines: list[str]) -> str:
    r"""Join a value broken over lines; breaks stay where they may part several values.

    >>> _joined("AB", ["one", "sentence", "", "Two"]), _joined("KW", ["trust", "harm"])
    ('one sentence\nTwo', 'trust\nharm')
    """
    parts = [part.strip() for line in lines for part in line.translate(_SEPARATORS).split("\n")]
    if len(parts) == 1:
        return parts[0]
    if tag in _TEXTS:
        paragraphs = [" ".join(group) for full, group in groupby(parts, bool) if full]
        return "\n".join(paragraphs)
    return (" " if _WRAPPED.fullmatch(tag) else "\n").join(parts).strip()
