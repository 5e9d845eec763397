"""Patches: composed, undone, written and read."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import StoreError
from kg.store import Patch, read_patch
from kg.store.patches import read_statements, text_sha256, write_patch

NODES = st.integers(0, 4).map(lambda n: ox.NamedNode(f"https://example.org/n{n}"))
LITERALS = st.builds(ox.Literal, st.text(st.characters(exclude_categories=["Cs"]), max_size=4))
QUADS = st.builds(
    ox.Quad,
    NODES | st.just(ox.BlankNode("b")),
    NODES,
    NODES | LITERALS,
    st.integers(0, 3).map(lambda n: ox.NamedNode(f"https://example.org/g{n}")),
)
STATES = st.frozensets(QUADS.map(str), max_size=12)


def difference(before: frozenset[str], after: frozenset[str]) -> Patch:
    return Patch(after - before, before - after)


def applied(patch: Patch, state: frozenset[str]) -> frozenset[str]:
    return (state - patch.removes) | patch.adds


@settings(max_examples=50, deadline=None)
@given(STATES, STATES)
def test_a_patch_leads_from_one_state_to_the_other_and_its_inverse_back(
    before: frozenset[str], after: frozenset[str]
) -> None:
    patch = difference(before, after)
    assert applied(patch, before) == after
    assert applied(patch.inverse(), after) == before
    assert bool(patch) == (before != after)


@settings(max_examples=50, deadline=None)
@given(STATES, STATES, STATES, STATES)
def test_patches_in_a_row_are_one_net_patch(
    a: frozenset[str], b: frozenset[str], c: frozenset[str], d: frozenset[str]
) -> None:
    first, second, third = difference(a, b), difference(b, c), difference(c, d)
    assert first.then(second) == difference(a, c)
    assert first.then(second).then(third) == first.then(second.then(third))
    assert first.then(first.inverse()) == Patch(frozenset(), frozenset())


@settings(max_examples=50, deadline=None)
@given(before=STATES, after=STATES)
def test_a_patch_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, before: frozenset[str], after: frozenset[str]
) -> None:
    patch = difference(before, after)
    path = tmp_path_factory.mktemp("patch") / "one.rdfp.gz"
    summary = write_patch(path, patch.changes(), identifier="urn:uuid:1", previous=None)
    assert read_patch(path) == patch
    assert (summary.added, summary.removed) == (len(patch.adds), len(patch.removes))
    assert summary.graphs == len(patch.graphs)
    assert summary.sha256 == text_sha256(path)
    assert {str(quad) for quad in read_statements(path, added=True)} == patch.adds
    assert {str(quad) for quad in patch.removed()} == patch.removes


def test_the_text_is_that_of_the_format(tmp_path: Path) -> None:
    patch = Patch(
        frozenset({'<a:s> <a:p> "x" <a:g>', "<a:s> <a:p> <a:o> <a:g>"}),
        frozenset({"_:b <a:p> <a:o> <a:g>"}),
    )
    path = tmp_path / "one.rdfp.gz"
    write_patch(path, patch.changes(), identifier="urn:uuid:2", previous="urn:uuid:1")
    assert gzip.decompress(path.read_bytes()).decode().splitlines() == [
        "H id <urn:uuid:2> .",
        "H prev <urn:uuid:1> .",
        "TX .",
        "D _:b <a:p> <a:o> <a:g> .",
        'A <a:s> <a:p> "x" <a:g> .',
        "A <a:s> <a:p> <a:o> <a:g> .",
        "TC .",
    ]


def test_a_patch_cannot_add_what_it_removes() -> None:
    statement = frozenset({"<a:s> <a:p> <a:o> <a:g>"})
    with pytest.raises(StoreError, match="both adds and removes"):
        Patch(statement, statement)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "TX .\nA <a:s> <a:p> <a:o> <a:g> .\n",
        "A <a:s> <a:p> <a:o> <a:g> .\nTC .\n",
        "TX .\nA <a:s> <a:p> <a:o> <a:g>\nTC .\n",
        "TX .\nPA ex: <a:> .\nTC .\n",
        "TX .\nTA .\n",
    ],
    ids=["empty", "cut off", "not begun", "no full stop", "prefix", "aborted"],
)
def test_a_patch_that_is_not_whole_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "one.rdfp"
    path.write_text(text)
    with pytest.raises(StoreError, match="cannot read the patch"):
        read_patch(path)


def test_a_patch_with_a_broken_statement_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.rdfp"
    path.write_text("TX .\nA <a:s> <a:p> nonsense <a:g> .\nTC .\n")
    with pytest.raises(StoreError, match="restore the file"):
        list(read_statements(path, added=True))


def test_a_compressed_patch_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.rdfp.gz"
    path.write_bytes(gzip.compress(b"TX .\nTC .\n" * 100)[:-9])
    with pytest.raises(StoreError, match="restore the file"):
        read_patch(path)
    with pytest.raises(StoreError, match="restore the file"):
        text_sha256(path)
