"""Addresses: where the document about an IRI is."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from kg.namespaces import COVE

__all__ = ["Addresses"]

_SAFE = "/:@!$&'()*+,;=-._~"
_TERMS = str(COVE._NS)


@dataclass(frozen=True, slots=True)
class Addresses:
    """The way from an IRI to its page, in the newest version or in one that is pinned.

    >>> here = Addresses("https://w3id.org/cove/")
    >>> here.of("https://w3id.org/cove/work/x"), here.of("https://w3id.org/cove/ontology#Claim")
    ('/work/x', '/ontology/Claim')
    >>> here.of("https://doi.org/10.1/x"), here.of("javascript:alert(1)")
    ('https://doi.org/10.1/x', None)
    >>> here.of("https://w3id.org/cove/shapes#Agent")
    '/shapes#Agent'
    >>> Addresses("https://w3id.org/cove/", pinned=3).of("https://w3id.org/cove/work/x")
    '/version/3/work/x'
    """

    base: str
    pinned: int | None = None

    @property
    def start(self) -> str:
        """What every address of this version begins with."""
        return f"/version/{self.pinned}" if self.pinned else ""

    def of(self, iri: str) -> str | None:
        """Return the address of the page about an IRI, None where a link could do harm."""
        if iri.startswith(_TERMS):
            return f"{self.start}/ontology/{quote(iri.removeprefix(_TERMS), safe='')}"
        if iri.startswith(self.base):
            path, hash_, fragment = iri.removeprefix(self.base).partition("#")
            return f"{self.start}/{quote(path, safe=_SAFE)}{hash_}{quote(fragment, safe=_SAFE)}"
        return iri if iri.startswith(("http://", "https://")) else None

    def iri(self, path: str) -> str:
        """Return the IRI that a path of this site is about.

        >>> Addresses("https://w3id.org/cove/").iri("ontology/Claim")
        'https://w3id.org/cove/ontology#Claim'
        """
        if path.startswith("ontology/"):
            return _TERMS + path.removeprefix("ontology/")
        return self.base + path
