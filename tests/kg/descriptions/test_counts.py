"""Counts are what SPARQL counts, and follow each change."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.dataset import Dataset
from kg.descriptions import Counts, count, facts_of, follow, kept
from kg.descriptions.keeping import _path
from kg.namespaces import COVE, RDF
from kg.store import Home

TOTALS = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "subjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "objects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
    "entities": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c FILTER (isIRI(?c)) }",
}
PARTS = {
    "classes": "SELECT ?a (COUNT(DISTINCT ?s) AS ?n) { ?s a ?a FILTER (isIRI(?a)) } GROUP BY ?a",
    "properties": "SELECT ?a (COUNT(*) AS ?n) { ?s ?a ?o } GROUP BY ?a",
    "property_subjects": "SELECT ?a (COUNT(DISTINCT ?s) AS ?n) { ?s ?a ?o } GROUP BY ?a",
    "property_objects": "SELECT ?a (COUNT(DISTINCT ?o) AS ?n) { ?s ?a ?o } GROUP BY ?a",
    "used": """SELECT ?a ?b (COUNT(*) AS ?n)
        { ?s a ?a ; ?b ?o FILTER (isIRI(?a)) } GROUP BY ?a ?b""",
    "values": """SELECT ?a ?b ?c (COUNT(*) AS ?n)
        { ?s a ?a ; ?b ?o . ?o a ?c FILTER (isIRI(?a) && isIRI(?c)) } GROUP BY ?a ?b ?c""",
    "datatypes": """SELECT ?a ?b ?c (COUNT(*) AS ?n)
        { ?s a ?a ; ?b ?o FILTER (isIRI(?a) && isLiteral(?o)) BIND (DATATYPE(?o) AS ?c) }
        GROUP BY ?a ?b ?c""",
    "links": """SELECT ?a ?b (COUNT(*) AS ?n) { ?s ?a ?o FILTER (isIRI(?o))
        VALUES (?b ?start) { ("doi" "https://doi.org/") ("obo" "http://purl.obolibrary.org/obo/")
          ("europa" "http://publications.europa.eu/resource/authority/")
          ("openalex" "https://openalex.org/") ("orcid" "https://orcid.org/")
          ("schema" "https://schema.org/") ("wikidata" "http://www.wikidata.org/entity/") }
        FILTER (STRSTARTS(STR(?o), ?start)) } GROUP BY ?a ?b""",
}
TYPE = ox.NamedNode(str(RDF.type))
GRAPHS = [ox.NamedNode(f"http://e.org/g{n}") for n in range(2)]
NODES: list[ox.NamedNode | ox.BlankNode] = [
    *(ox.NamedNode(f"http://e.org/n{n}") for n in range(4)),
    ox.BlankNode("b"),
]
CLASSES = [ox.NamedNode(f"http://e.org/C{n}") for n in range(3)]
PROPERTIES = [ox.NamedNode(f"http://e.org/p{n}") for n in range(2)]
VALUES: list[ox.NamedNode | ox.BlankNode | ox.Literal] = [
    *NODES,
    *CLASSES,
    ox.Literal("a"),
    ox.Literal("a", language="en"),
    ox.Literal(1),
    ox.NamedNode("https://doi.org/10.1/x"),
]


@pytest.fixture(scope="module")
def counts(corpus_home: Home) -> Counts:
    with corpus_home.open() as snapshot:
        return count(snapshot)


@pytest.mark.parametrize("name", TOTALS)
def test_a_total_is_what_sparql_counts(counts: Counts, dataset: Dataset, name: str) -> None:
    [row] = dataset.select(TOTALS[name])
    assert getattr(counts, name) == row["n"].toPython()  # type: ignore[union-attr]  # it is bound
    assert getattr(counts, name) > 5_000


@pytest.mark.parametrize("name", PARTS)
def test_a_partition_is_what_sparql_counts(counts: Counts, dataset: Dataset, name: str) -> None:
    table = dataset.select(PARTS[name])
    found = {}
    for row in table:
        *key, number = (str(term) for term in row.terms)
        found[tuple(key) if len(key) > 1 else key[0]] = int(number)
    counted = getattr(counts, name)
    assert sorted(map(str, set(found.items()) ^ set(counted.items())))[:20] == []
    assert len(found) > 5


def some_quad(chance: random.Random) -> ox.Quad:
    predicate = chance.choice([TYPE, *PROPERTIES])
    value = chance.choice(CLASSES if predicate == TYPE and chance.random() < 0.9 else VALUES)
    return ox.Quad(chance.choice(NODES), predicate, value, chance.choice(GRAPHS))


@pytest.mark.parametrize("seed", range(8))
def test_counts_that_follow_a_change_are_those_counted_afresh(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)  # noqa: S311  # the same each time
    quads = {some_quad(chance) for _ in range(25)}
    before = store_of(quads, tmp_path / "0")
    counts = count(before)
    for step in range(1, 7):
        touched = {some_quad(chance) for _ in range(chance.choice([1, 3, 12]))}
        quads = (quads - touched) | {quad for quad in touched if chance.random() < 0.5}
        after = store_of(quads, tmp_path / str(step))
        followed = follow(counts, before, after, {quad.triple for quad in touched})
        assert followed == count(after)
        before, counts = after, followed


def store_of(quads: set[ox.Quad], path: Path) -> ox.Store:
    store = ox.Store(path)
    store.extend(quads)
    store.extend(ox.Quad(q.subject, q.predicate, q.object, ox.DefaultGraph()) for q in quads)
    return store


def test_facts_follow_the_patches_of_several_versions(tmp_path: Path) -> None:
    home, chance = Home(tmp_path), random.Random(7)  # noqa: S311  # as above
    with home.begin(agent="tests", reason="much") as new:
        new.add(
            ox.Quad(ox.NamedNode(f"http://e.org/{n}"), TYPE, CLASSES[n % 3], GRAPHS[0])
            for n in range(500)
        )
    assert facts_of(home, 1).counts.triples == 500
    for number in (2, 3):
        with home.begin(agent="tests", reason=str(number)) as new:
            new.add(q for q in (some_quad(chance) for _ in range(9)) if is_named(q))
    followed = facts_of(home, 3).counts
    with home.open(3) as snapshot:
        assert followed == count(snapshot)
    assert followed.triples > 500


def is_named(quad: ox.Quad) -> bool:
    return isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.BlankNode)


def test_facts_are_kept_and_made_again_where_the_file_is_lost_or_of_another_version(
    home: Home,
) -> None:
    info = home.info()
    # Whoever used the corpus before this test may have had its facts counted.
    _path(home, info.number).unlink(missing_ok=True)
    assert kept(home, info) is None
    made = facts_of(home, info.number)
    assert kept(home, info) == made
    assert kept(home, replace(info, identifier="urn:uuid:other")) is None
    path = _path(home, info.number)
    path.write_bytes(path.read_bytes()[:100])
    assert kept(home, info) is None
    assert facts_of(home, info.number) == made
    assert "https://w3id.org/cove/ontology" in made.graphs
    assert not [name for name in made.graphs if name.startswith("https://w3id.org/cove/record/")]
    assert len(made.examples) == 6


def test_examples_and_classes_follow_a_change(home: Home, tmp_path: Path) -> None:
    first = facts_of(home, 1).examples[0]
    work, other = ox.NamedNode(first), ox.NamedNode("http://e.org/Other")
    graph = ox.NamedNode("https://w3id.org/cove/data/mine")
    changes: list[tuple[list[ox.Quad], list[ox.Quad]]] = []
    # a class that nothing was of, and then nothing is of any more
    changes += [
        ([ox.Quad(work, TYPE, other, graph)], []),
        ([], [ox.Quad(work, TYPE, other, graph)]),
    ]
    # a work that comes before the others, and then the first of them gone
    earlier = ox.Quad(ox.NamedNode(f"{first[:-1]}"), TYPE, ox.NamedNode(str(COVE.Work)), graph)
    with home.open() as snapshot:
        kind = list(snapshot.quads_for_pattern(work, TYPE, ox.NamedNode(str(COVE.Work))))
    changes += [([earlier], []), ([], [earlier, *kind])]
    for added, removed in changes:
        with home.begin(agent="tests", reason="another") as new:
            new.add(added)
            new.discard(removed)
        number = home.current() or 0
        followed = facts_of(home, number)
        afresh = shutil.copytree(home.path, tmp_path / f"afresh-{number}")
        shutil.rmtree(afresh / "descriptions")
        assert followed == facts_of(Home(afresh), number)
    assert first not in facts_of(home, 5).examples
