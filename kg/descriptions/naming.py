"""Names of the parts of a description, made from what each part is about."""

from __future__ import annotations

import hashlib
import re
from functools import cache

import pyoxigraph as ox

from kg.namespaces import PREFIXES, VOID_DOCUMENT

__all__ = ["compact", "part"]

_SHORT = re.compile(r"([a-z]+):([A-Za-z0-9]+)")


def part(kind: str, *iris: str) -> ox.NamedNode:
    """Name a part of the description, the same in every version.

    >>> part("class", PREFIXES["cove"] + "Claim", PREFIXES["cove"] + "locator").value
    'https://w3id.org/cove/void#class-cove_Claim-cove_locator'
    """
    return ox.NamedNode(f"{VOID_DOCUMENT}#" + "-".join((kind, *map(_segment, iris))))


@cache
def compact(iri: str) -> str:
    """Shorten an IRI by a prefix, where one is known.

    >>> compact("http://www.w3.org/2002/07/owl#Class"), compact("https://example.org/a")
    ('owl:Class', 'https://example.org/a')
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


@cache
def _segment(iri: str) -> str:
    """Write an IRI in letters that every RDF format can shorten, no two alike."""
    short = _SHORT.fullmatch(compact(iri))
    return f"{short[1]}_{short[2]}" if short else hashlib.sha256(iri.encode()).hexdigest()[:16]
