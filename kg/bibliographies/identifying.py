"""Identifying: the numbers of works and series, wherever a record hides them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from kg.identifiers import normalise_doi

__all__ = ["doi_in", "isbns_in", "issns_in", "page_range", "pmcid_in", "pmid_in", "unique"]

_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"'|\x00-\x1f]+", re.IGNORECASE)
_ENDS = ".,;:>]}"
_QUERY = re.compile(r"[?&](?:partnerid|md5|sid|via|utm_\w+|accountid|atitle|title|issn)=.*", re.I)
_ISSN = re.compile(r"(?<![\dX-])(\d{4})-?(\d{3}[\dX])(?![\dX-])", re.IGNORECASE)
_ISBN = re.compile(r"(?<![\dX])(?:97[89][- ]?)?(?:\d[- ]?){9}[\dX](?![\dX])", re.IGNORECASE)
_PMID = re.compile(r"(?:pmid:?\s*|pubmed(?:\.ncbi\.nlm\.nih\.gov)?/)?(\d{1,8})", re.IGNORECASE)
_PMCID = re.compile(r"(?:pmc(?:id)?:?\s*)?pmc(\d+)", re.IGNORECASE)
_PAGES = re.compile(
    r"(?:pp?\.\s*)?([^\s\u2010-\u2015-]+)\s*[\u2010-\u2015-]+\s*([^\s\u2010-\u2015-]+)"
)


def doi_in(text: str) -> str:
    """Return the DOI in a text in its normal form, or nothing.

    >>> doi_in("http://dx.doi.org/10.1002/JTS.22387")
    '10.1002/jts.22387'
    >>> doi_in("https://x.org/?doi=10.15598%2faeee.v16i3.2698&partnerID=40"), doi_in("Article")
    ('10.15598/aeee.v16i3.2698', '')
    """
    if "10." not in text:
        return ""
    found = _DOI.search(unquote(text))
    if found is None:
        return ""
    doi = _QUERY.sub("", found[0]).rstrip(_ENDS)
    while doi.endswith(")") and doi.count(")") > doi.count("("):
        doi = doi[:-1].rstrip(_ENDS)
    try:
        return normalise_doi(doi)
    except ValueError:
        return ""


def issns_in(text: str) -> tuple[str, ...]:
    """Return the ISSNs in a text whose check digit is right.

    >>> issns_in("0894-9867, 0894-9867"), issns_in("03064530 (ISSN)"), issns_in("1234-5678")
    (('0894-9867',), ('0306-4530',), ())
    """
    found = (f"{a}-{b.upper()}" for a, b in _ISSN.findall(text))
    return unique(issn for issn in found if _is_issn(issn.replace("-", "")))


def isbns_in(text: str) -> tuple[str, ...]:
    """Return the ISBNs in a text whose check digit is right, without hyphens.

    >>> isbns_in("978-1-138-70011-6; 0-19-852663-6"), isbns_in("978-1-138-70011-0")
    (('9781138700116', '0198526636'), ())
    """
    found = (re.sub(r"[- ]", "", one).upper() for one in _ISBN.findall(text))
    return unique(isbn for isbn in found if _is_isbn(isbn))


def pmid_in(text: str) -> str:
    """Return a PubMed number that a text is.

    >>> pmid_in("PMID: 21553931"), pmid_in("rayyan-1")
    ('21553931', '')
    """
    found = _PMID.fullmatch(text.strip())
    return found[1].lstrip("0") if found else ""


def pmcid_in(text: str) -> str:
    """Return a PubMed Central number that a text is.

    >>> pmcid_in("PMC4242424"), pmcid_in("4242424")
    ('PMC4242424', '')
    """
    found = _PMCID.fullmatch(text.strip())
    return f"PMC{found[1]}" if found else ""


def page_range(text: str) -> str:
    """Write a range of pages with one hyphen.

    >>> page_range("12--23"), page_range("99 \u2013 120"), page_range("e0815")
    ('12-23', '99-120', 'e0815')
    """
    plain = " ".join(text.split())
    found = _PAGES.fullmatch(plain)
    return f"{found[1]}-{found[2]}" if found else plain


def unique(found: Iterable[str]) -> tuple[str, ...]:
    """Return each once, in the order of the first."""
    return tuple(dict.fromkeys(found))


def _is_issn(digits: str) -> bool:
    """ISO 3297: weights 8 to 2, and X for ten."""
    total = sum(int(d) * w for d, w in zip(digits[:7], range(8, 1, -1), strict=True))
    return "0123456789X"[-total % 11] == digits[7]


def _is_isbn(digits: str) -> bool:
    """ISO 2108: modulo 11 for ten digits, modulo 10 with weights 1 and 3 for thirteen."""
    if len(digits) == 10:
        values = ["0123456789X".index(d) for d in digits]
        return sum(v * w for v, w in zip(values, range(10, 0, -1), strict=True)) % 11 == 0
    return digits.isdigit() and sum(int(d) * (1, 3)[i % 2] for i, d in enumerate(digits)) % 10 == 0
