"""From an empty review to its flow: two people import, find duplicates, vote, settle, read."""

from __future__ import annotations

import re
import time
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from rdflib import Graph
from rdflib.namespace import PROV, RDF

from kg.bibliographies import read_references

WHY = "not about benches"
RECORDS = 12


def made(first: int, count: int) -> bytes:
    """Return records of benches, those with odd numbers, and of tea."""
    return "\n".join(
        f"TY  - JOUR\nTI  - Made record number {n} on the keeping of {('tea', 'benches')[n % 2]}\n"
        f"AU  - Maker, Ada {n}\nAU  - Builder, Bo\nPY  - {2000 + n}\n"
        f"T2  - Journal of Made Things\nVL  - {n}\nSP  - {10 * n}\nEP  - {10 * n + 9}\n"
        f"DO  - 10.5555/made.{n}\nAB  - Made up: a {('cup', 'bench')[n % 2]} is kept.\nER  - "
        for n in range(first, first + count)
    ).encode()


@pytest.fixture(scope="module")
def slug(people: Any) -> str:
    """Return a review with two reviewers, and twelve records of which two are there twice."""
    olga, rita = people["olga"], people["rita"]
    olga.get("/review/new")
    olga.post(
        "/review/new",
        title="The whole path",
        question="Does a bench keep?",
        inclusion="benches",
        exclusion=f"{WHY}\nno document",
    )
    found = str(olga.path).split("/")[2]
    olga.get(f"/review/{found}/members")
    for name, role in (("rita", "reviewer"), ("rolf", "reviewer"), ("leo", "reader")):
        olga.post(f"/review/{found}/members", name=name, role=role)
    for name, first, count in (("Index A", 0, 10), ("Index B", 8, 4)):
        rita.get(f"/review/{found}/searches")
        rita.post(f"/review/{found}/searches", name=name, hits=str(count), round="1")
        number = re.findall(r'<option value="(\d+)" selected', rita.get(rita.path))[0]
        rita.send(f"/review/{found}/import", f"{name}.ris", made(first, count), search=number)
        assert rita.status == 200
    return found


def in_time(ask: Any, is_done: Any) -> str:
    """Ask until it is done: a program works in the background."""
    for _ in range(300):
        page = str(ask())
        if is_done(page):
            return page
        time.sleep(0.1)
    raise AssertionError(page)


def card(page: str) -> int:
    return int(re.findall(r'name="record" value="(\d+)"', page)[0])


def look_at_the_overview(people: Any, slug: str) -> None:
    page = people["rita"].get(f"/review/{slug}/")
    assert "Look for duplicates" in page
    assert "Screen by title and abstract" in page
    assert "You can read everything" in people["leo"].get(f"/review/{slug}/")


def find_duplicates(people: Any, slug: str) -> None:
    rita = people["rita"]
    address = f"/review/{slug}/duplicates"
    rita.get(address)
    rita.post(address, do="seek")
    page = in_time(lambda: rita.get(address), lambda text: "is looking" not in text)
    assert "14 records are 12 publications: 2 duplicates" in page
    assert "bib-dedupe" in page
    one, two = re.findall(r'name="records" value="(\d+)"', page)[:2]
    rita.post(address, do="split", records=[one], reason="a preprint")
    assert "14 records are 13 publications" in rita.get(address)
    rita.post(address, do="merge", records=[one, two])
    assert "14 records are 12 publications" in rita.get(address)
    page = rita.post(address, do="merge", records=[one, "999999"])
    assert rita.status == 422
    assert "no record 999999" in page


def vote_blind_and_settle(people: Any, slug: str) -> None:
    rita, rolf, olga = people["rita"], people["rolf"], people["olga"]
    page = rita.get(f"/review/{slug}/screen")
    address = f"/review/{slug}/screen/title-abstract"
    first = card(page)
    page = rita.post(address, record=first, verdict="exclude", reason=WHY, note="a <secret> note")
    assert card(page) != first
    seen = rolf.get(f"{address}?item={first}")
    history = rolf.get(f"/review/{slug}/history")
    for text in (seen, history, rolf.get(f"/review/{slug}/records/{first}")):
        assert "secret" not in text
        assert ">exclude<" not in text
    assert "not shown before it is decided" in history
    assert "secret" not in rolf.get(f"/review/{slug}/provenance.ttl")
    rolf.get(address)
    rolf.post(address, record=first, verdict="include")
    page = olga.get(f"/review/{slug}/conflicts")
    assert "a &lt;secret&gt; note" in page
    assert WHY in page
    rolf.get(f"/review/{slug}/conflicts")
    page = rolf.post(
        f"/review/{slug}/conflicts", record=first, stage="title-abstract", verdict="include"
    )
    assert "asks for adjudicator" in page
    olga.post(f"/review/{slug}/conflicts", record=first, stage="title-abstract", verdict="exclude")
    assert "There is no conflict" in olga.get(f"/review/{slug}/conflicts")


def be_refused_and_keep_what_was_typed(people: Any, slug: str) -> None:
    rita = people["rita"]
    address = f"/review/{slug}/screen/title-abstract"
    at = card(rita.get(address))
    page = rita.post(address, record=at, verdict="perhaps", note="typed <with> care", other="mine")
    assert rita.status == 422
    assert card(page) == at
    assert "typed &lt;with&gt; care" in page
    assert 'value="mine"' in page


def screen(visitor: Any, slug: str, stage: str, verdicts: dict[bool, str]) -> int:
    """Judge everything that is left: what speaks of benches one way, the rest another."""
    address, count = f"/review/{slug}/screen/{stage}", 0
    page = visitor.get(address)
    while 'id="judge"' in page:
        verdict = verdicts["keeping of benches" in page]
        reason = {"reason": WHY} if verdict == "exclude" else {}
        page = visitor.post(address, record=card(page), verdict=verdict, **reason)
        count += 1
    return count


