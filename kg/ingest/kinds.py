"""Kinds of graph: whose a named graph is, and so what writing to it means."""

from __future__ import annotations

from enum import Enum

from rdflib import URIRef

from kg.identifiers import is_reserved, is_slug, parts_of
from kg.namespaces import DATA_GRAPHS, PREFIXES

__all__ = ["GraphKind", "kind_of_graph"]


class GraphKind(Enum):
    """Whose a named graph is."""

    RECORD = "record"  # what a work's coding sheet asserts: entailed and validated
    FOREIGN = "foreign"  # anybody's: kept as it is
    RESERVED = "reserved"  # made by CoVE from its sources: ontology, schemes, what is inferred


def kind_of_graph(name: URIRef) -> GraphKind:
    """Tell whose a graph is by its name.

    >>> kind_of_graph(URIRef("https://w3id.org/cove/record/engen-2021"))
    <GraphKind.RECORD: 'record'>
    >>> kind_of_graph(URIRef("https://w3id.org/cove/record/engen-2021/inferred"))
    <GraphKind.RESERVED: 'reserved'>
    >>> kind_of_graph(URIRef("https://w3id.org/cove/data/mine"))
    <GraphKind.FOREIGN: 'foreign'>
    """
    if not is_reserved(name) or name.removeprefix(DATA_GRAPHS) not in {"", str(name)}:
        return GraphKind.FOREIGN
    if name.startswith(PREFIXES["record"]):
        parts = parts_of(name)
        if len(parts) == 1 and is_slug(parts[0]):
            return GraphKind.RECORD
    return GraphKind.RESERVED
