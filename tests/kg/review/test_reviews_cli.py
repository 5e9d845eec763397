"""A review on the command line: from a new one to its flow, and every step on record."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rdflib import Graph
from rdflib.namespace import PROV, RDF

from kg.bibliographies import Import
from kg.cli import cove
from kg.errors import CoveError, MembershipError


@pytest.fixture(scope="module")
def home(
    tmp_path_factory: pytest.TempPathFactory, made_source: Callable[..., tuple[bytes, Import]]
) -> Path:
    """Return a home with a review of six made records, two of which were brought in twice."""
    path = tmp_path_factory.mktemp("home")
    (path / "one.ris").write_bytes(made_source(4)[0])
    (path / "two.ris").write_bytes(made_source(4, first=3)[0])
    ran = run(
        path,
        "create",
        "Made on a terminal",
        "--exclude",
        "off topic",
        "--include",
        "topic",
        "--question",
        "Is it made?",
    )
    assert ran.output == "made-on-a-terminal\n"
    run(path, "member", "made-on-a-terminal", "rolf", "reviewer")
    for name in ("one", "two"):
        ran = run(
            path,
            "import",
            "made-on-a-terminal",
            str(path / f"{name}.ris"),
            "--from",
            name,
            "--hits",
            "4",
        )
        assert "4 records, 4 read, 0 failed" in ran.output
    return path


def run(home: Path, *arguments: str, agent: str = "rita", status: int = 0) -> Result:
    environment = {"COVE_HOME": str(home), "COVE_AGENT": agent}
    result = CliRunner().invoke(cove, ["review", *arguments], env=environment)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == status, result.output
    return result


SLUG = "made-on-a-terminal"


def ballot(home: Path, agent: str, stage: str) -> list[dict[str, str]]:
    text = run(home, "screen", "export", SLUG, stage, agent=agent).stdout
    return list(csv.DictReader(io.StringIO(text)))


def cast(home: Path, agent: str, stage: str, rows: list[dict[str, str]]) -> str:
    path = home / f"{agent}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return run(home, "screen", "import", SLUG, stage, str(path), agent=agent).output


def test_a_review_goes_from_files_to_its_flow(home: Path) -> None:
    assert "Made on a terminal" in run(home, "list").output
    run(home, "prisma", SLUG, status=1)
    found = run(home, "duplicates", SLUG, "--seek").output
    assert found.count("merged") == 2
    one, two = found.split()[1].split(",")
    assert run(home, "duplicates", SLUG, "--split", one).output.count("merged") == 1
    assert run(home, "duplicates", SLUG, "--merge", f"{one},{two}").output.count("merged") == 2
    for agent in ("rita", "rolf"):
        rows = ballot(home, agent, "title-abstract")
        assert len(rows) == 6
        assert not any(row["verdict"] for row in rows)
        for row in rows:
            row["verdict"] = "include" if "keeping" in row["title"] else "exclude"
        assert "6 votes are cast" in cast(home, agent, "title-abstract", rows)
        assert "0 votes are cast" in cast(home, agent, "title-abstract", rows)
    assert "3 excluded, 3 included" in run(home, "show", SLUG).output
    for agent in ("rita", "rolf"):
        rows = ballot(home, agent, "full-text")
        for place, row in enumerate(rows):
            row["verdict"] = "exclude" if place == 0 else "include"
            row["reason"] = "off topic" if place == 0 else ""
        cast(home, agent, "full-text", rows)
    counts = json.loads(run(home, "prisma", SLUG, "-f", "json").output)
    assert counts["told"] == []
    assert [counts[name] for name in ("duplicates", "records_excluded", "new_reports")] == [2, 3, 2]
    assert run(home, "prisma", SLUG, "-f", "svg").output.startswith("<svg")
    assert "      8  Records identified from databases" in run(home, "prisma", SLUG).output
    run(home, "check", SLUG)


def test_the_order_of_what_is_left_comes_with_what_it_assumes(home: Path) -> None:
    told = run(home, "rank", SLUG).output
    assert "judged" in told
    assert "The votes are right" in told


def test_every_decision_is_on_record_as_provenance(home: Path) -> None:
    history = run(home, "history", SLUG, "--last", "1000").output.splitlines()
    graph = Graph().parse(data=run(home, "provenance", SLUG).output, format="turtle")
    decisions = [line for line in history if not line.endswith("record-imported")]
    activities = set(graph.subjects(RDF.type, PROV.Activity))
    assert len(activities) == len(decisions) > 20
    for activity in activities:
        assert graph.value(activity, PROV.wasAssociatedWith)
        assert graph.value(activity, PROV.endedAtTime)
    assert "An abstract that was made up" not in graph.serialize()


def test_a_sheet_is_cast_whole_or_not_at_all(home: Path) -> None:
    rows = ballot(home, "rita", "full-text")
    before = run(home, "history", SLUG, "--last", "1000").output
    for change, told in (
        ({"verdict": "perhaps"}, "3: '"),
        ({"verdict": "exclude", "reason": ""}, "say why"),
        ({"record": "999999"}, "no record 999999"),
    ):
        wrong = [{**rows[0], "verdict": "include", "reason": ""}, {**rows[1], **change}]
        with pytest.raises(CoveError, match=told):
            cast(home, "rita", "full-text", wrong)
    assert run(home, "history", SLUG, "--last", "1000").output == before


def test_who_takes_no_part_gets_no_sheet(home: Path) -> None:
    with pytest.raises(MembershipError, match="takes no part"):
        ballot(home, "nobody", "full-text")
