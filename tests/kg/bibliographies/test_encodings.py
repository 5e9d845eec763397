"""A file need not say how it was written; the texts here are made."""

from __future__ import annotations

import pytest

from kg.bibliographies import read_references
from kg.errors import SourceError

TEXT = "TY  - JOUR\nTI  - {}\nER  - \n"
SWEDISH = "Värdeskapande möten mellan användare och förvaltning: en översikt för åren"
CHINESE = "公共服务的共同生产与价值创造"


@pytest.mark.parametrize(
    ("title", "encoding", "told"),
    [
        (SWEDISH, "utf-8", "utf-8"),
        (SWEDISH, "utf-8-sig", "utf-8-sig"),
        (SWEDISH, "cp1252", "cp1252"),
        (CHINESE, "gbk", "gb18030"),
        (CHINESE, "utf-16", "utf-16"),
        (CHINESE, "utf-16-le", "utf-16-le"),
    ],
)
def test_an_encoding_is_found(title: str, encoding: str, told: str) -> None:
    references, account = read_references(TEXT.format(title).encode(encoding), "made.ris")
    assert references[0].title == title
    assert account.encoding == told


def test_one_line_in_another_encoding_leaves_the_others_whole() -> None:
    good = TEXT.format(SWEDISH).encode()
    content = good * 3 + TEXT.format(SWEDISH).encode("cp1252")
    references, account = read_references(content, "made.ris")
    assert [reference.title for reference in references] == [SWEDISH] * 4
    assert account.remarks[0].line == 11


def test_line_ends_of_every_system_are_read() -> None:
    for end in ("\r\n", "\r", "\n"):
        content = (TEXT.format("Made") * 2).replace("\n", end).encode()
        assert len(read_references(content, "made.ris").references) == 2


def test_a_few_control_characters_are_left_out_with_a_word() -> None:
    references, account = read_references(
        TEXT.format(f"Ma\0de \x07title {SWEDISH}").encode(), "made.ris"
    )
    assert references[0].title == f"Made title {SWEDISH}"
    assert account.remarks[0].count == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (bytes(range(32)) * 100, "is no text"),
        (b"\x1f\x8b\x08\x00", "unpack it first"),
        (b"A plain letter to a friend.", "shows none of the formats"),
    ],
)
def test_what_is_no_bibliography_is_refused_in_a_sentence(content: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        read_references(content, "made")


def test_a_name_that_says_another_format_is_remarked_on() -> None:
    account = read_references(TEXT.format("Made").encode(), "made.bib").account
    assert account.format == "ris"
    assert "the name ends in .bib" in account.remarks[0].what


def test_a_file_that_is_not_there_is_told(tmp_path: object) -> None:
    with pytest.raises(SourceError, match="check the path"):
        read_references(f"{tmp_path}/none.ris")


def test_a_value_without_end_is_one_failure() -> None:
    content = (TEXT.format("x" * 2_000_000) + TEXT.format("Made")).encode()
    references, account = read_references(content, "made.ris")
    assert [reference.title for reference in references] == ["Made"]
    assert "2,000,000" in account.failed[0].reason
    assert account.is_balanced
