"""VoID: how large the dataset is, and which classes and properties go together in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping

import pyoxigraph as ox
from rdflib import URIRef

from kg.descriptions.about import About, Sheet
from kg.descriptions.counts import Counts
from kg.descriptions.keeping import Facts
from kg.descriptions.naming import part
from kg.namespaces import (
    DATASET,
    FOAF,
    FORMATS,
    LINK_TARGETS,
    PREFIXES,
    RDF,
    SH,
    VOID,
    VOID_DOCUMENT,
    VOID_EXT,
    XSD,
)

__all__ = ["add_partitions", "add_prefixes", "add_totals", "void"]

_ANY_URI = ox.NamedNode(str(XSD.anyURI))
_FEATURES = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML")


def void(about: About, facts: Facts) -> list[ox.Triple]:
    """Describe a version in VoID, with an example of each kind of thing."""
    sheet = Sheet()
    sheet.say(VOID_DOCUMENT, RDF.type, VOID.DatasetDescription)
    sheet.say(VOID_DOCUMENT, FOAF.primaryTopic, DATASET)
    sheet.say_what(about)
    sheet.say(DATASET, VOID.sparqlEndpoint, about.at("sparql"))
    for name in ("cove.nq.gz", "cove.trig.gz"):
        sheet.say(DATASET, VOID.dataDump, about.at(f"dumps/{about.info.number}/{name}"))
    sheet.say(DATASET, VOID.exampleResource, *map(URIRef, facts.examples))
    sheet.say(DATASET, VOID.feature, *(FORMATS[name] for name in _FEATURES))
    add_totals(sheet, facts.counts)
    add_prefixes(sheet)
    add_partitions(sheet, facts.counts, classes=facts.counts.classes)
    _add_links(sheet, facts.counts)
    return sheet.triples


def add_totals(sheet: Sheet, counts: Counts) -> None:
    """Say how much there is, and which vocabularies it uses."""
    sheet.say(DATASET, VOID.triples, counts.triples)
    sheet.say(DATASET, VOID.entities, counts.entities)
    sheet.say(DATASET, VOID.distinctSubjects, counts.subjects)
    sheet.say(DATASET, VOID.distinctObjects, counts.objects)
    sheet.say(DATASET, VOID.classes, len(counts.classes))
    sheet.say(DATASET, VOID.properties, len(counts.properties))
    used = (*counts.classes, *counts.properties)
    for namespace in sorted(PREFIXES.values()):
        if any(iri.startswith(namespace) for iri in used):
            sheet.say(DATASET, VOID.vocabulary, URIRef(namespace))


def add_prefixes(sheet: Sheet) -> None:
    """Declare the prefixes that the dataset is written with."""
    for prefix, namespace in PREFIXES.items():
        node = part("prefix", namespace)
        sheet.say(DATASET, SH.declare, node)
        sheet.say(node, RDF.type, SH.PrefixDeclaration)
        sheet.say(node, SH.prefix, ox.Literal(prefix))
        sheet.say(node, SH.namespace, ox.Literal(namespace, datatype=_ANY_URI))


def add_partitions(sheet: Sheet, counts: Counts, *, classes: Container[str]) -> None:
    """Say how often each class and each property is used, and some classes with which values."""
    for iri, number in sorted(counts.classes.items()):
        node = part("class", iri)
        sheet.say(DATASET, VOID.classPartition, node)
        sheet.say(node, VOID["class"], URIRef(iri))
        sheet.say(node, VOID.entities, number)
    for iri, number in sorted(counts.properties.items()):
        node = part("property", iri)
        sheet.say(DATASET, VOID.propertyPartition, node)
        sheet.say(node, VOID.property, URIRef(iri))
        sheet.say(node, VOID.triples, number)
        sheet.say(node, VOID.distinctSubjects, counts.property_subjects[iri])
        sheet.say(node, VOID.distinctObjects, counts.property_objects[iri])
    _add_uses(sheet, counts, classes)


def _add_uses(sheet: Sheet, counts: Counts, classes: Container[str]) -> None:
    values, datatypes = _by_use(counts.values), _by_use(counts.datatypes)
    for (class_, prop), number in sorted(counts.used.items()):
        if class_ not in classes:
            continue
        node = part("class", class_, prop)
        sheet.say(part("class", class_), VOID.propertyPartition, node)
        sheet.say(node, VOID.property, URIRef(prop))
        sheet.say(node, VOID.triples, number)
        for value, times in sorted(values[class_, prop].items()):
            if value not in classes:
                continue
            inner = part("class", class_, prop, value)
            sheet.say(node, VOID.classPartition, inner)
            sheet.say(inner, VOID["class"], URIRef(value))
            sheet.say(inner, VOID.triples, times)
        for datatype, times in sorted(datatypes[class_, prop].items()):
            inner = part("datatype", class_, prop, datatype)
            sheet.say(node, VOID_EXT.datatypePartition, inner)
            sheet.say(inner, VOID_EXT.datatype, URIRef(datatype))
            sheet.say(inner, VOID.triples, times)


def _by_use(counter: Mapping[tuple[str, ...], int]) -> Mapping[tuple[str, ...], dict[str, int]]:
    found: defaultdict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for (*use, value), number in counter.items():
        found[tuple(use)][value] = number
    return found


def _add_links(sheet: Sheet, counts: Counts) -> None:
    for (prop, target), number in sorted(counts.links.items()):
        node, other = part("linkset", LINK_TARGETS[target], prop), part("dataset", target)
        sheet.say(DATASET, VOID.subset, node)
        sheet.say(node, RDF.type, VOID.Linkset)
        sheet.say(node, VOID.linkPredicate, URIRef(prop))
        sheet.say(node, VOID.subjectsTarget, DATASET)
        sheet.say(node, VOID.objectsTarget, other)
        sheet.say(node, VOID.triples, number)
    for target in sorted({target for _, target in counts.links}):
        other = part("dataset", target)
        sheet.say(other, RDF.type, VOID.Dataset)
        sheet.say(other, VOID.uriSpace, ox.Literal(LINK_TARGETS[target]))
