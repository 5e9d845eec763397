"""Dependence: which changes of the dataset can change the answer to a query, and which cannot.

A query whose patterns all name their properties sees only triples of these properties; and where it
asks for the things of a class, only those of this class. A commit that touches none of them leaves
the answer as it is. What cannot be told is taken to depend on everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeGuard

import pyoxigraph as ox
from rdflib import URIRef
from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from kg.errors import CapabilityError
from kg.namespaces import RDF
from kg.store import Place
from kg.store.patches import read_statements

__all__ = ["MOST_READ", "Needs", "Touched", "needs_of", "touched_by", "touched_since"]

MOST_READ = 20_000
"""Triples of a commit that is looked into; a larger one is taken to touch everything."""


_TYPE = str(RDF.type)
_NONE_OR_MORE = frozenset({"*", "?"})


@dataclass(frozen=True, slots=True)
class Touched:
    """What the triples that came or went have: properties, classes of rdf:type, and ends.

    `nodes` are the subjects and the objects that are IRIs.
    """

    properties: frozenset[str]
    classes: frozenset[str]
    nodes: frozenset[str] = frozenset()

    def __or__(self, other: Touched) -> Touched:
        """Put two changes together."""
        return Touched(
            self.properties | other.properties,
            self.classes | other.classes,
            self.nodes | other.nodes,
        )


@dataclass(frozen=True, slots=True)
class Needs:
    """What a query sees: triples of some properties, things of some classes, some nodes as such.

    A path of no length finds the constant at its end where the graph has such a node.
    """

    properties: frozenset[str]
    classes: frozenset[str]
    nodes: frozenset[str] = frozenset()

    def is_untouched_by(self, touched: Touched) -> bool:
        """Tell that a change cannot have changed the answer.

        >>> needs = needs_of("ASK { ?x a <a:C> ; <a:p>/^<a:q> ?y }")
        >>> needs.is_untouched_by(Touched(frozenset({"a:r"}), frozenset({"a:D"})))
        True
        >>> needs.is_untouched_by(Touched(frozenset({"a:q"}), frozenset()))
        False
        """
        return (
            self.properties.isdisjoint(touched.properties)
            and self.classes.isdisjoint(touched.classes)
            and self.nodes.isdisjoint(touched.nodes)
        )


class _UnknownError(Exception):
    """Any triple may matter."""


def needs_of(query: str) -> Needs | None:
    """Return what a query of the product sees, None where any triple may matter.

    >>> needs_of("ASK { ?x ?p ?y }") is None
    True
    """
    try:
        algebra = translateQuery(parseQuery(query)).algebra
        found = set(_needs(algebra))
    except Exception:  # the parser raises much, and what it cannot read is unknown
        return None
    kinds = ("property", "class", "node")
    return Needs(*(frozenset(value for kind, value in found if kind == each) for each in kinds))


def touched_by(quads: Iterable[ox.Quad]) -> Touched:
    """Return what a change touches, from the quads that came and went."""
    properties: set[str] = set()
    classes: set[str] = set()
    nodes: set[str] = set()
    for quad in quads:
        nodes.update(end.value for end in (quad.subject, quad.object) if _is_iri(end))
        properties.add(quad.predicate.value)
        if quad.predicate.value == _TYPE:
            classes.add(str(getattr(quad.object, "value", "")))
    return Touched(frozenset(properties), frozenset(classes), frozenset(nodes))


def _is_iri(end: object) -> TypeGuard[ox.NamedNode]:
    return isinstance(end, ox.NamedNode)


def _needs(part: object) -> Iterator[tuple[str, str]]:
    """Walk the algebra, expressions with patterns in them too."""
    if isinstance(part, CompValue):
        is_bare = part.name == "Graph" and not _has_triples(part)
        if is_bare or part.name in {"DescribeQuery", "ServiceGraphPattern"}:
            raise _UnknownError
        for name, value in part.items():
            if name == "triples":
                for triple in value:
                    yield from _of_triple(*triple)
            elif name not in {"PV", "_vars", "template"}:
                yield from _needs(value)
        return
    if isinstance(part, dict):
        part = list(part.values())
    if isinstance(part, list | tuple | set | frozenset):
        for each in part:
            yield from _needs(each)


def _has_triples(part: object) -> bool:
    if isinstance(part, CompValue):
        return bool(dict.get(part, "triples")) or any(map(_has_triples, part.values()))
    return isinstance(part, list | tuple) and any(map(_has_triples, part))


def _of_triple(subject: Node, prop: Node | Path, value: Node) -> Iterator[tuple[str, str]]:
    if isinstance(prop, Path):
        ends = [str(end) for end in (subject, value) if isinstance(end, URIRef)]
        yield from (("node", end) for end in ends)
        yield from _of_path(prop, is_open=not ends)
    elif not isinstance(prop, URIRef):
        raise _UnknownError
    elif str(prop) == _TYPE and isinstance(value, URIRef):
        yield "class", str(value)
    else:
        yield "property", str(prop)


def _of_path(path: Path | URIRef, *, is_open: bool) -> Iterator[tuple[str, str]]:
    """Give the properties of a path; one of no length between two variables finds every node."""
    match path:
        case URIRef():
            yield "property", str(path)
        case InvPath():
            yield from _of_path(path.arg, is_open=is_open)
        case MulPath():
            if is_open and path.mod in _NONE_OR_MORE:
                raise _UnknownError
            yield from _of_path(path.path, is_open=is_open)
        case SequencePath() | AlternativePath():
            # Within a sequence the ends are open: the constant is that of one end only.
            within = is_open or isinstance(path, SequencePath)
            for each in path.args:
                yield from _of_path(each, is_open=within)
        case _:
            raise _UnknownError


def touched_since(home: Place, earlier: int, later: int) -> Touched | None:
    """Return what the commits after one version and up to another touch, None where it is much.

    An engine that keeps no patches does not say.
    """
    whole = Touched(frozenset(), frozenset())
    for number in range(earlier + 1, later + 1):
        found = _touched_in(home, number)
        if found is None:
            return None
        whole |= found
    return whole


def _touched_in(home: Place, number: int) -> Touched | None:
    info = home.info(number)
    if info.added + info.removed > MOST_READ:
        return None
    try:
        path = home.patch_path(number)
    except CapabilityError:
        return None
    added = touched_by(read_statements(path, added=True))
    return added | touched_by(read_statements(path, added=False))
