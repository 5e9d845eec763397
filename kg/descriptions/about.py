"""What every description says of the dataset: its name, its licence, where it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pyoxigraph as ox
from rdflib import URIRef

from kg.namespaces import BASE, DATASET, DCTERMS, FOAF, LICENCE, OWL, RDF, VOID, XSD
from kg.store import VersionInfo

__all__ = ["DESCRIPTION", "KEYWORDS", "TITLE", "About", "Sheet", "moment"]

TITLE = "CoVE: Co-production and Value Evidence"
DESCRIPTION = (
    "An open evidence graph of how public services and the people who use them create value "
    "together, and how they destroy it: an OWL 2 ontology and coded publications."
)
KEYWORDS = (
    "co-production",
    "public services",
    "service-dominant logic",
    "value co-creation",
    "value co-destruction",
)

_Object = URIRef | ox.NamedNode | ox.Literal | str | int


@dataclass(frozen=True, slots=True)
class About:
    """The version that is described, and the address of the site that serves it, with a slash."""

    info: VersionInfo
    root: str

    def at(self, path: str) -> URIRef:
        """Return an address of the site."""
        return URIRef(self.root + path)


class Sheet:
    """Triples in the making; text that is no IRI becomes a literal in English."""

    def __init__(self) -> None:
        self.triples: list[ox.Triple] = []
        self._nodes: dict[str, ox.NamedNode] = {}

    def say(self, subject: URIRef | ox.NamedNode, predicate: URIRef, *objects: _Object) -> None:
        """Say of a subject that it has values."""
        for value in objects:
            self.triples.append(
                ox.Triple(self._node(subject), self._node(predicate), self._term(value))
            )

    def say_what(self, about: About) -> None:
        """Say what the dataset is called, and under which licence it is."""
        self.say(DATASET, RDF.type, VOID.Dataset)
        self.say(DATASET, DCTERMS.title, TITLE)
        self.say(DATASET, DCTERMS.description, DESCRIPTION)
        self.say(DATASET, DCTERMS.license, LICENCE)
        self.say(DATASET, DCTERMS.modified, moment(about.info.created))
        self.say(DATASET, OWL.versionInfo, ox.Literal(str(about.info.number)))
        self.say(DATASET, FOAF.homepage, about.at(""))
        self.say(DATASET, VOID.uriSpace, ox.Literal(BASE))

    def _term(self, value: _Object) -> ox.NamedNode | ox.Literal:
        if isinstance(value, ox.NamedNode | ox.Literal):
            return value
        if isinstance(value, URIRef):
            return self._node(value)
        return ox.Literal(value, language="en") if isinstance(value, str) else ox.Literal(value)

    def _node(self, name: URIRef | ox.NamedNode) -> ox.NamedNode:
        if isinstance(name, ox.NamedNode):
            return name
        if name not in self._nodes:
            self._nodes[name] = ox.NamedNode(str(name))
        return self._nodes[name]


def moment(when: datetime) -> ox.Literal:
    """Write a time, to the second."""
    text = when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return ox.Literal(text, datatype=ox.NamedNode(str(XSD.dateTime)))
