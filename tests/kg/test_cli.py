"""The command line says what it did, what is wrong, and ends with a status scripts can use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import cove
from kg.dataset import Dataset
from kg.errors import CoveError
from kg.records import to_sheet
from kg.store import Home


def run(*arguments: str, home: Path | None = None, stdin: str | None = None) -> Result:
    environment = {"COVE_HOME": str(home)} if home else {}
    return CliRunner().invoke(cove, list(arguments), env=environment, input=stdin)


@pytest.mark.parametrize("command", sorted(cove.commands))
def test_every_command_says_what_it_does(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert cove.commands[command].help


def test_every_command_is_in_the_readme_or_the_help() -> None:
    assert len(cove.commands) >= 20
    assert set(cove.commands) <= set(run("--help").output.split())


def test_a_question_is_answered_as_a_table(corpus_home: Home) -> None:
    result = run("query", "whose-value", "-p", "sector=health-care", home=corpus_home.path)
    assert result.exit_code == 0, result.output
    assert "Service user" in result.output
    assert "rows)" in result.output


def test_a_query_of_your_own_is_read_from_standard_input(corpus_home: Home) -> None:
    text = "SELECT (COUNT(?w) AS ?n) { ?w a <https://w3id.org/cove/ontology#Work> }"
    result = run("query", "-", "-f", "csv", home=corpus_home.path, stdin=text)
    assert result.output.split() == ["n", "280"]


def test_a_query_in_a_file_is_answered_as_json(corpus_home: Home, tmp_path: Path) -> None:
    path = tmp_path / "mine.rq"
    path.write_text("ASK { ?s ?p ?o }", encoding="utf-8")
    result = run("query", str(path), "-f", "json", home=corpus_home.path)
    assert json.loads(result.output)["boolean"] is True


def test_a_broken_query_is_told_with_its_place(corpus_home: Home) -> None:
    result = run("query", "-", home=corpus_home.path, stdin="SELECT * WHERE { ?s ?p }")
    assert isinstance(result.exception, CoveError)
    assert "line 1" in str(result.exception)


def test_an_unknown_question_brings_the_nearest(corpus_home: Home) -> None:
    result = run("query", "whose-valu", home=corpus_home.path)
    assert "whose-value" in str(result.exception)


def test_a_wrong_parameter_brings_the_nearest_choices(corpus_home: Home) -> None:
    result = run("query", "whose-value", "-p", "sector=helth-care", home=corpus_home.path)
    assert "health-care" in str(result.exception)


def test_questions_are_listed_and_found_by_words() -> None:
    assert len(run("questions").output.splitlines()) >= 40
    assert "whose-value" in run("questions", "--search", "value created").output


def test_codes_are_listed_with_their_labels() -> None:
    assert "Health care" in run("codes", "sector").output
    assert run("codes", "sectr").exit_code == 2


def test_versions_differences_and_reasons_are_shown(home: Home, corpus_line: Path) -> None:
    changed = run("import", str(corpus_line), "-m", "Correct a year", home=home.path)
    assert changed.exit_code == 0, changed.output
    assert "Correct a year" in run("versions", home=home.path).output
    assert run("diff", "1", "2", home=home.path).output.startswith("+2 -2")
    patch = run("diff", "1", "2", "--patch", home=home.path).output.splitlines()
    assert sorted(line[0] for line in patch) == ["A", "A", "D", "D"]
    assert "is release 1.0" in run("release", "1.0", "--version", "1", home=home.path).output
    assert "[1.0]" in run("versions", home=home.path).output
    assert "0 databases" in run("prune", "--keep", "1", home=home.path).output
    copy = home.path.parent / "copy"
    assert "as of version 2" in run("backup", str(copy), home=home.path).output
    assert Home(copy).check() == []


@pytest.fixture
def corpus_line(dataset: Dataset, tmp_path: Path) -> Path:
    work = next(dataset.works())
    path = tmp_path / "one.jsonl"
    sheet = json.loads(to_sheet(work)) | {"year": work.year - 1}
    path.write_text(json.dumps(sheet), encoding="utf-8")
    return path


def test_a_refused_record_makes_the_status_one(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    result = run("validate", str(path))
    assert result.exit_code == 1
    assert f"{path}:1" in result.output


def test_an_inference_is_explained(corpus_home: Home) -> None:
    claim = "claim:carney-2018-robo-debt-illegality/1"
    result = run("why", claim, "rdf:type", "cove:Claim", home=corpus_home.path)
    assert "stated in" in result.output


def test_what_is_not_there_is_not_explained(corpus_home: Home) -> None:
    result = run("why", "work:none", "rdf:type", "cove:Claim", home=corpus_home.path)
    assert "is not in version 1" in str(result.exception)


def test_the_home_is_checked(corpus_home: Home) -> None:
    result = run("check", home=corpus_home.path)
    assert result.exit_code == 0
    assert "home is whole; 0 violations" in result.output


@pytest.mark.parametrize("name", ["all.jsonl", "all.csv", "all.xlsx", "all.nq", "all.trig.gz"])
def test_the_graph_is_exported(corpus_home: Home, tmp_path: Path, name: str) -> None:
    result = run("export", "-o", str(tmp_path / name), home=corpus_home.path)
    assert result.exit_code == 0, result.output
    assert (tmp_path / name).stat().st_size > 50_000
    if not name.startswith(("all.nq", "all.trig")):
        assert result.output.startswith("280 works")


def test_an_export_to_an_unknown_format_names_the_known(corpus_home: Home) -> None:
    result = run("export", "-o", "x.docx", home=corpus_home.path)
    assert ".xlsx" in str(result.exception)


def test_a_home_without_version_says_what_to_do(tmp_path: Path) -> None:
    result = run("query", "-", home=tmp_path / "none", stdin="ASK {}")
    assert "run cove build" in str(result.exception)


def test_a_template_has_the_columns_of_the_sheet(tmp_path: Path) -> None:
    assert run("template", str(tmp_path / "t.csv")).exit_code == 0
    assert (tmp_path / "t.csv").read_text(encoding="utf-8-sig").startswith("table")
    assert run("template", str(tmp_path / "t.csv")).exit_code == 2
