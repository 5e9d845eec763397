"""Search: find works, claims, concepts, cases, propositions and questions by their words."""

from kg.search.documents import FACETS, KINDS
from kg.search.finding import Facet, FacetValue, Found, Hit, Part, Wanted, find
from kg.search.index import index_of, kept_index

__all__ = [
    "FACETS",
    "KINDS",
    "Facet",
    "FacetValue",
    "Found",
    "Hit",
    "Part",
    "Wanted",
    "find",
    "index_of",
    "kept_index",
]