def rank(people: Any, slug: str) -> None:
    rita = people["rita"]
    address = f"/review/{slug}/screen/title-abstract"
    for _ in range(4):
        page = rita.get(address)
        is_bench = "keeping of benches" in page
        rita.post(address, record=card(page), verdict="include" if is_bench else "exclude")
    rita.get(f"/review/{slug}/ranking")
    rita.post(f"/review/{slug}/ranking", do="rank")
    page = in_time(
        lambda: rita.get(f"/review/{slug}/ranking"), lambda text: "It is ranking" not in text
    )
    assert "How much may be missing" in page
    assert "at least as likely to be relevant" in page
    assert "keeping of benches" in rita.get(address)


def screen_and_read_the_rest(people: Any, slug: str) -> None:
    rita, rolf, leo = people["rita"], people["rolf"], people["leo"]
    for each in (rita, rolf):
        assert screen(each, slug, "title-abstract", {True: "include", False: "exclude"}) > 5
        assert "nothing left to judge" in each.get(f"/review/{slug}/screen/title-abstract")
    page = rita.get(f"/review/{slug}/reports")
    items = re.findall(r'id="r(\d+)"', page)
    assert len(items) == 6
    rita.post(f"/review/{slug}/reports", do="miss", records=items[0], reason="no library has it")
    rita.get(f"/review/{slug}/reports")
    rita.send(
        f"/review/{slug}/reports",
        "a.pdf",
        b"%PDF-made",
        do="retrieve",
        records=items[1],
        source="web",
    )
    assert leo.get(f"/review/{slug}/reports/{items[1]}/file") == "%PDF-made"
    for each in (rita, rolf):
        page = each.get(f"/review/{slug}/screen/full-text?item={items[2]}")
        each.post(
            f"/review/{slug}/screen/full-text",
            record=items[2],
            verdict="exclude",
            reason="no document",
        )
        assert screen(each, slug, "full-text", {True: "include", False: "exclude"}) == 4
    rita.get(f"/review/{slug}/reports")
    rita.post(f"/review/{slug}/reports", do="study", records=[items[3], items[4]], title="One")


@pytest.fixture(scope="module")
def walked(people: Any, slug: str) -> str:
    """Walk the path in its order, looking about at each step; the review is decided then."""
    look_at_the_overview(people, slug)
    find_duplicates(people, slug)
    vote_blind_and_settle(people, slug)
    be_refused_and_keep_what_was_typed(people, slug)
    rank(people, slug)
    screen_and_read_the_rest(people, slug)
    return slug


def test_two_people_walk_from_an_import_to_what_is_included(people: Any, walked: str) -> None:
    assert "See the flow diagram" in people["rita"].get(f"/review/{walked}/")


def test_the_flow_adds_up_and_each_box_opens_its_records(people: Any, walked: str) -> None:
    leo = people["leo"]
    told = Graph().parse(data=leo.get(f"/review/{walked}/provenance.ttl"), format="turtle")
    assert len(set(told.subjects(RDF.type, PROV.Activity))) > 40
    page = leo.get(f"/review/{walked}/searches")
    assert "10 hits, 10 records imported, 10 of them new" in page
    assert "4 hits, 4 records imported, 2 of them new" in page
    page = leo.get(f"/review/{walked}/flow")
    assert "Every sum of the statement holds" in page
    for name, count, told in (
        ("database_results", 14, "Index A"),
        ("duplicates", 2, ""),
        ("records_screened", 12, ""),
        ("records_excluded", 6, ""),
        ("dbr_notretrieved_reports", 1, ""),
        ("dbr_excluded", 1, "no document"),
        ("new_reports", 4, ""),
        ("new_studies", 3, ""),
    ):
        box = leo.get(f"/review/{walked}/flow/{name}")
        assert f'<span class="count">{count}</span></h1>' in box, name
        assert told in box
        listed = re.findall(rf"/review/{walked}/records/(\d+)", box)
        assert len(listed) == (4 if name == "new_studies" else count)
    picture = ET.fromstring(leo.get(f"/review/{walked}/flow.svg"))  # noqa: S314 - our own
    texts = ["".join(each.itertext()) for each in picture.iter() if each.tag.endswith("text")]
    assert "Duplicate records removed (n\u00a0=\u00a02)" in texts
    rows = leo.get(f"/review/{walked}/flow.csv").splitlines()
    assert len(rows) == 29
    assert 'dbr_excluded,Reports excluded,"no document, 1"' in rows


def test_a_record_shows_what_was_imported_and_what_became_of_it(people: Any, walked: str) -> None:
    leo = people["leo"]
    box = leo.get(f"/review/{walked}/flow/new_reports")
    number = re.findall(rf"/review/{walked}/records/(\d+)", box)[0]
    page = leo.get(f"/review/{walked}/records/{number}")
    first = read_references(made(1, 1), "made.ris").references[0]
    assert first.doi.rpartition(".")[0] in page
    assert "rita: include" in page
    assert "Full text" in page
    leo.get(f"/review/{walked}/records/1")
    assert leo.status == 409


def test_no_page_of_a_review_is_broken(people: Any, walked: str) -> None:
    """Each link of the bench leads to a page, for an owner and for a reader."""
    for name in ("olga", "leo"):
        seen: set[str] = set()
        left = [f"/review/{walked}/"]
        while left and len(seen) < 60:
            address = left.pop()
            page = people[name].get(address)
            assert people[name].status == 200, address
            seen.add(address)
            links = re.findall(rf'href="(/review/{walked}/[^"#]*)', page)
            left += sorted({link.replace("&amp;", "&") for link in links} - seen - set(left))
        assert len(seen) > 20
