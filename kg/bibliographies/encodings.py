"""Encodings: the text of a file that does not say how it was written."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

from kg.bibliographies.account import Remark
from kg.errors import SourceError

__all__ = ["decode"]

_MARKS = (  # the longer first: the mark of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What programs of reviewers write where they do not write Unicode, the likelier first. Latin
# scripts beside cp1252 are left out: a few letters do not tell one from the other.
_CANDIDATES = ["cp1252", "gb18030", "big5", "cp932", "cp949", "cp1251", "cp1253"]
_SAMPLE = 2**18
_CONTROLS = {c: None for c in range(32) if c not in (9, 10, 13)}
_BREAKS = str.maketrans({"\x0b": "\n", "\x0c": "\n"})


def decode(content: bytes, source: str, remarks: list[Remark]) -> tuple[str, str]:
    r"""Return the text of a file with plain line ends, and its encoding.

    >>> decode(b"\xef\xbb\xbfTY  - JOUR\r\n", "a.ris", [])
    ('TY  - JOUR\n', 'utf-8-sig')
    >>> decode("Skålén och Engström möttes".encode("cp1252"), "a.ris", [])
    ('Skålén och Engström möttes', 'cp1252')
    """
    text, encoding = _decoded(content, source, remarks)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").translate(_BREAKS)
    plain = text.translate(_CONTROLS)
    if len(plain) < len(text):
        lost = len(text) - len(plain)
        if lost * 20 > len(text):
            what = "is no text: too many of its characters are control codes; export it again"
            raise SourceError(what, source=source)
        remarks.append(Remark("control characters were left out", lost))
    return plain, encoding


def _decoded(content: bytes, source: str, remarks: list[Remark]) -> tuple[str, str]:
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    if encoding is None and b"\0" in content[:4]:
        encoding = {b"\0": "utf-16-be"}.get(content[:1], "utf-16-le")
    try:
        return content.decode(encoding or "utf-8"), encoding or "utf-8"
    except UnicodeDecodeError as error:
        if encoding not in {None, "utf-8-sig"}:
            what = f"begins as {encoding} and does not go on so ({error.reason}); export it again"
            raise SourceError(what, source=source) from error
    return _guessed(content, source, remarks)


def _guessed(content: bytes, source: str, remarks: list[Remark]) -> tuple[str, str]:
    """Decode what is not UTF-8: as one other encoding, or line by line where most lines are."""
    lines = content.split(b"\n")
    strange = [line for line in lines if not line.isascii()]
    broken = [line for line in strange if not _is_utf8(line)]
    encoding = _guess(b"\n".join(broken)) if broken else "utf-8"
    if len(broken) * 2 < len(strange):
        number = lines.index(broken[0]) + 1
        what = f"lines that are not UTF-8 were read as {encoding}"
        remarks.append(Remark(what, len(broken), number))
        known = (line.decode("utf-8" if _is_utf8(line) else encoding, "replace") for line in lines)
        return "\n".join(known), f"utf-8, {encoding}"
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError as error:
        text = content.decode(encoding, "replace")
        share = text.count("\ufffd")
        if share * 50 > len(text):
            what = f"is in no encoding that is known (byte {error.start}); save it as UTF-8"
            raise SourceError(what, source=source) from error
        number = content[: error.start].count(b"\n") + 1
        remarks.append(Remark(f"bytes that are not {encoding} were marked \ufffd", share, number))
        return text, encoding


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _guess(sample: bytes) -> str:
    """Guess the encoding from lines that are not UTF-8: the least chaotic, of equals the likelier.

    >>> _guess("José Ángel Muñoz".encode("cp1252")), _guess("李明".encode("gbk"))
    ('cp1252', 'gb18030')
    """
    found = from_bytes(sample[:_SAMPLE], cp_isolation=_CANDIDATES, threshold=0.5)
    chaos = {match.encoding: round(match.chaos, 1) for match in found}
    return min(_CANDIDATES, key=lambda name: chaos.get(name, 1.0))
