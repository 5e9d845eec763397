"""A made bibliography has the quirks of databases, and what it has twice is found."""

from __future__ import annotations

from click.testing import CliRunner

from kg.bench.bibliographies import made_bibliography
from kg.bibliographies import read_references
from kg.cli import cove


def test_a_made_bibliography_is_read_whole_and_is_the_same_for_a_seed() -> None:
    content, repeated = made_bibliography(60, seed=3)
    references, account = read_references(content, "made.ris")
    assert (account.records, len(references)) == (60, 60)
    assert account.is_balanced
    assert 10 < repeated < 30
    assert made_bibliography(60, seed=3) == (content, repeated)
    assert all("Made" in one.title or "MADE" in one.title for one in references)


def test_importing_and_comparing_are_measured() -> None:
    result = CliRunner().invoke(cove, ["bench", "references", "--records", "40"])
    assert result.exit_code == 0, result.output
    lines = dict(line.split(None, 1) for line in result.output.splitlines())
    assert {"records", "import", "de-duplication", "memory", "clusters"} <= set(lines)
    assert lines["records"].split()[0] == "40"
