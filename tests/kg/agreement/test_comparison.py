"""Two coders' sheets are compared field by field; the second sheet is made from the first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from kg.agreement import Comparison, by_id, compare
from kg.cli import cove
from kg.ingest import corpus
from kg.readers import Reading, read, write
from kg.records import Work

KAPPA = "claim.relation"


@pytest.fixture(scope="module")
def works() -> list[Work]:
    found = (one for one in read(corpus()) if isinstance(one, Reading))
    return [next(found).work for _ in range(4)]


def other_coder(work: Work) -> Work:
    """Code a work anew: claims in another order, under other ids, and one relation otherwise."""
    first, *rest = work.claims
    one, other = (
        ("kind-of", "part-of") if first.direction == "none" else ("causes", "associated-with")
    )
    changed = replace(first, relation=other if first.relation == one else one, link=None)
    claims = [
        replace(claim, id=str(100 + place))
        for place, claim in enumerate(reversed([changed, *rest]))
    ]
    return replace(work, claims=tuple(claims))


def agreement_of(*sheets: list[Work], **options: object) -> Comparison:
    by_work = [{work.id: work for work in sheet} for sheet in sheets]
    return compare(by_work, samples=20, **options)  # type: ignore[arg-type]


def test_claims_are_paired_by_what_they_say(works: list[Work]) -> None:
    found = agreement_of(works, [other_coder(work) for work in works])
    measures = {one.name: one for one in found.fields}
    claims = sum(len(work.claims) for work in works)
    assert (measures[KAPPA].units, measures[KAPPA].single) == (claims, 0)
    assert measures["claim.subject"].alpha == 1
    assert measures[KAPPA].observed == pytest.approx(1 - len(works) / claims)
    assert [one.field for one in found.differences] == [KAPPA] * len(works)


def test_pairing_by_id_trusts_the_ids(works: list[Work]) -> None:
    found = agreement_of(works, [other_coder(work) for work in works], alike=by_id)
    assert {one.units for one in found.fields if one.name == KAPPA} == {0}


def test_a_work_that_one_coder_left_out_is_missing_and_not_different(works: list[Work]) -> None:
    found = agreement_of(works, works[1:])
    assert found.shared == len(works) - 1
    assert not [one for one in found.differences if one.work == works[0].id and one.field == KAPPA]
    assert all(one.alpha in (1, None) for one in found.concepts)


def test_each_concept_has_an_alpha_of_its_own(works: list[Work]) -> None:
    first = replace(works[0], claims=works[0].claims[1:])
    found = agreement_of(works, [first, *works[1:]])
    gone = works[0].claims[0]
    left = {c.subject for c in first.claims} | {c.object_ for c in first.claims}
    lost = {gone.subject, gone.object_} - left
    assert lost
    for one in found.concepts:
        assert (one.observed == 1) == (one.name not in lost)


def test_the_command_line_tells_agreement_and_differences(
    works: list[Work], tmp_path: Path
) -> None:
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    write(works, one)
    write(map(other_coder, works), other)
    options = ["--samples", "20", "-f", "csv", "--differences"]
    told = CliRunner().invoke(cove, ["agreement", str(one), str(other), *options])
    assert told.exit_code == 0, told.output
    assert "claim.relation,nominal" in told.output
    assert "4 coders" not in told.output
    assert "2 coders, 4 works" in told.output
    as_json = CliRunner().invoke(
        cove, ["agreement", str(one), str(other), "-f", "json", "--samples", "2"]
    )
    assert json.loads(as_json.stdout)["shared"] == 4


def test_one_sheet_is_no_agreement(works: list[Work], tmp_path: Path) -> None:
    write(works, tmp_path / "one.jsonl")
    told = CliRunner().invoke(cove, ["agreement", str(tmp_path / "one.jsonl")])
    assert told.exit_code == 2
    assert "at least two coders" in told.output
