"""CSL-JSON, OpenAlex, Crossref and EPPI-Reviewer; the records here are made."""

from __future__ import annotations

import json

import pytest

from kg.bibliographies import (
    Date,
    Import,
    Name,
    Reference,
    read_code_sets,
    read_references,
    write_references,
)
from kg.errors import SourceError


def read(value: object, name: str = "made.json") -> Import:
    text = value if isinstance(value, str) else json.dumps(value, indent=1)
    found = read_references(text.encode(), name)
    assert found.account.is_balanced, found.account.summary
    return found


ITEM = {
    "id": 7,
    "type": "article-journal",
    "title": "Made title",
    "author": [{"family": "Made", "given": "Mary"}, {"literal": "Made Society"}],
    "issued": {"date-parts": [["2020", "5"]]},
    "page": 12,
    "DOI": "https://doi.org/10.5555/MADE.1",
    "keyword": "trust, harm",
    "note": "PMID: 123\nAsk Mary",
    "made-variable": {"kept": True},
}


def test_an_item_of_csl_is_read() -> None:
    ((one,), account) = read([ITEM])
    assert account.format == "csl"
    assert (one.id, one.page, one.doi, one.pmid) == ("7", "12", "10.5555/made.1", "123")
    assert one.author == (Name(family="Made", given="Mary"), Name(literal="Made Society"))
    assert one.issued == Date(date_parts=((2020, 5),))
    assert one.keywords == ("trust", "harm")
    assert one.raw == (("made-variable", '{"kept": true}'),)


def test_variables_in_a_note_of_zotero_are_read_and_the_note_stays() -> None:
    note = "Original Date: 1990\nevent-place: Made City\nvolume: 9\nCitation Key: made"
    ((one,), _) = read([{"title": "Made", "volume": "3", "note": note}])
    assert one.original_date == Date(date_parts=((1990,),))
    assert (one.event_place, one.volume, one.notes) == ("Made City", "3", (note,))


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ({"date-parts": [[2019, 5], [2019, 6]]}, Date(date_parts=((2019, 5), (2019, 6)))),
        ({"date-parts": [[2001]], "season": 1}, Date(date_parts=((2001,),), season="1")),
        ({"date-parts": [[1900]], "circa": 1}, Date(date_parts=((1900,),), circa=True)),
        ({"raw": "2019-05-07"}, Date(date_parts=((2019, 5, 7),))),
        ({"literal": "in press"}, Date(literal="in press")),
    ],
)
def test_a_date_of_csl_has_many_forms(value: object, wanted: Date) -> None:
    assert read([{"title": "Made", "issued": value}]).references[0].issued == wanted


@pytest.mark.parametrize(
    "name",
    [
        Name(family="Berg", given="Jan", non_dropping_particle="van der"),
        Name(family="Made", given="M.", dropping_particle="de", suffix="Jr"),
        Name(literal="Ministry of Made, Labour and Welfare"),
    ],
)
def test_a_name_of_csl_comes_back_as_it_was(name: Name) -> None:
    reference = Reference(id="x", title="Made", author=(name,))
    again = read_references(write_references([reference], ".json"), "again.json").references
    assert again[0].author == (name,)


def test_items_of_csl_come_back_with_what_no_field_takes() -> None:
    references = read([ITEM]).references
    (item,) = json.loads(write_references(references, ".json"))
    assert item["made-variable"] == {"kept": True}


def test_records_of_a_document_that_is_cut_off_are_read_up_to_there() -> None:
    text = json.dumps([ITEM, ITEM])[:-40]
    references, account = read(text)
    assert len(references) == 1
    assert "cut off" in account.failed[0].reason
    assert account.failed[0].text.startswith('{"id": 7')


def test_a_broken_record_leaves_the_others_whole() -> None:
    text = '[\n{"title": "One"},\n{"title": Two},\n{"title": "Three"}]'
    references, account = read(text)
    assert [one.title for one in references] == ["One", "Three"]
    assert account.failed[0].line == 3


def test_records_stand_one_a_line_or_wrapped_or_alone() -> None:
    line = json.dumps({"title": "Made"})
    assert len(read(f"{line}\n{line}\n").references) == 2
    assert len(read({"items": [{"title": "Made"}] * 3}).references) == 3
    assert len(read({"title": "Made"}).references) == 1


def test_a_document_that_is_too_deep_is_one_failure() -> None:
    references, account = read("[" + '{"a":' * 5000 + "1" + "}" * 5000 + "]")
    assert not references
    assert "nested deeper" in account.failed[0].reason


OPENALEX = {
    "id": "https://openalex.org/W1",
    "doi": "https://doi.org/10.5555/made.1",
    "title": "Made title",
    "type": "article",
    "publication_date": "2020-05-07",
    "authorships": [{"author": {"display_name": "Mary van der Made"}}],
    "primary_location": {"source": {"display_name": "Made Journal", "issn": ["0317-8471"]}},
    "biblio": {"volume": "3", "issue": "2", "first_page": "12", "last_page": "23"},
    "ids": {"pmid": "https://pubmed.ncbi.nlm.nih.gov/123"},
    "abstract_inverted_index": {"Value": [0], "destroyed": [1, 2]},
    "is_retracted": True,
    "referenced_works": ["https://openalex.org/W2"],
}


