"""Duplicates are found as bib-dedupe finds them, merged field by field, and split again."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from kg.bibliographies import Date, Name, Reference, read_references, with_own_ids
from kg.duplicates import (
    Cluster,
    Decision,
    Findings,
    Pair,
    clusters_of,
    examine,
    find_duplicates,
    finding,
    merge,
    split,
)

FOLDER = Path(os.environ.get("COVE_TESTDATA", Path(__file__).parents[4] / "shared" / "testdata"))
TWICE = ("_baseline.ris", "baseline_zotero.ris")  # the same hundred works, by two programs
OTHERS = ("ovid_psycinfo.ris", "ovid_zotero.ris", "pubmed_endnote.txt", "scopus.ris")


@pytest.fixture(scope="module")
def references() -> Sequence[Reference]:
    if not FOLDER.is_dir():
        pytest.skip(f"there are no bibliographies at {FOLDER}; name them with COVE_TESTDATA")
    files = (FOLDER / "asreview" / name for name in (*TWICE, *OTHERS))
    return with_own_ids(one for path in files for one in read_references(path).references)


@pytest.fixture(scope="module")
def findings(references: Sequence[Reference]) -> Findings:
    return examine(references)


def test_what_two_programs_exported_is_found_twice(
    references: Sequence[Reference], findings: Findings
) -> None:
    known = {one.id: one for one in references}
    pairs = [tuple(Path(known[m].source).name for m in c.members) for c in findings.clusters]
    assert len(references) == 224
    assert pairs.count(TWICE) == 100
    assert len(pairs) == 106
    assert not findings.remarks


@pytest.mark.filterwarnings("ignore")  # of pandas, for how bib-dedupe uses it
def test_the_clusters_are_those_of_bib_dedupe(
    references: Sequence[Reference], findings: Findings
) -> None:
    pandas = pytest.importorskip("pandas")
    from bib_dedupe.bib_dedupe import block, cluster, match, prep  # noqa: PLC0415

    rows = [finding._row(one) for one in references if one.title]
    table = prep(pandas.DataFrame(rows, dtype="string"), verbosity_level=0, cpu=1)
    matched = match(block(table, verbosity_level=0, cpu=1), verbosity_level=0, cpu=1)
    theirs = {frozenset(ids) for ids in cluster(matched, verbosity_level=0)}
    assert {frozenset(one.members) for one in findings.clusters} == theirs


def test_each_cluster_says_why_how_surely_and_who_decided(findings: Findings) -> None:
    for cluster in findings.clusters:
        assert cluster.reason.startswith("the same ")
        assert 0.5 < cluster.score <= 1
        assert cluster.decided_by[0].startswith("bib-dedupe ")
    assert all(0 <= pair.score <= 1 for pair in findings.maybe)


def test_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    find_duplicates([MADE, replace(MADE, id="b")])
    assert capsys.readouterr() == ("", "")


def test_a_merge_is_split_again_byte_for_byte(
    references: Sequence[Reference], findings: Findings
) -> None:
    before = {one.id: msgspec.json.encode(one) for one in references}
    known = {one.id: one for one in references}
    for cluster in findings.clusters:
        merged = merge(cluster, references)
        assert set(cluster.members) == {one.id for one in split(merged)}
        assert all(msgspec.json.encode(one) == before[one.id] for one in split(merged))
        for name, origins in merged.origins.items():
            value = getattr(merged.reference, name)
            assert origins
            if not isinstance(value, tuple) or name == "author":
                assert value == getattr(known[origins[0]], name)


MADE = Reference(
    id="a",
    type="article-journal",
    title="Value co-destruction in made public services",
    author=(Name(family="Made", given="Mary"), Name(family="Other", given="Oscar")),
    container_title="Made Journal of Services",
    issued=Date(date_parts=((2020,),)),
    volume="3",
    page="12-23",
    doi="10.5555/made.1",
    keywords=("trust",),
)


def test_each_field_is_taken_from_the_best() -> None:
    other = replace(
        MADE,
        id="b",
        title=MADE.title.upper(),
        container_title="Made J. Serv.",
        author=MADE.author[:1],
        abstract="What was found.",
        doi="",
        issued=Date(date_parts=((2020, 5),)),
        keywords=("harm", "trust"),
    )
    (cluster,) = find_duplicates([MADE, other])
    merged = merge(cluster, [other, MADE])
    one = merged.reference
    assert (one.id, one.title, one.container_title) == ("a", MADE.title, MADE.container_title)
    assert (one.author, one.abstract) == (MADE.author, "What was found.")
    assert one.issued == other.issued
    assert one.keywords == ("trust", "harm")
    assert merged.origins["abstract"] == ("b",)
    assert merged.origins["title"] == ("a",)
    assert merged.origins["keywords"] == ("a", "b")


def test_two_works_of_one_author_are_no_duplicates() -> None:
    other = replace(
        MADE, id="b", title="How made volunteers learn", page="40-60", doi="10.5555/made.2"
    )
    assert find_duplicates([MADE, other]) == ()
    assert find_duplicates([MADE]) == ()


def test_one_doi_under_two_titles_is_to_be_looked_at() -> None:
    other = replace(
        MADE, id="b", title="Ko-Destruktion von Werten in Diensten", container_title="x"
    )
    found = examine([MADE, replace(other, author=(), volume="", issued=None, page="")])
    assert not found.clusters
    (pair,) = found.maybe
    assert pair.same[0] == "DOI"


def pairs(*names: str) -> list[Pair]:
    return [Pair(first, second, 0.9, by="made") for first, second in names]


def members(clusters: tuple[Cluster, ...]) -> list[str]:
    return ["".join(cluster.members) for cluster in clusters]


@pytest.mark.parametrize(
    ("decisions", "wanted"),
    [
        ((), ["abc"]),
        ((("a", "b", False),), ["bc"]),
        ((("a", "c", False),), ["ab"]),
        ((("c", "d", True),), ["abcd"]),
        ((("c", "d", True), ("d", "c", False)), ["abc"]),
    ],
    ids=["none", "not a and b", "not a and c by way of b", "c and d", "taken back"],
)
def test_what_a_person_says_goes_before_what_a_program_says(
    decisions: tuple[tuple[str, str, bool], ...], wanted: list[str]
) -> None:
    said = [Decision(first, second, same, by="Mary") for first, second, same in decisions]
    assert members(clusters_of(pairs("ab", "bc"), said)) == wanted


def test_who_decided_is_kept() -> None:
    (cluster,) = clusters_of(
        pairs("ab"), [Decision("b", "c", are_same=True, by="Mary", reason="read")]
    )
    assert cluster.decided_by == ("Mary", "made")
    assert cluster.id == clusters_of(pairs("bc", "ab"))[0].id


def test_a_crowd_that_shares_little_is_not_compared_and_that_is_said() -> None:
    crowd = [
        Reference(
            id=str(n), title=f"Word{n} other{n} third{n}", issued=MADE.issued, volume="1", issue="1"
        )
        for n in range(finding.BLOCK_LIMIT + 1)
    ]
    found = examine(crowd)
    assert not found.clusters
    assert "were not compared" in found.remarks[0]


def test_a_long_chain_is_one_cluster() -> None:
    chain = [Pair(str(a), str(b), 0.9) for a, b in itertools.pairwise(range(5000))]
    assert len(clusters_of(chain)[0].members) == 5000
