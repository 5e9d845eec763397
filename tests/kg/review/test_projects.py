"""Reviews, who takes part in them, what they ask, what was searched and imported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import pytest

from kg.bibliographies import Date, Import, Name, Reference
from kg.errors import MembershipError, ReviewError
from kg.review import Project, Projects, Protocol
from kg.review.journal import Journal
from kg.review.members import Role, members, remove, role_of, set_role
from kg.review.protocols import Stage, protocol, set_protocol
from kg.review.records import import_file, imported, reference, references
from kg.review.searches import Search, Source, correct, find, last_round, record, searches

Make = Callable[..., tuple[bytes, Import]]


def test_a_review_is_found_by_its_name(
    projects: Projects, project: Project, made_protocol: Protocol
) -> None:
    assert project.slug == "a-made-review"
    again = projects.create(made_protocol, agent="rita")
    assert again.slug == "a-made-review-2"
    assert [each.slug for each in projects.all()] == ["a-made-review", "a-made-review-2"]
    assert projects.find("a-made-review") is not None
    with project.reading() as db:
        assert protocol(db) == made_protocol


@pytest.mark.parametrize("name", ["none", "../a-made-review", "", "A"])
def test_a_name_of_no_review_is_told(projects: Projects, project: Project, name: str) -> None:
    assert projects.find(name) is None
    with pytest.raises(ReviewError, match="no review"):
        projects.one(name)


def test_what_a_crash_left_of_a_new_review_is_none(
    projects: Projects, tmp_path: Path, made_protocol: Protocol
) -> None:
    (tmp_path / "reviews" / "a-made-review").mkdir(parents=True)
    (tmp_path / "reviews" / "a-made-review" / "review.sqlite").touch()
    assert projects.all() == []
    Journal(tmp_path / "reviews" / "a-made-review" / "review.sqlite", []).create()
    assert projects.all() == []
    assert projects.create(made_protocol, agent="rita").slug == "a-made-review"
    assert len(projects.all()) == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"title": " "}, "title of one line"),
        ({"title": "a\nb"}, "title of one line"),
        ({"votes": 3}, "give 1 or 2"),
        ({"stages": ()}, "full text, which is the last"),
        ({"stages": (Stage.FULL_TEXT, Stage.TITLE)}, "put them so"),
        ({"stages": (Stage.TITLE, Stage.TITLE_ABSTRACT, Stage.FULL_TEXT)}, "together or apart"),
        ({"exclusion": ("a", "a")}, "the same"),
        ({"inclusion": ("a\nb",)}, "one line"),
        ({"previous_studies": -1}, "0 or more"),
        ({"question": "x" * 100_001}, "shorten"),
    ],
)
def test_a_protocol_that_cannot_be_is_refused(
    project: Project, change: dict[str, object], told: str, made_protocol: Protocol
) -> None:
    with pytest.raises(ReviewError, match=told), project.writing("olga") as writing:
        set_protocol(writing, msgspec.structs.replace(made_protocol, **change))


def test_a_protocol_that_says_the_same_is_no_event(
    project: Project, made_protocol: Protocol
) -> None:
    with project.writing("olga") as writing:
        number = writing.number
        set_protocol(writing, made_protocol)
        assert writing.number == number
        set_protocol(writing, Protocol("Another title"))
        assert writing.number == number + 1


@pytest.mark.parametrize("who", ["rita", "ada", "leo", "nobody"])
def test_only_an_owner_changes_protocol_and_members(project: Project, who: str) -> None:
    with pytest.raises(MembershipError), project.writing(who) as writing:
        set_protocol(writing, Protocol("Mine"))
    with pytest.raises(MembershipError), project.writing(who) as writing:
        set_role(writing, who, Role.OWNER)
    with pytest.raises(MembershipError), project.writing(who) as writing:
        remove(writing, "rolf")


def test_a_review_keeps_an_owner(project: Project) -> None:
    with project.writing("olga") as writing:
        with pytest.raises(ReviewError, match="somebody else"):
            remove(writing, "olga")
        with pytest.raises(ReviewError, match="somebody else"):
            set_role(writing, "olga", Role.READER)
        set_role(writing, "rita", Role.OWNER)
        set_role(writing, "olga", Role.READER)
    with project.writing("rita") as writing:
        remove(writing, "olga")
        with pytest.raises(ReviewError, match="takes no part"):
            remove(writing, "olga")
    with project.reading() as db:
        assert role_of(db, "olga") is None
        assert [member.name for member in members(db)] == ["rita", "ada", "rolf", "leo"]


def test_a_search_is_kept_word_for_word(project: Project) -> None:
    made = Search(
        "Scopus",
        interface="advanced search",
        day=date(2026, 11, 1),
        string='TITLE-ABS-KEY ( "co-production"  W/3\n value )',
        hits=812,
    )
    with project.writing("rita") as writing:
        number = record(writing, made)
        corrected = msgspec.structs.replace(made, hits=821)
        correct(writing, number, corrected)
    with project.reading() as db:
        (found,) = searches(db)
        assert (found.number, found.search, found.records) == (number, corrected, 0)
        entry = project.journal.entry(db, number)
        assert entry is not None
        assert entry.event.search == made  # type: ignore[attr-defined]  # what was first said


@pytest.mark.parametrize(
    ("search", "told"),
    [
        (Search(" "), "name the database"),
        (Search("Scopus", hits=-1), "0 hits"),
        (Search("Scopus", round=3), "round 3"),
        (Search("Scopus", string="x" * 200_001), "characters"),
    ],
)
def test_a_search_that_cannot_be_is_refused(project: Project, search: Search, told: str) -> None:
    with pytest.raises(ReviewError, match=told), project.writing("rita") as writing:
        record(writing, search)


def test_the_next_round_begins_with_its_first_search(project: Project) -> None:
    with project.writing("rita") as writing:
        assert last_round(writing.db) == 1
        record(writing, Search("Scopus", round=2))
        assert last_round(writing.db) == 2


def test_a_search_whose_records_are_counted_keeps_its_place(filled: Project) -> None:
    with filled.writing("rita") as writing:
        (found,) = searches(writing.db)
        assert found.records == 10
        moved = msgspec.structs.replace(found.search, source=Source.WEBSITE)
        with pytest.raises(ReviewError, match="counted there"):
            correct(writing, found.number, moved)
        with pytest.raises(ReviewError, match="no search 999"):
            find(writing.db, 999)


def test_an_import_keeps_file_account_and_each_record_whole(
    filled: Project, made_source: Make
) -> None:
    content, found = made_source(10)
    with filled.reading() as db:
        (made,) = imported(db)
        assert (made.name, made.account, made.agent) == ("made.ris", found.account, "rita")
        assert filled.journal.file(db, made.digest) == content
        kept = references(db)
        assert list(kept) == list(range(made.number + 1, made.number + 11))
        assert tuple(kept.values()) == found.references
        assert reference(db, made.number + 3).raw == (("U1", "note 3"),)
        with pytest.raises(ReviewError, match="no record"):
            reference(db, made.number)


def test_an_import_whose_account_does_not_balance_is_refused(
    filled: Project, made_source: Make
) -> None:
    content, found = made_source(3)
    wrong = found._replace(references=found.references[:2])
    with pytest.raises(ReviewError, match="does not balance"), filled.writing("rita") as writing:
        import_file(writing, searches(writing.db)[0].number, content, wrong)


def test_a_file_without_a_record_is_refused(filled: Project, made_source: Make) -> None:
    content, found = made_source(1)
    empty = Import((), replace(found.account, records=0, read=0))
    with pytest.raises(ReviewError, match="no record in it"), filled.writing("rita") as writing:
        import_file(writing, searches(writing.db)[0].number, content, empty)


def test_a_reader_imports_nothing(filled: Project, made_source: Make) -> None:
    with pytest.raises(MembershipError, match="asks for reviewer"), filled.writing("leo") as w:
        import_file(w, searches(w.db)[0].number, *made_source(1))


def test_a_reference_survives_its_way_through_the_journal(
    filled: Project, made_source: Make
) -> None:
    content, found = made_source(1)
    odd = Reference(
        id="odd",
        title="Ünï\u2028code \x00 & <b>",
        author=(Name(literal="A body"), Name(family="Maker", given="B")),
        issued=Date(date_parts=((2019, 5), (2019, 6))),
        raw=(("U1", "a"), ("U1", "")),
    )
    with filled.writing("rita") as writing:
        number = import_file(
            writing, searches(writing.db)[0].number, content, found._replace(references=(odd,))
        )
        assert reference(writing.db, number + 1) == odd


def test_one_record_is_looked_up_however_many_there_are(filled: Project, made_source: Make) -> None:
    with filled.writing("rita") as writing:
        import_file(writing, searches(writing.db)[0].number, *made_source(300, first=11))
    steps = []
    for numbers in ([5], None):
        with filled.reading() as db:
            count = iter(range(1_000_000))
            db.set_progress_handler(lambda count=count: next(count) < 0, 1)
            references(db, numbers)
            steps.append(next(count))
    one, all_of_them = steps
    assert 0 < one < all_of_them / 10
