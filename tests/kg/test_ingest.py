"""A sheet goes all the way into a version, or is told why not; nothing is half-written."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from rdflib import URIRef

from kg.dataset import Dataset
from kg.entailment import clashes, maintain
from kg.errors import SourceError, StoreError, VersionConflict
from kg.identifiers import mint
from kg.ingest import (
    Outcome,
    build_dataset,
    corpus,
    entailer,
    import_files,
    load_file,
    validate_files,
)
from kg.namespaces import COVE, RDF
from kg.store import Home
from kg.store.terms import engine_graph_name
from kg.triples import record_graph

LINES = corpus().read_text(encoding="utf-8").splitlines()


def sheet(path: Path, *works: dict[str, object]) -> Path:
    path.write_text("\n".join(json.dumps(work) for work in works), encoding="utf-8")
    return path


def made(number: int = 1, **changes: object) -> dict[str, object]:
    """Return a made work that claims something about a proposition of the corpus."""
    claim = {
        "id": "1",
        "kind": "theoretical-proposition",
        "statement": "A made claim that stands in no publication.",
        "subject": "co-production",
        "object": "trust",
        "relation": "contributes-to",
        "direction": "decreases",
        "strength": "argued",
        "locator": "abstract",
    }
    work = {
        "id": f"made-2020-record-{number}",
        "type": "report",
        "title": "Made record",
        "authors": [{"literal": "Made"}],
        "year": 2020,
        "read_at": "https://example.org/made",
        "read_level": "abstract",
        "study": {"design": "conceptual"},
        "claims": [claim],
    }
    return work | changes


def bring(home: Home, *paths: Path) -> Outcome:
    return import_files(home, paths, agent="tests", reason="a test")


def inferred_quads(home: Home) -> set[str]:
    with home.open() as snapshot:
        quads = snapshot.quads_for_pattern(None, None, None)
        return {str(q) for q in quads if str(q.graph_name).endswith("/inferred>")}


def closure_afresh(home: Home, folder: Path) -> set[str]:
    """Infer everything from what the records assert, as a build does."""
    target = Home(folder)
    with home.open() as snapshot, target.begin(agent="tests", reason="afresh") as new:
        for name in snapshot.graph_names():
            if not name.endswith("/inferred") or name.endswith("scheme/inferred"):
                new.replace(name, snapshot.graph(name))
        records = [
            quad
            for quad in snapshot.quads_for_pattern(None, None, None)
            if "/record/" in str(quad.graph_name) and "/inferred" not in str(quad.graph_name)
        ]
        new.add(entailer().entail(records))
        joined = entailer().join(new)
        new.discard(joined.removes)
        new.add(joined.adds)
    return inferred_quads(target)


def test_the_whole_corpus_conforms(built: tuple[Path, Outcome]) -> None:
    outcome = built[1]
    assert outcome.accepted == len(LINES) == 280
    assert outcome.refusals == ()


def test_building_again_changes_nothing(home: Home) -> None:
    outcome = build_dataset(home, agent="tests")
    assert outcome.version is None
    assert home.current() == 1


def test_a_build_keeps_the_records_of_others(home: Home, tmp_path: Path) -> None:
    bring(home, sheet(tmp_path / "a.jsonl", made()))
    before = inferred_quads(home)
    build_dataset(home, agent="tests")
    with home.open() as snapshot:
        assert snapshot.graph(record_graph("made-2020-record-1"))
    assert sorted(inferred_quads(home) ^ before) == []


def test_good_records_go_in_beside_bad_ones(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "mixed.jsonl"
    lines = [
        json.dumps(made(1)),
        '{"id": ',
        json.dumps(made(2, doi="10.1234/with space")),
        json.dumps(made(3, study={"design": "guesswork"})),
        json.dumps(made(4)),
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    outcome = bring(home, path)
    assert outcome.accepted == 2
    told = [refusal.line() for refusal in outcome.refusals]
    assert len(told) == 3
    for line, told_of in zip((2, 3, 4), told, strict=True):
        assert told_of.startswith(f"{path}:{line}")
    assert "has a space" in told[1]
    assert "'guesswork' is not a code of design" in told[2]


def test_a_case_without_country_is_told_and_goes_in(home: Home, tmp_path: Path) -> None:
    case = {"id": "1", "name": "Made case", "sector": "health-care"}
    outcome = bring(home, sheet(tmp_path / "a.jsonl", made(cases=[case])))
    assert outcome.accepted == 1
    assert any("country" in warning.message for warning in outcome.warnings)


def test_a_second_record_with_a_doi_of_the_set_is_refused(home: Home, tmp_path: Path) -> None:
    taken = next(work["doi"] for work in map(json.loads, LINES) if "doi" in work)
    outcome = bring(home, sheet(tmp_path / "a.jsonl", made(1, doi=taken), made(2)))
    assert outcome.accepted == 1
    assert len(outcome.refusals) == 1
    assert "made-2020-record-1" in outcome.refusals[0].line()
    with home.open() as snapshot:
        assert not snapshot.graph(record_graph("made-2020-record-1"))
        assert snapshot.graph(record_graph("made-2020-record-2"))


def test_a_file_with_nothing_good_makes_no_version(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes('{"id": "Größe"}'.encode("utf-16"))
    outcome = bring(home, path)
    assert outcome.version is None
    assert "UTF-16" in outcome.refusals[0].line()
    assert home.current() == 1


def test_an_import_replaces_the_record_that_was_there(home: Home, tmp_path: Path) -> None:
    work = json.loads(LINES[0])
    bring(home, sheet(tmp_path / "a.jsonl", work | {"year": work["year"] - 1}))
    with home.open() as snapshot:
        years = list(snapshot.graph(record_graph(work["id"])).objects(None, COVE.year))
    assert [int(str(year)) for year in years] == [work["year"] - 1]
    assert len(home.diff(1, 2).adds) == 2  # the year, and the short form that shows it


def test_an_import_for_an_older_version_is_refused(home: Home, tmp_path: Path) -> None:
    first = sheet(tmp_path / "a.jsonl", made(1))
    bring(home, first)
    with pytest.raises(VersionConflict):
        import_files(home, [first], agent="tests", reason="late", expected=1)


def test_import_into_an_empty_home_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="run cove build"):
        bring(Home(tmp_path / "none"), sheet(tmp_path / "a.jsonl", made()))


def test_contradictions_follow_every_sequence_of_changes(home: Home, tmp_path: Path) -> None:
    chance = random.Random(20201)  # noqa: S311  # a fixed sequence, no secret
    directions = ("increases", "decreases", "no-effect", "mixed")
    claim = made()["claims"][0]  # type: ignore[index]  # a list, as made above
    for step in range(8):
        number = chance.randrange(1, 4)
        claims = [claim | {"direction": chance.choice(directions)}]
        bring(home, sheet(tmp_path / f"{step}.jsonl", made(number, claims=claims)))
        if step % 3 == 2:
            with home.begin(agent="tests", reason="take one back") as new:
                name = record_graph(f"made-2020-record-{number}")
                # A record that goes asserts nothing, and what rested on it goes with it.
                delta = maintain(entailer(), new, {engine_graph_name(name): []})
                new.remove(name)
                new.discard(delta.removes)
                new.add(delta.adds)
    afresh = closure_afresh(home, tmp_path / "afresh")
    assert sorted(inferred_quads(home) ^ afresh) == []


def test_foreign_rdf_goes_into_a_graph_of_its_own(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text("<https://example.org/a> a <https://example.org/B> .", encoding="utf-8")
    load_file(home, path, graph="https://example.org/mine", agent="tests", reason="mine")
    with home.open() as snapshot:
        graph = snapshot.graph(URIRef("https://example.org/mine"))
    assert (URIRef("https://example.org/a"), RDF.type, URIRef("https://example.org/B")) in graph


def test_foreign_rdf_is_kept_out_of_the_names_of_records(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text("<https://example.org/a> a <https://example.org/B> .", encoding="utf-8")
    with pytest.raises(StoreError, match="choose one of your own"):
        load_file(home, path, graph=str(mint("record", "x")), agent="tests", reason="mine")


def test_broken_turtle_is_told_with_its_line(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text("<a:b> <a:c>\n  oops", encoding="utf-8")
    with pytest.raises(SourceError, match=r"broken\.ttl:2"):
        load_file(home, path, graph="https://example.org/mine", agent="tests", reason="mine")
    assert home.current() == 1


def test_validating_writes_nothing(tmp_path: Path) -> None:
    outcome = validate_files([sheet(tmp_path / "a.jsonl", made())])
    assert outcome.accepted == 1
    assert outcome.version is None


def test_the_corpus_breaks_no_rule_across_records(dataset: Dataset) -> None:
    report = dataset.check()
    assert report.conforms, [str(finding) for finding in report.violations]


def test_nothing_contradicts_the_ontology(dataset: Dataset, corpus_home: Home) -> None:
    with corpus_home.open() as snapshot:
        assert list(clashes(snapshot, entailer().rules)) == []
