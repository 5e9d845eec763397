"""Sheets are written whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.errors import SourceError
from kg.readers import WRITERS, Reading, read, template, write
from kg.records import Work


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_a_file_takes_the_place_of_an_older_one(suffix: str, work: Work, tmp_path: Path) -> None:
    path = tmp_path / f"made{suffix}"
    path.write_bytes(b"old")
    write([work], path)
    assert [one.work for one in read(path) if isinstance(one, Reading)] == [work]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_an_older_file_stays_where_writing_fails(suffix: str, work: Work, tmp_path: Path) -> None:
    path = tmp_path / f"made{suffix}"
    path.write_bytes(b"old")

    def interrupted() -> Iterator[Work]:
        yield work
        raise SourceError("no more", source="made")

    with pytest.raises(SourceError, match="no more"):
        write(interrupted(), path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refused:
        write([], tmp_path / "made.doc")
    assert str(refused.value) == (
        f"{tmp_path / 'made.doc'}: format '.doc' is not written; use one of .jsonl .csv .xlsx"
    )
    with pytest.raises(SourceError, match=r"template\.ttl: format '\.ttl' is not written"):
        template(".ttl")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "none" / "made.csv"
    with pytest.raises(SourceError) as refused:
        write([], path)
    assert str(refused.value) == (
        f"{path}: cannot be written: No such file or directory; choose another place"
    )
