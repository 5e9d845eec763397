"""The thesaurus: evidence concepts with their words, and the concepts above them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import pyoxigraph as ox

from kg.codes import CONCEPT, codes
from kg.namespaces import SKOS

__all__ = ["Entry", "ancestors", "entries"]

_BROADER = str(SKOS.broader)
_PREFERRED = str(SKOS.prefLabel)
_ALTERNATIVE = str(SKOS.altLabel)
_DEFINITION = str(SKOS.definition)
_SCHEME = str(SKOS.inScheme)


@dataclass(frozen=True, slots=True)
class Entry:
    """A concept: its code, its names, its definition, its schemes, and the codes above it."""

    code: str
    label: str
    alternatives: tuple[str, ...]
    definition: str
    broader: tuple[str, ...]
    schemes: tuple[str, ...]


@cache
def entries() -> Mapping[str, Entry]:
    """Return every evidence concept by its code.

    >>> entries()["agenda-control"].broader
    ('power-asymmetry',)
    """
    described: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for entry in (files("ontology") / "vocabularies").iterdir():
        if entry.name.endswith(".ttl"):
            for triple in ox.parse(entry.read_bytes(), format=ox.RdfFormat.TURTLE):
                value = getattr(triple.object, "value", "")
                described[str(getattr(triple.subject, "value", ""))][triple.predicate.value].append(
                    value
                )
    by_iri = {str(iri): code for code, iri in codes(CONCEPT).items()}
    return MappingProxyType({by_iri[iri]: _entry(by_iri, described, iri) for iri in by_iri})


@cache
def ancestors(code: str) -> Mapping[str, int]:
    """Return the concepts above one and itself, each with the steps up to it.

    >>> dict(ancestors("agenda-control"))["power-asymmetry"]
    1
    """
    found = {code: 0}
    level = [code]
    while level:
        above = [up for one in level for up in _above(one) if up not in found]
        steps = found[level[0]] + 1
        found |= dict.fromkeys(above, steps)
        level = list(dict.fromkeys(above))
    return MappingProxyType(found)


def _above(code: str) -> tuple[str, ...]:
    entry = entries().get(code)
    return entry.broader if entry else ()


def _entry(
    by_iri: Mapping[str, str], described: Mapping[str, Mapping[str, list[str]]], iri: str
) -> Entry:
    values = described[iri]
    return Entry(
        code=by_iri[iri],
        label=values[_PREFERRED][0],
        alternatives=tuple(sorted(values.get(_ALTERNATIVE, ()))),
        definition=" ".join(sorted(values.get(_DEFINITION, ()))),
        broader=tuple(sorted(by_iri[up] for up in values.get(_BROADER, ()) if up in by_iri)),
        schemes=tuple(sorted(up.rpartition("/")[2] for up in values.get(_SCHEME, ()))),
    )
