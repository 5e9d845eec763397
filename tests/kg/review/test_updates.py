"""A second import of a search tells what is new; missing concepts are proposed."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from kg.bibliographies import Import
from kg.errors import ReviewError
from kg.ingest import corpus
from kg.records import Work
from kg.review import Project
from kg.review.describing import review_iri
from kg.review.proposals import Proposal, describe_proposals, proposals, propose
from kg.review.records import import_file, imported
from kg.review.searches import Search, last_round, record
from kg.review.synthesis import said_of, synthesis_of
from kg.review.updates import delta
from kg.thesaurus import entries

MADE = Proposal("Made togetherness", "Made people make things together.", "co-production")


def test_a_second_import_of_the_same_search_gives_the_delta(
    filled: Project, made_source: Callable[..., tuple[bytes, Import]]
) -> None:
    with filled.writing("rita") as writing:
        search = record(writing, Search("Made Index", round=last_round(writing.db) + 1, hits=7))
        number = import_file(writing, search, *made_source(7, name="again.ris", first=6))
    with filled.reading() as db:
        first, second = imported(db)
        assert second.number == number
        assert len(delta(db, first.number).new) == 10
        found = delta(db, number)
        assert (len(found.known), len(found.new)) == (5, 2)
        titles = [
            db.execute("SELECT title FROM records WHERE number = ?", (n,)).fetchone()[0]
            for n in found.new
        ]
    assert [title.split()[2] for title in titles] == ["11", "12"]


def test_a_missing_concept_is_proposed_and_described(project: Project) -> None:
    with project.writing("rita") as writing:
        propose(writing, MADE)
        propose(writing, MADE)
    with project.reading() as db:
        assert proposals(db) == [MADE]
    described = list(describe_proposals(review_iri("made"), [MADE]))
    assert {str(s).rpartition("/")[2] for s, _, _ in described} == {"made-togetherness"}


@pytest.mark.parametrize(
    ("proposal", "expected"),
    [
        (Proposal("Trust", "It is there.", "co-production"), "such a concept already"),
        (Proposal("Made", "", "co-production"), "definition"),
        (Proposal("Made", "Made thing.", "no-concept"), "no concept"),
    ],
)
def test_a_proposal_that_is_none_is_refused(
    project: Project, proposal: Proposal, expected: str
) -> None:
    with project.writing("rita") as writing, pytest.raises(ReviewError, match=expected):
        propose(writing, proposal)


def test_the_votes_of_studies_are_counted_by_direction() -> None:
    with corpus().open(encoding="utf-8") as lines:
        works = [msgspec.json.decode(next(lines), type=Work) for _ in range(12)]
    found = synthesis_of(works)
    assert found
    directed = {
        entries()[c.object_].label for w in works for c in w.claims if c.direction != "none"
    }
    assert {one.outcome for one in found} == directed
    assert all("sign test p" in said_of(one) or "no clear" in said_of(one) for one in found)
