"""BibTeX out: references as entries that LaTeX, JabRef and Zotero read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from kg.bibliographies.kinds import BIBTEX_TYPES
from kg.bibliographies.latex import has_unknown_macro, plain_text
from kg.bibliographies.reference import Date, Name, Reference
from kg.references.bibtex import escaped, protected, verbatim

__all__ = ["write_bibtex"]

_TYPES = {kind: entry for entry, kind in reversed(tuple(BIBTEX_TYPES.items()))}
_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "shorttitle": "title_short",
        "shortjournal": "container_title_short",
        "series": "collection_title",
        "eventtitle": "event_title",
        "venue": "event_place",
        "volume": "volume",
        "issue": "issue",
        "chapter": "chapter_number",
        "pagetotal": "number_of_pages",
        "volumes": "number_of_volumes",
        "edition": "edition",
        "version": "version",
        "type": "genre",
        "location": "publisher_place",
        "language": "language",
        "library": "call_number",
        "abstract": "abstract",
    }
)
_PUBLISHERS = MappingProxyType({"report": "institution", "thesis": "institution"})
_IN_JOURNALS = frozenset(
    {"article", "article-journal", "article-magazine", "article-newspaper", "review", "document"}
)
_IN_SERIES = frozenset({"book", "thesis", "chapter", "paper-conference"})
_KEY = re.compile(r"[\s{}(),\"#%~=\\]+")
_MATHEMATICS = re.compile(r"(\$[^$\n]*[\\_^][^$\n]*\$)")
_FIELD = re.compile(r"[A-Za-z_][\w:.+-]*")
_AND = re.compile(r"\band\b", re.IGNORECASE)
_PAGES = re.compile(r"^([^\s-]+)-([^\s-]+)$")


def write_bibtex(references: Iterable[Reference]) -> str:
    """Write references as BibLaTeX in UTF-8; raw fields of BibTeX go along as they were."""
    return "\n".join(_entry(reference) for reference in references)


def _entry(reference: Reference) -> str:
    raw = reference.raw if reference.format == "bibtex" else ()
    kind = next((value for name, value in raw if name == "entrytype"), None)
    kind = kind or _TYPES.get(reference.type, "misc")
    written = {name: text for name, text in _fields(reference) if text}
    others: list[tuple[str, str]] = []
    for name, value in raw:
        if name == "entrytype" or not _FIELD.fullmatch(name):
            continue
        kept = value if _is_balanced(value) else escaped(value)
        if name in written and _means(value, written[name]):
            written[name] = kept
        else:
            others.append((name, kept))  # a name may be there twice, as it was
    body = "".join(f"  {name} = {{{text}}},\n" for name, text in (*written.items(), *others))
    return f"@{kind}{{{_KEY.sub('-', reference.id) or 'reference'},\n{body}}}\n"


def _means(raw: str, text: str) -> bool:
    """Tell whether a raw value, with commands that are not known, is where the text came from."""
    return has_unknown_macro(raw) and plain_text(raw).split() == plain_text(text).split()


def _is_balanced(text: str) -> bool:
    depth = 0
    for brace in re.findall(r"[{}]", text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _fields(reference: Reference) -> Iterator[tuple[str, str]]:
    yield "author", _names(reference.author, is_incomplete=reference.authors_incomplete)
    yield "editor", _names(reference.editor)
    yield "translator", _names(reference.translator)
    yield "title", _latex(reference.title, protects=True)
    container = "journaltitle" if reference.type in _IN_JOURNALS else "booktitle"
    yield container, _latex(reference.container_title)
    yield "date", _date(reference.issued)
    yield "urldate", _date(reference.accessed)
    yield "origdate", _date(reference.original_date)
    yield "eventdate", _date(reference.event_date)
    for name, field in _TEXTS.items():
        yield name, _latex(getattr(reference, field))
    in_series = reference.type in _IN_SERIES
    yield "number", _latex(reference.collection_number if in_series else "")
    number = "eid" if reference.type in _IN_JOURNALS else "number"
    yield number, _latex("" if in_series else reference.number)
    yield "pages", _latex(_PAGES.sub(r"\1--\2", reference.page))
    yield _PUBLISHERS.get(reference.type, "publisher"), _latex(reference.publisher)
    yield "doi", verbatim(reference.doi)
    yield "isbn", " ".join(reference.isbn)
    yield "issn", " ".join(reference.issn)
    yield "url", verbatim(next(iter(reference.urls), ""))
    yield "urls", " ".join(map(verbatim, reference.urls[1:]))
    yield "pmid", reference.pmid
    yield "pmcid", reference.pmcid
    yield "keywords", _latex("; ".join(reference.keywords))
    yield "note", _latex(next(iter(reference.notes), ""))
    yield "annotation", _latex(". ".join(reference.notes[1:]))


def _latex(text: str, *, protects: bool = False) -> str:
    r"""Escape a text, mathematics excepted.

    >>> _latex(r"R&D of $\alpha$ at $5")
    'R\\&D of $\\alpha$ at \\$5'
    """
    parts = _MATHEMATICS.split(text)
    write = protected if protects else escaped
    return "".join(
        part if number % 2 and _is_balanced(part) else _spaced(part, write)
        for number, part in enumerate(parts)
    )


def _spaced(part: str, write: Callable[[str], str]) -> str:
    """Escape a part of a text with the blanks around it."""
    inner = part.strip()
    before, after = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :]
    return f"{before and ' '}{write(inner)}{after and ' '}" if inner else part and " "


def _names(names: Iterable[Name], *, is_incomplete: bool = False) -> str:
    written = [_name(name) for name in names]
    return " and ".join([*written, "others"] if is_incomplete else written)


def _name(name: Name) -> str:
    if name.literal:
        return f"{{{escaped(name.literal)}}}"
    family = f"{escaped(name.non_dropping_particle)} {_part(name.family)}".strip()
    given = f"{name.given} {name.dropping_particle}".strip()
    given = _part(given) if _AND.search(given) else escaped(given)
    return ", ".join((family, *([_part(name.suffix)] if name.suffix else []), given)).rstrip(" ")


def _part(text: str) -> str:
    """Escape a part of a name; one that would be taken for two is put in braces."""
    has_particle = any(word.lstrip("'")[:1].islower() for word in text.split(" ")[:-1])
    is_ambiguous = "," in text or has_particle or _AND.search(text)
    return f"{{{escaped(text)}}}" if is_ambiguous else escaped(text)


def _date(date: Date | None) -> str:
    """Write a date as EDTF.

    >>> _date(Date(date_parts=((2019, 5), (2019, 6))))
    '2019-05/2019-06'
    """
    if date is None:
        return ""
    days = ["-".join(f"{part:02d}" for part in day) for day in date.date_parts]
    season = f"-{20 + int(date.season)}" if date.season in {"1", "2", "3", "4"} else ""
    return "/".join(days) + season + ("~" if date.circa and days else "")
