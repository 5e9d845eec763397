"""Look up the codes of the vocabularies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import pyoxigraph as ox
from rdflib import URIRef

from kg.errors import CodeError
from kg.namespaces import COVE, PREFIXES, SKOS

__all__ = ["CONCEPT", "codes", "label", "nearest", "notation", "resolve", "schemes", "side"]

CONCEPT = "concept"
"""The name under which every evidence concept is found, whichever scheme owns it."""

_IN_SCHEME = ox.NamedNode(str(SKOS.inScheme))
_NOTATION = ox.NamedNode(str(SKOS.notation))
_PREFERRED = ox.NamedNode(str(SKOS.prefLabel))
_ALTERNATIVE = ox.NamedNode(str(SKOS.altLabel))
_SIDE = ox.NamedNode(str(COVE.side))
_READ = frozenset({_IN_SCHEME, _NOTATION, _PREFERRED, _ALTERNATIVE, _SIDE})

_Words = dict[str, str]  # what a person may type, in lower case, to the notation it means


@dataclass(frozen=True, slots=True)
class _Vocabularies:
    codes: Mapping[str, Mapping[str, URIRef]]
    words: Mapping[str, Mapping[str, str]]
    notations: Mapping[str, str]
    labels: Mapping[str, str]
    sides: Mapping[str, str]


def resolve(scheme: str, code: str) -> URIRef:
    """Find the concept that a code stands for in a scheme.

    >>> resolve("volition", "mandated")
    rdflib.term.URIRef('https://w3id.org/cove/concept/volition/mandated')
    >>> resolve("concept", "trust")
    rdflib.term.URIRef('https://w3id.org/cove/concept/trust')
    >>> resolve("definitional-feature", "f-voluntary")
    rdflib.term.URIRef('https://w3id.org/cove/concept/f-voluntary')
    """
    found = codes(scheme).get(code)
    if found is None:
        raise CodeError(code, scheme=scheme, nearest=nearest(scheme, code))
    return found


def notation(iri: str) -> str:
    """Give the code of a concept, as a coding sheet writes it.

    >>> notation("https://w3id.org/cove/concept/country/SE")
    'SE'
    """
    return _described(_read().notations, iri)


def label(iri: str) -> str:
    """Give the English name of a concept.

    >>> label("https://w3id.org/cove/concept/country/SE")
    'Sweden'
    """
    return _described(_read().labels, iri)


def side(role: str) -> str:
    """Tell on which side of a process the people of a role stand.

    >>> side("patient"), side("manager")
    ('lay', 'regular')
    """
    return notation(_read().sides[str(resolve("role", role))])


def codes(scheme: str) -> Mapping[str, URIRef]:
    """List the codes of a scheme, sorted, each with its concept.

    The concept that stands for a whole typology (`ors2016` in the scheme `ors2016`) is none of
    the codes of that scheme; it is found under "concept", as every evidence concept is.

    >>> list(codes("intent"))
    ['accidental', 'intentional']
    """
    vocabularies = _read()
    found = vocabularies.codes.get(scheme)
    if found is None:
        close = get_close_matches(scheme, vocabularies.codes, n=3)
        raise CodeError(scheme, scheme="the concept schemes", nearest=tuple(close))
    return found


def schemes() -> tuple[str, ...]:
    """Name the schemes that have codes, sorted."""
    return tuple(_read().codes)


def nearest(scheme: str, text: str, *, limit: int = 3) -> tuple[str, ...]:
    """Suggest the codes of a scheme whose code or label comes closest to a text.

    >>> nearest("volition", "compulsory")
    ('mandated',)
    """
    words = _read().words[scheme]
    close = get_close_matches(_plain(text), words, n=4 * limit, cutoff=0.6)
    return tuple(dict.fromkeys(words[word] for word in close))[:limit]


def _described(by_iri: Mapping[str, str], iri: str) -> str:
    found = by_iri.get(str(iri))
    if found is None:
        raise CodeError(str(iri), scheme="any vocabulary")
    return found


@cache
def _read() -> _Vocabularies:
    described = _descriptions()
    by_scheme: dict[str, dict[str, URIRef]] = defaultdict(dict)
    words: dict[str, _Words] = defaultdict(dict)
    alternatives: dict[str, _Words] = defaultdict(dict)
    notations: dict[str, str] = {}
    labels: dict[str, str] = {}
    sides: dict[str, str] = {}
    for iri, values in sorted(described.items()):
        code, name = values[_NOTATION][0], values[_PREFERRED][0]
        notations[iri], labels[iri] = code, name
        if values[_SIDE]:
            sides[iri] = values[_SIDE][0]
        for scheme in _names(iri, code, values[_IN_SCHEME]):
            by_scheme[scheme][code] = URIRef(iri)
            words[scheme] |= {_plain(name): code, _plain(code): code}
            alternatives[scheme] |= {_plain(word): code for word in values[_ALTERNATIVE]}
    return _Vocabularies(
        codes=MappingProxyType(
            {scheme: MappingProxyType(by_scheme[scheme]) for scheme in sorted(by_scheme)}
        ),
        # one concept's own name wins over another's alternative name
        words={scheme: alternatives[scheme] | words[scheme] for scheme in by_scheme},
        notations=notations,
        labels=labels,
        sides=sides,
    )


def _descriptions() -> dict[str, dict[ox.NamedNode, list[str]]]:
    described: dict[str, dict[ox.NamedNode, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triple in _triples():
        if triple.predicate in _READ:
            described[_text(triple.subject)][triple.predicate].append(_text(triple.object))
    # a concept scheme has a label, but only a concept is in one
    return {iri: values for iri, values in described.items() if _IN_SCHEME in values}


def _triples() -> Iterator[ox.Quad]:
    for entry in (files("ontology") / "vocabularies").iterdir():
        if entry.name.endswith(".ttl"):
            yield from ox.parse(entry.read_bytes(), format=ox.RdfFormat.TURTLE)


def _text(term: object) -> str:
    return str(getattr(term, "value", ""))


def _names(iri: str, code: str, scheme_iris: list[str]) -> Iterator[str]:
    if "/" not in iri.removeprefix(PREFIXES["concept"]):
        yield CONCEPT
    for scheme_iri in scheme_iris:
        slug = scheme_iri.removeprefix(PREFIXES["scheme"])
        if slug != code:
            yield slug


def _plain(text: str) -> str:
    return text.casefold().replace("-", " ").strip()
