"""JSON records: the elements of an array in a JSON document, also of one that is cut off."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import NamedTuple, cast

from kg.bibliographies.account import Failure

__all__ = ["Element", "count_elements", "elements", "text_of"]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]|"', re.DOTALL)
_VALUE = re.compile(r"\s*:\s*([\[{])")
# Where documents keep their records: OpenAlex, Crossref, EPPI-Reviewer, Zotero and others.
_WRAPPERS = ("results", "items", "References", "message", "data", "records")
_DEPTH = 100
_UNSOUND = re.compile(r"\\(?:u00[01]|u[dD][89a-fA-F]|b|f)")
_NONE = frozenset({"Cc", "Cs"})


class Element(NamedTuple):
    """An object of the array, and the line that it begins at."""

    line: int
    values: Mapping[str, object]
    text: str


def elements(text: str) -> Iterator[Element | Failure]:
    """Yield the objects of an array, of lines, or the one object that a document is.

    Each is parsed for itself, so that one that is broken leaves the others whole.
    """
    line, seen = 1, 0
    for begin, end, reason in _spans(text):
        line += text.count("\n", seen, begin)
        seen = begin
        part = text[begin:end]
        if reason:
            yield Failure(line, reason, part)
            continue
        try:
            values = json.loads(part)
        except (ValueError, RecursionError) as error:
            yield Failure(line, f"is not JSON: {error}; correct it there", part)
            continue
        if isinstance(values, dict):
            clean = _clean(values) if _UNSOUND.search(part) else values
            yield Element(line, cast("dict[str, object]", clean), part)
        else:
            yield Failure(line, "is no object; a record has braces around it", part)


def _clean(value: object) -> object:
    r"""Leave out control characters, and halves of characters that no text can hold.

    >>> _clean({"a": ["b\x00\ud800c\n"]})
    {'a': ['bc\n']}
    """
    if isinstance(value, str):
        return "".join(c for c in value if c in "\n\t\r" or unicodedata.category(c) not in _NONE)
    if isinstance(value, list):
        return [_clean(one) for one in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(one) for key, one in value.items()}
    return value


def count_elements(text: str) -> int:
    """Count the records of a whole document by parsing it at once; of a broken one by its braces.

    >>> count_elements('[{"a": [1, {}]}, {"b": "}"}]'), count_elements('{"a": 1}')
    (2, 1)
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return sum(1 for _ in _spans(text))
    return _count(found)


def _count(found: object) -> int:
    if isinstance(found, list):
        return sum(1 for one in found if isinstance(one, list | dict))
    if isinstance(found, dict):
        wrapped = (found[key] for key in _WRAPPERS if isinstance(found.get(key), list))
        inner = next(wrapped, found.get("message"))
        return _count(inner) if isinstance(inner, list | dict) else 1
    return 0


def text_of(value: object) -> str:
    """Return a value as it is kept raw: words as they are, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each record begins and ends, and what is wrong with one that does not end."""
    start = _start(text)
    depth, begin = 0, -1
    for token in _TOKEN.finditer(text, start):
        mark = token[0]
        if mark in "{[":
            if depth == 0:
                begin = token.start()
            depth += 1
            if depth > _DEPTH:
                yield begin, len(text), f"is nested deeper than {_DEPTH}; write it flat"
                return
        elif mark in "}]":
            depth -= 1
            if depth == 0:
                yield begin, token.end(), ""
            if depth < 0:
                return
        elif mark == '"':
            break
    if depth > 0:
        yield begin, len(text), "is cut off; export the file again"


def _start(text: str) -> int:
    """Return where the first record begins: inside the array if there is one near the top."""
    first = len(text) - len(text.lstrip())
    if text[first : first + 1] == "[":
        return first + 1
    depth, message = 0, first
    for token in _TOKEN.finditer(text, first):
        mark = token[0]
        if mark in "{[":
            depth += 1
        elif mark in "}]":
            depth -= 1
            if depth == 0:
                break  # one object, or the first of several lines
        elif depth <= 2 and mark[1:-1] in _WRAPPERS:
            after = _VALUE.match(text, token.end())
            if after and after[1] == "[":
                return after.end()
            message = after.end() - 1 if after and mark == '"message"' else message
    return message
