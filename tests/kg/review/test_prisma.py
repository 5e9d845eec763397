"""The flow is counted from decisions: a published one with two rounds comes out as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.bibliographies import Import
from kg.review import Project, Projects, Protocol, Writing
from kg.review.diagram import draw, write_csv
from kg.review.duplicates import Group, keep_found
from kg.review.prisma import BOXES, Flow, flow, flow_of, identities
from kg.review.protocols import Stage
from kg.review.records import import_file
from kg.review.reports import miss, name_study
from kg.review.screening import Verdict, remove, vote
from kg.review.searches import Search, Source, record

Make = Callable[..., tuple[bytes, Import]]
NO, YES = Verdict.EXCLUDE, Verdict.INCLUDE


def bring_in(writing: Writing, make: Make, search: Search, count: int, first: int) -> list[int]:
    number = record(writing, search)
    made = import_file(writing, number, *make(count, first=first))
    return list(range(made + 1, made + count + 1))


def screen(writing: Writing, stage: Stage, items: list[int], out: int, why: str = "") -> list[int]:
    """Exclude the first ones, and return the others."""
    for place, item in enumerate(items):
        verdict = NO if place < out else YES
        vote(writing, item, stage, verdict, reason=why if verdict is NO else "")
    return items[out:]


@pytest.fixture(scope="module")
def kurkela(tmp_path_factory: pytest.TempPathFactory, made_source: Make) -> Project:
    """Return the flow of Kurkela, Maijala, Tuurnas and Jalonen, with made records.

    Its numbers are published; which records they were is not.
    """
    plan = Protocol(
        "Kurkela flow",
        exclusion=("not about agency",),
        stages=(Stage.TITLE, Stage.ABSTRACT, Stage.FULL_TEXT),
        votes=1,
    )
    project = Projects(tmp_path_factory.mktemp("kurkela")).create(plan, agent="rita")
    with project.writing("rita") as writing:
        first = [
            each
            for n, (name, count) in enumerate((("A", 106), ("B", 58), ("C", 46)))
            for each in bring_in(writing, made_source, Search(name), count, 1_000 * n)
        ]
        pairs = zip(first[:82], first[128:], strict=True)
        keep_found(writing, "made", [Group(pair, "made alike", 1.0) for pair in pairs])
        left = screen(writing, Stage.TITLE, first[:128], 52)
        left = screen(writing, Stage.ABSTRACT, left, 22)
        left = screen(writing, Stage.FULL_TEXT, left, 28, "not about agency")
        assert len(left) == 26
        second = [
            each
            for n, (name, count) in enumerate((("A", 180), ("B", 99), ("C", 63)), start=5)
            for each in bring_in(writing, made_source, Search(name, round=2), count, 1_000 * n)
        ]
        pairs = zip((first[:128] * 2)[:118], second[224:], strict=True)
        keep_found(writing, "made", [Group(pair, "made alike", 1.0) for pair in pairs])
        screen(writing, Stage.TITLE, second[:224], 99)
    return project


def counts(found: Flow, *names: str) -> list[int]:
    return [found.count(name) for name in names]


def test_the_first_round_of_a_published_flow_comes_out(kurkela: Project) -> None:
    with kurkela.reading() as db:
        found = flow(db, 1)
    assert found.boxes["database_results"].parts == {"A": 106, "B": 58, "C": 46}
    assert counts(
        found, "database_results", "duplicates", "records_screened", "records_excluded"
    ) == [210, 82, 128, 74]
    assert found.boxes["records_excluded"].parts == {"by title": 52, "by abstract": 22}
    assert counts(found, "dbr_sought_reports", "dbr_assessed", "dbr_excluded") == [54, 54, 28]
    assert found.boxes["dbr_excluded"].parts == {"not about agency": 28}
    assert counts(found, "new_studies", "new_reports") == [26, 26]
    assert identities(found) == []


def test_the_second_round_counts_what_the_first_had_as_duplicates(kurkela: Project) -> None:
    with kurkela.reading() as db:
        found = flow(db, 2)
    assert found.boxes["database_results"].parts == {"A": 180, "B": 99, "C": 63}
    assert counts(found, "database_results", "duplicates", "records_excluded") == [342, 118, 99]
    assert "125 not decided at abstract" in identities(found)


def test_both_rounds_together_are_their_sums(kurkela: Project) -> None:
    with kurkela.reading() as db:
        one, two, both = flow(db, 1), flow(db, 2), flow(db)
    for name in both.boxes:
        assert both.count(name) == one.count(name) + two.count(name), name
        assert set(both.boxes[name].records) == {
            *one.boxes[name].records,
            *two.boxes[name].records,
        }


def test_the_journal_of_the_flow_is_sound(kurkela: Project) -> None:
    assert kurkela.journal.check() == []


@pytest.fixture
def small(tmp_path: Path, made_source: Make) -> Project:
    """Return a review of both columns, each way out taken once."""
    plan = Protocol(
        "Small", exclusion=("off topic", "no data"), votes=1, previous_studies=3, previous_reports=5
    )
    project = Projects(tmp_path).create(plan, agent="rita")
    with project.writing("rita") as writing:
        left = bring_in(writing, made_source, Search("A"), 10, 0)
        left += bring_in(writing, made_source, Search("R", source=Source.REGISTER), 4, 100)
        right = bring_in(writing, made_source, Search("W", source=Source.WEBSITE), 3, 200)
        right += bring_in(writing, made_source, Search("C", source=Source.CITATIONS), 2, 300)
        keep_found(writing, "made", [Group((left[0], left[13]), "alike")])
        remove(writing, [left[1]], "a robot said so", by_tool=True)
        remove(writing, [left[2]], "retracted")
        passed = screen(writing, Stage.TITLE_ABSTRACT, [left[0], *left[3:13]], 3)
        passed += screen(writing, Stage.TITLE_ABSTRACT, right, 1)
        miss(writing, passed[0], "no library has it")
        miss(writing, right[1], "no library has it")
        reports = [each for each in passed[1:] if each != right[1]]
        screen(writing, Stage.FULL_TEXT, reports[:3], 2, "off topic")
        screen(writing, Stage.FULL_TEXT, reports[3:], 1, "no data")
        name_study(writing, [reports[2], reports[4]], "One study")
    return project


def test_every_box_and_both_columns(small: Project) -> None:
    with small.reading() as db:
        found = flow(db)
    assert {name: box.count for name, box in found.boxes.items()} == {
        "database_results": 10,
        "register_results": 4,
        "website_results": 3,
        "organisation_results": 0,
        "citations_results": 2,
        "duplicates": 1,
        "excluded_automatic": 1,
        "excluded_other": 1,
        "records_screened": 11,
        "records_excluded": 3,
        "dbr_sought_reports": 8,
        "dbr_notretrieved_reports": 1,
        "dbr_assessed": 7,
        "dbr_excluded": 3,
        "other_sought_reports": 4,
        "other_notretrieved_reports": 1,
        "other_assessed": 3,
        "other_excluded": 0,
        "new_studies": 6,
        "new_reports": 7,
    }
    assert found.boxes["dbr_excluded"].parts == {"off topic": 2, "no data": 1}
    assert (found.total_studies, found.total_reports) == (9, 12)
    assert len(found.left_out) == 1
    assert identities(found) == []


def test_a_flow_under_way_says_where_its_sums_do_not_hold(filled: Project) -> None:
    with filled.reading() as db:
        told = identities(flow(db))
    assert "records screened is 0, and identified - removed is 10" in told
    assert "10 not decided at title and abstract" in told


def test_an_earlier_version_of_the_review_stands_in_the_diagram() -> None:
    counts = dict.fromkeys(BOXES, 0) | {"new_studies": 3, "new_reports": 4}
    excluded = {"dbr_excluded": {"no report": 2}}
    first = draw(flow_of(counts | {"dbr_excluded": 2}, excluded))
    assert "no report (n\u00a0=\u00a02)" in first
    assert "previous version" not in first
    found = flow_of(counts | {"previous_studies": 5, "previous_reports": 7})
    update = draw(found, lambda name: f"/{name}")
    assert "(n\u00a0=\u00a08)" in update  # 5 studies and 3
    assert "(n\u00a0=\u00a011)" in update  # 7 reports and 4
    assert 'href="/new_studies"' in update
    assert 'href="/total_studies"' not in update  # of an earlier version no records are here
    assert "total_reports,Reports of total included studies,11" in write_csv(found)
