"""Descriptions: what a version holds, told in the vocabularies that clients look for."""

from kg.descriptions.about import About
from kg.descriptions.catalogue import catalogue, entry
from kg.descriptions.counts import Counts, count
from kg.descriptions.dumps import DUMPS, Dump, dumps_of, make_dumps
from kg.descriptions.following import follow
from kg.descriptions.keeping import Facts, facts_of, kept
from kg.descriptions.naming import compact
from kg.descriptions.service import Limits, service
from kg.descriptions.void import void

__all__ = [
    "DUMPS",
    "About",
    "Counts",
    "Dump",
    "Facts",
    "Limits",
    "catalogue",
    "compact",
    "count",
    "dumps_of",
    "entry",
    "facts_of",
    "follow",
    "kept",
    "make_dumps",
    "service",
    "void",
]
