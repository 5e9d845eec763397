"""Facets: the codes by which claims are found, as the library of questions knows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from rdflib import URIRef

from kg.namespaces import COVE, PREFIXES
from kg.questions import question
from kg.questions.parameters import expand

__all__ = ["Facet", "facet_of"]

_CONCEPTS = PREFIXES["concept"]


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet: the property of claims, and the parameter of the question that lists them."""

    parameter: str
    by: URIRef


def facet_of(iri: str) -> Facet | None:
    """Return the facet whose value a concept is; None for the types of typologies.

    >>> facet_of("https://w3id.org/cove/concept/sector/health-care").parameter
    'sector'
    >>> facet_of("https://w3id.org/cove/concept/trust").parameter
    'concept'
    >>> facet_of("https://w3id.org/cove/concept/size/large")
    """
    scheme, _, code = iri.removeprefix(_CONCEPTS).rpartition("/")
    return _facets().get(scheme) if iri.startswith(_CONCEPTS) and code else None


@cache
def _facets() -> Mapping[str, Facet]:
    """Read from the questions which parameter stands for which property of claims."""
    properties = question("evidence-map").header.parameters["rows"].choices
    found = {"": Facet("concept", COVE.aboutConcept)}
    for name, parameter in question("claims").header.parameters.items():
        kind, _, scheme = parameter.type.partition(":")
        if kind == "code" and name in properties:
            found[scheme] = Facet(name, expand(properties[name]))
    return found
