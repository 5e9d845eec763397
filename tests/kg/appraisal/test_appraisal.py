"""Instruments are data, answers are checked and never summed, ratings follow their rules."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec import json
from msgspec.structs import replace

from kg.appraisal import (
    COMPONENTS,
    Answer,
    Appraisal,
    Assessment,
    Concern,
    Confidence,
    Credibility,
    Finding,
    check,
    conqual,
    instruments,
    problems_of,
    robvis,
    write_summary,
)
from kg.cli import cove
from kg.errors import ParameterError

# Made appraisals and findings: no study says this.
TRIAL = Appraisal(
    "rob-2", "Made 2020", tuple(Answer(f"D{n}", "low", "made support") for n in range(1, 6)), "low"
)
FINDING = Finding(
    "Made users trust made staff.",
    ("made-2020", "made-2021"),
    (
        Assessment("methodological-limitations", Concern.SERIOUS, "Recruitment is not described."),
        Assessment("coherence", Concern.NONE),
        Assessment("adequacy", Concern.MINOR, "Two studies."),
        Assessment("relevance", Concern.NONE),
    ),
    Confidence.MODERATE,
    "Rated down for limitations.",
)


@pytest.mark.parametrize("name", instruments())
def test_an_instrument_says_what_of_it_is_not_verified(name: str) -> None:
    instrument = instruments()[name]
    items = [item for group in instrument.groups for item in group.items]
    assert len({item.id for item in items}) == len(items) > 4
    assert all(item.is_verified for item in items) or "unverified" in instrument.note
    assert instrument.source.startswith("https://")


def test_the_structure_is_that_of_the_published_instruments() -> None:
    sizes = {one.id: [len(g.items) for g in one.groups] for one in instruments().values()}
    assert sizes == {
        "casp-qualitative": [10],
        "conqual": [5],
        "mmat-2018": [2, 5, 5, 5, 5, 5],
        "rob-2": [5],
    }


def test_a_whole_appraisal_has_no_problem() -> None:
    assert list(check(TRIAL)) == []


@pytest.mark.parametrize(
    ("appraisal", "expected"),
    [
        (replace(TRIAL, instrument="none"), "no instrument"),
        (replace(TRIAL, answers=(*TRIAL.answers, Answer("D9", "low"))), "no item 'D9'"),
        (replace(TRIAL, answers=(*TRIAL.answers, Answer("D1", "low"))), "answered twice"),
        (replace(TRIAL, answers=(Answer("D1", "yes"),)), "none of low"),
        (replace(TRIAL, answers=TRIAL.answers[:3]), "D4, D5 not answered"),
        (replace(TRIAL, overall="fine"), "overall"),
        (Appraisal("mmat-2018", "Made", (), overall="yes"), "no overall judgement"),
    ],
)
def test_what_is_wrong_with_an_appraisal_is_told(appraisal: Appraisal, expected: str) -> None:
    assert [what for what in check(appraisal) if expected in what]


def test_robvis_gets_its_table() -> None:
    rows = list(csv.reader(StringIO(robvis([TRIAL], weights={"Made 2020": 40}))))
    assert rows[0] == ["Study", "D1", "D2", "D3", "D4", "D5", "Overall", "Weight"]
    assert rows[1] == ["Made 2020", *["Low"] * 6, "40"]
    with pytest.raises(ParameterError):
        robvis([Appraisal("mmat-2018", "Made", ())])


@pytest.mark.parametrize(
    ("yes", "credibility", "is_opinion", "level"),
    [
        ([5, 4], [Credibility.UNEQUIVOCAL], False, "high"),
        ([5, 5], [Credibility.UNEQUIVOCAL, Credibility.CREDIBLE], False, "moderate"),
        ([3], [Credibility.UNEQUIVOCAL], False, "moderate"),
        ([1], [Credibility.UNEQUIVOCAL], False, "low"),
        ([5], [Credibility.NOT_SUPPORTED], False, "very low"),
        ([5], [Credibility.UNEQUIVOCAL], True, "low"),
    ],
)
def test_conqual_is_computed(
    yes: list[int], credibility: list[Credibility], is_opinion: bool, level: str
) -> None:
    assert conqual(yes, credibility, is_opinion=is_opinion).level == level


def test_a_rating_by_the_rules_has_no_problem() -> None:
    assert list(problems_of(FINDING)) == []


def test_serious_concerns_lower_the_confidence_or_are_explained() -> None:
    high = replace(FINDING, confidence=Confidence.HIGH, explanation="")
    assert [what for what in problems_of(high) if "at least 1 levels" in what]
    explained = replace(high, explanation="The gap is of no account for this finding.")
    assert list(problems_of(explained)) == []


def test_every_component_is_judged_once_and_concerns_are_explained() -> None:
    some = replace(FINDING, components=FINDING.components[:2])
    assert [what for what in problems_of(some) if "Relevance is judged 0 times" in what]
    silent = (*FINDING.components[:3], Assessment("relevance", Concern.MODERATE))
    found = problems_of(replace(FINDING, components=silent))
    assert [what for what in found if "Relevance: explain the moderate concerns" in what]


def test_the_summary_has_the_five_columns() -> None:
    rows = list(csv.reader(StringIO(write_summary([FINDING], "csv"))))
    assert [len(row) for row in rows] == [5, 5]
    assert rows[1][1:3] == ["2", "moderate"]
    risky = replace(FINDING, text="<script>alert(1)</script>")
    html = write_summary([risky], "html", references={"made-2020": "Maker (2020)"})
    assert "<script>" not in html
    assert "Maker (2020); made-2021" in html


def test_the_command_line_checks_and_writes(tmp_path: Path) -> None:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cove, ["appraise", *arguments])

    trials, findings = tmp_path / "trials.json", tmp_path / "findings.json"
    trials.write_bytes(json.encode([TRIAL, replace(TRIAL, answers=())]))
    findings.write_bytes(json.encode([FINDING]))
    assert "mmat-2018" in run("instruments").output
    assert "~ " in run("instruments", "mmat-2018").output
    assert run("check", str(trials)).exit_code == 0
    assert run("robvis", str(trials)).output.startswith("Study,D1")
    assert "moderate" in run("summary", str(findings)).output
    findings.write_bytes(json.encode([replace(FINDING, studies=())]))
    refused = run("summary", str(findings))
    assert refused.exit_code == 1
    assert "no study contributes" in refused.output


def test_the_summary_is_a_document_for_word_processors() -> None:
    docx = pytest.importorskip("docx", reason="python-docx is in the extra review")
    from kg.appraisal.documents import write_document  # noqa: PLC0415

    concerns = [Assessment(name, Concern.MINOR, "Made <reason>.\x00") for name in COMPONENTS]
    finding = Finding("Made finding.", ("made-1",), tuple(concerns), Confidence.LOW, "Made why.")
    content = write_document([finding], references={"made-1": "Maker (2020)"})
    (table,) = docx.Document(BytesIO(content)).tables
    head, row = ([cell.text for cell in row.cells] for row in table.rows)
    assert head == ["Finding", "Studies contributing", "Confidence", "Explanation", "References"]
    assert row[:3] == ["Made finding.", "1", "low"]
    assert row[3].count("minor concerns. Made <reason>.") == 4
    assert row[4] == "Maker (2020)"
