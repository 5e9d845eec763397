"""The commands tell the account, convert, and find what is there twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.bibliographies import read_references
from kg.cli import cove

RECORD = (
    "TY  - JOUR\nTI  - Made title {}\nAU  - Made, M.\nPY  - 2020\nJF  - Made Journal\nU1  - x\n"
    "ER  - \n"
)
ONE = RECORD.format("of value in services")
OTHER = RECORD.format("about something else entirely").replace("Made, M.", "Other, O.")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cove, [str(one) for one in arguments])


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    paths = (tmp_path / "one.ris", tmp_path / "two.ris")
    for path in paths:
        path.write_text(ONE, encoding="utf-8")
    paths[1].write_text(ONE + OTHER, encoding="utf-8")
    return paths


def test_the_account_is_told_as_a_table(files: tuple[Path, Path]) -> None:
    result = run("references", files[1])
    assert result.exit_code == 0
    assert "2 records, 2 read, 0 failed (ris, utf-8)" in result.output
    assert "kept raw: U1 2" in result.output
    assert "100.0 %" in result.output


def test_the_account_is_told_as_json(files: tuple[Path, Path]) -> None:
    (account,) = json.loads(run("references", "--json", files[0]).stdout)
    assert (account["records"], account["balanced"]) == (1, True)
    assert account["unmapped"] == {"U1": 1}


def test_what_fails_is_told_with_line_and_reason_and_ends_with_one(tmp_path: Path) -> None:
    path = tmp_path / "bad.ris"
    path.write_text(f"{ONE}TY  - JOUR\nER  - \n", encoding="utf-8")
    result = run("references", path, tmp_path / "none.ris")
    assert result.exit_code == 1
    assert f"{path}:8: says nothing" in result.output
    assert "none.ris: cannot be read" in result.output


@pytest.mark.parametrize("suffix", [".ris", ".bib", ".json", ".csv"])
def test_bibliographies_are_converted(files: tuple[Path, Path], suffix: str) -> None:
    target = files[0].with_name(f"all{suffix}")
    assert run("references", *files, "-o", target).exit_code == 0
    titles = [one.title for one in read_references(target).references]
    assert len(titles) == 3
    assert run("references", *files, "-o", "all.docx").exit_code == 2


def test_duplicates_are_told_with_their_places_and_written_once(files: tuple[Path, Path]) -> None:
    target = files[0].with_name("once.json")
    result = run("duplicates", *files, "-o", target)
    assert result.exit_code == 0, result.output
    assert "the same title, authors" in result.output
    assert f"{files[1]}:1" in result.output
    assert "3 records, 1 duplicates, 2 works" in result.output
    assert len(read_references(target).references) == 2
    clusters = json.loads(run("duplicates", "--json", *files).stdout)["clusters"]
    assert [len(cluster["members"]) for cluster in clusters] == [2]
