"""The graph of one version, read from one thing to the next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

import pyoxigraph as ox
from rdflib import URIRef

from kg.namespaces import RDF, RDFS, SKOS
from kg.store import OpenVersion

__all__ = ["Graph", "WholeGraph"]

_MERGED = ox.DefaultGraph()  # the merge of all named graphs
_Texts = set[tuple[bool, str]]


class Graph:
    """What a version says of a thing, whichever graph says it: looked up when it is asked for."""

    def __init__(self, snapshot: OpenVersion) -> None:
        self._snapshot = snapshot
        self._known: dict[tuple[str, URIRef], tuple[str, ...]] = {}

    def of_class(self, class_: URIRef) -> list[str]:
        """Return the things of a class, sorted."""
        return sorted(self._holders(RDF.type, str(class_)))

    def is_a(self, iri: str, class_: URIRef) -> bool:
        """Tell whether a thing is of a class."""
        return str(class_) in self.values(iri, RDF.type)

    def subjects(self, prop: URIRef, value: str, *, of: URIRef | None = None) -> list[str]:
        """Return the things, of a class if one is given, that have a thing as a value, sorted."""
        found = self._holders(prop, value)
        return sorted(iri for iri in found if of is None or self.is_a(iri, of))

    def values(self, iri: str, prop: URIRef) -> tuple[str, ...]:
        """Return the values of a property of a thing, English texts first."""
        key = (iri, prop)
        if key not in self._known:
            self._known[key] = self._look_up(iri, prop)
        return self._known[key]

    def get(self, iri: str, *path: URIRef) -> list[str]:
        """Follow properties from a thing; each value is there once."""
        found = [iri]
        for prop in path:
            found = [value for each in found for value in self.values(each, prop)]
        return list(dict.fromkeys(found))

    def first(self, iri: str, *path: URIRef) -> str:
        """Follow properties from a thing to the first value, an empty text without any."""
        return next(iter(self.get(iri, *path)), "")

    def label(self, iri: str) -> str:
        """Name a thing; without a thing there is no name."""
        return (self.first(iri, SKOS.prefLabel) or self.first(iri, RDFS.label)) if iri else ""

    def _look_up(self, iri: str, prop: URIRef) -> tuple[str, ...]:
        try:
            node = _node(iri)
        except ValueError:  # somebody has written a text where a thing belongs
            return ()
        quads = self._snapshot.quads_for_pattern(node, _node(prop), None, _MERGED)
        return _in_order(set(map(_text, quads)))

    def _holders(self, prop: URIRef, value: str) -> Collection[str]:
        pattern = (None, _node(prop), _node(value), _MERGED)
        quads = self._snapshot.quads_for_pattern(*pattern)
        return {q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)}


class WholeGraph(Graph):
    """The same, read by one pass for each property: for whoever asks of all things."""

    def __init__(self, snapshot: OpenVersion) -> None:
        super().__init__(snapshot)
        self._classes: dict[str, frozenset[str]] = {}
        self._forth: dict[URIRef, Mapping[str, tuple[str, ...]]] = {}
        self._back: dict[URIRef, defaultdict[str, list[str]]] = {}

    def is_a(self, iri: str, class_: URIRef) -> bool:
        """Tell whether a thing is of a class."""
        return iri in self._holders(RDF.type, str(class_))

    def values(self, iri: str, prop: URIRef) -> tuple[str, ...]:
        """Return the values of a property of a thing, English texts first."""
        return self._column(prop).get(iri, ())

    def _column(self, prop: URIRef) -> Mapping[str, tuple[str, ...]]:
        if prop not in self._forth:
            found: defaultdict[str, _Texts] = defaultdict(set)
            for quad in self._snapshot.quads_for_pattern(None, _node(prop), None, _MERGED):
                if isinstance(quad.subject, ox.NamedNode):
                    found[quad.subject.value].add(_text(quad))
            self._forth[prop] = {subject: _in_order(texts) for subject, texts in found.items()}
        return self._forth[prop]

    def _holders(self, prop: URIRef, value: str) -> Collection[str]:
        if prop == RDF.type:  # of which there are too many to read them all
            if value not in self._classes:
                self._classes[value] = frozenset(super()._holders(prop, value))
            return self._classes[value]
        if prop not in self._back:
            self._back[prop] = defaultdict(list)
            for subject, texts in self._column(prop).items():
                for text in texts:
                    self._back[prop][text].append(subject)
        return self._back[prop].get(value, ())


def _text(quad: ox.Quad) -> tuple[bool, str]:
    language = getattr(quad.object, "language", None)
    return language not in {"en", None}, str(getattr(quad.object, "value", ""))


def _in_order(texts: _Texts) -> tuple[str, ...]:
    return tuple(text for _, text in sorted(texts))


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)
