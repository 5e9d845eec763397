"""Measuring imports: every figure is there, of made records, in a graph that is thrown away."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph

from kg.bench import Generator, importing, peers
from kg.readers import Reading, read
from kg.store import Home


def test_an_import_and_single_commits_are_measured(home: Home, tmp_path: Path) -> None:
    sheet = tmp_path / "made.jsonl"
    sheet.write_bytes(b"".join(Generator(seed=4).lines(6)))
    found = [
        *importing._import(home.path, 6, sheet, 1),
        *importing._commits(home.path, 6, tmp_path),
    ]
    assert [each.what for each in found] == [
        "import",
        "import, of a processor",
        "memory, at most",
        "disk",
        "one record",
        "one record, of a processor",
    ]
    assert all(each.value > 0 and each.works == 6 for each in found)
    assert found[-1].quads == home.info().quads > found[0].quads


# rdflib's own writer of N-Quads asks for what rdflib calls deprecated.
@pytest.mark.filterwarnings("ignore:Dataset.contexts is deprecated:DeprecationWarning")
def test_the_peers_get_the_same_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers.ontology, "core", Graph)  # closing it takes owlrl ten seconds
    sheet = tmp_path / "made.jsonl"
    sheet.write_bytes(b"".join(Generator(seed=4).lines(2)))
    readings = [one for one in read(sheet) if isinstance(one, Reading)]
    found = {each.by: each for each in peers.measure_peer(readings) if each.works}
    assert found.keys() == {"cove", "pyshacl", "owlrl", "rdflib", "pyshacl + owlrl + rdflib"}
    parts = sum(found[name].value for name in ("pyshacl", "owlrl", "rdflib"))
    assert found["pyshacl + owlrl + rdflib"].value == pytest.approx(parts, rel=0.05)
    assert {each.works for each in found.values()} == {2}
