"""JSON-LD that reads as JSON: short names, plain values, the context in the document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
import pyoxigraph as ox
from rdflib import URIRef

from kg.namespaces import BASE, COVE, ONTOLOGY_GRAPH, OWL, PREFIXES, RDF, RDFS, XSD
from kg.store import OpenVersion

__all__ = ["Context", "compact", "context_of"]

_Json = Any  # what msgspec decodes
_NONE: Mapping[str, str] = MappingProxyType({})

_KEYWORDS: Mapping[str, str] = MappingProxyType({"id": "@id", "type": "@type"})
_TERMS = str(COVE._NS)
_TYPE = str(RDF.type)
_INTEGER, _BOOLEAN = str(XSD.integer), str(XSD.boolean)
# Things keep their whole IRI, which a reader can follow; terms of vocabularies are shortened.
_VOCABULARIES = {prefix: iri for prefix, iri in PREFIXES.items() if not iri.startswith(BASE)} | {
    "cove": _TERMS
}
_NATIVE: Mapping[str, Callable[[str], _Json]] = MappingProxyType(
    {_INTEGER: int, _BOOLEAN: {"true": True, "false": False}.__getitem__}
)


_MADE: WeakKeyDictionary[OpenVersion, Context] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Context:
    """The terms that have short names, and how the values of properties are typed.

    `types` gives a property "@id" where its values are things, else their datatype.
    """

    names: Mapping[str, str] = field(default_factory=lambda: _NONE)  # from IRI to name
    types: Mapping[str, str] = field(default_factory=lambda: _NONE)  # from IRI to type
    prefixes: Mapping[str, str] = field(default_factory=lambda: _VOCABULARIES)

    def document(self) -> dict[str, _Json]:
        """Return the whole context, as a document of its own."""
        terms = self._terms({*self.names, *self.types})
        return {"@context": {**_KEYWORDS, **self.prefixes, **terms}}

    def part(self, used: Iterable[str]) -> dict[str, _Json]:
        """Return what a document that names these IRIs needs of the context."""
        iris = set(used)
        prefixes = {
            prefix: iri
            for prefix, iri in self.prefixes.items()
            if any(name.startswith(iri) for name in iris)
        }
        return {**_KEYWORDS, **prefixes, **self._terms(iris)}

    def name(self, iri: str) -> str:
        """Shorten the IRI of a term."""
        return self.names.get(iri) or self.curie(iri)

    def curie(self, iri: str) -> str:
        """Shorten an IRI with a prefix.

        >>> Context().curie("http://purl.org/dc/terms/title"), Context().curie("urn:x")
        ('dct:title', 'urn:x')
        """
        for prefix, namespace in self.prefixes.items():
            local = iri.removeprefix(namespace)
            if local != iri and local and not local.startswith("//"):
                return f"{prefix}:{local}"
        return iri

    def without(self, schemes: Iterable[str]) -> Context:
        """Leave out the prefixes that are schemes of IRIs as well."""
        clashing = set(schemes)
        kept = {name: iri for name, iri in self.prefixes.items() if name not in clashing}
        return self if len(kept) == len(self.prefixes) else replace(self, prefixes=kept)

    def _terms(self, iris: Iterable[str]) -> dict[str, _Json]:
        return dict(self._defined(sorted(iris)))

    def _defined(self, iris: Iterable[str]) -> Iterator[tuple[str, _Json]]:
        for iri in iris:
            type_ = self.types.get(iri)
            if type_:
                short = type_ if type_ == "@id" else self.curie(type_)
                yield self.name(iri), {"@id": self.curie(iri), "@type": short}
            elif iri in self.names:
                yield self.names[iri], self.curie(iri)


def context_of(version: OpenVersion) -> Context:
    """Return the context of the ontology that a version holds, made once."""
    found = _MADE.get(version)
    if found is None:
        found = _MADE[version] = _context_of(version)
    return found


def _context_of(version: OpenVersion) -> Context:
    things = _of_type(version, OWL.ObjectProperty)
    values = _of_type(version, OWL.DatatypeProperty)
    ranges = {iri: range_ for iri in values if (range_ := _datatype(version, iri))}
    named = {*things, *values, *_of_type(version, OWL.Class)}
    return Context(
        {iri: iri.removeprefix(_TERMS) for iri in sorted(named) if iri.startswith(_TERMS)},
        {**dict.fromkeys(sorted(things), "@id"), **ranges},
    )


def compact(expanded: bytes, context: Context | None = None) -> dict[str, _Json]:
    """Shorten expanded JSON-LD; the document has the part of the context that it needs.

    >>> compact(b'[{"@id":"urn:a","http://purl.org/dc/terms/title":[{"@value":"A"}]}]')["@graph"]
    [{'id': 'urn:a', 'dct:title': 'A'}]
    """
    nodes: list[dict[str, _Json]] = msgspec.json.decode(expanded)
    used = set(_used(nodes))
    chosen = (context or Context()).without(iri.partition(":")[0] for iri in used)
    # What is described stands before what is only named.
    nodes.sort(key={"@type", _TYPE}.isdisjoint)
    graph = [dict(_entries(node, chosen)) for node in nodes]
    return {"@context": chosen.part(used), "@graph": graph}


def _of_type(version: OpenVersion, type_: URIRef) -> set[str]:
    kind, graph = ox.NamedNode(str(type_)), ox.NamedNode(str(ONTOLOGY_GRAPH))
    quads = version.quads_for_pattern(None, ox.NamedNode(_TYPE), kind, graph)
    return {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}


def _datatype(version: OpenVersion, iri: str) -> str | None:
    """Return the one datatype of a property's values; strings need none."""
    graph, name = ox.NamedNode(str(ONTOLOGY_GRAPH)), ox.NamedNode(str(RDFS.range))
    found = [q.object for q in version.quads_for_pattern(ox.NamedNode(iri), name, None, graph)]
    if len(found) != 1 or not isinstance(found[0], ox.NamedNode):
        return None
    value = found[0].value
    return value if value.startswith(str(XSD)) and value != str(XSD.string) else None


