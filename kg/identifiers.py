"""Identifiers: DOI and slug, parsed once at the edge, and the IRIs minted from them."""

from __future__ import annotations

import re
import unicodedata

from rdflib import URIRef

from kg.errors import SourceError
from kg.namespaces import BASE, DOI

__all__ = [
    "agent_iri",
    "doi_iri",
    "is_reserved",
    "is_slug",
    "mint",
    "normalise_doi",
    "parts_of",
    "proposition_iri",
    "slugify",
]

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_DOI_PREFIX = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)


def is_slug(text: str) -> bool:
    """Tell whether the text is a slug: words of a-z and 0-9 joined by single hyphens.

    >>> is_slug("engen-2021-value-co-destruction"), is_slug("Engen 2021")
    (True, False)
    """
    return _SLUG.fullmatch(text) is not None


def slugify(text: str) -> str:
    """Make a slug from a name, without its accents.

    >>> slugify("Järvi, Henna")
    'jarvi-henna'
    >>> slugify("李 明")
    'u674e-u660e'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    words = re.findall(r"[a-z0-9]+", "".join(map(_ascii, plain)))
    return "-".join(words)


def _ascii(character: str) -> str:
    """Keep ASCII, drop combining marks, and name a letter of another script by its code."""
    if character.isascii():
        return character
    if unicodedata.combining(character):
        return ""
    return f"-u{ord(character):04x}-" if character.isalnum() else "-"


def normalise_doi(text: str) -> str:
    """Return a DOI bare and in lower case, or raise ValueError with the remedy.

    >>> normalise_doi("https://doi.org/10.1080/14719037.2020.1720354")
    '10.1080/14719037.2020.1720354'
    >>> normalise_doi("10.1/x y")
    Traceback (most recent call last):
    ...
    ValueError: DOI '10.1/x y' has a space; remove it
    """
    doi = _DOI_PREFIX.sub("", text.strip(), count=1).lower()
    if re.search(r"\s", doi):
        raise ValueError(f"DOI {text!r} has a space; remove it")
    if not _DOI.fullmatch(doi):
        raise ValueError(f"DOI {text!r} is not of the form 10.1234/suffix; correct or remove it")
    return doi


def doi_iri(doi: str) -> URIRef:
    """Return the IRI of a normalised DOI, with the characters that IRIs forbid escaped.

    >>> doi_iri("10.1002/(sici)1097<1::aid>3.0.co;2-a")
    rdflib.term.URIRef('https://doi.org/10.1002/(sici)1097%3C1::aid%3E3.0.co;2-a')
    """
    escaped = re.sub(r'[<>"{}|\\^`%#?\x00-\x20]', lambda m: f"%{ord(m[0]):02X}", doi)
    return DOI[escaped]


def mint(kind: str, *parts: str | int) -> URIRef:
    """Mint the IRI of a thing from the kind of thing and the parts of its identity.

    >>> mint("claim", "engen-2021-value-co-destruction", "3")
    rdflib.term.URIRef('https://w3id.org/cove/claim/engen-2021-value-co-destruction/3')
    """
    return URIRef(f"{BASE}{kind}/" + "/".join(map(str, parts)))


def parts_of(iri: URIRef) -> tuple[str, ...]:
    """Return the parts that an IRI was minted from, without the kind of thing.

    >>> parts_of(mint("process", "adams-2018", "1", "2"))
    ('adams-2018', '1', '2')
    """
    return tuple(iri.removeprefix(BASE).split("/")[1:])


def is_reserved(iri: URIRef) -> bool:
    """Tell whether an IRI lies where CoVE mints its own.

    >>> is_reserved(mint("record", "x")), is_reserved(URIRef("https://example.org/mine"))
    (True, False)
    """
    return iri.startswith(BASE.rstrip("/"))


def agent_iri(name: str) -> URIRef:
    """Mint the IRI of an agent from the name as printed: one name, one IRI.

    >>> agent_iri("Osborne, Stephen P.")
    rdflib.term.URIRef('https://w3id.org/cove/agent/osborne-stephen-p')
    """
    slug = slugify(name)
    if not slug:
        raise SourceError("author has a name without letters; correct it", source=repr(name))
    return mint("agent", slug)


def proposition_iri(subject: str, object_: str, *, role: str = "", through: str = "") -> URIRef:
    """Mint the IRI of a proposition from the codes of its concepts.

    `role` is "moderated" or "mediated" where a third concept, `through`, bears on the link.

    >>> proposition_iri("transparency", "value-co-destruction")
    rdflib.term.URIRef('https://w3id.org/cove/proposition/transparency--value-co-destruction')
    >>> proposition_iri("co-production", "trust", role="mediated", through="reciprocity")
    rdflib.term.URIRef('https://w3id.org/cove/proposition/co-production--trust--mediated-by--reciprocity')
    """
    pair = f"{subject}--{object_}"
    return mint("proposition", f"{pair}--{role}-by--{through}" if role else pair)
