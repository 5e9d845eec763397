"""What is read and written and read again says the same, over files of other projects."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from kg.bibliographies import Reference, read_references, write_references

RIS = 34


def bare(reference: Reference) -> Reference:
    """Return a reference without its place; the order of the tags of one record may change."""
    raw = tuple(sorted(reference.raw))
    return replace(reference, raw=raw, format="", source="", line=0)


def again(references: tuple[Reference, ...], *suffixes: str) -> tuple[Reference, ...]:
    for suffix in suffixes:
        content = write_references(references, suffix)
        references = read_references(content, f"again{suffix}").references
    return references


@pytest.fixture(scope="module")
def ris_files(testdata: Path) -> list[Path]:
    files = [path for path in testdata.rglob("*") if path.suffix in {".ris", ".txt"}]
    return sorted(path for path in files if b"TY" in path.read_bytes()[:5000])


def test_every_ris_file_is_accounted_for_and_comes_back_as_it_was(ris_files: list[Path]) -> None:
    assert len(ris_files) == RIS
    for path in ris_files:
        references, account = read_references(path)
        assert account.is_balanced, account.summary
        assert account.format == "ris"
        wanted = list(map(bare, references))
        assert list(map(bare, again(references, ".ris"))) == wanted, path.name
        assert list(map(bare, again(references, ".json", ".ris"))) == wanted, path.name
