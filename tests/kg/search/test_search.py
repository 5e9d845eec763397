"""Search finds what holds the words, in a good order, and its facets count what they open."""

from __future__ import annotations

import json
import shutil
from array import array
from contextlib import closing
from pathlib import Path

import pytest
from rdflib import Literal, URIRef

from kg.dataset import Dataset
from kg.errors import ParameterError
from kg.ingest import Outcome, import_files
from kg.namespaces import COVE, DATA_GRAPHS, DCTERMS, PREFIXES, SKOS
from kg.questions import questions
from kg.search import FACETS, KINDS, Found, Wanted, find, index_of, kept_index
from kg.search.index import opened
from kg.search.words import distance
from kg.store import Home

SHEETS = [
    json.loads(line) for line in Path("kg/data/evidence.jsonl").read_text("utf-8").splitlines()[:5]
]
WAYS = (  # in which a dataset changes
    "another work",
    "a work with fewer claims",
    "no work",
    "a statement of a stranger",
    "another name of a concept",
)


def ask(home: Home, text: str = "", most: int | None = None, **facets: str) -> Found:
    return find(home, 1, Wanted(text, facets, most=most))


def test_everything_is_in_the_index_once(corpus_home: Home, dataset: Dataset) -> None:
    found = ask(corpus_home)
    iris = [hit.iri for hit in found.hits]
    assert len(iris) == len(set(iris)) == found.count
    kinds = {value.code: value.count for value in found.facets[0].values}
    assert set(kinds) == set(KINDS)
    assert kinds["claim"] == len(dataset.question("claims"))
    assert kinds["work"] == len(dataset.question("works"))
    assert kinds["question"] == len(questions())


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("trust", "Trust"),
        ("coproduction", "Co-production"),
        ("co-production", "Co-production"),
        ("value co-destruction", "Value co-destruction"),
        ("co-prodcution", "Co-production"),
    ],
)
def test_the_thing_that_is_called_so_comes_first(corpus_home: Home, typed: str, first: str) -> None:
    assert ask(corpus_home, typed, most=1).hits[0].name == first


def test_a_work_is_found_by_author_and_year(corpus_home: Home) -> None:
    found = ask(corpus_home, "bovaird 2007", most=1, kind="work")
    assert "bovaird-2007" in found.hits[0].iri


@pytest.mark.parametrize(
    ("typed", "meant"), [("trsut", "trust"), ("profesional", "professional"), ("helth", "health")]
)
def test_a_mistyped_word_is_found_and_told(corpus_home: Home, typed: str, meant: str) -> None:
    found = ask(corpus_home, typed)
    assert found.corrected == meant
    assert found.count == ask(corpus_home, meant).count > 0


def test_a_word_that_is_known_is_never_changed(corpus_home: Home) -> None:
    assert not ask(corpus_home, "trust").corrected
    assert ask(corpus_home, "xqzzyw").count == 0


def test_snippets_show_what_was_found(corpus_home: Home) -> None:
    for hit in ask(corpus_home, "mandated", most=20).hits:
        parts = (*hit.title, *hit.snippet)
        assert any("mandat" in part.text.casefold() for part in parts if part.is_found)


def test_minus_leaves_out_and_quotes_keep_together(corpus_home: Home) -> None:
    both = ask(corpus_home, "satisfaction health").count
    assert ask(corpus_home, "satisfaction -health").count == (
        ask(corpus_home, "satisfaction").count - both
    )
    phrase, words = (
        ask(corpus_home, '"citizen satisfaction"'),
        ask(corpus_home, "citizen satisfaction"),
    )
    assert 0 < phrase.count <= words.count


def test_without_a_text_of_all_words_those_of_one_are_returned(corpus_home: Home) -> None:
    found = ask(corpus_home, "potholes blockchain")
    assert found.is_any
    assert found.count > 0


@pytest.mark.parametrize("hostile", ['"', "AND OR NOT", "a:b", "*", "(", "NEAR(x y)", "\0x", "'--"])
def test_no_sign_is_an_operator(corpus_home: Home, hostile: str) -> None:
    assert ask(corpus_home, hostile).count >= 0


def test_only_leaving_out_is_refused_with_the_remedy(corpus_home: Home) -> None:
    with pytest.raises(ParameterError, match="give a word to find"):
        ask(corpus_home, "-health")
    with pytest.raises(ParameterError, match="shorten it"):
        ask(corpus_home, "x" * 301)


@pytest.mark.parametrize("text", ["", "citizen"])
def test_the_count_of_a_facet_is_what_it_opens(corpus_home: Home, text: str) -> None:
    found = ask(corpus_home, text, sector="health-care")
    assert {facet.name for facet in found.facets} == set(FACETS)
    for facet in found.facets:
        value = facet.values[0]
        opened = ask(corpus_home, text, **{"sector": "health-care", facet.name: value.code})
        assert opened.count == value.count > 0, f"{facet.name}={value.code}"