def test_a_work_of_openalex_is_read() -> None:
    ((one,), account) = read({"meta": {"count": 1}, "results": [OPENALEX]})
    assert account.format == "openalex"
    assert (one.id, one.type, one.container_title) == ("W1", "article-journal", "Made Journal")
    assert one.author == (Name(family="Made", given="Mary", non_dropping_particle="van der"),)
    assert (one.page, one.pmid, one.issn) == ("12-23", "123", ("0317-8471",))
    assert one.abstract == "Value destroyed destroyed"
    assert dict(one.raw)["is_retracted"] == "true"
    assert "referenced_works" in account.unmapped


CROSSREF = {
    "DOI": "10.5555/made.1",
    "type": "journal-article",
    "title": ["Made title"],
    "subtitle": ["a subtitle"],
    "author": [{"given": "Mary", "family": "Made", "sequence": "first"}, {"name": "Made Society"}],
    "container-title": ["Made Journal"],
    "issued": {"date-parts": [[2020, 5]]},
    "ISSN": ["0317-8471"],
    "abstract": "<jats:p>Value &amp; trust.</jats:p>",
    "update-to": [{"type": "retraction", "DOI": "10.5555/made.0"}],
    "is-referenced-by-count": 3,
}


@pytest.mark.parametrize("message", [CROSSREF, {"items": [CROSSREF]}], ids=["one", "list"])
def test_a_work_of_crossref_is_read(message: object) -> None:
    ((one,), account) = read({"status": "ok", "message-type": "work", "message": message})
    assert account.format == "crossref"
    assert (one.title, one.type) == ("Made title: a subtitle", "article-journal")
    assert one.author == (Name(family="Made", given="Mary"), Name(literal="Made Society"))
    assert (one.abstract, one.year) == ("Value & trust.", 2020)
    assert "update-to" in account.unmapped


EPPI = {
    "CodeSets": [{"SetName": "Made", "Attributes": {"AttributesList": [{"AttributeId": 1}]}}],
    "References": [
        {
            "ItemId": 9,
            "Title": "Made title",
            "ParentTitle": "Made Journal",
            "TypeName": "Journal, Article",
            "Authors": "Made Mary A ; Other O ; ",
            "Year": "2020",
            "DOI": "https://doi.org/10.5555/made.1",
            "Keywords": "trust\r\nharm",
            "ItemStatus": "I",
            "Codes": [{"AttributeId": 1, "AdditionalText": ""}],
        }
    ],
}


def test_a_reference_of_eppi_reviewer_is_read_with_its_codes() -> None:
    ((one,), account) = read(EPPI)
    assert account.format == "eppi"
    assert (one.id, one.type, one.container_title) == ("9", "article-journal", "Made Journal")
    assert one.author == (
        Name(family="Made", given="Mary A"),
        Name(family="Other", given="O"),
    )
    assert one.keywords == ("trust", "harm")
    assert json.loads(dict(one.raw)["Codes"]) == [{"AttributeId": 1, "AdditionalText": ""}]
    assert dict(one.raw)["ItemStatus"] == "I"


ATTRIBUTES = {
    "AttributesList": [
        {
            "AttributeId": 1,
            "AttributeName": "Outcome",
            "AttributeType": "Not selectable (no checkbox)",
            "Attributes": {
                "AttributesList": [
                    {
                        "AttributeId": 2,
                        "AttributeName": "Trust",
                        "AttributeSetDescription": "Made.",
                        "AttributeType": "Selectable (show checkbox)",
                        "ExtURL": "https://made.example/trust",
                    }
                ]
            },
        }
    ]
}


def test_code_sets_of_eppi_reviewer_are_trees() -> None:
    report = {"CodeSets": [{"SetId": 5, "SetName": "Made", "Attributes": ATTRIBUTES}]}
    (codes,) = read_code_sets(json.dumps(report).encode(), "made.json")
    outcome, trust = codes.attributes
    assert (codes.id, codes.name, outcome.is_selectable) == (5, "Made", False)
    assert (trust.id, trust.name, trust.description, trust.parents) == (2, "Trust", "Made.", (1,))
    assert (trust.is_selectable, trust.address) == (True, "https://made.example/trust")
    with pytest.raises(SourceError, match="no CodeSets"):
        read_code_sets(b"[]", "made.json")


def test_what_crossref_gives_as_csl_is_read() -> None:
    item = {**CROSSREF, "title": "Made title", "container-title": "Made Journal"}
    ((one,), _) = read(item)
    assert (one.title, one.container_title) == ("Made title: a subtitle", "Made Journal")


def test_csl_made_from_openalex_is_csl() -> None:
    references = read({"results": [OPENALEX]}).references
    content = write_references(references, ".json")
    again, account = read_references(content, "again.json")
    assert account.format == "csl"
    assert again[0].abstract == references[0].abstract


def test_what_no_text_can_hold_is_left_out() -> None:
    ((one,), _) = read(r'[{"title": "Ma\u0000de \ud800 title", "x": "\b\udfff"}]')
    assert one.title == "Made  title"
    for suffix in (".ris", ".bib", ".json", ".csv"):
        assert read_references(write_references([one], suffix), f"again{suffix}").references


def test_what_a_name_says_beside_is_kept_raw() -> None:
    author = [{"family": "Made", "given": "M.", "static-ordering": True}]
    references = read([{"title": "Made", "author": author}]).references
    assert json.loads(dict(references[0].raw)["author"]) == author
    again = read_references(write_references(references, ".json"), "again.json").references
    assert (again[0].author, again[0].raw) == (references[0].author, references[0].raw)
    orcid = "https://orcid.org/0000-0000-0000-0000"
    crossref = {**CROSSREF, "author": [{"family": "Made", "ORCID": orcid}]}
    assert orcid in dict(read(crossref).references[0].raw)["author"]
