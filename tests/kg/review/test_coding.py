"""Codings are kept as typed, blind until done, and adjudicated; the works are made."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.anchors import Anchor
from kg.cli import cove
from kg.errors import MembershipError, ReviewError
from kg.forms import Sheet
from kg.ingest import corpus
from kg.review import Project
from kg.review.asides import asides, set_aside, take_back
from kg.review.coding import (
    ADJUDICATION,
    begun,
    coded_works,
    draft,
    drafts,
    finish,
    keep_text,
    may_compare,
    reopen,
    save,
    take,
)
from kg.review.provenance import provenance
from kg.review.publications import agreed
from kg.review.records import reference, references


@pytest.fixture
def sheet() -> Sheet:
    """Return a sheet that breaks no rule: one of the corpus, under a made id."""
    with corpus().open(encoding="utf-8") as lines:
        found: Sheet = json.loads(next(islice(lines, 3, None)))
    return found | {"id": "made-2020-work", "doi": "10.5555/made.coding"}


@pytest.fixture
def work(filled: Project, sheet: Sheet) -> int:
    with filled.writing("rita") as writing:
        return take(writing, sheet={"id": "made-2020-work", "title": "Made work"})


def code(project: Project, who: str, work: int, sheet: Sheet, *, is_done: bool = True) -> None:
    with project.writing(who) as writing:
        save(writing, work, sheet)
        if is_done:
            finish(writing, work)


def test_a_record_is_taken_up_once_with_what_its_file_says(filled: Project) -> None:
    with filled.reading() as db:
        first = next(iter(references(db)))
    with filled.writing("rita") as writing:
        numbers = {
            take(writing, record=first, reference=reference(writing.db, first)) for _ in "12"
        }
    (number,) = numbers
    with filled.reading() as db:
        sheet = begun(db, number)
        (one,) = coded_works(db)
    assert one.slug == sheet["id"] == "maker-2001-made-record-1-keeping"
    assert sheet["doi"] == "10.5555/made.1"
    assert "abstract" not in json.dumps(sheet).casefold()


def test_two_records_with_one_id_to_be_are_two_works(filled: Project) -> None:
    with filled.reading() as db:
        first, second = islice(references(db), 2)
    with filled.writing("rita") as writing:
        like = reference(writing.db, first)
        numbers = {take(writing, record=n, reference=like) for n in (first, second)}
    with filled.reading() as db:
        slugs = [one.slug for one in coded_works(db)]
    assert len(numbers) == 2
    assert slugs[1] == f"{slugs[0]}-2"


def test_what_was_typed_is_kept_whatever_it_is(filled: Project, work: int) -> None:
    typed = {"year": "soon", "claims": [{"statement": "half a"}]}
    code(filled, "rita", work, typed, is_done=False)
    with filled.reading() as db:
        kept = draft(db, work, "rita")
    assert kept is not None
    assert kept.sheet == typed | {"id": "made-2020-work"}


def test_the_same_again_is_no_event(filled: Project, work: int, sheet: Sheet) -> None:
    anchors = {"1": Anchor("made words")}
    with filled.writing("rita") as writing:
        first = save(writing, work, sheet, anchors=anchors)
        assert save(writing, work, sheet, anchors=anchors) == first
        assert save(writing, work, sheet) == first  # without passages those before stay
        assert save(writing, work, sheet | {"year": 1999}) > first


def test_what_was_sent_before_and_comes_late_does_not_take_the_place_of_the_newer(
    filled: Project, work: int, sheet: Sheet
) -> None:
    with filled.writing("rita") as writing:
        newer = save(writing, work, sheet, sent=20)
        assert save(writing, work, sheet | {"year": 1999}, sent=10) == newer
        assert save(writing, work, sheet | {"year": 1999}, sent=30) > newer


def test_a_coding_with_a_violation_cannot_be_done(filled: Project, work: int, sheet: Sheet) -> None:
    code(filled, "rita", work, sheet | {"year": 1700}, is_done=False)
    with filled.writing("rita") as writing, pytest.raises(ReviewError, match="year 1700"):
        finish(writing, work)


def test_coders_are_blind_until_their_own_coding_is_done(
    filled: Project, work: int, sheet: Sheet
) -> None:
    code(filled, "rita", work, sheet)
    code(filled, "rolf", work, sheet, is_done=False)
    with filled.reading() as db:
        assert [may_compare(db, work, name) for name in ("rita", "rolf", "ada")] == [False] * 3
    code(filled, "rolf", work, sheet)
    with filled.reading() as db:
        allowed = [may_compare(db, work, name) for name in ("rita", "rolf", "ada", "leo")]
    assert allowed == [True, True, True, False]


def test_a_done_coding_is_opened_before_it_is_changed(
    filled: Project, work: int, sheet: Sheet
) -> None:
    code(filled, "rita", work, sheet)
    with filled.writing("rita") as writing:
        with pytest.raises(ReviewError, match="open it again"):
            save(writing, work, sheet | {"year": 1999})
        reopen(writing, work)
        save(writing, work, sheet | {"year": 1999})


def test_the_adjudication_waits_for_the_coders_and_is_kept_beside_them(
    filled: Project, work: int, sheet: Sheet
) -> None:
    code(filled, "rita", work, sheet)
    code(filled, "rolf", work, sheet | {"year": 1999}, is_done=False)
    with filled.writing("ada") as writing, pytest.raises(ReviewError, match="still at"):
        save(writing, work, sheet, is_adjudication=True)
    code(filled, "rolf", work, sheet | {"year": 1999})
    with filled.writing("rolf") as writing, pytest.raises(MembershipError):
        save(writing, work, sheet, is_adjudication=True)
    with filled.writing("ada") as writing:
        save(writing, work, sheet, is_adjudication=True)
        finish(writing, work, is_adjudication=True, note="The year is on the title page.")
    with filled.reading() as db:
        agreed = draft(db, work, ADJUDICATION)
        assert [one.sheet["year"] for one in drafts(db, work)] == [sheet["year"], 1999]
    assert agreed is not None
    assert (agreed.agent, agreed.is_done, agreed.note[:8]) == ("ada", True, "The year")


def test_the_draft_of_a_coder_who_left_is_set_aside_and_can_be_taken_back(
    filled: Project, work: int, sheet: Sheet
) -> None:
    code(filled, "rita", work, sheet)
    code(filled, "rolf", work, {"title": "Not finished"}, is_done=False)
    with filled.reading() as db:
        assert not agreed(db)
    with filled.writing("rita") as writing, pytest.raises(MembershipError):
        set_aside(writing, work, "rolf", reason="Left")
    with filled.writing("olga") as writing:
        with pytest.raises(ReviewError, match="say in a sentence"):
            set_aside(writing, work, "rolf", reason=" ")
        set_aside(writing, work, "rolf", reason="Left the made team")
        with pytest.raises(ReviewError, match="no coding"):
            set_aside(writing, work, "rolf", reason="Once more")
    with filled.reading() as db:
        assert [one.coders for one in coded_works(db)] == [(("rita", True),)]
        assert len(agreed(db)) == 1
        assert [(one.coder, one.reason) for one in asides(db)] == [("rolf", "Left the made team")]
        kept = draft(db, work, "rolf")
        assert kept is not None
        assert kept.sheet["title"] == "Not finished"
        told = provenance(filled.journal, db, filled.slug).serialize(format="turtle")
    assert "draft set aside" in told
    assert "Not finished" not in told
    with filled.writing("olga") as writing:
        take_back(writing, work, "rolf")
    with filled.reading() as db:
        assert not agreed(db)
        assert asides(db) == []
    assert filled.journal.check() == []


def test_the_text_is_kept_and_the_journal_is_whole(filled: Project, work: int) -> None:
    with filled.writing("rita") as writing:
        keep_text(writing, work, "A made text.\r\n")
    with filled.reading() as db:
        (one,) = coded_works(db)
        assert filled.journal.file(db, one.text or "") == b"A made text."
    assert filled.journal.check() == []


def test_the_command_line_goes_from_a_sheet_to_what_all_agree_on(
    filled: Project, sheet: Sheet, tmp_path: Path
) -> None:
    home = filled.journal.path.parents[2]

    def run(who: str, *arguments: str) -> Result:
        options = ["--home", str(home)] + (["--agent", who] if who else [])
        return CliRunner().invoke(cove, ["coding", *arguments, *options])

    claims = sheet["claims"]
    assert isinstance(claims, list)
    other = sheet | {"claims": [claims[0] | {"size": "weak"}, *claims[1:]]}
    for who, mine in (("rita", sheet), ("rolf", other)):
        file = tmp_path / f"{who}.jsonl"
        file.write_text(json.dumps(mine), encoding="utf-8")
        assert "1 kept, 0 problems" in run(who, "take", filled.slug, str(file)).output
        assert run(who, "done", filled.slug, "made-2020-work").exit_code == 0
    assert "0: size" in run("ada", "agree", filled.slug, "made-2020-work").output
    agreed = ["agree", filled.slug, "made-2020-work", "--base", "rita", "--take", "0=rolf"]
    assert run("ada", *agreed, "--note", "Made so.").exit_code == 0
    assert "to publish" in run("", "list", filled.slug).output
    with filled.reading() as db:
        standing = draft(db, coded_works(db)[0].number, ADJUDICATION)
    assert standing is not None
    assert standing.sheet["claims"][0]["size"] == "weak"  # type: ignore[index]
    assert run("olga", "aside", filled.slug, "made-2020-work", "rolf", "-m", "Left").exit_code == 0
    assert "rolf" not in run("", "list", filled.slug).output
    assert run("olga", "aside", filled.slug, "made-2020-work", "rolf", "--back").exit_code == 0
    out = tmp_path / "mine.xlsx"
    assert run("rita", "sheet", filled.slug, "-o", str(out)).exit_code == 0
    assert out.stat().st_size > 1_000
    assert (
        run("", "export", filled.slug, "eppi.json", "-o", str(tmp_path / "e.json")).exit_code == 0
    )
