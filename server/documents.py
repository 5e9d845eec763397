"""Documents about things: the triples of a CONSTRUCT query, written for people and machines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

import msgspec
import pyoxigraph as ox

from kg.errors import QueryError
from kg.jsonld import compact, context_of
from kg.namespaces import PREFIXES
from kg.store import OpenVersion

__all__ = ["write_document"]

_JSON_LD = "application/ld+json"
_PREFIXES = {prefix: str(iri) for prefix, iri in PREFIXES.items()}


def write_document(version: OpenVersion, query: str, media_type: str, output: IO[bytes]) -> None:
    """Write the graph that a query of the product makes, with prefixes, sorted."""
    triples = sorted(set(version.triples(query)), key=str)
    if media_type == _JSON_LD:
        expanded = ox.serialize(triples, format=ox.RdfFormat.JSON_LD) or b"[]"
        document = compact(expanded, context_of(version))
        output.write(msgspec.json.format(msgspec.json.encode(document), indent=2))
        return
    graph_format = ox.RdfFormat.from_media_type(media_type)
    if graph_format is None:
        raise QueryError(f"cannot write a document as {media_type!r}; ask for an RDF format")
    ox.serialize(triples, output, graph_format, prefixes=_used(triples))


def _used(triples: Iterable[ox.Triple]) -> dict[str, str]:
    """Return the prefixes of what the triples name."""
    text = {
        term.value
        for triple in triples
        for term in (*triple, getattr(triple.object, "datatype", None))
        if isinstance(term, ox.NamedNode)
    }
    return {
        prefix: iri
        for prefix, iri in _PREFIXES.items()
        if any(name.startswith(iri) for name in text)
    }
