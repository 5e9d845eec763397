"""Measuring imports: every figure is there, of made records, in a graph that is thrown away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from rdflib import Graph

from kg.bench import Generator, Measure, importing, peers
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


def test_something_else_is_measured_of_each_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "build_dataset", lambda home, **_: home.path.mkdir())
    monkeypatch.setattr(importing, "_alone", lambda *_: [])
    monkeypatch.setattr(Home, "info", lambda _: SimpleNamespace(quads=1))

    def also(home: Home, works: int) -> Iterator[Measure]:
        yield Measure("other", home.path.name, works, "works")

    found = importing.measure_imports(tmp_path, [1, 3], sample=0, also=also)
    others = [(each.what, each.value) for each in found if each.bench == "other"]
    assert others == [("home-1", 560), ("home-3", 1120)]


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
