"""Spreadsheets: the same rows in CSV and XLSX, and what people and Excel do to them."""

import csv
import datetime
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO, StringIO
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from kg import codes
from kg.errors import SourceError
from kg.readers import WRITERS, Reading, read_stream, template
from kg.readers.delimited import HEADER, write_csv
from kg.readers.fields import fields_of
from kg.readers.spreadsheets import write_xlsx
from kg.readers.tables import TABLES, to_rows
from kg.records import Study, Work

Edit = Callable[[Workbook], object]
COLUMNS = 72  # in all tables, without the keys


def told(content: bytes | str, suffix: str = ".csv") -> list[str]:
    stream = BytesIO(content.encode() if isinstance(content, str) else content)
    found = read_stream(stream, suffix, source=f"made{suffix}")
    return [one.work.id if isinstance(one, Reading) else str(one) for one in found]


def as_csv(work: Work) -> str:
    stream = BytesIO()
    write_csv([work], stream)
    return stream.getvalue().decode()


def as_xlsx(work: Work, edit: Edit = lambda book: None) -> bytes:
    """Write a workbook as a person would save it after an edit."""
    stream = BytesIO()
    write_xlsx([work], stream)
    book = load_workbook(stream)
    edit(book)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def cell(book: Workbook, table: str, column: str, row: int = 2) -> Cell:
    header = [one.value for one in book[table][1]]
    found: Cell = book[table].cell(row, header.index(column) + 1)
    return found


def put(table: str, column: str, value: object, row: int = 2) -> Edit:
    def edit(book: Workbook) -> None:
        cell(book, table, column, row).value = value

    return edit


def test_every_field_of_a_sheet_has_a_column_or_a_table() -> None:
    columns = {column.way: column for table in TABLES.values() for column in table.columns}
    for table in TABLES.values():
        for field in fields_of(table.record):
            within = fields_of(field.record) if field.record and not field.is_list else ()
            ways = [(field.name, one.name) for one in within] or [(field.name,)]
            assert field.name == "id" or field.name in TABLES or all(w in columns for w in ways)
    assert sum(len(table.columns) for table in TABLES.values()) == COLUMNS


def test_rows_name_what_they_belong_to(work: Work) -> None:
    rows = [(table.name, [row[key] for key in table.keys]) for table, row in to_rows(work)]
    assert rows[0] == ("works", [work.id])
    assert ("processes", [work.id, "1", "2"]) in rows
    assert ("links", [work.id, "1"]) in rows
    assert len(rows) == 1 + 2 + 2 + 2 + 3 + 3 + 2 + 2


TEXT = (
    st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=40)
    .map(str.strip)
    .filter(lambda text: text and not set(text) & set("\ufffe\uffff"))
)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@settings(max_examples=4, deadline=None)
@given(texts=st.lists(st.lists(TEXT, min_size=2, max_size=4, unique=True), min_size=20))
def test_any_text_comes_back_as_it_was(suffix: str, texts: list[list[str]], work: Work) -> None:
    works = [
        replace(
            work,
            id=f"made-{number}",
            doi=None,
            title=first,
            note="\n".join(rest),
            study=Study(design="survey", methods=tuple(rest)),
        )
        for number, (first, *rest) in enumerate(texts)
    ]
    stream = BytesIO()
    WRITERS[suffix](works, stream)
    found = list(read_stream(BytesIO(stream.getvalue()), suffix, source="made"))
    assert [one.work if isinstance(one, Reading) else str(one) for one in found] == works


def test_a_template_is_an_empty_sheet() -> None:
    assert template(".csv").decode() == ",".join(HEADER) + "\r\n"
    assert told(template(".csv")) == told(template(".xlsx"), ".xlsx") == []


def test_a_template_of_json_names_every_field_and_cannot_be_taken_for_a_record() -> None:
    (line,) = template(".jsonl").splitlines()
    assert set(json.loads(line)) == {field.name for field in fields_of(Work)}
    assert "made.jsonl:1: title is null; leave the field out (absent is not null)" in told(
        line, ".jsonl"
    )


