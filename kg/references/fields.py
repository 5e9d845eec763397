"""Fields: the parts of a reference that every form has, in a shape that breaks none."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple
from urllib.parse import quote

from kg.identifiers import doi_iri
from kg.records import Author, Work

__all__ = ["Name", "PageRange", "address", "name_of", "one_line", "page_range"]

_PAGES = re.compile(r"\s*(\w+)\s*[-\u2010-\u2015]+\s*(\w+)\s*")


class Name(NamedTuple):
    """A name taken apart: a person has a family name, a body a literal."""

    particle: str = ""
    family: str = ""
    given: str = ""
    literal: str = ""


class PageRange(NamedTuple):
    """The first and last page; the last is empty where there is one page or an article number."""

    first: str
    last: str


def one_line(text: str) -> str:
    r"""Put a text on one line, without control characters, so that no field can be forged.

    >>> one_line("a\r\nER  - b\u2028c\x00")
    'a ER - b c'
    """
    spaced = " ".join(text.split())
    return "".join(c for c in spaced if unicodedata.category(c) not in {"Cc", "Cs"})


def name_of(author: Author) -> Name:
    """Take a name apart; leading words in lower case are particles.

    >>> name_of(Author(family="van der Berg", given="Jan"))
    Name(particle='van der', family='Berg', given='Jan', literal='')
    """
    given = one_line(author.given or "")
    words = one_line(author.family or "").split(" ")
    if not words[0]:
        return Name(literal=one_line(author.literal or "") or given)
    count = 0
    while count < len(words) - 1 and words[count].islower():
        count += 1
    return Name(" ".join(words[:count]), " ".join(words[count:]), given)


def page_range(pages: str) -> PageRange:
    """Split pages into first and last.

    >>> page_range("S31\u2013S47"), page_range("e310210")
    (PageRange(first='S31', last='S47'), PageRange(first='e310210', last=''))
    """
    found = _PAGES.fullmatch(pages)
    return PageRange(found[1], found[2]) if found else PageRange(one_line(pages), "")


def address(work: Work) -> str:
    """Return where to find a work: by its DOI, else the page that it was read at."""
    iri = str(doi_iri(work.doi)) if work.doi else work.read_at
    return quote(iri, safe=":/?#[]@!$&'()*+,;=%-._~")
