"""PubMed, Web of Science and EndNote; the records here are made where they are not read."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.bibliographies import Date, Import, Name, Reference, read_references
from kg.errors import SourceError


def read(text: str, name: str) -> Import:
    found = read_references(text.encode(), name)
    assert found.account.is_balanced, found.account.summary
    return found


NBIB = """PMID- 1
TI  - Made title that is
      wrapped
FAU - Made, Mary A
AU  - Made MA
AID - made-1 [pii]
AID - 10.5555/made.1 [doi]
AB  -
OAB - Publisher: Abstract available from the publisher.
DP  - 2018 Apr
PG  - 335-9
"""


def test_a_record_of_pubmed_is_read() -> None:
    ((one,), account) = read(NBIB, "made.nbib")
    assert (one.id, one.title, one.pmid) == ("pmid1", "Made title that is wrapped", "1")
    assert one.author == (Name(family="Made", given="Mary A"),)
    assert (one.doi, one.page) == ("10.5555/made.1", "335-9")
    assert one.issued == Date(date_parts=((2018, 4),))
    assert one.abstract == ""
    assert account.unmapped == {"AID": 1, "OAB": 1}


def test_a_doi_stands_in_either_of_two_tags_and_the_abstract_too() -> None:
    text = "PMID- 1\nLID - 10.5555/made.2 [doi]\nOAB - What was found.\n"
    ((one,), _) = read(text, "made.nbib")
    assert (one.doi, one.abstract) == ("10.5555/made.2", "What was found.")


def test_a_record_without_blank_line_before_it_is_a_record() -> None:
    text = "PMID- 1\nTI  - One\nPMID- 2\nTI  - Two\n\nPMC - PMC3\nTI  - Three\n"
    references, account = read(text, "made.nbib")
    assert [one.title for one in references] == ["One", "Two", "Three"]
    assert account.records == 3


def test_records_of_central_have_their_number_first(testdata: Path) -> None:
    references, _ = read_references(testdata / "nbib" / "pmc_medlars.txt")
    assert references[0].pmcid == "PMC6055010"
    assert all(one.pmid and one.pmcid for one in references)


WOS = """FN Made Export
VR 1.0
PT J
AU Made, M
   Other, O
AF Made, Mary
   Other, Oscar
TI Made title over
   two lines
SO MADE JOURNAL
DE trust; harm
DI 10.5555/made.1
PD JUN 8
PY 2004
BP 70
EP 72
CR One, 1999
   Two, 2000
UT WOS:1
ER

PT J
TI Two
{end}
EF
"""


@pytest.mark.parametrize("end", ["ER", "PT J\nTI Three\nER"])
def test_plain_text_of_web_of_science_is_no_ris(end: str) -> None:
    references, account = read(WOS.format(end=end), "made.txt")
    one = references[0]
    assert account.format == "web-of-science"
    assert one.title == "Made title over two lines"
    assert one.author == (
        Name(family="Made", given="Mary"),
        Name(family="Other", given="Oscar"),
    )
    assert (one.issued, one.page) == (Date(date_parts=((2004, 6, 8),)), "70-72")
    assert one.raw == (("CR", "One, 1999\nTwo, 2000"), ("UT", "WOS:1"))
    assert one.keywords == ("trust", "harm")
    assert len(references) == account.records == (2 if end == "ER" else 3)


STYLED = '<style face="normal">{}</style>'


def endnote(kind: str, *, styled: bool) -> str:
    def text(value: str) -> str:
        half = len(value) // 2
        return f"{STYLED.format(value[:half])}{STYLED.format(value[half:])}" if styled else value

    return (
        f"<record><rec-number>7</rec-number>{kind}<contributors><authors>"
        f"<author>{text('Made, Mary')}</author></authors></contributors>"
        f"<titles><title>{text('Made title')}</title>"
        f"<secondary-title>{text('Made Journal')}</secondary-title></titles>"
        f"<periodical><full-title>{text('Made Journal')}</full-title></periodical>"
        f"<dates><year>{text('2020')}</year></dates>"
        f"<electronic-resource-num>{text('10.5555/made.1')}</electronic-resource-num>"
        "<keywords><keyword>trust&#xD;harm</keyword></keywords>"
        f"<custom1>{text('kept')}</custom1></record>"
    )


ENDNOTE, MENDELEY = (
    '<ref-type name="Journal Article">17</ref-type>',
    '<ref-type name="Book">0</ref-type>',
)


@pytest.mark.parametrize("styled", [True, False], ids=["EndNote", "Zotero"])
def test_endnote_xml_is_read_with_styles_and_without(styled: bool) -> None:
    ((one,), account) = read(
        f"<xml><records>{endnote(ENDNOTE, styled=styled)}</records></xml>", "made.xml"
    )
    assert account.format == "endnote-xml"
    assert (one.type, one.title, one.container_title) == (
        "article-journal",
        "Made title",
        "Made Journal",
    )
    assert one.author == (Name(family="Made", given="Mary"),)
    assert (one.year, one.doi, one.keywords) == (2020, "10.5555/made.1", ("trust", "harm"))
    assert one.raw == (("custom1", "kept"),)


def test_numbers_in_pubmed_and_central_are_found_where_endnote_puts_them() -> None:
    record = (
        "<record><titles><title>Made</title></titles><accession-num>123</accession-num>"
        "<custom2>PMC45</custom2><remote-database-provider>NLM</remote-database-provider></record>"
    )
    ((one,), _) = read(f"<xml><records>{record}</records></xml>", "made.xml")
    assert (one.pmid, one.pmcid) == ("123", "PMC45")


def test_the_name_of_a_type_counts_and_not_the_zero_of_mendeley() -> None:
    ((one,), _) = read(
        f"<xml><records>{endnote(MENDELEY, styled=False)}</records></xml>", "made.xml"
    )
    assert one.type == "book"


def test_a_broken_record_of_endnote_leaves_the_others_whole() -> None:
    good = endnote(ENDNOTE, styled=False)
    bad = "<record><titles><title>A & B</title></titles></record>"
    references, account = read(
        f"<xml><records>\n{good}\n{bad}\n{good}\n<record><titles>", "made.xml"
    )
    assert len(references) == 2
    assert [failure.line for failure in account.failed] == [3, 5]
    assert [failure.text[:15] for failure in account.failed] == [bad[:15], "<record><titles"]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


def test_a_document_that_declares_entities_is_refused() -> None:
    with pytest.raises(SourceError, match="declares entities"):
        read(f"{BOMB}<xml><records><record><title>&b;</title></record></records></xml>", "made.xml")


def test_what_is_shown_as_a_field_is_kept_for_the_bench_alone() -> None:
    assert "abstract" in Reference.UNPUBLISHED
