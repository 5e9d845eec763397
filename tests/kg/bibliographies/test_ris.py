"""RIS in the dialects that databases write; the records here are made, each for one quirk."""

from __future__ import annotations

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

RECORD = "TY  - JOUR\nTI  - Made title\nAU  - Made, M.\nPY  - 2020\nER  - \n"


def read(text: str | bytes) -> Import:
    content = text.encode() if isinstance(text, str) else text
    found = read_references(content, "made.ris")
    assert found.account.is_balanced
    return found


def one(*lines: str, kind: str = "JOUR") -> Reference:
    text = "\n".join((f"TY  - {kind}", *lines, "ER  - ", ""))
    ((reference,), account) = read(text)
    assert account.records == 1
    return reference


def remarks(account: Account) -> str:
    return "; ".join(remark.what for remark in account.remarks)


def test_a_byte_order_mark_does_not_hide_the_first_record() -> None:
    references, account = read(b"\xef\xbb\xbf" + (RECORD * 2).encode())
    assert len(references) == account.records == 2
    assert account.encoding == "utf-8-sig"


@pytest.mark.parametrize("tag", ["TY - JOUR", "ty  - JOUR", "   TY  - JOUR", "TY\t- JOUR"])
def test_a_record_begins_with_one_space_lower_case_blanks_or_a_tab(tag: str) -> None:
    references, _ = read(f"{tag}\nTI  - Made title\nER  - \n{RECORD}")
    assert [reference.title for reference in references] == ["Made title"] * 2
    assert references[0].type == "article-journal"


def test_tags_with_one_space_or_in_lower_case_are_read() -> None:
    assert read("TY - JOUR\nTI - Made title\nER -\n").references[0].title == "Made title"
    assert read("ty  - JOUR\nti  - Made title\ner  -\n").references[0].title == "Made title"


def test_a_record_without_end_ends_where_the_next_begins() -> None:
    references, account = read(RECORD.replace("ER  - \n", "") + RECORD)
    assert len(references) == 2
    assert "without ER" in remarks(account)


def test_the_end_needs_no_space_behind_its_hyphen() -> None:
    assert len(read(RECORD.replace("ER  - ", "ER  -") * 3).references) == 3


@pytest.mark.parametrize("line", ["ER  - results were mixed", "ER then second line"])
def test_text_that_looks_like_the_end_does_not_end_a_record(line: str) -> None:
    references, _ = read(f"TY  - JOUR\nAB  - The emergency room\n{line}\nTI  - Made\nER  - \n")
    assert references[0].title == "Made"
    assert "results" in references[0].abstract or "second" in references[0].abstract


def test_what_stands_before_and_between_records_is_left_out_with_a_word() -> None:
    references, account = read(f"Made export of JabRef\n\n1.\n{RECORD}\nRecord #2\n2.\n{RECORD}")
    assert len(references) == 2
    assert "before the first record" in remarks(account)
    assert "between records" in remarks(account)
    assert account.remarks[0].text == "Made export of JabRef"


def test_a_tag_behind_the_end_belongs_to_the_record_before() -> None:
    references, _ = read(f"{RECORD}NL  - Made J.\n{RECORD}")
    assert references[0].container_title_short == "Made J."


def test_a_blank_line_in_an_abstract_begins_a_paragraph() -> None:
    reference = one("AB  - One sentence", "that is wrapped.", "", "Another.", "TI  - Made")
    assert reference.abstract == "One sentence that is wrapped.\nAnother."


def test_unicode_line_separators_are_line_breaks_of_the_value() -> None:
    assert one("TI  - Made\u2028title", "KW  - trust\u2029harm").title == "Made title"
    assert one("KW  - trust\u2028harm").keywords == ("trust", "harm")


def test_a_title_that_is_wrapped_is_joined() -> None:
    assert one("TI  - Made title", "      over two lines").title == "Made title over two lines"


