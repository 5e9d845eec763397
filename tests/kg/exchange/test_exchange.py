"""What is exported for other tools keeps codes, passages and references."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice

import pytest
from defusedxml import ElementTree

from kg.bibliographies import read_references
from kg.exchange import Coded, Passage, write_codebook, write_eppi, write_project
from kg.ingest import corpus
from kg.namespaces import QDA_CODEBOOK, QDA_PROJECT
from kg.readers import Reading, read
from kg.records import Work
from kg.thesaurus import entries

MADE = Coded(
    "https://example.org/made",
    "Made work",
    "Trust grew.",
    "rita",
    (Passage(0, 5, "made", ("trust",)),),
)


@pytest.fixture(scope="module")
def works() -> list[Work]:
    return [one.work for one in islice(read(corpus()), 5) if isinstance(one, Reading)]


def test_eppi_json_has_every_code_with_its_concept(works: list[Work]) -> None:
    document = json.loads(write_eppi(works))
    attributes = [a for s in document["CodeSets"] for a in s["Attributes"]["AttributesList"]]
    known = {a["AttributeId"] for a in attributes}
    assert len(known) == len(attributes)
    assert all(a["ExtURL"].startswith("https://w3id.org/cove/concept/") for a in attributes)
    used = {code["AttributeId"] for r in document["References"] for code in r["Codes"]}
    assert used == known
    assert not any(reference["Abstract"] for reference in document["References"])


def test_eppi_json_is_read_back_as_the_same_references(works: list[Work]) -> None:
    back = read_references(write_eppi(works), "eppi.json").references
    assert [(one.title, one.doi, one.year) for one in back] == [
        (work.title, work.doi or "", work.year) for work in works
    ]


def test_the_codebook_has_every_concept_once() -> None:
    root = ElementTree.fromstring(write_codebook())
    codes = [code.get("guid") for code in root.iter(f"{{{QDA_CODEBOOK}}}Code")]
    assert len(codes) == len(set(codes)) == len(entries())


def test_a_project_codes_passages_of_its_texts() -> None:
    content = write_project("Made", [MADE], made=datetime(2026, 1, 2, tzinfo=UTC))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        root = ElementTree.fromstring(archive.read("project.qde"))
        space = f"{{{QDA_PROJECT}}}"
        (source,) = root.iter(f"{space}TextSource")
        path = str(source.get("plainTextPath")).replace("internal://", "sources/")
        text = archive.read(path).decode()
    (selection,) = source.iter(f"{space}PlainTextSelection")
    start, end = (int(str(selection.get(name))) for name in ("startPosition", "endPosition"))
    assert text[start:end] == "Trust"
    (target,) = (ref.get("targetGUID") for ref in selection.iter(f"{space}CodeRef"))
    names = {code.get("guid"): code.get("name") for code in root.iter(f"{space}Code")}
    assert names[target] == "Trust"


def test_the_same_project_is_the_same_bytes() -> None:
    made = datetime(2026, 1, 2, tzinfo=UTC)
    assert write_project("M", [MADE], made=made) == write_project("M", [MADE], made=made)
