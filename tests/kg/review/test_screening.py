"""Two blinded votes, conflicts, rulings, reports: what they come to."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from kg.errors import MembershipError, ReviewError
from kg.review import Project, Protocol
from kg.review.decisions import decided, progress
from kg.review.duplicates import merge, split
from kg.review.protocols import Stage, set_protocol
from kg.review.records import references
from kg.review.reports import miss, name_study, report_of, retrieve, study_of
from kg.review.screening import (
    Verdict,
    VoteCast,
    next_items,
    remove,
    restore,
    settle,
    state_of,
    stop,
    vote,
    votes_on,
)

FIRST, LAST = Stage.TITLE_ABSTRACT, Stage.FULL_TEXT
YES, NO, UNSURE = Verdict.INCLUDE, Verdict.EXCLUDE, Verdict.UNSURE
WHY = "not about keeping"


def cast(
    project: Project, who: str, record: int, verdict: Verdict, stage: Stage = FIRST, why: str = ""
) -> None:
    with project.writing(who) as writing:
        vote(writing, record, stage, verdict, reason=why)


def state(project: Project, record: int, stage: Stage = FIRST) -> str | None:
    with project.reading() as db:
        return state_of(db, record, stage)


@pytest.fixture
def one(filled: Project) -> int:
    with filled.reading() as db:
        return min(references(db))


@pytest.mark.parametrize(
    ("first", "second", "expected", "later"),
    [
        (YES, YES, "included", "waiting"),
        (YES, UNSURE, "included", "waiting"),
        (UNSURE, UNSURE, "included", "waiting"),
        (NO, NO, "excluded", None),
        (YES, NO, "conflict", None),
        (NO, UNSURE, "conflict", None),
    ],
)
def test_two_votes_decide_or_conflict(
    filled: Project, one: int, first: Verdict, second: Verdict, expected: str, later: str | None
) -> None:
    assert state(filled, one) == "waiting"
    cast(filled, "rita", one, first)
    assert state(filled, one) == "started"
    cast(filled, "rolf", one, second)
    assert state(filled, one) == expected
    assert state(filled, one, LAST) == later
    assert filled.journal.check() == []


def test_nobody_sees_a_vote_before_both_are_in(filled: Project, one: int) -> None:
    def seen(by: str) -> list[str]:
        with filled.reading() as db:
            return [each.reviewer for each in votes_on(db, one, FIRST, to=by)]

    cast(filled, "rita", one, YES)
    assert seen("rita") == ["rita"]
    assert seen("rolf") == seen("olga") == seen("leo") == []
    cast(filled, "rolf", one, NO)
    assert seen("rita") == seen("rolf") == seen("leo") == ["rita", "rolf"]


def test_a_changed_vote_is_a_new_event_and_the_old_one_stays(filled: Project, one: int) -> None:
    cast(filled, "rita", one, YES)
    cast(filled, "rita", one, YES)
    cast(filled, "rita", one, NO, why=WHY)
    cast(filled, "rolf", one, NO)
    with filled.reading() as db:
        entries = filled.journal.history(db, kinds=[VoteCast])
        assert [(e.agent, e.event.verdict) for e in entries] == [  # type: ignore[attr-defined]
            ("rita", YES),
            ("rita", NO),
            ("rolf", NO),
        ]
        assert [each.reason for each in votes_on(db, one, FIRST, to="leo")] == [WHY, ""]
    cast(filled, "rolf", one, YES)
    assert state(filled, one) == "conflict"


def test_a_third_vote_is_one_too_many(filled: Project, one: int) -> None:
    cast(filled, "rita", one, YES)
    cast(filled, "rolf", one, NO)
    with pytest.raises(ReviewError, match="2 have voted"):
        cast(filled, "olga", one, NO)


def test_an_adjudicator_settles_a_conflict_and_the_votes_stay(filled: Project, one: int) -> None:
    cast(filled, "rita", one, YES)
    cast(filled, "rolf", one, NO, why=WHY)
    with filled.writing("ada") as writing:
        settle(writing, one, FIRST, YES, note="both were right")
    assert state(filled, one) == "included"
    with filled.reading() as db:
        found = votes_on(db, one, FIRST, to="leo")
        assert [(v.reviewer, v.verdict, v.is_ruling) for v in found] == [
            ("rita", YES, False),
            ("rolf", NO, False),
            ("ada", YES, True),
        ]
    with filled.writing("olga") as writing:
        settle(writing, one, FIRST, NO, reason=WHY)
    assert state(filled, one) == "excluded"
    cast(filled, "rolf", one, YES)
    assert state(filled, one) == "excluded", "the last ruling holds over votes"
    assert filled.journal.check() == []


def test_who_may_not_settle_does_not(filled: Project, one: int) -> None:
    cast(filled, "rita", one, YES)
    with pytest.raises(ReviewError, match="no conflict"), filled.writing("ada") as writing:
        settle(writing, one, FIRST, YES)
    cast(filled, "rolf", one, NO)
    with pytest.raises(MembershipError), filled.writing("rita") as writing:
        settle(writing, one, FIRST, YES)
    with pytest.raises(ReviewError, match="one way or the other"), filled.writing("ada") as writing:
        settle(writing, one, FIRST, UNSURE)


def test_a_vote_that_cannot_be_is_refused(filled: Project, one: int) -> None:
    with pytest.raises(MembershipError):
        cast(filled, "leo", one, YES)
    with pytest.raises(ReviewError, match="does not screen by title"):
        cast(filled, "rita", one, YES, Stage.TITLE)
    with pytest.raises(ReviewError, match="not at full text"):
        cast(filled, "rita", one, YES, LAST)
    with pytest.raises(ReviewError, match="no record"):
        cast(filled, "rita", 10**6, YES)
    with pytest.raises(ReviewError, match="goes with a vote to exclude"):
        cast(filled, "rita", one, YES, why=WHY)


def read(project: Project, record: int) -> None:
    for who in ("rita", "rolf"):
        cast(project, who, record, YES)


def test_a_report_is_excluded_for_a_reason_both_agree_on(filled: Project, one: int) -> None:
    read(filled, one)
    with pytest.raises(ReviewError, match="say why"):
        cast(filled, "rita", one, NO, LAST)
    with pytest.raises(ReviewError, match="in or out"):
        cast(filled, "rita", one, UNSURE, LAST)
    cast(filled, "rita", one, NO, LAST, WHY)
    cast(filled, "rolf", one, NO, LAST, "no report")
    assert state(filled, one, LAST) == "conflict"
    cast(filled, "rolf", one, NO, LAST, WHY)
    assert state(filled, one, LAST) == "excluded"
    with filled.reading() as db:
        assert decided(db, LAST, "excluded") == [one]


def test_a_report_is_sought_retrieved_or_missed(filled: Project, one: int) -> None:
    with pytest.raises(ReviewError, match="not passed screening"), filled.writing("rita") as w:
        miss(w, one, "no library has it")
    read(filled, one)
    with filled.writing("rita") as writing:
        miss(writing, one, "no library has it")
    assert state(filled, one, LAST) == "not-retrieved"
    with pytest.raises(ReviewError, match="not retrieved"):
        cast(filled, "rita", one, YES, LAST)
    with filled.writing("rita") as writing:
        retrieve(writing, one, source="its author", content=b"a made document")
    assert state(filled, one, LAST) == "waiting"
    with filled.reading() as db:
        found = report_of(db, one)
        assert found is not None
        assert filled.journal.file(db, found.file) == b"a made document"


def test_reports_of_one_study_are_put_together(filled: Project, one: int) -> None:
    with filled.writing("rita") as writing:
        number = name_study(writing, [one, one + 1], "Made study")
        assert study_of(writing.db, one) == study_of(writing.db, one + 1) == (number, "Made study")
        assert study_of(writing.db, one + 2) is None


def test_votes_stay_with_their_records_through_merging_and_splitting(
    filled: Project, one: int
) -> None:
    two = one + 1
    cast(filled, "rita", one, YES)
    cast(filled, "rolf", two, YES)
    with filled.writing("rita") as writing:
        merge(writing, [one, two])
    assert state(filled, one) == "included"
    assert state(filled, two) is None
    with filled.writing("rita") as writing:
        split(writing, [two])
    assert state(filled, one) == state(filled, two) == "started"
    assert filled.journal.check() == []


def test_what_is_removed_is_not_screened_until_it_is_restored(filled: Project, one: int) -> None:
    with filled.writing("rita") as writing:
        remove(writing, [one, one + 1], "written before 1990", by_tool=True)
    assert state(filled, one) == "removed"
    with pytest.raises(ReviewError, match="restore it first"):
        cast(filled, "rita", one, YES)
    with filled.reading() as db:
        assert one not in next_items(db, FIRST, "rita", most=100)
    with filled.writing("rita") as writing:
        restore(writing, [one])
    assert state(filled, one) == "waiting"
    assert state(filled, one + 1) == "removed"


def test_stopping_leaves_out_what_nobody_has_decided(filled: Project, one: int) -> None:
    read(filled, one)
    cast(filled, "rita", one + 1, YES)
    with pytest.raises(MembershipError), filled.writing("rita") as writing:
        stop(writing, FIRST, "tired")
    with filled.writing("olga") as writing:
        stop(writing, FIRST, "recall of 95 %, p = 0.01")
    assert state(filled, one) == "included"
    assert state(filled, one + 1) == "removed"
    with filled.reading() as db:
        (first, last) = progress(db)
        assert first.states == {"included": 1, "removed": 9}
        assert (first.open, first.all, last.states) == (0, 10, {"waiting": 1})


def test_everybody_is_given_what_they_have_not_judged(filled: Project, one: int) -> None:
    with filled.reading() as db:
        assert next_items(db, FIRST, "rita", most=100) == list(range(one, one + 10))
    cast(filled, "rita", one, YES)
    cast(filled, "olga", one + 1, YES)
    cast(filled, "rolf", one + 1, YES)
    with filled.reading() as db:
        assert next_items(db, FIRST, "rita", most=2) == [one + 2, one + 3]
        assert next_items(db, FIRST, "rolf") == [one]
        assert next_items(db, LAST, "rita") == [one + 1]


def test_how_a_review_decides_stays_once_somebody_has_voted(
    filled: Project, one: int, made_protocol: Protocol
) -> None:
    alone = replace(made_protocol, votes=1, stages=(Stage.TITLE, Stage.ABSTRACT, LAST))
    with filled.writing("olga") as writing:
        set_protocol(writing, alone)
    cast(filled, "rita", one, YES, Stage.TITLE)
    assert state(filled, one, Stage.ABSTRACT) == "waiting"
    with pytest.raises(ReviewError, match="once somebody has voted"), filled.writing("olga") as w:
        set_protocol(w, made_protocol)
    assert filled.journal.check() == []