def test_no_value_of_a_repeated_tag_is_lost() -> None:
    reference = one("TI  - Made", "AD  - Here", "AD  - There", "SN  - 0317-8471", "SN  - 2049-3630")
    assert reference.raw == (("AD", "Here"), ("AD", "There"))
    assert reference.issn == ("0317-8471", "2049-3630")


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["TI  - Made"], "JOUR"),
        (["T1  - Made"], "JOUR"),
        (["BT  - Made"], "BOOK"),
        (["CT  - Made"], "JOUR"),
    ],
)
def test_the_title_stands_in_one_of_four_tags(lines: list[str], kind: str) -> None:
    assert one(*lines, kind=kind).title == "Made"


def test_authors_stand_in_either_of_two_tags() -> None:
    assert one("A1  - Made, M.").author == one("AU  - Made, M.").author == (MADE,)


MADE = Name(family="Made", given="M.")


@pytest.mark.parametrize(
    ("kind", "tag", "field"),
    [
        ("JOUR", "A2", "editor"),
        ("CHAP", "A2", "editor"),
        ("CONF", "A2", "editor"),
        ("BOOK", "A2", "collection_editor"),
        ("RPRT", "A2", "collection_editor"),
        ("BOOK", "A3", "editor"),
        ("CHAP", "A3", "collection_editor"),
        ("CONF", "A3", "collection_editor"),
        ("JOUR", "A4", "translator"),
        ("CHAP", "ED", "editor"),
    ],
)
def test_what_a_second_name_did_depends_on_the_type(kind: str, tag: str, field: str) -> None:
    assert getattr(one("TI  - Made", f"{tag}  - Made, M.", kind=kind), field) == (MADE,)


def test_the_authors_of_an_edited_book_are_its_editors() -> None:
    assert one("TI  - Made", "AU  - Made, M.", kind="EDBOOK").editor == (MADE,)


@pytest.mark.parametrize(
    ("kind", "tag", "field"),
    [
        ("JOUR", "T2", "container_title"),
        ("JOUR", "JF", "container_title"),
        ("JOUR", "JO", "container_title"),
        ("JOUR", "JA", "container_title_short"),
        ("JOUR", "J2", "container_title_short"),
        ("CHAP", "T2", "container_title"),
        ("CONF", "T2", "event_title"),
        ("CONF", "C3", "container_title"),
        ("BOOK", "T2", "collection_title"),
        ("RPRT", "T2", "collection_title"),
        ("CHAP", "T3", "collection_title"),
    ],
)
def test_what_contains_a_work_depends_on_the_type(kind: str, tag: str, field: str) -> None:
    assert getattr(one("TI  - Made", f"{tag}  - Made of it", kind=kind), field) == "Made of it"


@pytest.mark.parametrize(
    ("lines", "parts"),
    [
        (["PY  - 2017///"], (2017,)),
        (["Y1  - 2022/11/05/"], (2022, 11, 5)),
        (["PY  - 2012/05//"], (2012, 5)),
        (["DA  - 2019"], (2019,)),
        (["PY  - 2018", "DA  - SEP"], (2018, 9)),
        (["PY  - 2018", "DA  - 2018/09/12/"], (2018, 9, 12)),
    ],
)
def test_a_year_has_many_forms(lines: list[str], parts: tuple[int, ...]) -> None:
    assert one("TI  - Made", *lines).issued == Date(date_parts=(parts,))


def test_a_year_that_is_none_is_kept_raw() -> None:
    reference = one("TI  - Made", "PY  - 10 15")
    assert reference.issued is None
    assert reference.raw == (("PY", "10 15"),)


@pytest.mark.parametrize(
    ("kind", "lines", "page", "pages", "number"),
    [
        ("JOUR", ["SP  - 67", "EP  - 76"], "67-76", "", ""),
        ("JOUR", ["SP  - 67-76"], "67-76", "", ""),
        ("JOUR", ["SP  - 67-76", "EP  - 76"], "67-76", "", ""),
        ("JOUR", ["SP  - e0815"], "e0815", "", ""),
        ("JOUR", ["C7  - 104501"], "", "", "104501"),
        ("BOOK", ["SP  - 320"], "", "320", ""),
        ("THES", ["SP  - 320"], "", "320", ""),
    ],
)
def test_pages_are_a_range_an_article_number_or_how_many(
    kind: str, lines: list[str], page: str, pages: str, number: str
) -> None:
    reference = one("TI  - Made", *lines, kind=kind)
    assert (reference.page, reference.number_of_pages, reference.number) == (page, pages, number)