@pytest.mark.parametrize(
    "facet", ["sector", "country", "phase", "design", "direction", "reading", "concept"]
)
def test_a_facet_of_claims_is_that_of_the_questions(
    corpus_home: Home, dataset: Dataset, facet: str
) -> None:
    value = next(
        each for f in ask(corpus_home, kind="claim").facets if f.name == facet for each in f.values
    )
    listed = dataset.question("claims", **{facet: value.iri})
    assert sorted(str(row["claim"]) for row in listed.rows) == sorted(
        hit.iri for hit in ask(corpus_home, kind="claim", **{facet: value.code}).hits
    )


def test_an_unknown_facet_or_value_is_refused(corpus_home: Home) -> None:
    with pytest.raises(ParameterError, match="did you mean health-care"):
        ask(corpus_home, sector="health-cere")
    with pytest.raises(ParameterError, match="no facet"):
        ask(corpus_home, colour="red")


def test_an_index_belongs_to_its_version_and_is_made_again(home: Home, tmp_path: Path) -> None:
    path = index_of(home, 1)
    assert kept_index(home, 1) == path
    before = ask(home).count
    sheet = SHEETS[0] | {"id": "someone-2031-zymurgic-services", "title": "Zymurgic services"}
    sheet.pop("doi", None)
    file = _sheet(tmp_path, sheet)
    assert not import_files(home, [file], agent="tests", reason="One more").refusals
    assert find(home, 1, Wanted("zymurgic")).count == 0
    later = find(home, 2, Wanted("zymurgic", {"kind": "work"}))
    assert [hit.iri for hit in later.hits] == [PREFIXES["work"] + sheet["id"]]
    path.write_bytes(b"not a database")
    assert kept_index(home, 1) is None
    assert ask(home).count == before
    path.unlink()
    assert ask(home).count == before


@pytest.fixture(scope="module")
def changing(built: tuple[Path, Outcome], tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the corpus, its index made, that the tests change one after the other."""
    home = Home(shutil.copytree(built[0], tmp_path_factory.mktemp("changing") / "home"))
    index_of(home, 1)
    return home


def _sheet(folder: Path, sheet: dict[str, object]) -> Path:
    path = folder / "one.jsonl"
    path.write_text(json.dumps(sheet) + "\n", encoding="utf-8")
    return path


def _contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Read all that an index says, without the numbers of its rows."""
    with closing(opened(path)) as index:
        codes = dict(index.execute("SELECT id, facet || iri FROM value"))
        documents = []
        for *row, marks in index.execute(
            "SELECT kind, place, document.iri, about, work, year, title, names, body, more, marks"
            " FROM document JOIN text ON text.rowid = document.id"
        ):
            numbers = array("I")
            numbers.frombytes(marks)
            documents.append((*row, *sorted(codes[number] for number in numbers)))
        return {
            "documents": sorted(documents),
            "values": sorted(index.execute("SELECT facet, code, label, iri, count FROM value")),
            "words": sorted(index.execute("SELECT word, count FROM word")),
            "spellings": sorted(index.execute("SELECT word FROM spelling")),
        }


def _change(home: Home, way: str, folder: Path) -> None:
    who = {"agent": "tests", "reason": way}
    sheet = SHEETS[WAYS.index(way)]  # another for each, so that the order is of no account
    work = URIRef(PREFIXES["work"] + sheet["id"])
    if way == "another work":
        made = sheet | {"id": "someone-2031-zymurgic-services", "title": "Zymurgic services"}
        made.pop("doi", None)
        assert not import_files(home, [_sheet(folder, made)], **who).refusals
    elif way == "a work with fewer claims":
        fewer = sheet | {"claims": sheet["claims"][:-1]}
        assert not import_files(home, [_sheet(folder, fewer)], **who).refusals
    elif way == "no work":
        record = URIRef(PREFIXES["record"] + sheet["id"])
        with home.begin(**who) as new:
            new.remove(record)
            new.remove(URIRef(f"{record}/inferred"))
    elif way == "a statement of a stranger":
        said = [(work, DCTERMS.creator, Literal("no thing")), (work, COVE.year, Literal("1789"))]
        with home.begin(**who) as new:
            new.replace(URIRef(f"{DATA_GRAPHS}mine"), said)
    else:
        trust = URIRef(PREFIXES["concept"] + "trust")
        name = (trust, SKOS.prefLabel, Literal("Aardvark", lang="en"))
        with home.begin(**who) as new:
            new.replace(URIRef(f"{DATA_GRAPHS}names"), [name])


@pytest.mark.parametrize("way", WAYS)
def test_an_index_that_follows_is_that_made_afresh(
    changing: Home, way: str, tmp_path: Path
) -> None:
    number = changing.current() or 0
    _change(changing, way, tmp_path)
    changed = changing.current() or 0
    assert changed == number + 1
    followed = _contents(index_of(changing, changed))
    assert followed != _contents(index_of(changing, number))
    afresh = tmp_path / "afresh"
    shutil.copytree(changing.path, afresh, ignore=shutil.ignore_patterns("search"))
    assert followed == _contents(index_of(Home(afresh), changed))


def test_distance_counts_a_swap_as_one() -> None:
    assert distance("co", "oc", most=2) == 1
    assert distance("", "abc", most=2) == 3
