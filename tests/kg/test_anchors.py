"""Anchors find their passage again after the text around or within it was edited."""

from __future__ import annotations

import pytest
from rdflib import URIRef

from kg.anchors import MOST_WORDS, Anchor, anchor, anchor_quote, find, to_triples
from kg.errors import SourceError
from kg.identifiers import mint
from kg.namespaces import OA

# Made text; it says what no publication says.
TEXT = (
    "Made users met staff twice. Trust grew when staff explained the rules. In a second round "
    "trust grew when staff listened, and trust fell where nobody answered the letters."
)
QUOTE = "staff explained the rules"


@pytest.fixture
def made() -> Anchor:
    start = TEXT.index(QUOTE)
    return anchor(TEXT, start, start + len(QUOTE))


@pytest.mark.parametrize(
    ("edited", "expected", "is_exact"),
    [
        (TEXT, QUOTE, True),
        ("A new first sentence. " + TEXT, QUOTE, True),
        (TEXT.replace("the rules", "\n the rules"), "staff explained \n the rules", False),
        (TEXT.replace("explained", "soon explained"), "staff soon explained the rules", False),
        (TEXT.replace("explained", "explains"), "staff explains the rules", False),
    ],
    ids=["same text", "text before", "broken line", "words within", "another form"],
)  # fmt: skip
def test_the_passage_is_found_again(
    made: Anchor, edited: str, expected: str, is_exact: bool
) -> None:
    found = find(edited, made)
    assert found is not None
    assert edited[found.start : found.end] == expected
    assert found.is_exact is is_exact


def test_words_that_stand_twice_are_told_apart_by_their_surroundings() -> None:
    second = TEXT.index("trust grew", 60)
    wanted = anchor(TEXT, second, second + len("trust grew"))
    edited = "trust grew at first. " + TEXT
    found = find(edited, wanted)
    assert found is not None
    assert edited[found.start - 6 : found.start] == "round "


def test_a_passage_that_was_removed_is_not_found(made: Anchor) -> None:
    assert find("Nothing of it is left here, only other words about letters.", made) is None


def test_more_than_twelve_words_are_refused() -> None:
    with pytest.raises(SourceError, match=f"at most {MOST_WORDS}"):
        anchor(TEXT, 0, len(TEXT))
    assert anchor(TEXT, 0, TEXT.index("In")).exact.count(" ") == MOST_WORDS - 1


def test_a_quotation_without_a_text_keeps_its_words() -> None:
    assert anchor_quote("", "  staff explained ") == Anchor("staff explained")
    assert anchor_quote(TEXT, QUOTE).prefix.endswith("Trust grew when ")


def test_an_anchor_is_a_web_annotation_of_the_source(made: Anchor) -> None:
    triples = list(to_triples(mint("claim", "made", "1"), URIRef("https://example.org/made"), made))
    said = {(p, str(o)) for _, p, o in triples}
    assert (OA.exact, QUOTE) in said
    assert (OA.hasSource, "https://example.org/made") in said
    assert {OA.prefix, OA.suffix, OA.start, OA.end} <= {p for p, _ in said}
    assert all(isinstance(subject, URIRef) for subject, _, _ in triples)
