"""Importing: each record of a file is kept, or told with the reason why not."""

from __future__ import annotations

from typing import Any

import pytest

MADE = "\n".join(
    f"TY  - JOUR\nTI  - Made record {n} <b>\nAU  - Maker, A\nPY  - 2020\nAB  - Made up.\n"
    f"U1  - raw {n}\nER  - "
    for n in range(5)
)


@pytest.fixture(scope="module")
def slug(people: Any) -> str:
    olga = people["olga"]
    olga.get("/review/new")
    olga.post("/review/new", title="Imports")
    found = str(olga.path).split("/")[2]
    olga.get(f"/review/{found}/members")
    olga.post(f"/review/{found}/members", name="rita", role="reviewer")
    olga.post(f"/review/{found}/members", name="leo", role="reader")
    return found


@pytest.fixture(scope="module")
def pages(people: Any, slug: str) -> dict[str, str]:
    """Record a search, the first try failing; the pages on the way."""
    rita = people["rita"]
    found = {"before": rita.get(f"/review/{slug}/import")}
    found["refused"] = rita.post(
        f"/review/{slug}/searches", name=" ", string="kept <as> typed", hits="5"
    )
    assert rita.status == 422
    found["recorded"] = rita.post(
        f"/review/{slug}/searches",
        name="Made Index",
        source="database",
        day="2026-11-01",
        string='TI("made"\r\n  AND record)',
        hits="1,007",
        round="1",
    )
    found["list"] = rita.get(f"/review/{slug}/searches")
    return found


@pytest.fixture(scope="module")
def number(people: Any, slug: str, pages: dict[str, str]) -> str:
    """The number of the search that was recorded."""
    assert pages
    page = people["rita"].get(f"/review/{slug}/import")
    return str(page.partition('<option value="')[2].partition('"')[0])


def test_a_search_comes_before_its_files(pages: dict[str, str]) -> None:
    assert "No search is recorded yet" in pages["before"]
    assert "kept &lt;as&gt; typed" in pages["refused"]
    assert "Import what a search found" in pages["recorded"]
    assert "TI(&#34;made&#34;\n  AND record)" in pages["list"]
    assert "1,007 hits, 0 records imported" in pages["list"]


def test_a_file_is_imported_with_its_account(people: Any, slug: str, number: str) -> None:
    rita = people["rita"]
    rita.get(f"/review/{slug}/import")
    page = rita.send(f"/review/{slug}/import", "made.ris", MADE.encode(), search=number)
    assert "5 records in the file: 5 read, 0 failed" in page
    assert "None is unaccounted for" in page
    assert "<code>U1</code>" in page
    address = page.partition('<a href="/review/')[0] and rita.path
    assert people["leo"].get(address) != ""
    assert people["leo"].get(f"{address}/file") == MADE
    page = rita.get(f"/review/{slug}/searches")
    assert "1,002 fewer than hits" in page


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.ris", b""), ("noise.ris", bytes(range(256))), ("bomb.gz", b"\x1f\x8b\x08")],
)
def test_a_file_that_is_no_bibliography_is_told(
    people: Any, slug: str, number: str, name: str, content: bytes
) -> None:
    rita = people["rita"]
    rita.get(f"/review/{slug}/import")
    page = rita.send(f"/review/{slug}/import", name, content, search=number)
    assert rita.status == 422
    assert name in page


def test_a_reader_imports_nothing(people: Any, slug: str) -> None:
    leo = people["leo"]
    leo.get(f"/review/{slug}/")
    leo.send(f"/review/{slug}/import", "made.ris", MADE.encode(), search="7")
    assert leo.status == 403
    leo.get(f"/review/{slug}/")
    page = leo.post(f"/review/{slug}/searches", name="Mine")
    assert "asks for reviewer" in page


def test_an_import_that_there_is_not_is_told(people: Any, slug: str) -> None:
    people["rita"].get(f"/review/{slug}/imports/999")
    assert people["rita"].status == 409


def test_a_large_file_is_read_from_who_is_signed_in_and_from_nobody_else(
    people: Any, visitor: Any, slug: str, number: str
) -> None:
    rita = people["rita"]
    rita.get(f"/review/{slug}/import")
    large = f"TY  - JOUR\nTI  - Made long\nN1  - {'made up ' * 100_000}\n" * 2 + "ER  - "
    content = large.replace("JOUR\nTI  - Made long", "JOUR\nTI  - Made longer", 1).encode()
    assert len(content) > 1_500_000
    page = rita.send(f"/review/{slug}/import", "large.ris", content, search=number)
    assert "2 records in the file: 2 read, 0 failed" in page
    visitor.cookies["cove_session"] = "x" * 43
    visitor.send(f"/review/{slug}/import", "large.ris", content, search=number)
    assert visitor.status == 413