def test_a_template_offers_the_codes_of_each_column() -> None:
    book = load_workbook(BytesIO(template(".xlsx")))
    assert book.sheetnames == ["guide", *TABLES, "codes"]
    offered = 0
    for table in TABLES.values():
        lists = {str(rule.sqref).split("2:")[0]: rule for rule in rules_of(book, table.name)}
        for letter, name in zip(letters(), table.header, strict=False):
            column = next((one for one in table.columns if one.name == name), None)
            if column and column.field.scheme:
                first, last = re.findall(r"\d+", lists[letter].formula1)
                listed = [row[1].value for row in book["codes"][f"A{first}" : f"C{last}"]]
                assert listed == list(codes.codes(column.field.scheme))
                assert lists[letter].showErrorMessage is not column.field.is_list
                offered += 1
    assert offered == 37


def rules_of(book: Workbook, table: str) -> list[DataValidation]:
    found: list[DataValidation] = book[table].data_validations.dataValidation
    return found


def letters() -> Iterator[str]:
    return map(get_column_letter, count(1))


def test_a_text_that_looks_like_a_formula_is_text_in_xlsx(work: Work) -> None:
    book = load_workbook(BytesIO(as_xlsx(work)))
    title = cell(book, "works", "title")
    assert (title.value, title.data_type, title.number_format) == (work.title, "s", "@")
    assert title.value.startswith("=")


def test_csv_holds_values_as_they_are(work: Work) -> None:
    rows = list(csv.DictReader(StringIO(as_csv(work))))
    assert rows[0]["title"] == work.title
    assert rows[0]["study.methods"] == r"interviews\; two rounds; C:\\notes"
    assert rows[0]["cites"] == r"10.1234/a\;b; 10.1234/c"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff", "sep={}\r\n", "\ufeffsep={}\r\n", "\r\n"])
def test_csv_may_have_any_separator(delimiter: str, start: str, work: Work) -> None:
    text = StringIO()
    csv.writer(text, delimiter=delimiter).writerows(csv.reader(StringIO(as_csv(work))))
    assert told(start.format(delimiter) + text.getvalue()) == [work.id]


def test_rows_may_come_in_any_order_with_blank_ones_between(work: Work) -> None:
    header, *rows = csv.reader(StringIO(as_csv(work)))
    text = StringIO()
    csv.writer(text).writerows([header, [], *reversed(rows), [""] * 9])
    assert told(text.getvalue()) == [work.id]


HEAD = "table,work,case,process,claim,title,year,participants,study.participants,role,hedged\n"
CSV = {
    "": "made.csv: is empty; take the template",
    "work,title\n": "made.csv:1: first column is not 'table' or stands alone; take the template",
    "table,titel\n": "made.csv:1: column 'titel' is unknown; did you mean title?",
    "table,xyzzy\n": "made.csv:1: column 'xyzzy' is unknown; remove it, or take the template",
    "table,,work\n": "made.csv:1: column 2 has no name; write its name in the first row, "
    "or remove it",
    "table,work,work\n": "made.csv:1: column work is there 2 times; keep one",
    "table,title\n": "made.csv:1: column work is missing; add it, or take the template",
    'table,work\n\nworks,"made\n': "made.csv:3: is not CSV from here: unexpected end of data; "
    "correct the quotes",
    "table,work\nbooks,made\n": "made.csv:2 made: table 'books' is unknown; write one of works, "
    "authors, cases, processes, participants, claims, effects, links",
    "table,work,role\nauthors,made,patient\n": "made.csv:2 made: column role is not for authors; "
    "empty the cell, or correct the table",
    "table,work\nauthors,made,x\n": "made.csv:2 made: row has more cells than the first row; "
    "remove them, or correct the quotes",
    "table,work\nauthors,made\n": "made.csv:2 made: work 'made' is not in the table works; "
    "add or correct it",
    "table,work,claim\neffects,made,\n": "made.csv:2 made: claim missing in a row of effects; "
    "say to what it belongs",
    "table,work\nworks,made\nworks,made\n": "made.csv:3 made: work is already at made.csv:2; "
    "give each work one row",
    "table,work,year\nworks,made,MMXX\n": "made.csv:2 made: year is text, 'MMXX'; "
    "write a whole number",
    "table,work,authors_incomplete\nworks,made,FALSE\n": "made.csv:2 made: authors_incomplete is "
    "false; write true or leave the field out",
    "table,work\nworks,made\n": "made.csv:2 made: study: design is missing; add it",
    "table,work,claim\nworks,made\nclaims,made,7\n": "made.csv:3 made: claim 7: "
    "statement is missing; add it",
}


