"""Two exports of one library are matched work by work, and each loss is named."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from msgspec.structs import replace

from kg.bibliographies import Date, Name, Reference, compare, read_references, write_references
from kg.cli import cove

MADE = tuple(
    Reference(
        id=f"made{n}",
        type="article-journal" if n % 2 else "article-magazine",
        title=f"Made title {n}: of {{value}}",
        author=(Name(family="Made", given="M."),),
        issued=Date(date_parts=((2000 + n,),)),
        doi=f"10.5555/made.{n}",
        container_title="Made Journal",
        page="12-23",
    )
    for n in range(6)
)


def test_what_an_export_lost_is_named_work_by_work() -> None:
    second = [
        replace(one, id=f"x{one.id}", title=one.title.upper().replace("{", "")) for one in MADE
    ]
    second[1] = replace(second[1], doi="")
    second[4] = replace(second[4], doi="", type="article-journal", volume="7")
    found = compare(MADE, reversed(second))
    assert found.shared == 6
    assert [each.first.id for each in found.lost_in_second("doi")] == ["made1", "made4"]
    others = {(each.field, each.first.id, each.said) for each in found.differences if each.said[1]}
    assert others == {
        ("type", "made4", ("article-magazine", "article-journal")),
        ("volume", "made4", ("", "7")),
    }


def test_a_work_that_one_export_lacks_is_told() -> None:
    found = compare(MADE, MADE[2:])
    assert [one.id for one in found.only_first] == ["made0", "made1"]
    assert (found.only_second, found.differences) == ((), ())


def test_one_library_in_four_formats_says_the_same(tmp_path: Path) -> None:
    paths = [tmp_path / f"made{suffix}" for suffix in (".json", ".ris", ".bib", ".csv")]
    for path in paths:
        path.write_bytes(write_references(MADE, path.suffix))
    first, *others = (read_references(path).references for path in paths)
    for other in others:
        found = compare(first, other)
        assert (found.shared, found.only_first, found.only_second) == (6, (), ())
        assert {each.field for each in found.differences} <= {"type"}
    text = CliRunner().invoke(cove, ["references", "--compare", *map(str, paths)]).output
    assert text.count("6 works in both, 0 only in") == 3


def test_the_command_names_what_was_lost(tmp_path: Path) -> None:
    paths = [tmp_path / "one.json", tmp_path / "two.ris"]
    paths[0].write_bytes(write_references(MADE, ".json"))
    paths[1].write_bytes(write_references([replace(MADE[0], doi=""), *MADE[1:]], ".ris"))
    text = CliRunner().invoke(cove, ["references", "--compare", *map(str, paths)]).output
    assert "doi: 1 lost, 0 new, 0 other" in text
    assert "lost '10.5555/made.0' of made0" in text