def _entries(node: Mapping[str, _Json], context: Context) -> Iterator[tuple[str, _Json]]:
    for key, values in node.items():
        if key == "@id":
            yield "id", values
        elif key in {_TYPE, "@type"}:
            short = [context.name(v if isinstance(v, str) else v["@id"]) for v in values]
            yield "type", short[0] if len(short) == 1 else short
        else:
            short = [_value(value, context.types.get(key), context) for value in values]
            yield context.name(key), short[0] if len(short) == 1 else short


def _value(value: Mapping[str, str], type_: str | None, context: Context) -> _Json:
    """Write a value as plainly as the type of its property allows."""
    if "@id" in value:
        short = context.curie(value["@id"])
        return short if type_ == "@id" else {"id": short}
    datatype, text = value.get("@type"), value["@value"]
    if "@language" in value:
        return dict(value)
    if type_ not in {None, datatype}:
        return {"@value": text, **({"@type": context.curie(datatype)} if datatype else {})}
    if datatype is None:
        return text
    native = _NATIVE[datatype](text) if _is_canonical(text, datatype) else None
    if native is not None:
        return native
    return text if type_ else {"@value": text, "@type": context.curie(datatype)}


def _is_canonical(text: str, datatype: str) -> bool:
    """Tell whether a number or a truth value of JSON gives back this very text.

    >>> _is_canonical("12", _INTEGER), _is_canonical("012", _INTEGER), _is_canonical("1", _BOOLEAN)
    (True, False, False)
    """
    if datatype == _BOOLEAN:
        return text in {"true", "false"}
    digits = text.removeprefix("-")
    is_number = digits.isascii() and digits.isdecimal() and len(digits) < 16
    return datatype == _INTEGER and is_number and str(int(text)) == text


def _used(nodes: Iterable[Mapping[str, _Json]]) -> Iterator[str]:
    """Name every IRI that may have been shortened."""
    for node in nodes:
        for key, values in node.items():
            yield key
            for value in values if isinstance(values, list) else [values]:
                if isinstance(value, str):
                    yield value
                else:
                    yield from (value[name] for name in ("@id", "@type") if name in value)