@pytest.mark.parametrize(
    "line",
    [
        "DO  - 10.5555/MADE.1",
        "DO  - http://dx.doi.org/10.5555/made.1",
        "L3  - 10.5555/made.1",
        "M3  - doi: 10.5555/made.1",
        "UR  - https://made.example/?doi=10.5555%2fmade.1&partnerID=40",
        "L2  - https://doi.org/10.5555/made.1",
        "N1  - Made J. 2011;50(6):349-69. doi: 10.5555/made.1.",
    ],
)
def test_a_doi_is_found_where_databases_hide_it(line: str) -> None:
    assert one("TI  - Made", line).doi == "10.5555/made.1"


def test_a_doi_said_twice_is_one() -> None:
    reference = one("TI  - Made", "DO  - 10.5555/made.1", "DO  - https://doi.org/10.5555/made.1")
    assert (reference.doi, reference.raw) == ("10.5555/made.1", ())


@pytest.mark.parametrize(
    ("kind", "value", "field", "wanted"),
    [
        ("JOUR", "0317-8471, 0317-8471", "issn", ("0317-8471",)),
        ("JOUR", "03178471 (ISSN)", "issn", ("0317-8471",)),
        ("BOOK", "978-1-138-70011-6", "isbn", ("9781138700116",)),
        ("CHAP", "0-19-852663-6", "isbn", ("0198526636",)),
        ("RPRT", "WP-17", "number", "WP-17"),
        ("CHAP", "0317-8471", "issn", ("0317-8471",)),
    ],
)
def test_a_serial_number_is_what_the_type_makes_it(
    kind: str, value: str, field: str, wanted: object
) -> None:
    assert getattr(one("TI  - Made", f"SN  - {value}", kind=kind), field) == wanted


def test_issue_number_and_volumes_depend_on_the_type() -> None:
    assert one("TI  - Made", "IS  - 3").issue == "3"
    assert one("TI  - Made", "M1  - 3").issue == "3"
    assert one("TI  - Made", "IS  - 3", kind="CHAP").number_of_volumes == "3"
    assert one("TI  - Made", "M1  - 3", kind="BOOK").collection_number == "3"
    assert one("TI  - Made", "M1  - 3", kind="RPRT").number == "3"


@pytest.mark.parametrize("kind", ["BOOK", "RPRT", "THES"])
def test_a_publisher_is_a_house_an_institution_or_a_university(kind: str) -> None:
    assert one("TI  - Made", "PB  - Made Press", kind=kind).publisher == "Made Press"


def test_the_type_of_a_work_is_no_doi() -> None:
    reference = one("TI  - Made", "M3  - Article")
    assert (reference.genre, reference.doi) == ("Article", "")


NOTICE = "Copyright of Made Journal is the property of Made Press and its content may not be copied"


def test_the_notice_of_a_database_is_no_abstract() -> None:
    reference = one("TI  - Made", "AB  - What was found.", f"AB  - {NOTICE}")
    assert reference.abstract == "What was found."
    assert reference.raw == (("AB", NOTICE),)
    assert one("TI  - Made", f"AB  - {NOTICE}", "N2  - Found.").abstract == "Found."


@pytest.mark.parametrize("value", ["NA", "", " "])
def test_a_value_that_says_nothing_is_missing(value: str) -> None:
    reference = one("TI  - Made", f"AB  - {value}")
    assert (reference.abstract, reference.raw) == ("", ())


def test_key_words_stand_one_a_tag_or_many_in_one() -> None:
    wanted = ("trust", "harm")
    assert one("TI  - Made", "KW  - trust", "KW  - harm").keywords == wanted
    assert one("TI  - Made", "KW  - trust", "harm").keywords == wanted
    assert one("TI  - Made", "KW  - trust; harm").keywords == wanted
    assert one("TI  - Made", "KW  - trust; harm", "blame").keywords == (*wanted, "blame")


def test_what_an_export_says_of_itself_is_no_note() -> None:
    reference = one("TI  - Made", "N1  - Cited By :9", "N1  - Export Date: 1 May", "N1  - Ask M.")
    assert reference.notes == ("Ask M.",)
    assert reference.raw == (("N1", "Cited By :9"), ("N1", "Export Date: 1 May"))


