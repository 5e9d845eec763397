"""What the descriptions say, in the words that catalogues and query editors look for."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import pytest
from rdflib import Literal, URIRef

from kg.descriptions import About, Dump, Limits, catalogue, facts_of, make_dumps, service, void
from kg.descriptions.naming import part
from kg.namespaces import COVE, DATASET, DCAT, DCTERMS, FOAF, PREFIXES, PROV, RDF, SD, SPDX, VOID
from kg.store import Home
from kg.store.terms import graph_of

ROOT = "https://example.org/here/"
LIMITS = Limits(seconds=10, memory=1 << 30, text=1 << 20, nesting=128, answer=100_000_000)
# What the editor of SIB asks an endpoint, or its service description, for completion.
COMPLETION = """
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX void-ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype WHERE {
  ?cp void:class ?subjectClass ; void:propertyPartition ?pp .
  ?pp void:property ?prop .
  OPTIONAL {
    { ?pp void:classPartition [ void:class ?objectClass ] }
    UNION { ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] }
  }
}
"""
PREFIX_QUERY = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix }
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    found = Home(tmp_path_factory.mktemp("home"))
    base = b"<https://w3id.org/cove/%s> <%s> %s <https://w3id.org/cove/record/x> ."
    type_, title = str(RDF.type).encode(), str(DCTERMS.title).encode()
    reported = str(COVE.reportedIn).encode()
    lines = [
        base % (b"work/x", type_, b"<%s>" % str(COVE.Work).encode()),
        base % (b"work/x", title, b'"A title"@en'),
        base % (b"work/x", str(COVE.hasIdentifier).encode(), b"<https://doi.org/10.1/x>"),
        base % (b"claim/x/1", type_, b"<%s>" % str(COVE.Claim).encode()),
        base % (b"claim/x/1", reported, b"<https://w3id.org/cove/work/x>"),
    ]
    with found.begin(agent="A <coder>", reason='The "first" works') as new:
        new.bulk_load(b"\n".join(lines))
    with found.begin(agent="tests", reason="one more") as new:
        new.bulk_load(base % (b"claim/x/1", str(COVE.locator).encode(), b'"p. 3"'))
    return found


@pytest.fixture(scope="module")
def about(home: Home) -> About:
    return About(home.info(), ROOT)


def as_store(triples: Iterable[ox.Triple]) -> ox.Store:
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    return store


def test_void_tells_the_numbers(home: Home, about: About) -> None:
    graph = graph_of(void(about, facts_of(home, 2)))
    numbers = {
        VOID.triples: 6,
        VOID.entities: 2,
        VOID.distinctSubjects: 2,
        VOID.distinctObjects: 6,
        VOID.classes: 2,
        VOID.properties: 5,
    }
    for prop, number in numbers.items():
        assert list(graph.objects(DATASET, prop)) == [Literal(number)]
    assert URIRef(f"{ROOT}sparql") in graph.objects(DATASET, VOID.sparqlEndpoint)
    assert set(graph.objects(DATASET, VOID.exampleResource)) == {
        URIRef("https://w3id.org/cove/work/x"),
        URIRef("https://w3id.org/cove/claim/x/1"),
    }


def test_void_links_to_the_datasets_that_ours_points_to(home: Home, about: About) -> None:
    graph = graph_of(void(about, facts_of(home, 2)))
    [linkset] = graph.subjects(RDF.type, VOID.Linkset)
    assert list(graph.objects(linkset, VOID.linkPredicate)) == [COVE.hasIdentifier]
    [target] = graph.objects(linkset, VOID.objectsTarget)
    assert list(graph.objects(target, VOID.uriSpace)) == [Literal("https://doi.org/")]


@pytest.mark.parametrize("which", ["void", "service"])
def test_an_editor_finds_what_to_complete(home: Home, about: About, which: str) -> None:
    facts = facts_of(home, 2)
    store = as_store(void(about, facts) if which == "void" else service(about, facts, LIMITS))
    found = {
        tuple(None if term is None else term.value for term in row)  # type: ignore[union-attr]  # a SELECT
        for row in store.query(COMPLETION)  # type: ignore[union-attr]  # a SELECT
    }
    claim, work = str(COVE.Claim), str(COVE.Work)
    assert (claim, str(COVE.reportedIn), work, None) in found
    assert (claim, str(COVE.locator), None, "http://www.w3.org/2001/XMLSchema#string") in found
    assert len(found) == 6
    prefixes = {row["prefix"].value for row in store.query(PREFIX_QUERY)}  # type: ignore[union-attr,index]  # a SELECT
    assert prefixes == set(PREFIXES)


def test_the_service_description_names_the_endpoint_and_its_limits(
    home: Home, about: About
) -> None:
    graph = graph_of(service(about, facts_of(home, 2), LIMITS))
    endpoint = URIRef(f"{ROOT}sparql")
    assert (endpoint, RDF.type, SD.Service) in graph
    assert (endpoint, SD.endpoint, endpoint) in graph
    assert (endpoint, SD.feature, SD.UnionDefaultGraph) in graph
    assert (endpoint, SD.feature, SD.BasicFederatedQuery) not in graph
    assert list(graph.objects(endpoint, SD.supportedLanguage)) == [SD.SPARQL11Query]
    text = " ".join(map(str, graph.objects(endpoint, DCTERMS.description)))
    assert "10 s" in text
    assert "SERVICE may call no address" in text


def test_the_service_description_says_where_federation_and_updates_are_possible(
    home: Home, about: About
) -> None:
    open_ = Limits(10, 1, 1, 1, 1, services=("https://e.org/sparql",), has_update=True)
    graph = graph_of(service(about, facts_of(home, 2), open_))
    assert (URIRef(f"{ROOT}sparql"), SD.feature, SD.BasicFederatedQuery) in graph
    update = URIRef(f"{ROOT}update")
    assert (update, SD.supportedLanguage, SD.SPARQL11Update) in graph


def test_the_catalogue_has_what_dcat_asks_for(home: Home, about: About) -> None:
    dumps: tuple[Dump, ...] = make_dumps(home, 2)
    graph = graph_of(catalogue(about, [home.info(2), home.info(1)], dumps))
    needed = {
        DCAT.Catalog: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset),
        DCAT.Dataset: (DCTERMS.title, DCTERMS.description, DCTERMS.license, DCAT.distribution),
        DCAT.Distribution: (DCAT.accessURL, DCAT.downloadURL, DCTERMS.license),
        DCAT.DataService: (DCTERMS.title, DCAT.endpointURL, DCAT.servesDataset),
        SPDX.Checksum: (SPDX.algorithm, SPDX.checksumValue),
        FOAF.Agent: (FOAF.name,),
    }
    for class_, props in needed.items():
        things = set(graph.subjects(RDF.type, class_))
        assert things
        for thing in things:
            assert [p for p in props if graph.value(thing, p) is None] == []
    assert len(set(graph.subjects(RDF.type, DCAT.Distribution))) == 4


def test_the_catalogue_knows_the_chain_of_versions(home: Home, about: About) -> None:
    graph = graph_of(catalogue(about, [home.info(2), home.info(1)], ()))
    first, second = (URIRef(f"https://w3id.org/cove/version/{n}") for n in (1, 2))
    assert list(graph.objects(DATASET, DCAT.hasCurrentVersion)) == [second]
    assert list(graph.subject_objects(DCAT.previousVersion)) == [(second, first)]
    activity = graph.value(first, PROV.wasGeneratedBy)
    agent = graph.value(activity, PROV.wasAssociatedWith)
    labels = [str(label) for label in graph.objects(agent, URIRef(PREFIXES["rdfs"] + "label"))]
    assert labels == ["A <coder>"]


def test_descriptions_have_no_blank_nodes(home: Home, about: About) -> None:
    facts = facts_of(home, 2)
    triples = [*void(about, facts), *service(about, facts, LIMITS), *catalogue(about, [], ())]
    assert not [t for t in triples if isinstance(t.subject, ox.BlankNode)]
    assert not [t for t in triples if isinstance(t.object, ox.BlankNode)]


def test_parts_of_different_things_have_different_names() -> None:
    iris = ["http://e.org/a", "http://e.org/a/b", PREFIXES["cove"] + "A", PREFIXES["cove"] + "A-b"]
    names = {
        part("class", *pair).value
        for pair in [(x,) for x in iris] + [(x, y) for x in iris for y in iris]
    }
    assert len(names) == 20
