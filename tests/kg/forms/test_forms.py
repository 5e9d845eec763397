"""Forms follow the shapes, keep what was typed, and say what is wrong at the field."""

from __future__ import annotations

import json
from itertools import islice

import pytest

from kg import codes
from kg.errors import SourceError
from kg.forms import Sheet, Widget, add_part, examine, form_of, from_inputs, part_at, remove_part
from kg.forms.statements import lint
from kg.ingest import corpus
from kg.records import Case, Claim, Effect, Participant, Process, Work


@pytest.fixture
def sheet() -> Sheet:
    with corpus().open(encoding="utf-8") as lines:
        found: Sheet = json.loads(next(islice(lines, 3, None)))
    return found


def claim_of(sheet: Sheet, number: int = 0) -> Sheet:
    found = part_at(sheet, f"claims.{number}")
    assert found is not None
    return found


def told(sheet: Sheet, way: str) -> list[tuple[str, bool]]:
    return [(one.text, one.is_violation) for one in examine(sheet).at(way)]


@pytest.mark.parametrize("record", [Work, Case, Process, Participant, Claim, Effect])
def test_pick_lists_come_from_the_vocabularies(record: type) -> None:
    fields = [field for field in form_of(record) if field.widget in {Widget.CHOICE, Widget.CHOICES}]
    assert fields
    known = {code for scheme in codes.schemes() for code in codes.codes(scheme)}
    assert all(choice.code in known and choice.label for f in fields for choice in f.choices)


def test_the_shapes_say_what_is_required_and_how_long() -> None:
    fields = {field.name: field for field in form_of(Claim)}
    assert (fields["statement"].shortest, fields["statement"].longest) == (20, 400)
    assert "one sentence that stands on its own" in fields["statement"].help
    assert fields["relation"].is_required
    assert not fields["size"].is_required


def test_a_record_of_the_corpus_passes_and_is_the_same_work(sheet: Sheet) -> None:
    found = examine(sheet)
    assert not found.violations
    assert found.work is not None
    assert found.work.id == sheet["id"]


def test_a_fault_is_told_at_its_field(sheet: Sheet) -> None:
    claim_of(sheet)["subject"] = "trustt"
    del claim_of(sheet, 1)["strength"]
    assert "did you mean trust" in told(sheet, "claims.0.subject")[0][0]
    assert told(sheet, "claims.1.strength") == [("strength is missing; add it", True)]
    assert examine(sheet).work is None


def test_what_the_shapes_find_is_told_at_its_field(sheet: Sheet) -> None:
    way = add_part(sheet, "cases", {"name": "Made town", "sector": "health-care"})
    process = add_part(sheet, f"{way}.processes", {"label": "made work together"})
    add_part(sheet, f"{process}.participants", {"role": "patient", "side": "lay"})
    assert told(sheet, f"{process}.participants.0.volition")[0][1]
    assert [blocks for _, blocks in told(sheet, f"{process}.embedding")] == [False]


def test_warnings_do_not_block(sheet: Sheet) -> None:
    claim_of(sheet)["statement"] = "They do together what neither side could do alone."
    found = examine(sheet)
    assert found.warnings
    assert found.work is not None


def test_what_was_typed_comes_back_also_where_it_is_no_value() -> None:
    found = from_inputs(
        [
            ("year", "two thousand"),
            ("claims.0.hedged", "true"),
            ("claims.0.requires", "f-long-term"),
            ("claims.0.requires", "f-voluntary"),
            ("claims.2.statement", "a\r\nb"),
            ("study.methods", "interviews\n\nsurvey"),
            ("nothing.of.ours", "x"),
            ("__class__", "x"),
        ]
    )
    assert found == {
        "year": "two thousand",
        "claims": [
            {"hedged": True, "requires": ["f-long-term", "f-voluntary"]},
            {"statement": "a\nb"},
        ],
        "study": {"methods": ["interviews", "survey"]},
    }


def test_parts_are_added_with_a_free_id_and_removed(sheet: Sheet) -> None:
    way = add_part(sheet, "claims")
    ids = [claim_of(sheet, n)["id"] for n in range(len(sheet["claims"]))]  # type: ignore[arg-type]
    assert len(set(ids)) == len(ids)
    add_part(sheet, f"{way}.effects")
    remove_part(sheet, way)
    assert part_at(sheet, way) is None


@pytest.mark.parametrize(
    "way", ["title", "claims.99.effects", "study", "claims.0.link", "x.y.z", ""]
)
def test_only_lists_of_parts_take_parts(sheet: Sheet, way: str) -> None:
    with pytest.raises(SourceError):
        add_part(sheet, way)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("Trust increases. Users gain.", "more than one sentence"),
        ("Trust increases; users gain.", "joined by"),
        ("This increases trust among users.", "points elsewhere"),
        ("The study shows that trust increases.", "tells of the publication"),
        ("Whether trust increases is open.", "asks"),
        ("Trust may increase co-production.", "tick hedged"),
    ],
)
def test_a_statement_is_atomic_independent_declarative_absolute(
    statement: str, expected: str
) -> None:
    assert [what for what in lint(statement) if expected in what]


def test_caution_of_the_source_is_no_fault() -> None:
    assert not list(lint("Trust may increase co-production.", is_hedged=True))
