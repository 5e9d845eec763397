"""Tables of databases and reference managers, as text and as workbooks; their rows are made."""

from __future__ import annotations

import random
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from kg.bibliographies import (
    Date,
    Import,
    Name,
    Reference,
    read_references,
    workbooks,
    write_references,
)
from kg.errors import SourceError

MADE = (Name(family="Made", given="M."), Name(family="Other", given="O."))
TABLES = {
    "Scopus": (
        '"Authors","Author full names","Title","Year","Source title","Volume","Page start",'
        '"Page end","DOI","Author Keywords","Document Type","ISSN","Cited by"\n'
        '"Made M.; Other O.","Made, M. (57190000001); Other, O. (57190000002)","Made title","2020",'
        '"Made Journal","3","12","23","10.5555/made.1","trust; harm","Article","03178471","9"\n'
    ),
    "Zotero": (
        '"Key","Item Type","Publication Year","Author","Title","Publication Title","DOI","Pages",'
        '"Volume","Manual Tags","ISSN","Date Added"\n"ABCD","journalArticle","2020",'
        '"Made, M.; Other, O.","Made title","Made Journal","10.5555/made.1","12-23","3",'
        '"trust; harm","0317-8471","2024-01-01 10:00:00"\n'
    ),
    "Rayyan": (
        "key,title,year,journal,issn,volume,pages,authors,doi,keywords\n"
        'rayyan-1,Made title,2020,Made Journal,0317-8471,3,12-23,"Made, M. and Other, O.",'
        '10.5555/made.1,"trust,harm"\n'
    ),
    "PubMed": (
        "PMID,Title,Authors,Journal/Book,Publication Year,DOI,volume,pages,issn,keywords\n"
        '123,Made title,"Made M., Other O.",Made Journal,2020,10.5555/made.1,3,12-23,'
        "0317-8471,trust;harm\n"
    ),
    "Dimensions": (
        '"About the data: made, exported on 1 May"\n'
        "Publication ID,DOI,Title,Source title,PubYear,Volume,Pagination,Authors,ISSN,MeSH terms\n"
        'pub.1,10.5555/made.1,Made title,Made Journal,2020,3,12-23,"Made, M.; Other, O.",0317-8471,'
        "trust; harm\n"
    ),
    "bib-dedupe": (
        "ID,ENTRYTYPE,author,title,year,journal,booktitle,volume,number,pages,doi,isbn,keywords\n"
        '1,article,"Made, M. and Other, O.",Made title,2020,Made Journal,,3,,12--23,10.5555/made.1,'
        "0317-8471,trust;harm\n"
    ),
    "semicolons": (
        "Title;Year;Journal;DOI;Volume;Pages;Authors;ISSN;Keywords\n"
        'Made title;2020;Made Journal;10.5555/made.1;3;12-23;"Made, M.; Other, O.";0317-8471;'
        '"trust; harm"\n'
    ),
    "Web of Science": (
        "PT\tAU\tTI\tSO\tDE\tSN\tPY\tVL\tBP\tEP\tDI\n"
        "J\tMade, M.; Other, O.\tMade title\tMade Journal\ttrust; harm\t0317-8471\t2020\t3\t"
        "12\t23\t10.5555/made.1\n"
    ),
}


def read(content: str | bytes, name: str) -> Import:
    found = read_references(content.encode() if isinstance(content, str) else content, name)
    assert found.account.is_balanced, found.account.summary
    return found


def check(reference: Reference) -> None:
    assert (reference.title, reference.year) == ("Made title", 2020)
    assert reference.author == MADE
    assert reference.container_title == "Made Journal"
    assert (reference.volume, reference.page) == ("3", "12-23")
    assert (reference.doi, reference.issn) == ("10.5555/made.1", ("0317-8471",))
    assert reference.keywords == ("trust", "harm")
    assert reference.type == "article-journal"


@pytest.mark.parametrize("source", TABLES)
def test_a_table_is_read_by_the_names_of_its_columns(source: str) -> None:
    ((one,), account) = read(TABLES[source], "made.csv")
    assert account.format == "csv"
    check(one)


