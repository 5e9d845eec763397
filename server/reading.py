"""Read versions for the pages of the product, inside the web process.

Only queries of the library run here, never a stranger's.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO

import pyoxigraph as ox
from rdflib import Graph, Literal, URIRef

from kg.namespaces import COVE, DCTERMS, FOAF, ONTOLOGY_GRAPH, PREFIXES, RDF, RDFS, SKOS
from kg.questions.binding import bind, without_header
from kg.store import OpenVersion, Place
from kg.store.terms import Term
from server.addresses import Addresses
from server.cache import Cache
from server.documents import write_document
from server.library import page_query

__all__ = ["Reading", "Row", "Value", "Version"]

_MOST_OPEN = 4
_MOST_LABELS = 50_000
_TYPE = ox.NamedNode(str(RDF.type))
_LABELS = tuple(
    ox.NamedNode(str(prop))
    for prop in (SKOS.prefLabel, RDFS.label, DCTERMS.title, COVE.statement, FOAF.name)
)
# What names a thing that has no label of its own: the labels of what it points to.
_MADE: Mapping[str, tuple[str, tuple[URIRef, ...]]] = {
    "proposition": (" → ", (COVE.subjectConcept, COVE.objectConcept)),
    "effect": (" · ", (COVE.effectDirection, COVE.effectHolder, COVE.valueDimension)),
    "involvement": (" · ", (COVE.hasRole, COVE.hasVolition)),
    "study": (" · ", (COVE.hasDesign,)),
    "record": (" · ", (FOAF.primaryTopic,)),
    "definition": (" · ", (COVE.requiresFeature, COVE.definesConcept, COVE.statedIn)),
    "work": (" · ", (COVE.hasAuthor,)),
}


@dataclass(frozen=True, slots=True)
class Value:
    """A thing with its label and address, or a literal."""

    text: str
    iri: str | None = None
    address: str | None = None
    language: str | None = None
    is_inferred: bool = False
    why: str | None = None

    @property
    def code(self) -> str:
        """The last part of the IRI, by which a template knows a code."""
        return (self.iri or "").rstrip("/").rpartition("/")[2]


Row = Mapping[str, Value | None]


@dataclass(slots=True)
class _Known:
    """What has been read of a version so far, for all who read it."""

    labels: dict[str, str] = field(default_factory=dict)
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ontology: Graph | None = None


class Version:
    """One version, with labels and addresses at hand."""

    def __init__(self, snapshot: OpenVersion, known: _Known, at: Addresses) -> None:
        self.snapshot = snapshot
        self.addresses = at
        self._known = known

    @property
    def ontology(self) -> Graph:
        """The ontology as the version has it; not to be changed."""
        if self._known.ontology is None:
            self._known.ontology = self.snapshot.graph(ONTOLOGY_GRAPH)
        return self._known.ontology

    @property
    def number(self) -> int:
        """The number of the version."""
        return self.snapshot.version or 0

    def rows(self, query: str, **terms: URIRef | Literal) -> list[Row]:
        """Answer a query of the pages, with labels in place of IRIs."""
        table = self.snapshot.select(bind(without_header(page_query(query)), terms))
        return [
            {name: self.value(term) if term is not None else None for name, term in row.items()}
            for row in table
        ]

    def document(self, query: str, media_type: str, **terms: URIRef | Literal) -> bytes:
        """Write the graph of a CONSTRUCT query of the pages."""
        output = BytesIO()
        text = bind(without_header(page_query(query)), terms)
        write_document(self.snapshot, text, media_type, output)
        return output.getvalue()

    def value(self, term: Term) -> Value:
        """Show a term: an IRI by its label, a literal as it is."""
        if isinstance(term, Literal):
            return Value(str(term), language=term.language)
        return self.thing(str(term)) if isinstance(term, URIRef) else Value(str(term))

    def thing(self, iri: str) -> Value:
        """Show an IRI by its label."""
        return Value(self.label(iri), iri, self.addresses.of(iri))

    def label(self, iri: str) -> str:
        """Name a thing: by its label, by what it points to, or by its compact IRI."""
        found = self._known.labels.get(iri)
        if found is None:
            found = self._find_label(iri)
            if len(self._known.labels) > _MOST_LABELS:
                self._known.labels.clear()
            self._known.labels[iri] = found
        return found

    def members(self, class_: URIRef) -> tuple[str, ...]:
        """Return the IRIs of the things of a class in their order, read once of each version."""
        found = self._known.members.get(str(class_))
        if found is None:
            node = ox.NamedNode(str(class_))
            quads = self.snapshot.quads_for_pattern(None, _TYPE, node, ox.DefaultGraph())
            iris = {q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)}
            found = self._known.members[str(class_)] = tuple(sorted(iris))
        return found

    def objects(self, iri: str, predicate: URIRef | ox.NamedNode) -> list[ox.Quad]:
        """Look up what a thing points to by one property."""
        node = ox.NamedNode(iri)
        name = ox.NamedNode(str(predicate)) if isinstance(predicate, URIRef) else predicate
        return list(self.snapshot.quads_for_pattern(node, name, None))

    def _find_label(self, iri: str) -> str:
        for prop in _LABELS:
            texts = [q.object for q in self.objects(iri, prop) if isinstance(q.object, ox.Literal)]
            if texts:
                return _best(texts)
        kind = iri.removeprefix(self.addresses.base).partition("/")[0]
        separator, made_of = _MADE.get(kind, ("", ()))
        parts = [self._first(iri, prop) for prop in made_of]
        return separator.join(part for part in parts if part) or _compact(iri)

    def _first(self, iri: str, prop: URIRef) -> str:
        things = sorted(
            q.object.value for q in self.objects(iri, prop) if isinstance(q.object, ox.NamedNode)
        )
        return self.label(things[0]) if things else ""


class Reading:
    """The versions that pages are made from, and the pages that are finished."""

    def __init__(self, home: Place, base: str, *, cache_bytes: int = 32 << 20) -> None:
        self.pages: Cache[tuple[object, ...], bytes] = Cache(
            most=cache_bytes, largest=cache_bytes // 8
        )
        self._home = home
        self._addresses = Addresses(base)
        self._open: OrderedDict[int, tuple[OpenVersion, _Known]] = OrderedDict()
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Keep nothing of what has been read."""
        self.pages.clear()
        with self._lock:
            self._open.clear()

    def version(self, number: int, *, is_pinned: bool = False) -> Version:
        """Open a version; one that others still read is closed when they are through."""
        with self._lock:
            if number not in self._open:
                self._open[number] = (self._home.open(number), _Known())
            self._open.move_to_end(number)
            while len(self._open) > _MOST_OPEN:
                self._open.popitem(last=False)
            snapshot, known = self._open[number]
        at = replace(self._addresses, pinned=number) if is_pinned else self._addresses
        return Version(snapshot, known, at)


def _best(texts: Iterable[ox.Literal]) -> str:
    """Choose the English text or the one without a language, else the first."""
    return min(texts, key=lambda each: (each.language not in ("en", None), each.value)).value


def _compact(iri: str) -> str:
    """Shorten an IRI to what tells it apart, where nothing has a label."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
