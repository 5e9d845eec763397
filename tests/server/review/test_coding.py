"""Coding on the bench: typed, checked at the field, compared, agreed; the work is made."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from kg.readers import template
from tests.server.review.conftest import Visitor

TEXT = "Made users met staff twice. Trust grew when staff explained the rules to them."
# A made publication, whose coding breaks no rule.
MADE = {
    "type": "article-journal",
    "title": "Made work on made trust",
    "authors.0.family": "Maker",
    "year": "2020",
    "read_at": "https://example.org/made",
    "read_level": "abstract",
    "study.design": "survey",
    "claims.0.id": "1",
    "claims.0.kind": "empirical-finding",
    "claims.0.statement": "Explaining the rules increases the trust of made users.",
    "claims.0.subject": "transparency",
    "claims.0.object": "trust",
    "claims.0.relation": "contributes-to",
    "claims.0.direction": "increases",
    "claims.0.strength": "quantitative",
    "claims.0.locator": "abstract",
    "claims.0.passage": "staff explained the rules",
}


@pytest.fixture(scope="module")
def review(people: dict[str, Visitor]) -> str:
    """Open a review with two reviewers: where it is."""
    olga = people["olga"]
    olga.get("/review/new")
    olga.post("/review/new", title="A made coding review", stages="full-text", votes="1")
    for name, role in (("rita", "reviewer"), ("rolf", "reviewer"), ("leo", "reader")):
        olga.get("/review/a-made-coding-review/members")
        olga.post("/review/a-made-coding-review/members", name=name, role=role)
    return "/review/a-made-coding-review"


def taken(visitor: Visitor, review: str, slug: str) -> str:
    visitor.get(f"{review}/coding")
    visitor.post(f"{review}/coding", id=slug, title="Made work on made trust")
    assert visitor.status == 200
    return visitor.path


def test_a_coding_grows_button_by_button(people: dict[str, Visitor], review: str) -> None:
    rita = people["rita"]
    path = taken(rita, review, "made-2020-buttons")
    text = rita.post(path, action="add:claims")
    assert 'name="claims.0.kind"' in text
    assert "still to fill in" in text
    text = rita.post(path, **{"claims.0.id": "1", "action": "add:claims.0.effects", "year": "soon"})
    assert 'name="claims.0.effects.0.for"' in text
    assert 'value="soon"' in text
    assert "write a whole number" in text
    text = rita.post(path, **{"claims.0.id": "1", "action": "remove:claims.0"})
    assert 'name="claims.0.kind"' not in text


def test_what_is_wrong_is_said_at_its_field_while_typing(
    people: dict[str, Visitor], review: str
) -> None:
    rita = people["rita"]
    path = taken(rita, review, "made-2020-typing")
    rita.headers["Accept"] = "application/json"
    long = " ".join(["word"] * 13)
    sent = MADE | {"claims.0.subject": "transparencyy", "claims.0.passage": long, "action": "save"}
    try:
        answer = json.loads(rita.post(path, **sent))
    finally:
        del rita.headers["Accept"]
    assert answer["said"]["claims.0.subject"][0]["kind"] == "violation"
    assert "did you mean transparency" in answer["said"]["claims.0.subject"][0]["text"]
    assert "quotes 13 words" in answer["said"]["claims.0.passage"][0]["text"]
    text = rita.get(path)
    assert "transparencyy" in text
    assert long in text
    text = rita.post(path, **sent | {"action": "done"})
    assert rita.status == 422
    assert "cannot be done yet" in text
    assert "transparencyy" in text


def test_a_passage_is_found_in_the_text_and_gets_suggestions(
    people: dict[str, Visitor], review: str
) -> None:
    rita = people["rita"]
    path = taken(rita, review, "made-2020-passage")
    rita.post(f"{path}/text", text=TEXT)
    text = rita.post(path, **MADE | {"action": "suggest:claims.0", "claims.0.object": ""})
    assert "✓ found in the text" in text
    assert "pick:claims.0:object:trust" in text
    text = rita.post(path, **MADE | {"action": "pick:claims.0:object:trust", "claims.0.object": ""})
    assert 'name="claims.0.object" value="trust"' in text
    text = rita.post(f"{path}/text", text=TEXT.replace("explained", "had explained"))
    assert "where it now reads “staff had explained the rules" in rita.get(path)


def test_two_coders_who_disagree_come_to_one_coding(
    people: dict[str, Visitor], review: str
) -> None:
    rita, rolf, olga = (people[name] for name in ("rita", "rolf", "olga"))
    path = taken(rita, review, "made-2020-two")
    rita.post(path, **MADE | {"action": "done"})
    rolf.get(f"{path}/compare")
    assert rolf.status == 403
    rolf.get(path)
    rolf.post(path, **MADE | {"claims.0.direction": "mixed", "action": "save"})
    rita.get(f"{path}/compare")
    assert rita.status == 403
    assert (
        "mixed"
        not in rita.get(path).split('name="claims.0.direction"')[1].split("selected")[0][-40:]
    )
    rolf.get(path)
    rolf.post(path, **MADE | {"claims.0.direction": "mixed", "action": "done"})
    text = olga.get(f"{path}/compare")
    assert "≠ direction" in text
    assert "increases" in text
    text = olga.post(f"{path}/compare", **{"row.0": "1", "base": "0"})
    assert olga.path == f"{path}/adjudication"
    assert '<option value="mixed" title' in text
    olga.post(
        olga.path,
        **MADE
        | {
            "claims.0.direction": "mixed",
            "action": "done",
            "note_of_adjudication": "It says both.",
        },
    )
    assert "✓ agreed" in olga.get(f"{review}/coding")
    assert "It says both." in olga.get(f"{path}/compare")
    assert "claim: direction" in olga.get(f"{review}/agreement")


def test_what_is_agreed_can_be_published_and_taken_along(
    people: dict[str, Visitor], review: str
) -> None:
    olga, rita = people["olga"], people["rita"]
    path = taken(rita, review, "made-2020-alone")
    rita.post(path, **MADE | {"action": "done"})
    text = olga.get(f"{review}/publish")
    assert "Ready to be published" in text
    text = olga.post(f"{review}/publish", reason="")
    assert "say in a sentence" in text
    assert '"CodeSets"' in olga.get(f"{review}/export/eppi.json")
    olga.get(f"{review}/export/none")
    assert olga.status == 404
    rita.get(f"{review}/publish")
    rita.post(f"{review}/publish", reason="Mine")
    assert rita.status == 422


def test_a_workbook_goes_down_and_comes_up(
    people: dict[str, Visitor], review: str, server: Any
) -> None:
    rita = people["rita"]
    path = taken(rita, review, "made-2020-sheet")
    rita.post(path, **MADE | {"action": "save"})
    answer = server.ask(
        "GET",
        f"{review}/coding/sheet.xlsx",
        None,
        {"Cookie": "; ".join(f"{k}={v}" for k, v in rita.cookies.items())},
    )
    book = load_workbook(BytesIO(answer.body))
    rows = list(book["claims"].iter_rows(values_only=True))
    column = rows[0].index("statement")
    assert MADE["claims.0.statement"] in [row[column] for row in rows]
    place = next(n for n, row in enumerate(rows, 1) if row[0] == "made-2020-sheet")
    book["claims"].cell(place, rows[0].index("size") + 1).value = "weak"
    stream = BytesIO()
    book.save(stream)
    rita.get(f"{review}/coding")
    text = rita.send(f"{review}/coding/sheet", "mine.xlsx", stream.getvalue())
    assert "made-2020-sheet" in text
    assert '<option value="weak"' in rita.get(path)
    assert "selected>Weak" in rita.get(path)


def test_a_workbook_that_cannot_be_read_is_told(people: dict[str, Visitor], review: str) -> None:
    rita = people["rita"]
    rita.get(f"{review}/coding")
    text = rita.send(f"{review}/coding/sheet", "mine.csv", template(".csv")[:20])
    assert "to mend" in text
    rita.send(f"{review}/coding/sheet", "mine.exe", b"MZ")
    assert rita.status in {200, 422}


def test_a_reader_codes_nothing(people: dict[str, Visitor], review: str) -> None:
    path = taken(people["rita"], review, "made-2020-leo")
    leo = people["leo"]
    leo.get(path)
    assert leo.status == 403
    leo.get(f"{review}/coding")
    assert leo.status == 200
    leo.post(path, **MADE)
    assert leo.status == 403


def test_a_case_that_is_not_there_is_not_taken_over(
    people: dict[str, Visitor], review: str
) -> None:
    rita = people["rita"]
    path = taken(rita, review, "made-2020-settings")
    said = {"title": "Made settings", "find_case": "Made town"}
    text = rita.post(path, action="find:cases", **said)
    assert "No case is called so" in text
    text = rita.post(path, action="take:made-none/1", **said)
    assert rita.status == 422
    assert "find it again" in text
    assert "Made settings" in text
    assert rita.get(f"{review}/coding/cases?text=Made+town").strip() == "[]"


def test_an_owner_sets_a_coding_aside_and_takes_it_back(
    people: dict[str, Visitor], review: str
) -> None:
    rolf, olga = people["rolf"], people["olga"]
    path = taken(rolf, review, "made-2020-left")
    rolf.post(path, action="save", title="Made, half coded")
    assert "Set a coding aside" not in rolf.get(f"{review}/coding")
    rolf.post(f"{path}/aside", coder="rolf", reason="Mine")
    assert rolf.status == 403
    olga.get(f"{review}/coding")
    page = olga.post(f"{path}/aside", coder="rolf", reason="Left the made team")
    assert "set aside by olga: Left the made team" in page
    page = olga.post(f"{path}/aside", coder="rolf", do="take-back")
    assert "set aside by olga" not in page
    assert "draft set aside" in people["leo"].get(f"{review}/history")


def test_a_missing_concept_is_proposed(people: dict[str, Visitor], review: str) -> None:
    rita = people["rita"]
    rita.get(f"{review}/concepts")
    said = {"label": "Made togetherness", "definition": "Made people make things together."}
    text = rita.post(f"{review}/concepts", broader="no-concept", **said)
    assert rita.status == 422
    assert "choose the one above" in text
    assert "Made togetherness" in text
    rita.post(f"{review}/concepts", broader="co-production", **said)
    assert "Made togetherness" in people["leo"].get(f"{review}/concepts")


def test_studies_are_appraised_and_findings_rated(people: dict[str, Visitor], review: str) -> None:
    rita = people["rita"]
    taken(rita, review, "made-2020-appraised")
    path = f"{review}/appraisal/made-2020-appraised/rob-2"
    assert "wording not verified" in rita.get(path)
    low = {f"answer.D{number}": "low" for number in range(1, 6)}
    text = rita.post(path, **low | {"answer.D5": "", "support.D1": "made support"})
    assert rita.status == 422
    assert "D5 not answered" in text
    assert "made support" in text
    rita.post(path, **low, overall="low")
    assert "made-2020-appraised,Low,Low,Low,Low,Low,Low,1" in rita.get(
        f"{review}/export/robvis.csv"
    )
    names = ("methodological-limitations", "coherence", "adequacy", "relevance")
    judged = {f"concern.{name}": "no or very minor concerns" for name in names}
    judged |= {"concern.adequacy": "serious concerns", "why.adequacy": "One made study."}
    rita.get(f"{review}/findings/0")
    said = {"text": "Made users trust made staff.", "studies": "made-2020-appraised", **judged}
    text = rita.post(f"{review}/findings/0", **said, confidence="high")
    assert rita.status == 422
    assert "rate it lower, or explain why not" in text
    text = rita.post(
        f"{review}/findings/0", **said, confidence="moderate", explanation="One study."
    )
    assert "Made users trust made staff." in text
    assert "moderate" in people["leo"].get(f"{review}/appraisal")