@pytest.mark.parametrize("text", CSV, ids=range(len(CSV)))
def test_a_fault_of_csv_is_told_at_its_row(text: str) -> None:
    assert CSV[text] in told(text)


def test_csv_in_another_encoding_is_one_error(work: Work) -> None:
    assert told(as_csv(replace(work, title="Café")).encode("cp1252")) == [
        "made.csv:2: byte 51 of the line (0xE9) is not UTF-8; save the file as UTF-8, or convert "
        "it with iconv -f WINDOWS-1252 -t UTF-8"
    ]


def test_a_field_of_enormous_length_is_one_error() -> None:
    (error,) = told("table,work\nworks," + "x" * 200_000)
    assert error.startswith("made.csv:2: is not CSV from here: field larger than field limit")


def test_a_work_that_lost_a_row_is_refused_and_the_others_are_read(work: Work) -> None:
    other = as_csv(replace(work, id="made-other", doi=None)).split("\r\n", 1)[1]
    text = as_csv(work).replace("\r\nlinks,", "\r\nlists,", 1) + other
    first, *others = told(text)
    assert first.startswith(f"made.csv:16 {work.id}: table 'lists' is unknown; ")
    assert others == ["made-other"]


def test_numbers_and_spaces_in_cells_are_the_text_that_was_meant(work: Work) -> None:
    def edit(book: Workbook) -> None:
        put("works", "volume", 23)(book)
        put("works", "isbn", 9781138700116.0)(book)
        put("works", "year", "2020 ")(book)
        put("works", "study.participants", 12.0)(book)
        put("works", "language", " en ")(book)
        put("works", "authors_incomplete", None)(book)
        put("claims", "claim", 1)(book)
        put("claims", "hedged", True)(book)

    (found,) = read_stream(BytesIO(as_xlsx(work, edit)), ".xlsx", source="made.xlsx")
    assert isinstance(found, Reading), str(found)
    assert found.work == replace(
        work,
        volume="23",
        language="en",
        authors_incomplete=False,
        study=replace(work.study, participants=12),
    )


def clear(book: Workbook) -> None:
    book["works"]["A1"].value = None


def tell_of_notes(book: Workbook) -> None:
    book.create_sheet("my notes").append(["a note"])


def widen(book: Workbook) -> None:
    book["works"].cell(2, 40).value = "beside"


XLSX: dict[str, tuple[Edit, str]] = {
    "a date for an issue": (
        put("works", "issue", datetime.date(2021, 3, 2)),
        "!works:2 {id}: issue holds a date (2021-03-02 00:00:00); "
        "format the cell as text and type it again",
    ),
    "an error of Excel": (
        put("works", "note", "#N/A"),
        "!works:2 {id}: note holds the error #N/A; correct the cell",
    ),
    "a formula without a value": (
        put("works", "publisher", '="a"&"b"'),
        "!works:2 {id}: publisher holds a formula without a value; write the value",
    ),
    "an unknown code in a row": (
        put("effects", "for", "users", row=3),
        "!effects:3 {id}: claim 1, effect 2: for 'users' is not a code of holder; "
        "did you mean service-user?",
    ),
    "a column without a name": (
        clear,
        "!works:1: column 1 has no name; write its name in the first row, or remove it",
    ),
    "a cell beside the table": (
        widen,
        "!works:2 {id}: column 40 has no name in the first row; write it there",
    ),
    "a worksheet without a table": (
        tell_of_notes,
        ": sheet 'my notes' is no table; name it one of works, authors, cases, processes, "
        "participants, claims, effects, links, or remove it",
    ),
    "no works": (
        lambda book: book.remove(book["works"]),
        ": has no sheet works, but 'guide, authors, cases, processes, participants, claims, e…'; "
        "take the template",
    ),
}


