"""The service description: what the endpoint understands, what it answers, and its limits."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import URIRef

from kg.descriptions.about import DESCRIPTION, TITLE, About, Sheet
from kg.descriptions.keeping import Facts
from kg.descriptions.naming import part
from kg.descriptions.void import add_partitions, add_prefixes, add_totals
from kg.namespaces import (
    BASE,
    DCTERMS,
    FORMATS,
    LICENCE,
    RDF,
    RDFS,
    SD,
    SIMPLE_ENTAILMENT,
    VOID,
)

__all__ = ["Limits", "service"]

_RESULTS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "JSON-LD",
    "RDF_XML",
    "TriG",
    "N-Quads",
)
_INPUTS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads")
_REASONING = (
    "Queries are answered by simple entailment over what is stored. What follows from the OWL 2 RL "
    "axioms of the ontology is stored already: for each record in the graph with its name and "
    "/inferred after it, for the concept schemes in " + BASE + "scheme/inferred."
)
_GRAPHS = (
    "Each record has two graphs: " + BASE + "record/{slug} holds what was coded, and the one with "
    "/inferred after it what follows. They are not listed one by one; GRAPH ?g finds them. The "
    "default graph is the merge of all named graphs, each triple once."
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query may use, and which addresses it may call."""

    seconds: float
    memory: int
    text: int
    nesting: int
    answer: int
    services: tuple[str, ...] = ()
    has_update: bool = False

    def __str__(self) -> str:
        """Tell the limits in a paragraph."""
        calls = ", ".join(self.services) or "no address"
        return (
            f"A query may take {self.seconds:g} s (timeout= asks for less), {self.memory:,} bytes "
            f"of memory, {self.text:,} bytes of text and {self.nesting} brackets open at once; an "
            f"answer may have {self.answer:,} bytes. SERVICE may call {calls}. An answer is whole "
            "or an error (RFC 9457): none is ever cut short."
        )


def service(about: About, facts: Facts, limits: Limits) -> list[ox.Triple]:
    """Describe the endpoint, with the dataset and the prefixes.

    The values of properties are told for classes that are asserted; VoID tells them for all.
    """
    sheet = Sheet()
    endpoint = about.at("sparql")
    sheet.say(endpoint, RDF.type, SD.Service)
    sheet.say(endpoint, SD.endpoint, endpoint)
    sheet.say(endpoint, DCTERMS.title, TITLE)
    sheet.say(endpoint, DCTERMS.description, DESCRIPTION, str(limits), _REASONING)
    sheet.say(endpoint, DCTERMS.license, LICENCE)
    sheet.say(endpoint, SD.supportedLanguage, SD.SPARQL11Query)
    sheet.say(endpoint, SD.feature, SD.UnionDefaultGraph)
    if limits.services:
        sheet.say(endpoint, SD.feature, SD.BasicFederatedQuery)
    sheet.say(endpoint, SD.resultFormat, *(FORMATS[name] for name in _RESULTS))
    sheet.say(endpoint, SD.defaultEntailmentRegime, SIMPLE_ENTAILMENT)
    sheet.say(endpoint, RDFS.seeAlso, about.at("void"), about.at("dcat"), about.at("questions"))
    _add_graphs(sheet, endpoint, facts)
    if limits.has_update:
        _add_update(sheet, about)
    sheet.say_what(about)
    add_totals(sheet, facts.counts)
    add_prefixes(sheet)
    # Query editors read all of this, and evaluate queries over it, before the first key is typed.
    add_partitions(sheet, facts.counts, classes=frozenset(facts.asserted))
    return sheet.triples


def _add_graphs(sheet: Sheet, endpoint: URIRef, facts: Facts) -> None:
    dataset, default = part("service-dataset"), part("default-graph")
    sheet.say(endpoint, SD.defaultDataset, dataset)
    sheet.say(dataset, RDF.type, SD.Dataset)
    sheet.say(dataset, DCTERMS.description, _GRAPHS)
    sheet.say(dataset, SD.defaultGraph, default)
    sheet.say(default, RDF.type, SD.Graph)
    sheet.say(default, VOID.triples, facts.counts.triples)
    for name in facts.graphs:
        named, graph = part("named", name), part("graph", name)
        sheet.say(dataset, SD.namedGraph, named)
        sheet.say(named, RDF.type, SD.NamedGraph)
        sheet.say(named, SD.name, URIRef(name))
        sheet.say(named, SD.graph, graph)
        sheet.say(graph, RDF.type, SD.Graph)


def _add_update(sheet: Sheet, about: About) -> None:
    update = about.at("update")
    sheet.say(update, RDF.type, SD.Service)
    sheet.say(update, SD.endpoint, update)
    sheet.say(update, SD.supportedLanguage, SD.SPARQL11Update)
    sheet.say(update, SD.feature, SD.UnionDefaultGraph)
    sheet.say(update, SD.inputFormat, *(FORMATS[name] for name in _INPUTS))