def workbook(*rows: tuple[object, ...]) -> bytes:
    book, stream = Workbook(), BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(stream)
    return stream.getvalue()


HEADER = ("Title", "Year", "Journal", "Volume", "Pages", "Authors", "DOI", "ISSN", "Keywords")
ROW = ("Made title", 2020, "Made Journal", 3, "12-23", "Made, M.; Other, O.", "10.5555/made.1")


def test_a_workbook_is_read_as_a_table() -> None:
    content = workbook(HEADER, (*ROW, "0317-8471", "trust; harm"), (), ("Two", 2021))
    references, account = read(content, "made.xlsx")
    assert (account.format, account.records) == ("xlsx", 2)
    check(references[0])
    assert references[1].title == "Two"


def test_the_first_sheet_counts_and_a_row_of_blanks_fails() -> None:
    book, stream = Workbook(), BytesIO()
    for row in (HEADER, (" made title",), (" ", None, ""), ("Two",)):
        book.worksheets[0].append(row)
    other = book.create_sheet("notes", 0)
    for row in (("Title", "DOI"), ("Made in front", "10.5555/made.1")):
        other.append(row)
    book.save(stream)
    references, account = read(stream.getvalue(), "made.xlsx")
    assert [one.title for one in references] == ["Made in front"]
    book.move_sheet("notes", 1)
    stream = BytesIO()
    book.save(stream)
    references, account = read(stream.getvalue(), "made.xlsx")
    assert [one.title for one in references] == ["made title", "Two"]
    assert [(one.line, one.reason[:13]) for one in account.failed] == [(3, "holds nothing")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 damaged", "is no workbook"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "save it as XLSX"),
    ],
)
def test_what_is_no_workbook_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        read(content, "made.xlsx")


def test_a_workbook_that_is_damaged_anywhere_is_read_or_refused() -> None:
    whole = workbook(HEADER, (*ROW, "0317-8471", "trust; harm"))
    chance = random.Random("workbook")  # noqa: S311  # no secret
    refused = 0
    for _ in range(120):
        content = bytearray(whole)
        for _ in range(chance.randrange(1, 4)):
            content[chance.randrange(4, len(content))] = chance.randrange(256)
        try:
            read(bytes(content), "made.xlsx")
        except SourceError:
            refused += 1
    assert refused > 20


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("name", "part", "reason"),
    [
        (SHEET, b"<!DOCTYPE x [<!ENTITY a 'a'>]><x>&a;</x>", "document type"),
        (SHEET, b" " * 2000, "unpacks to"),
        ("docProps/app.xml", b"<x/>", "holds no worksheet"),
    ],
    ids=["entities", "bloated", "empty"],
)
def test_a_hostile_workbook_is_refused(
    name: str, part: bytes, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "_UNPACKED", 1000)
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        archive.writestr(name, part)
    with pytest.raises(SourceError, match=reason):
        read(stream.getvalue(), "made.xlsx")


def test_line_breaks_in_quotes_are_of_one_row() -> None:
    references, account = read('title,abstract\nOne,"a\n\nb"\n\n,\nTwo,"say ""c"""\n', "made.csv")
    assert [one.abstract for one in references] == ["a\n\nb", 'say "c"']
    assert account.records == 2


def test_cells_without_a_column_are_kept_raw() -> None:
    ((one,), account) = read("title,year,rating\nOne,2020,5,extra\n", "made.csv")
    assert one.raw == (("rating", "5"), ("column 4", "extra"))
    assert account.unmapped == {"rating": 1, "column 4": 1}


def test_a_row_with_no_known_column_fails_with_its_text() -> None:
    _, account = read("title,doi,rating\n,,5\nOne,,\n", "made.csv")
    assert account.failed[0].line == 2
    assert '"5"' in account.failed[0].text


def test_a_cell_that_a_spreadsheet_would_run_is_set_apart_and_comes_back() -> None:
    reference = Reference(id="x", title="=HYPERLINK(1)", issued=Date(date_parts=((2020, 5),)))
    content = write_references([reference], ".csv")
    assert b"'=HYPERLINK" in content
    again = read(content, "again.csv").references[0]
    assert (again.title, again.issued) == (reference.title, reference.issued)