@pytest.mark.parametrize("name", XLSX)
def test_a_fault_of_a_workbook_is_told_at_its_row(name: str, work: Work) -> None:
    edit, what = XLSX[name]
    assert f"made.xlsx{what.format(id=work.id)}" in told(as_xlsx(work, edit), ".xlsx")


def test_a_worksheet_of_ones_own_does_not_keep_the_records_out(work: Work) -> None:
    assert work.id in told(as_xlsx(work, tell_of_notes), ".xlsx")


def test_a_formula_counts_with_its_value(work: Work) -> None:
    def compute(entry: str, content: bytes) -> bytes:
        if entry != "xl/worksheets/sheet2.xml":
            return content
        cell = rb'<c r="(\w+)"( s="\d+")? t="inlineStr"><is><t>Made Press</t></is></c>'
        computed = rb'<c r="\1" t="str"><f>"Made "&amp;"Formula"</f><v>Made Formula</v></c>'
        changed, times = re.subn(cell, computed, content)
        assert times == 1
        return changed

    stream = BytesIO()
    write_xlsx([work], stream)
    content = rewrite(stream, compute)
    (found,) = read_stream(BytesIO(content), ".xlsx", source="made.xlsx")
    assert isinstance(found, Reading), str(found)
    assert found.work.publisher == "Made Formula"


def rewrite(stream: BytesIO, change: Callable[[str, bytes], bytes]) -> bytes:
    """Write a workbook anew, each part as it is after a change."""
    written = BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(written, "w") as new:
        for entry in old.namelist():
            new.writestr(entry, change(entry, old.read(entry)))
    return written.getvalue()


def test_a_row_at_the_end_of_a_worksheet_is_read_at_once(work: Work) -> None:
    other = replace(work, id="made-other", doi=None)
    parts = {table.name: row for table, row in to_rows(other)}

    def append(book: Workbook) -> None:
        for column, name in enumerate(TABLES["works"].header, 1):
            book["works"].cell(1_048_576, column).value = parts["works"].get(name)

    # all but the first row of the other work is missing, which is told at its place
    assert "made.xlsx!works:1048576 made-other: has no claims; code at least one" in told(
        as_xlsx(work, append), ".xlsx"
    )


def test_an_archive_that_unpacks_to_too_much_is_refused_unread() -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(9):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", bytes(8 * 2**20))
    assert len(stream.getvalue()) < 2**17
    assert told(stream.getvalue(), ".xlsx") == [
        "made.xlsx: unpacks to 72 MiB in 9 parts, which no coding sheet has; split the sheet"
    ]


def test_a_workbook_with_entities_is_refused(work: Work) -> None:
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    content = rewrite(
        BytesIO(as_xlsx(work)),
        lambda entry, old: entities if entry == "xl/worksheets/sheet1.xml" else old,
    )
    assert told(content, ".xlsx") == [
        "made.xlsx: has a document type in xl/worksheets/sheet1.xml; save it again as XLSX"
    ]


def test_what_is_no_workbook_is_one_error(work: Work) -> None:
    (error,) = told(as_csv(work), ".xlsx")
    assert error == "made.xlsx: is no workbook: File is not a zip file; save it as XLSX"


def test_a_text_longer_than_a_cell_is_not_cut(work: Work) -> None:
    with pytest.raises(SourceError, match="text of 40000 characters is longer than a cell"):
        write_xlsx([replace(work, note="x" * 40_000)], BytesIO())
