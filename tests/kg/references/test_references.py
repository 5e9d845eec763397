"""References read by programs that did not write them."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from io import StringIO

import bibtexparser
import msgspec
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware

from kg.records import Author, Study, Work
from kg.references import MEDIA_TYPES, SUFFIXES, cite, write
from kg.references.fields import address

HOSTILE = [
    "Braces { that never close",
    "Braces } that never opened",
    "Value}, author = {Nobody",
    "Two\r\nER  - \r\nTY  - BOOK\r\nTI  - forged",
    "a\u2028TI  - forged\u2029b\x85c",
    r"\end{document} \input{/etc/passwd} ^^M",
    "<script>alert('x')</script> & 100 % of $5 #1 a_b ~ ^ \\",
    '"quoted" @article{x, title = {y}}',
    "Ση κοινή παραγωγή 共同生产 Skålén 👩‍⚕️",
    "nul\x00 and bell\x07",
]


@pytest.fixture(scope="module")
def works() -> Sequence[Work]:
    lines = files("kg").joinpath("data", "evidence.jsonl").read_bytes().splitlines()
    found = [msgspec.json.decode(line, type=Work) for line in lines if line.strip()]
    assert len(found) == 280
    return found


def made(title: str = "T", **fields: object) -> Work:
    sheet = {
        "id": "made-2021-x",
        "type": "article-journal",
        "title": title,
        "authors": [{"family": "Engen", "given": "Marit"}],
        "year": 2021,
        "read_at": "https://example.org/x",
        "read_level": "abstract",
        "study": msgspec.to_builtins(Study(design="conceptual")),
        "claims": [],
        **fields,
    }
    return msgspec.convert(sheet, Work)


def from_bibtex(text: str) -> list[dict[str, str]]:
    library = bibtexparser.parse_string(
        text, append_middleware=[LatexDecodingMiddleware(allow_inplace_modification=True)]
    )
    assert library.failed_blocks == []
    return [
        {"ID": e.key, "ENTRYTYPE": e.entry_type, **{f.key: f.value for f in e.fields}}
        for e in library.entries
    ]


def flat(text: str) -> str:
    return "".join(c for c in " ".join(text.split()) if c.isprintable() or c == "\u200d")


def bare(text: str) -> str:
    """Leave out the braces, which LaTeX reads and does not print."""
    return text.replace("{", "").replace("}", "")


def test_every_work_survives_ris(works: Sequence[Work]) -> None:
    found = rispy.load(StringIO(write(works, "ris")))
    assert len(found) == 280
    for work, entry in zip(works, found, strict=True):
        assert entry["id"] == work.id
        assert entry["title"] == flat(work.title)
        assert entry["authors"] == [author.name for author in work.authors]
        assert entry["year"] == str(work.year)
        assert entry.get("doi") == work.doi
        assert entry.get("secondary_title") == work.container
        assert entry.get("volume") == work.volume
        assert entry["urls"] == [address(work)]


def test_every_work_survives_bibtex(works: Sequence[Work]) -> None:
    found = from_bibtex(write(works, "bibtex"))
    assert len(found) == 280
    for work, entry in zip(works, found, strict=True):
        assert entry["ID"] == work.id
        assert bare(entry["title"]) == bare(flat(work.title))
        assert entry["year"] == str(work.year)
        assert entry.get("doi") == work.doi
        people = entry["author"].split(" and ")
        assert len(people) == len(work.authors) + work.authors_incomplete
        if work.pages:
            assert entry["pages"].replace("\u2013", "-").replace("--", "-") == work.pages


def test_every_work_survives_csl(works: Sequence[Work]) -> None:
    found = msgspec.json.decode(write(works, "csl"))
    assert len(found) == 280
    for work, item in zip(works, found, strict=True):
        assert (item["id"], item["type"], item["title"]) == (work.id, work.type, flat(work.title))
        assert item.get("DOI") == work.doi
        assert item.get("page") == work.pages
        names = [
            f"{name.get('non-dropping-particle', '')} {name['family']}".strip()
            for name in item["author"]
        ]
        assert names == [author.family for author in work.authors]


def test_every_work_has_a_line_of_prose(works: Sequence[Work]) -> None:
    lines = write(works, "text").splitlines()
    assert len(lines) == 280
    assert all(str(w.year) in line for w, line in zip(works, lines, strict=True))


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_stays_one_title(title: str) -> None:
    work = made(title, container=title, publisher=title, authors=[{"literal": title}])
    (ris,) = rispy.load(StringIO(write([work], "ris")))
    assert ris["title"] == flat(title)
    assert ris["type_of_reference"] == "JOUR"
    (entry,) = from_bibtex(write([work], "bibtex"))
    assert set(entry) == {
        "ID", "ENTRYTYPE", "author", "title", "year", "journal", "publisher", "url",
    }  # fmt: skip
    (item,) = msgspec.json.decode(write([work], "csl"))
    assert item["title"] == flat(title)
    assert len(write([work], "text").splitlines()) == 1


def test_bibtex_commands_of_a_title_are_text() -> None:
    text = write([made(r"\end{document} 100 % & R_D")], "bibtex")
    assert r"\end" not in text
    assert r"\textbackslash{}end\textbraceleft{}document\textbraceright{}" in text
    assert r"100 \% \& {R\_D}" in text


@pytest.mark.parametrize(
    ("kind", "ris", "bibtex"),
    [
        ("article-journal", "JOUR", "article"),
        ("chapter", "CHAP", "incollection"),
        ("book", "BOOK", "book"),
        ("report", "RPRT", "techreport"),
        ("thesis", "THES", "phdthesis"),
        ("paper-conference", "CPAPER", "inproceedings"),
    ],
)
def test_each_type_has_its_name_in_each_form(kind: str, ris: str, bibtex: str) -> None:
    work = made(type=kind)
    assert write([work], "ris").startswith(f"TY  - {ris}\r\n")
    assert write([work], "bibtex").startswith(f"@{bibtex}{{made-2021-x,\n")
    assert msgspec.json.decode(write([work], "csl"))[0]["type"] == kind


def test_a_body_stays_whole_and_a_particle_goes_with_its_family() -> None:
    authors = [
        {"literal": "Department of Health and Social Care"},
        {"family": "van der Berg", "given": "Jan"},
    ]
    work = made(authors=authors)
    assert "author = {{Department of Health and Social Care} and van der Berg, Jan}" in write(
        [work], "bibtex"
    )
    (item,) = msgspec.json.decode(write([work], "csl"))
    assert item["author"] == [
        {"literal": "Department of Health and Social Care"},
        {"non-dropping-particle": "van der", "family": "Berg", "given": "Jan"},
    ]


def test_authors_that_are_missing_are_said_to_be() -> None:
    work = made(authors_incomplete=True)
    assert "author = {Engen, Marit and others}" in write([work], "bibtex")
    assert "does not name all authors" in write([work], "ris")
    assert cite(work).startswith("Engen, Marit et al (2021). ")


def test_each_form_has_a_media_type_and_a_suffix() -> None:
    assert sorted(MEDIA_TYPES) == sorted(SUFFIXES) == ["bibtex", "csl", "ris", "text"]
    assert [write([], form) for form in ("ris", "bibtex", "text")] == ["", "", ""]
    assert msgspec.json.decode(write([], "csl")) == []


def test_a_family_name_with_and_in_it_stays_one_name() -> None:
    work = made(authors=[msgspec.to_builtins(Author(family="Rand and Co", given="A."))])
    assert "author = {{Rand and Co}, A.}" in write([work], "bibtex")
