"""BibTeX and BibLaTeX with their pitfalls; the entries here are made, each for one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.bibliographies import (
    Account,
    Date,
    Import,
    Name,
    Reference,
    read_references,
    write_references,
)

FILES = 45
ENTRIES = 3834
LARGE = 100_000  # bytes of a file that is only read, to save time


def read(text: str | bytes) -> Import:
    content = text.encode() if isinstance(text, str) else text
    found = read_references(content, "made.bib")
    assert found.account.is_balanced, found.account.summary
    return found


def one(fields: str, kind: str = "article") -> Reference:
    ((reference,), _) = read(f"@{kind}{{made2020,\n{fields}\n}}\n")
    return reference


def remarks(account: Account) -> str:
    return "; ".join(remark.what for remark in account.remarks)


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"J{\'o}zef and K\"uhne", "Józef and Kühne"),
        (r"{\O}stfold \& R{\aa}de", "Østfold & Råde"),
        ("a -- b --- c", "a \u2013 b \u2014 c"),
        ("Dr.~Made", "Dr. Made"),
        (r"of $\alpha$ and $\beta$", r"of $\alpha$ and $\beta$"),
        ("{{Double Braces}}", "Double Braces"),
        ("the {NHS} in {E}ngland", "the NHS in England"),
        ("50% of services", "50% of services"),
        (r"at \$5 a head", "at $5 a head"),
        ("at $5 a head", "at $5 a head"),
        (r"H\textsubscript{2}O \href{https://made.example}{there}", "H2O there"),
        (r"``quoted''", "\u201cquoted\u201d"),
    ],
)
def test_latex_becomes_unicode(latex: str, text: str) -> None:
    assert one(f"title = {{{latex}}}").title == text


def test_a_command_that_is_not_known_is_kept_raw() -> None:
    reference = one(r"title = {The \madecommand{value} of service}")
    assert "value" in reference.title
    assert reference.raw == (("title", r"The \madecommand{value} of service"),)


def test_addresses_and_identifiers_are_read_letter_by_letter() -> None:
    reference = one(
        r"url = {https://made.example/a\_b%20c}, doi = {10.5555/made\_1}, file = {:a\_b.pdf:PDF}"
    )
    assert reference.urls == ("https://made.example/a_b%20c",)
    assert reference.doi == "10.5555/made_1"
    assert reference.raw == (("file", r":a\_b.pdf:PDF"),)


@pytest.mark.parametrize(
    ("author", "names"),
    [
        (r"Made, J{\'o}zef", (Name(family="Made", given="Józef"),)),
        ("Jan van der Made", (Name(family="Made", given="Jan", non_dropping_particle="van der"),)),
        ("Made, Jr, Jos", (Name(family="Made", given="Jos", suffix="Jr"),)),
        ("{Ministry of Made and Welfare}", (Name(literal="Ministry of Made and Welfare"),)),
        ("{{The Made Society}}", (Name(literal="The Made Society"),)),
        ("A. One AND B. Two", (Name(family="One", given="A."), Name(family="Two", given="B."))),
    ],
)
def test_names_are_taken_apart(author: str, names: tuple[Name, ...]) -> None:
    assert one(f"author = {{{author}}}").author == names


def test_others_are_not_a_person() -> None:
    reference = one("author = {Made, M. and others}")
    assert reference.author == (Name(family="Made", given="M."),)
    assert reference.authors_incomplete


def test_a_single_word_is_a_body_and_remarked_on() -> None:
    references, account = read("@misc{a, author = {UNESCO}, title = {Made}}")
    assert references[0].author == (Name(literal="UNESCO"),)
    assert "single word" in remarks(account)


CROSSREF = """
@inproceedings{child, title = {Made paper}, author = {Made, M.}, crossref = {parent}}
@proceedings{parent, title = {Made proceedings}, year = 2020, publisher = {Made Press},
  doi = {10.5555/parent}, crossref = {child}}
