"""Counts: how much of what a version says, by class, property and kind of value."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Protocol, TypeAlias

import pyoxigraph as ox

from kg.namespaces import LINK_TARGETS, RDF

__all__ = ["TYPE", "Counts", "Reader", "Said", "Tally", "Triples", "Value", "count"]

Triples: TypeAlias = "set[ox.Triple]"
Value: TypeAlias = "ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple"
_Signature: TypeAlias = "frozenset[str]"

TYPE = ox.NamedNode(str(RDF.type))
_MERGE = ox.DefaultGraph()  # holds each triple of the named graphs once
_UNTYPED: _Signature = frozenset()
_LINKS = tuple(LINK_TARGETS.items())


class Reader(Protocol):
    """What can be asked for quads: a snapshot, or a version in the making."""

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        object: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None,  # noqa: A002  # the engine's own
        graph_name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None = None,
        /,
    ) -> Iterator[ox.Quad]:
        """Yield the quads that have all the terms given."""


class Said:
    """What a version says: the triples of its graphs, each once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._types: dict[object, _Signature] = {}
        self._is_learned = False
        self._signatures: dict[_Signature, _Signature] = {_UNTYPED: _UNTYPED}

    def about(self, node: ox.NamedNode | ox.BlankNode | ox.Triple) -> Triples:
        """Return the triples with a subject."""
        return {quad.triple for quad in self._quads(node, None, None)}

    def to(self, node: ox.NamedNode | ox.BlankNode) -> Triples:
        """Return the triples with an object."""
        return {quad.triple for quad in self._quads(None, None, node)}

    def holds(self, triple: ox.Triple) -> bool:
        """Tell whether a triple is said."""
        found = self._quads(triple.subject, triple.predicate, triple.object)
        return next(found, None) is not None

    def has(self, predicate: ox.NamedNode | None, value: Value) -> bool:
        """Tell whether anything has a value, of one property or of any."""
        return next(self._quads(None, predicate, value), None) is not None

    def learn(self) -> None:
        """Read the classes of all nodes at once, blank ones too, which no endpoint looks up."""
        found: defaultdict[object, set[str]] = defaultdict(set)
        for quad in self._quads(None, TYPE, None):
            found[quad.subject]
            if isinstance(quad.object, ox.NamedNode):
                found[quad.subject].add(quad.object.value)
        for node, names in found.items():
            signature = frozenset(names)
            self._types[node] = self._signatures.setdefault(signature, signature)
        self._is_learned = True

    def classes(self, node: object) -> _Signature:
        """Return the classes of a node."""
        if not isinstance(node, ox.NamedNode | ox.BlankNode):
            return _UNTYPED
        found = self._types.get(node)
        if found is None and self._is_learned:
            return _UNTYPED
        if found is None:
            values = (quad.object for quad in self._quads(node, TYPE, None))
            found = frozenset(v.value for v in values if isinstance(v, ox.NamedNode))
            found = self._types[node] = self._signatures.setdefault(found, found)
        return found

    def _quads(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        value: Value | None,
    ) -> Iterator[ox.Quad]:
        return self._reader.quads_for_pattern(subject, predicate, value, _MERGE)


def _counter() -> Counter[tuple[str, ...]]:
    return Counter()


@dataclass(slots=True)
class Counts:
    """Numbers of triples and of things; a key of a counter is what it counts the uses of.

    `subjects` and `objects` are distinct. In `classes` are the things of a class, in `properties`
    the triples of a property, in `property_subjects` its distinct subjects, in `used` the triples
    by (class, property), in `values` by (class, property, class of the object), in `datatypes` by
    (class, property, datatype), in `links` by (property, name of a dataset that it points to).
    """

    triples: int = 0
    subjects: int = 0
    objects: int = 0
    entities: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)
    property_subjects: Counter[str] = field(default_factory=Counter)
    property_objects: Counter[str] = field(default_factory=Counter)
    used: Counter[tuple[str, ...]] = field(default_factory=_counter)
    values: Counter[tuple[str, ...]] = field(default_factory=_counter)
    datatypes: Counter[tuple[str, ...]] = field(default_factory=_counter)
    links: Counter[tuple[str, ...]] = field(default_factory=_counter)

    def counters(self) -> Iterable[Counter[str] | Counter[tuple[str, ...]]]:
        """List the counters."""
        return (
            self.classes,
            self.properties,
            self.property_subjects,
            self.property_objects,
            self.used,
            self.values,
            self.datatypes,
            self.links,
        )

    def copy(self) -> Counts:
        """Return the same numbers, to be changed apart from these."""
        totals = (self.triples, self.subjects, self.objects, self.entities)
        return Counts(*totals, *(counter.copy() for counter in self.counters()))  # type: ignore[arg-type]  # in the order of the fields

    def drop_zeros(self) -> None:
        """Forget what is no longer used."""
        for counter in self.counters():
            for key in [key for key, number in counter.items() if not number]:
                del counter[key]


class Tally:
    """Counts in the making: subject after subject, then `settle`."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        # Few things differ in kind, so what follows for each class is worked out at the end.
        self._kinds: Counter[tuple[_Signature, str, str, _Signature]] = Counter()

    def add(self, triples: Triples, said: Said, *, times: int = 1) -> None:
        """Add what all triples of one subject amount to; `times` -1 takes it away again."""
        if not triples:
            return
        counts = self.counts
        signature = said.classes(next(iter(triples)).subject)
        counts.triples += times * len(triples)
        counts.subjects += times
        counts.entities += times * bool(signature)
        for class_ in signature:
            counts.classes[class_] += times
        for predicate in {triple.predicate.value for triple in triples}:
            counts.property_subjects[predicate] += times
        for triple in triples:
            predicate, value = triple.predicate.value, triple.object
            if isinstance(value, ox.Literal):
                self._kinds[signature, predicate, value.datatype.value, _UNTYPED] += times
                continue
            self._kinds[signature, predicate, "", said.classes(value)] += times
            if target := _target(value):
                counts.links[predicate, target] += times

    def settle(self) -> Counts:
        """Return the counts, by class and kind of value too."""
        counts = self.counts
        for (signature, predicate, datatype, classes), number in self._kinds.items():
            counts.properties[predicate] += number
            for class_ in signature:
                counts.used[class_, predicate] += number
                if datatype:
                    counts.datatypes[class_, predicate, datatype] += number
                for value_class in classes:
                    counts.values[class_, predicate, value_class] += number
        self._kinds.clear()
        counts.drop_zeros()
        return counts


def count(reader: Reader) -> Counts:
    """Count the whole of a version, a database on disk, reading it once."""
    said = Said(reader)
    said.learn()
    tally = Tally(Counts())
    objects: defaultdict[str, set[object]] = defaultdict(set)
    for triples in _by_subject(reader):
        tally.add(triples, said)
        for triple in triples:
            objects[triple.predicate.value].add(triple.object)
    counts = tally.settle()
    counts.property_objects.update({name: len(found) for name, found in objects.items()})
    counts.objects = len(set().union(*objects.values()))
    return counts


def _by_subject(reader: Reader) -> Iterator[Triples]:
    """Give the triples subject by subject, in which order an index on disk has them."""
    found = reader.quads_for_pattern(None, None, None, _MERGE)
    for _, quads in groupby(found, key=lambda quad: quad.subject):
        yield {quad.triple for quad in quads}


def _target(value: object) -> str:
    if isinstance(value, ox.NamedNode):
        iri = value.value
        for name, start in _LINKS:
            if iri.startswith(start):
                return name
    return ""
