"""Documents about things: the triples of a CONSTRUCT query, written for people and machines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any

import msgspec
import pyoxigraph as ox

from kg.errors import QueryError
from kg.namespaces import PREFIXES, RDF
from kg.store import Snapshot

__all__ = ["write_document"]

_JSON_LD = "application/ld+json"
_Json = Any  # JSON-LD as msgspec decodes it
_PREFIXES = {prefix: str(iri) for prefix, iri in PREFIXES.items()}


def write_document(version: Snapshot, query: str, media_type: str, output: IO[bytes]) -> None:
    """Write the graph that a query of the product makes, with prefixes, sorted."""
    found = version.engine.query(query)
    if not isinstance(found, ox.QueryTriples):
        raise QueryError("cannot write a document from a query that is no CONSTRUCT; change it")
    triples = sorted(set(found), key=str)
    if media_type == _JSON_LD:
        expanded = ox.serialize(triples, format=ox.RdfFormat.JSON_LD) or b"[]"
        output.write(msgspec.json.format(msgspec.json.encode(compacted(expanded)), indent=2))
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


def compacted(expanded: bytes) -> dict[str, _Json]:
    """Shorten expanded JSON-LD with prefixes only, so that no reader has to fetch a context.

    >>> compacted(b'[{"@id":"http://example.org/a"}]')["@graph"]
    [{'@id': 'http://example.org/a'}]
    """
    nodes = [_node(node) for node in msgspec.json.decode(expanded)]
    used = {key.partition(":")[0] for node in nodes for key in _names(node)}
    context = {prefix: iri for prefix, iri in _PREFIXES.items() if prefix in used}
    return {"@context": context, "@graph": nodes}


def _node(node: dict[str, _Json]) -> dict[str, _Json]:
    return {_key(name): _values(name, values) for name, values in node.items()}


def _key(name: str) -> str:
    return "@type" if name == str(RDF.type) else _curie(name)


def _values(name: str, values: _Json) -> _Json:
    if isinstance(values, str):
        return values
    if name == str(RDF.type):
        short = [_curie(value["@id"]) for value in values]
    else:
        short = [_value(value) for value in values]
    return short[0] if len(short) == 1 else short


def _value(value: dict[str, str]) -> _Json:
    if set(value) == {"@value"}:
        return value["@value"]
    if "@type" in value:
        return {**value, "@type": _curie(value["@type"])}
    return value


def _names(node: dict[str, _Json]) -> set[str]:
    """Name the keys and types of a node: wherever a prefix may stand."""
    names = set(node)
    for key, values in node.items():
        for value in values if isinstance(values, list) else [values]:
            if key == "@type":
                names.add(value)
            elif isinstance(value, dict) and "@type" in value:
                names.add(value["@type"])
    return names


def _curie(iri: str) -> str:
    for prefix, namespace in _PREFIXES.items():
        if iri.startswith(namespace) and not iri[len(namespace) :].startswith("//"):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