"""


def test_an_entry_has_what_it_lacks_from_the_one_it_refers_to() -> None:
    child, parent = read(CROSSREF).references
    assert (child.title, child.container_title) == ("Made paper", "Made proceedings")
    assert (child.publisher, child.year) == ("Made Press", 2020)
    assert child.doi == ""  # that of the whole is not that of a part
    assert parent.title == "Made proceedings"  # and a circle ends


def test_entries_with_one_key_are_all_kept() -> None:
    references, account = read("@book{a, title={One}}\n@book{a, title={Two}}\n")
    assert [(one.id, one.title) for one in references] == [("a", "One"), ("a-2", "Two")]
    assert "number" in remarks(account)


def test_a_field_that_is_there_twice_loses_neither_value() -> None:
    reference = one("title = {Made}, file = {:a.pdf:PDF}, file = {:b.pdf:PDF}")
    assert reference.raw == (("file", ":a.pdf:PDF"), ("file", ":b.pdf:PDF"))


def test_macros_are_replaced_and_unknown_ones_are_literal() -> None:
    reference = one(
        "booktitle = AAAI-91, publisher = made, month = nov, year = 1991", "inproceedings"
    )
    assert (reference.container_title, reference.publisher) == ("AAAI-91", "made")
    text = '@string{MP = "Made " # {Press}}\n@book{a, title = {x}, publisher = mp # ", Inc."}'
    assert read(text).references[0].publisher == "Made Press, Inc."


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("@book{a, title={One}}\n@techreport{title = {No key}, year = 2020}\n", 2),
        ("@book{a, title={One}}\n\n@book{b, title = {never closed\n", 3),
        ("@book{a, title={One}}\n@book{b}\n", 2),
    ],
)
def test_a_broken_entry_is_told_with_its_line_and_text(text: str, line: int) -> None:
    references, account = read(text)
    assert [reference.title for reference in references] == ["One"]
    (failure,) = account.failed
    assert failure.line == line
    assert failure.text.startswith("@")


def test_a_broken_entry_leaves_the_next_one_whole() -> None:
    text = "@book{a, title = {never closed\n\n@book{b, title = {Two}}\n"
    references, account = read(text)
    assert [reference.title for reference in references] == ["Two"]
    assert len(account.failed) == 1


def test_an_entry_behind_a_per_cent_sign_is_a_comment() -> None:
    references, account = read("@book{a, title={One}}\n%@book{b,\n% title={Two}}\n")
    assert len(references) == account.records == 1
    assert "per cent" in remarks(account)


@pytest.mark.parametrize(
    ("fields", "parts"),
    [
        ("year = 2019, month = nov", ((2019, 11),)),
        ("year = {2019}, month = {8}", ((2019, 8),)),
        ("year = {2019}, month = Nov", ((2019, 11),)),
        ("date = {2019-05/2019-06}", ((2019, 5), (2019, 6))),
        ("date = {2019-05-07}", ((2019, 5, 7),)),
    ],
)
def test_a_date_has_many_forms(fields: str, parts: tuple[tuple[int, ...], ...]) -> None:
    assert one(f"title = {{Made}}, {fields}").issued == Date(date_parts=parts)


@pytest.mark.parametrize("pages", ["12--23", "12\u201323", "12-23", "12 - 23"])
def test_pages_are_a_range_with_a_hyphen(pages: str) -> None:
    assert one(f"pages = {{{pages}}}").page == "12-23"


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("report", "report"),
        ("techreport", "report"),
        ("online", "webpage"),
        ("misc", "document"),
        ("thesis", "thesis"),
        ("phdthesis", "thesis"),
        ("mvcollection", "book"),
        ("software", "software"),
        ("dataset", "dataset"),
    ],
)
def test_each_kind_of_entry_is_a_type(kind: str, wanted: str) -> None:
    assert one("title = {Made}", kind).type == wanted


def test_an_unknown_kind_is_a_document_and_kept() -> None:
    reference = one("title = {Made}", "madekind")
    assert (reference.type, reference.raw) == ("document", (("entrytype", "madekind"),))


@pytest.mark.parametrize(
    ("kind", "field"),
    [("article", "issue"), ("techreport", "number"), ("book", "collection_number")],
)
def test_a_number_is_of_the_issue_the_report_or_the_series(kind: str, field: str) -> None:
    assert getattr(one("title = {Made}, number = {3}", kind), field) == "3"


def test_pages_with_letters_and_an_article_number_are_kept() -> None:
    assert one("pages = {e1--e9}").page == "e1-e9"
    assert one("eid = {104501}, number = {3}").number == "104501"
    reference = one("eid = {e1}, issue = {2}, number = {3}")
    assert (reference.number, reference.issue, reference.raw) == ("3", "2", (("eid", "e1"),))
    book = one("pages = {12}, pagetotal = {320}", "book")
    assert (book.page, book.number_of_pages) == ("12", "320")


def test_a_swallowed_entry_is_read_all_the_same() -> None:
    text = '@book{a, title = "never closed,\n year = 2020}\n@book{b, title = {Two}}\n'
    references, account = read(text)
    assert [reference.title for reference in references] == ["Two"]
    assert [failure.line for failure in account.failed] == [1]


def test_an_entry_in_cp1252_is_read() -> None:
    text = "@article{made, title = {V\u00e4rde f\u00f6r anv\u00e4ndare \u2013 en studie}}\n"
    references, account = read(text.encode("cp1252"))
    assert references[0].title == "V\u00e4rde f\u00f6r anv\u00e4ndare \u2013 en studie"
    assert account.encoding == "cp1252"


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig"])
def test_an_entry_in_another_encoding_is_read(encoding: str) -> None:
    text = "@article{made, title = {公共服务的共同生产与价值创造}, year = 2020}\n"
    assert read(text.encode(encoding)).references[0].title == "公共服务的共同生产与价值创造"


def test_groups_and_notes_of_reference_managers_are_kept() -> None:
    reference = one("groups = {mine}, note = {tex.x: y}, title = {Made}")
    assert reference.raw == (("groups", "mine"),)
    assert reference.notes == ("tex.x: y",)


def test_a_book_that_repeats_its_title_has_no_container() -> None:
    reference = one("title = {Made}, booktitle = {Made}", "book")
    assert (reference.type, reference.container_title) == ("book", "")


def test_no_entry_of_better_bibtex_is_lost_and_each_comes_back(testdata: Path) -> None:
    files = sorted((testdata / "better-bibtex").glob("*.bib"))
    assert len(files) == FILES
    total, failed = 0, []
    for path in files:
        references, account = read_references(path)
        assert account.is_balanced, account.summary
        total += account.records
        failed += [(path.name, failure.line) for failure in account.failed]
        if references and path.stat().st_size < LARGE:
            for suffix in (".bib", ".json"):
                content = write_references(references, suffix)
                again = read_references(content, f"again{suffix}").references
                assert list(map(bare, again)) == list(map(bare, references)), path.name
    assert total == ENTRIES
    assert failed == [("Import from Clipboard stopped working #2377.bib", 1)]


def bare(reference: Reference) -> tuple[object, ...]:
    """Return what a reference says, without its place and with raw tags in any order."""
    place = {"raw", "format", "source", "line"}
    names = (name for name in reference.__struct_fields__ if name not in place)
    said = tuple(getattr(reference, name) for name in names)
    return (*said, sorted((name, " ".join(value.split())) for name, value in reference.raw))
