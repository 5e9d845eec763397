"""What is read and written and read again says the same, over files of other projects."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from kg.bibliographies import Account, Reference, read_references, write_references

TAGGED = {"ris": 34, "nbib": 3, "web-of-science": 1}


def bare(reference: Reference) -> Reference:
    """Return a reference without its place; the order of the tags of one record may change."""
    return replace(reference, raw=tuple(sorted(reference.raw)), format="", source="", line=0)


def again(references: tuple[Reference, ...], *suffixes: str) -> list[Reference]:
    for suffix in suffixes:
        content = write_references(references, suffix)
        references = read_references(content, f"again{suffix}").references
    return list(map(bare, references))


@pytest.fixture(scope="module")
def imported(testdata: Path) -> dict[str, tuple[tuple[Reference, ...], Account]]:
    files = [path for path in testdata.rglob("*") if path.suffix in {".ris", ".txt", ".nbib"}]
    return {str(path): tuple(read_references(path)) for path in sorted(files)}  # type: ignore[misc]


Imported = dict[str, tuple[tuple[Reference, ...], Account]]


def test_every_file_is_accounted_for(imported: Imported) -> None:
    for _, account in imported.values():
        assert account.is_balanced, account.summary
    formats = [account.format for _, account in imported.values()]
    assert {name: formats.count(name) for name in set(formats)} == TAGGED
    failed = [(name, one.line) for name, (_, a) in imported.items() for one in a.failed]
    assert [line for _, line in failed] == [1, 4]
    assert all(name.endswith("baseline_reference_types.ris") for name, _ in failed)


@pytest.mark.parametrize("suffix", [".json", ".csv"])
def test_every_file_comes_back_as_it_was(imported: Imported, suffix: str) -> None:
    for name, (references, _) in imported.items():
        assert again(references, suffix) == list(map(bare, references)), name


def test_every_ris_file_comes_back_as_it_was_by_way_of_csl(imported: Imported) -> None:
    for name, (references, account) in imported.items():
        if account.format == "ris":
            assert again(references, ".json", ".ris") == list(map(bare, references)), name


@pytest.mark.parametrize("suffix", [".ris", ".bib"])
def test_what_other_formats_say_survives_in_each(imported: Imported, suffix: str) -> None:
    fields = ("title", "container_title", "volume", "issue", "page", "doi", "pmid", "pmcid", "year")
    count = 0
    for references, account in imported.values():
        if account.format == "ris":
            continue
        for before, after in zip(references, again(references, suffix), strict=True):
            count += 1
            for name in (*fields, "author", "keywords", "issn"):
                assert getattr(after, name) == getattr(before, name), (before.id, name)
    assert count == 83
