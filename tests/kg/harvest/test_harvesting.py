"""Harvests: works of OpenAlex beside the evidence, suggestions apart from both.

All works are made.
"""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pytest
from rdflib import Literal, URIRef

from kg.errors import SourceError
from kg.harvest import SearchString, harvest
from kg.ingest import processes
from kg.namespaces import BIBO, CITO, COVE, DCTERMS, HARVEST_GRAPHS, OA, OPENALEX, RDF
from kg.store import Home


def work(number: int, title: str, **more: object) -> dict[str, object]:
    return {
        "id": f"https://openalex.org/W{number}",
        "title": title,
        "doi": f"https://doi.org/10.5555/made.{number}",
        "publication_year": 2020,
        "type": "article",
        "authorships": [
            {"author": {"id": "https://openalex.org/A7", "display_name": "Made Author"}},
            {"author": {"id": "javascript:A1", "display_name": "Made Other"}},
        ],
        "primary_location": {
            "source": {"id": "https://openalex.org/S9", "display_name": "Made Journal"}
        },
        "referenced_works": ["https://openalex.org/W1", "https://openalex.org/W99"],
        **more,
    }


WORKS = [
    work(1, "Made: co-production of care"),
    work(2, "Made: enzymes and cells"),
    work(
        3,
        "Made work without the word in its title",
        abstract_inverted_index={"On": [0], "co-production": [1], "and": [2], "trust": [3]},
    ),
    work(1, "Made: co-production of care, again"),
]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("snapshot") / "part_000.gz"
    lines = [json.dumps(each) for each in WORKS] + ['{"title": "Made', '{"id": "X1"}']
    path.write_bytes(gzip.compress("\n".join(lines).encode() + b"\n"))
    return path


def test_what_the_search_finds_is_kept_with_authors_venue_and_citations(
    home: Home, source: Path
) -> None:
    kept = io.BytesIO()
    found = harvest(
        home,
        [source],
        SearchString("co-production"),
        agent="tests",
        reason="made",
        output=kept,
        crew=processes(1),
    )
    assert (found.read, found.kept) == (6, 2)
    assert sorted(line.partition(": ")[0][-1] for line in found.refusals) == ["5", "6"]
    assert [json.loads(line)["id"][-1] for line in kept.getvalue().splitlines()] == ["1", "3"]
    with home.open() as snapshot:
        graph = snapshot.graph(URIRef(HARVEST_GRAPHS + "W1"))
        notes = snapshot.graph(URIRef(HARVEST_GRAPHS + "W3/suggestions"))
        names = snapshot.graph_names()
    one = OPENALEX["W1"]
    assert graph.value(one, DCTERMS.title) == Literal("Made: co-production of care")
    assert graph.value(one, BIBO.doi) == Literal("10.5555/made.1")
    assert set(graph.objects(one, DCTERMS.creator)) == {OPENALEX["A7"]}
    assert graph.value(one, DCTERMS.isPartOf) == OPENALEX["S9"]
    assert set(graph.objects(one, CITO.cites)) == {OPENALEX["W1"], OPENALEX["W99"]}
    assert URIRef(HARVEST_GRAPHS + "W2") not in names
    bodies = set(notes.objects(None, OA.hasBody))
    assert URIRef("https://w3id.org/cove/concept/co-production") in bodies
    assert set(notes.objects(None, OA.hasTarget)) == {OPENALEX["W3"]}


def test_a_suggestion_is_no_evidence(home: Home, source: Path) -> None:
    search = SearchString("co-production")
    harvest(home, [source], search, agent="tests", reason="made", crew=processes(1))
    with home.open() as snapshot:
        harvested = [name for name in snapshot.graph_names() if name.startswith(HARVEST_GRAPHS)]
        assert len(harvested) == 4
        for name in harvested:
            for _, predicate, value in snapshot.graph(name):
                assert not predicate.startswith(str(COVE))
                assert predicate != RDF.type or not str(value).startswith(str(COVE))


def test_the_same_harvest_again_changes_nothing_and_another_replaces(
    home: Home, source: Path, tmp_path: Path
) -> None:
    search = SearchString("co-production")
    harvest(home, [source], search, agent="tests", reason="made", crew=processes(1))
    again = harvest(home, [source], search, agent="tests", reason="made", crew=processes(1))
    assert again.version is None
    other = tmp_path / "later.jsonl"
    other.write_text(json.dumps(work(1, "Made: co-production, corrected")))
    harvest(home, [other], search, agent="tests", reason="made", crew=processes(1))
    with home.open() as snapshot:
        graph = snapshot.graph(URIRef(HARVEST_GRAPHS + "W1"))
    titles = set(graph.objects(OPENALEX["W1"], DCTERMS.title))
    assert titles == {Literal("Made: co-production, corrected")}


def test_a_source_that_is_cut_off_is_told_and_nothing_is_kept(
    home: Home, source: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "part_001.gz"
    cut.write_bytes(source.read_bytes()[:-20])
    before = home.current()
    search = SearchString("co-production")
    with pytest.raises(SourceError, match=r"part_001\.gz: cannot be read"):
        harvest(home, [cut], search, agent="tests", reason="made", crew=processes(1))
    assert home.current() == before
