"""BibTeX: works as entries that LaTeX, JabRef and Zotero read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from kg.records import Author, Work
from kg.references.fields import address, name_of, one_line, page_range

__all__ = ["escaped", "protected", "verbatim", "write_bibtex"]

# For each type the entry, the field of what contains the work, and that of its publisher.
_ENTRIES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "article-journal": ("article", "journal", "publisher"),
        "chapter": ("incollection", "booktitle", "publisher"),
        "book": ("book", "series", "publisher"),
        "report": ("techreport", "series", "institution"),
        "thesis": ("phdthesis", "series", "school"),
        "paper-conference": ("inproceedings", "booktitle", "publisher"),
    }
)
_OTHER = ("misc", "howpublished", "publisher")
# BibTeX counts braces even after a backslash, so a brace in a text must be a command.
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "#": r"\#",
        "$": r"\$",
        "%": r"\%",
        "&": r"\&",
        "_": r"\_",
    }
)
_WORD = re.compile(r"\w+")
_SEPARATOR = re.compile(r",|\band\b", re.IGNORECASE)


def write_bibtex(works: Iterable[Work]) -> str:
    """Write works as BibTeX in UTF-8; the key of an entry is the id of its work."""
    return "\n".join(_entry(work) for work in works)


def _entry(work: Work) -> str:
    kind, container, publisher = _ENTRIES.get(work.type, _OTHER)
    fields = "".join(
        f"  {name} = {{{text}}},\n" for name, text in _fields(work, container, publisher) if text
    )
    return f"@{kind}{{{work.id},\n{fields}}}\n"


def _fields(work: Work, container: str, publisher: str) -> Iterator[tuple[str, str]]:
    names = [_name(author) for author in work.authors]
    yield "author", " and ".join([*names, "others"] if work.authors_incomplete else names)
    yield "title", protected(work.title)
    yield "year", str(work.year)
    yield container, escaped(work.container)
    yield "volume", escaped(work.volume)
    yield "number", escaped(work.issue)
    yield "pages", "--".join(escaped(page) for page in page_range(work.pages or "") if page)
    yield publisher, escaped(work.publisher)
    yield "isbn", escaped(work.isbn)
    yield "language", escaped(work.language)
    yield "doi", verbatim(work.doi or "")
    yield "url", verbatim(address(work))


def escaped(text: str | None) -> str:
    r"""Write a text so that LaTeX sets it as it is.

    >>> escaped("R&D {x"), escaped(None)
    ('R\\&D \\textbraceleft{}x', '')
    """
    return one_line(text or "").translate(_ESCAPES)


def verbatim(text: str) -> str:
    r"""Write a DOI or an address, which are read letter by letter, without what ends a field.

    >>> verbatim("10.1/a_b}")
    '10.1/a_b%7D'
    """
    plain = one_line(text).replace(" ", "%20")
    return plain.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")


def protected(text: str) -> str:
    """Escape a title and keep its capitals from styles that lower them.

    >>> protected("Care in the NHS")
    'Care in the {NHS}'
    """
    return " ".join(_kept(word, is_first=not i) for i, word in enumerate(one_line(text).split(" ")))


def _kept(word: str, *, is_first: bool) -> str:
    letters = "".join(_WORD.findall(word))
    has_capital = any(c.isupper() for c in (letters[1:] if is_first else letters))
    escaped = word.translate(_ESCAPES)
    return f"{{{escaped}}}" if has_capital else escaped


def _name(author: Author) -> str:
    name = name_of(author)
    if name.literal:
        return f"{{{escaped(name.literal)}}}"
    family = f"{name.particle} {_part(name.family)}".strip()
    return f"{family}, {_part(name.given)}" if name.given else f"{{{escaped(family)}}}"


def _part(text: str) -> str:
    """Escape a part of a name; one that would be taken for two names is put in braces."""
    return f"{{{escaped(text)}}}" if _SEPARATOR.search(text) else escaped(text)
