"""The history of figures: kept, read again, and telling when one slides."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from kg.bench import Measure, exponent, keep, read_history, report, slides
from kg.errors import SourceError

ONE = Measure("import", "import", 10.0, "s", works=280, quads=100_000)


def test_what_is_kept_is_read_again_with_who_and_where(tmp_path: Path) -> None:
    path = tmp_path / "bench" / "history.jsonl"
    assert read_history(path) == []
    keep(path, [ONE])
    keep(path, [replace(ONE, value=11.0)])
    found = read_history(path)
    assert [each.value for each in found] == [10.0, 11.0]
    assert all(each.when and each.machine and "cove-kg" in each.software for each in found)
    path.write_text("{broken\n")
    with pytest.raises(SourceError, match=r"history\.jsonl:1"):
        read_history(path)


def test_a_slide_is_told_and_only_beside_figures_of_its_kind() -> None:
    usual = [replace(ONE, value=value) for value in (10.0, 11.0, 9.0)]
    assert list(slides([*usual, replace(ONE, value=14.0)])) == []
    (told,) = slides([*usual, replace(ONE, value=20.0)])
    assert "2.0 times" in told
    assert list(slides([*usual, replace(ONE, value=20.0, works=2800)])) == []
    assert list(slides([*usual, replace(ONE, value=20.0, by="owlrl")])) == []


def test_growth_and_peers_are_read_off_the_figures() -> None:
    larger = replace(ONE, value=100.0, works=2800, quads=900_000)
    peer = replace(ONE, value=500.0, by="owlrl")
    text = report([ONE, larger, peer])
    assert "import grows with works to the power 1.00" in text
    assert "owlrl: 50.0 times the time of cove" in text
    assert exponent([1, 10, 100], [5, 5, 5]) == pytest.approx(0)
