"""Made records: shaped like the corpus, the same from a seed, refused where they are to be."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from statistics import mean

import msgspec
import pytest

from kg.bench import Generator
from kg.bench.generator import FAULTS
from kg.ingest import corpus
from kg.ingest.chunks import Chunk, Converted, decode
from kg.ingest.conversion import convert
from kg.readers import Line, Place, read_line
from kg.records import Work

COUNT = 400


@pytest.fixture(scope="module")
def made() -> list[Work]:
    generator = Generator(seed=7)
    return [generator.work(number) for number in range(1, COUNT + 1)]


@pytest.fixture(scope="module")
def real() -> list[Work]:
    return [msgspec.json.decode(line, type=Work) for line in corpus().read_bytes().splitlines()]


def test_the_same_seed_gives_the_same_records_in_any_order() -> None:
    one, other = Generator(seed=7, invalid=0.3), Generator(seed=7, invalid=0.3)
    assert other.line(30) == list(one.lines(30))[29].strip()
    assert Generator(seed=8).line(30) != one.line(30)


def test_every_stage_accepts_what_is_made(made: list[Work]) -> None:
    lines = (msgspec.json.encode(work).decode() for work in made)
    chunk = Chunk(tuple(Line(line, Place("made", n)) for n, line in enumerate(lines, 1)))
    assert [one for one in decode(convert(chunk)) if not isinstance(one, Converted)] == []


def per_work(works: list[Work]) -> dict[str, float]:
    claims = [claim for work in works for claim in work.claims]
    processes = [process for work in works for case in work.cases for process in case.processes]
    return {
        "claims": mean(len(work.claims) for work in works),
        "cases": mean(len(work.cases) for work in works),
        "processes": len(processes) / len(works),
        "participants": mean(len(process.participants) for process in processes),
        "effects": mean(sum(len(claim.effects) for claim in work.claims) for work in works),
        "authors": mean(len(work.authors) for work in works),
        "title": mean(len(work.title) for work in works) / 50,
        "statements": mean(len(claim.statement) for claim in claims) / 50,
        "conditions": sum(len(claim.condition or "") for claim in claims) / len(works) / 50,
        "concepts": mean(len({c.subject for c in w.claims}) for w in works),
        "with a DOI": mean(work.doi is not None for work in works),
        "citing": mean(bool(work.cites) for work in works) + 0.5,
    }


def opposed(works: list[Work]) -> float:
    """Count the pairs of claims that say opposite things of one proposition, for each claim."""
    said: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for work in works:
        for claim in work.claims:
            said[claim.subject, claim.object_][claim.direction] += 1
    pairs = sum(
        one["increases"] * one["decreases"]
        + (one["increases"] + one["decreases"]) * one["no-effect"]
        for one in said.values()
    )
    return pairs / sum(one.total() for one in said.values())


def test_the_shape_is_that_of_the_corpus(made: list[Work], real: list[Work]) -> None:
    expected = per_work(real)
    for name, value in per_work(made).items():
        assert value == pytest.approx(expected[name], rel=0.25), name
    directions = [
        Counter(claim.direction for work in works for claim in work.claims)
        for works in (made, real)
    ]
    assert directions[0].keys() == directions[1].keys()


def test_claims_meet_as_rarely_in_a_large_set_as_in_the_corpus(real: list[Work]) -> None:
    generator = Generator(seed=7)
    many = [generator.work(number) for number in range(1, 6 * len(real))]
    assert opposed(many) == pytest.approx(opposed(real), rel=0.5)


def test_what_is_made_says_so(made: list[Work], real: list[Work]) -> None:
    statements = {claim.statement for work in real for claim in work.claims}
    for work in made:
        assert work.id.startswith("made-")
        assert work.title.startswith("Made work")
        assert work.read_at.startswith("https://example.org/made/")
        assert all(author.name.startswith("Made") for author in work.authors)
        assert work.doi is None or work.doi.startswith("10.5555/made.")
    assert len({work.id for work in made}) == COUNT
    kept = [claim for work in made for claim in work.claims if claim.statement in statements]
    assert len(kept) < 5  # a sentence of few words may come out in its old order


def test_links_and_citations_lead_to_records_made_before(made: list[Work]) -> None:
    ids, dois = set[str](), set[str]()
    links = 0
    for work in made:
        assert set(work.cites) <= dois
        for claim in work.claims:
            for link in claim.links:
                links += 1
                assert link.to in ids
        ids |= {work.id, *(f"{work.id}#{claim.id}" for claim in work.claims)}
        dois |= {work.doi} if work.doi else set()
    assert links > 20


def test_the_share_of_faults_is_as_asked_and_each_kind_comes() -> None:
    good = Generator(seed=7)
    bad = Generator(seed=7, invalid=0.25)
    differing = [n for n in range(1, COUNT + 1) if good.line(n) != bad.line(n)]
    assert len(differing) == pytest.approx(COUNT / 4, rel=0.3)
    refused = 0
    for number in differing:
        found = list(read_line(Line(bad.line(number).decode(), Place("made", number))))
        refused += not any(hasattr(one, "work") for one in found)
        is_linked = "made-0000-nothing" in json.dumps(json.loads(bad.line(number)))
        assert is_linked or not any(hasattr(one, "work") for one in found)
    assert refused > len(differing) * 0.7
    assert len(FAULTS) == 6
