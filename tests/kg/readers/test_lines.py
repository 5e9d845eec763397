"""Lines of text: encodings, line ends, lengths; and files that are not there."""

import gzip
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from kg.readers import WRITERS, Reading, compression, read, read_all, read_stream, write
from kg.readers.lines import LINE_LIMIT
from kg.records import Work, to_sheet


def told(content: bytes, suffix: str = ".jsonl") -> Iterator[str]:
    for one in read_stream(BytesIO(content), suffix, source=f"made{suffix}"):
        yield one.work.id if isinstance(one, Reading) else str(one)


def test_windows_line_ends_blank_lines_and_a_mark_of_utf_8_are_no_matter(work: Work) -> None:
    content = b"\xef\xbb\xbf\r\n" + to_sheet(work) + b"\r\n\r\n"
    assert list(told(content)) == [work.id]


def test_a_last_line_without_end_is_read(work: Work) -> None:
    assert list(told(to_sheet(work))) == [work.id]


def test_a_line_in_another_encoding_is_refused_and_the_next_is_read(work: Work) -> None:
    assert list(told('{"id": "é"}\n'.encode("cp1252") + to_sheet(work))) == [
        "made.jsonl:1: byte 9 of the line (0xE9) is not UTF-8; save the file as UTF-8, or convert "
        "it with iconv -f WINDOWS-1252 -t UTF-8",
        work.id,
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".ttl"])
def test_a_file_in_a_wider_encoding_is_one_error(encoding: str, suffix: str, work: Work) -> None:
    name = encoding[:6].upper()
    # without a mark the first letter shows it: a zero byte beside another
    assert list(told(to_sheet(work).decode().encode(encoding), suffix)) == [
        f"made{suffix}: is {name}, not UTF-8; save it as UTF-8, or convert it "
        f"with iconv -f {name} -t UTF-8"
    ]


def test_a_line_of_enormous_length_is_passed_over(work: Work) -> None:
    content = b"[" * (2 * LINE_LIMIT + 5) + b"\n" + to_sheet(work)
    assert list(told(content)) == [
        "made.jsonl:1: line is longer than 8 MiB; is this a coding sheet?",
        work.id,
    ]


@pytest.mark.parametrize("text", ["[\n{}\n]\n", "{\n}\n"])
def test_json_over_several_lines_is_one_error(text: str) -> None:
    assert list(told(text.encode())) == [
        "made.jsonl:1: is JSON over several lines; write one object a line (jq -c does it)"
    ]


def test_an_empty_file_has_no_records_and_nothing_wrong() -> None:
    assert list(told(b"")) == []


def test_a_file_that_is_not_there_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "none.jsonl"
    assert [str(one) for one in read(path)] == [
        f"{path}: cannot be read: No such file or directory; check the path"
    ]


def test_a_folder_is_one_error(tmp_path: Path) -> None:
    folder = tmp_path / "made.csv"
    folder.mkdir()
    (error,) = read(folder)
    assert str(error).startswith(f"{folder}: cannot be read: ")


@pytest.mark.parametrize(
    ("name", "what"),
    [("made.doc", "format '.doc' is not read"), ("made", "has no suffix that names its format")],
)
def test_a_file_of_another_format_is_one_error(name: str, what: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    assert [str(one) for one in read(tmp_path / name)] == [
        f"{tmp_path / name}: {what}; use one of .jsonl .csv .xlsx "
        ".ttl .trig .nt .nq .jsonld .rdf, packed with .gz or not"
    ]


def test_suffixes_may_be_in_capitals(work: Work, tmp_path: Path) -> None:
    write([work], tmp_path / "MADE.CSV")
    (found,) = read(tmp_path / "MADE.CSV")
    assert isinstance(found, Reading)
    assert (found.work, found.source, found.line) == (work, str(tmp_path / "MADE.CSV"), 2)


def test_several_files_are_read_as_if_they_were_one(work: Work, tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.csv"):
        write([work], tmp_path / name)
    first, second = read_all([tmp_path / "a.jsonl", tmp_path / "b.csv"])
    assert isinstance(first, Reading)
    assert str(second) == (
        f"{tmp_path / 'b.csv'}:2 {work.id}: "
        f"id {work.id} is already that of the record at {tmp_path / 'a.jsonl'}:1; keep one"
    )


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_a_packed_file_is_unpacked(suffix: str, work: Work, tmp_path: Path) -> None:
    write([work], tmp_path / f"made{suffix}")
    path = tmp_path / f"made{suffix}.gz"
    path.write_bytes(gzip.compress((tmp_path / f"made{suffix}").read_bytes()))
    (found,) = read(path)
    assert isinstance(found, Reading), str(found)
    assert found.work == work


def test_a_packed_file_that_is_damaged_is_one_error(work: Work) -> None:
    packed = gzip.compress(to_sheet(work))
    for content, reason in (
        (packed[:-9], "Compressed file ended before the end-of-stream marker was reached"),
        (b"{}", "Not a gzipped file (b'{}')"),
        (packed[:20] + b"x" + packed[21:], ""),
    ):
        (error,) = told(content, ".jsonl.gz")
        assert error.startswith(f"made.jsonl.gz: is damaged as a gzip file ({reason}")


def test_a_file_that_unpacks_to_too_much_is_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "LIMIT", 3 * 2**20)
    assert list(told(gzip.compress(bytes(2**23)), ".csv.gz")) == [
        "made.csv.gz: unpacks to more than 3 MiB; split it"
    ]
