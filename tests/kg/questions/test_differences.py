from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import cove
from kg.dataset import open_dataset
from kg.ingest import build_dataset, import_files
from kg.questions import compare
from kg.store import Home

_SHEET = Path(__file__).parents[2] / "queries" / "made.jsonl"


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a home of two versions; the second has one work more."""
    folder = tmp_path_factory.mktemp("grown")
    lines = _SHEET.read_text("utf-8").splitlines()
    (folder / "first.jsonl").write_text("\n".join(lines[:3]), encoding="utf-8")
    (folder / "last.jsonl").write_text(lines[3], encoding="utf-8")
    home = Home(folder / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.ingest.files.corpus", lambda: folder / "first.jsonl")
        build_dataset(home, agent="tests")
    outcome = import_files(home, [folder / "last.jsonl"], agent="tests", reason="One more")
    assert outcome.accepted == 1, outcome.refusals
    return home.path


def test_a_new_work_is_what_the_answer_gained(grown: Path) -> None:
    with open_dataset(grown, version=1) as then, open_dataset(grown) as now:
        found = compare(then.question("works"), now.question("works"))
    identifier = json.loads(_SHEET.read_text("utf-8").splitlines()[3])["id"]
    assert [str(row["work"]).rpartition("/")[2] for row in found.gained] == [identifier]
    assert found.lost == ()


def test_one_version_has_no_difference_from_itself(grown: Path) -> None:
    with open_dataset(grown) as one, open_dataset(grown) as other:
        found = compare(one.question("claims"), other.question("claims"))
    assert (found.gained, found.lost) == ((), ())


def test_the_command_tells_a_row_a_line(grown: Path) -> None:
    asked = ["query", "works", "--since", "1", "--home", str(grown)]
    told = CliRunner().invoke(cove, asked)
    assert told.exit_code == 0, told.output
    assert told.stdout.startswith("+ https://w3id.org/cove/work/made-")
    assert told.stdout.count("\n") == 1
    assert "1 gained, 0 lost" in told.stderr