@pytest.mark.parametrize("tag", ["U1", "U5", "H1", "M4", "C1", "C8", "AN", "DB", "DP", "L4", "ZZ"])
def test_tags_of_vendors_are_kept_raw_and_counted(tag: str) -> None:
    references, account = read(RECORD.replace("TI", f"{tag}  - made\nTI"))
    assert references[0].raw == ((tag, "made"),)
    assert account.unmapped == {tag: 1}


def test_a_name_without_comma_is_of_a_body_unless_it_ends_in_initials() -> None:
    assert one("AU  - Made Health Organization").author[0].literal == "Made Health Organization"
    assert one("AU  - Made M.A.").author == (Name(family="Made", given="M.A."),)
    assert one("AU  - Made, M.", "AU  - et al.").authors_incomplete


def test_an_unknown_type_is_a_document_and_kept() -> None:
    reference = one("TI  - Made", kind="MADE")
    assert (reference.type, reference.raw) == ("document", (("TY", "MADE"),))


def test_a_record_that_says_nothing_is_told_with_its_line_and_text() -> None:
    references, account = read(f"{RECORD}TY  - JOUR\nER  - \n{RECORD}")
    assert len(references) == 2
    (failure,) = account.failed
    assert failure.line == 6
    assert failure.text == "TY  - JOUR\nER  - "
    assert account.filled["title"] == 2


def test_a_number_that_is_there_twice_gets_another() -> None:
    references, account = read(RECORD.replace("TI", "ID  - 1\nTI") * 3)
    assert [reference.id for reference in references] == ["1", "1-2", "1-3"]
    assert "number" in remarks(account)


def test_the_line_of_each_record_is_kept() -> None:
    assert [reference.line for reference in read(f"\n{RECORD}\n{RECORD}").references] == [2, 8]


@pytest.mark.parametrize(
    "kind",
    [
        "JOUR",
        "CHAP",
        "BOOK",
        "CPAPER",
        "RPRT",
        "THES",
        "ELEC",
        "NEWS",
        "DATA",
        "GEN",
        "MGZN",
        "UNPB",
    ],
)
def test_a_type_is_written_as_it_was_read(kind: str) -> None:
    written = write_references([one("TI  - Made", kind=kind)], ".ris").decode()
    assert written.startswith(f"TY  - {kind}\r\n")


def test_addresses_stand_one_a_line_as_dimensions_writes_them() -> None:
    reference = one("TI  - Made", "UR  - https://a.example/x", "https://b.example/y")
    assert reference.urls == ("https://a.example/x", "https://b.example/y")


def test_every_address_is_written() -> None:
    reference = one(
        "TI  - Made", "UR  - https://a.example; https://b.example", "UR  - http://c.example"
    )
    assert reference.urls == ("https://a.example", "https://b.example", "http://c.example")
    assert write_references([reference], ".ris").count(b"UR  - ") == 3


def test_no_value_can_forge_a_record() -> None:
    forged = "a\r\nER  - \r\nTY  - BOOK\r\nTI  - forged"
    reference = Reference(id="x", title=forged, notes=(forged,), abstract=forged)
    references, account = read(write_references([reference], ".ris"))
    assert len(references) == account.records == 1


def test_a_record_as_ebsco_writes_it_keeps_everything() -> None:
    reference = one(
        *(
            "ID  - 123",
            "T1  - Made title.",
            "JF  - Made Journal",
            "A1  - Made, Mary",
            "Y1  - 2020/05//",
        ),
        *("VL  - 3", "IS  - 2", "SP  - 12", "EP  - 23", "PB  - Made Press", "SN  - 03178471"),
        *("N2  - What was found.", f"AB  - {NOTICE}", "L3  - 10.5555/made.1", "AN  - 123"),
        *("UR  - https://made.example/login?direct=true&db=asx", "DP  - EBSCOhost", "DB  - asx"),
    )
    assert (reference.doi, reference.abstract) == ("10.5555/made.1", "What was found.")
    assert reference.raw == (("AB", NOTICE), ("AN", "123"), ("DP", "EBSCOhost"), ("DB", "asx"))
