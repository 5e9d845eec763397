"""A record comes out of the dataset as a sheet, and goes back with all that no sheet says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from msgspec.structs import replace

from kg.errors import SourceError
from kg.forms import Standing, changes, corrected, standing
from kg.readers import read
from kg.store import Home, OpenVersion
from kg.store.terms import engine_graph_name, engine_quad
from kg.triples import record_graph, to_triples

MADE = Path(__file__).parents[2] / "queries" / "made.jsonl"
SLUG = "made-one"
NAME = engine_graph_name(record_graph(SLUG))
SAYS = ox.NamedNode("https://example.org/says")


def claim(number: int) -> ox.NamedNode:
    return ox.NamedNode(f"https://w3id.org/cove/claim/{SLUG}/{number}")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenVersion]:
    """Give a made record, of whose claims its graph says more than a sheet does."""
    home = Home(tmp_path_factory.mktemp("correcting"))
    work = next(reading.work for reading in read(MADE) if reading.work.id == SLUG)
    with home.begin(agent="tests", reason="a made record") as new:
        quads = {engine_quad(triple, NAME) for triple in to_triples(work)}
        more = (ox.Quad(claim(n), SAYS, ox.Literal(f"more of {n}"), NAME) for n in (1, 2))
        new.bulk_load(ox.serialize([*quads, *more], format=ox.RdfFormat.N_QUADS))
    with home.open() as opened:
        yield opened


@pytest.fixture
def found(snapshot: OpenVersion) -> Standing:
    found = standing(snapshot, SLUG)
    assert found is not None
    return found


def read_back(document: bytes) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(document, format=ox.RdfFormat.N_TRIPLES)}


def test_a_record_goes_back_as_it_came(snapshot: OpenVersion, found: Standing) -> None:
    asserted = {q.triple for q in snapshot.quads_for_pattern(None, None, None, NAME)}
    assert read_back(corrected(snapshot, found, found.work)) == asserted
    assert changes(found.sheet, found.sheet) == ()


def test_what_no_sheet_says_stays_with_the_things_that_stay(
    snapshot: OpenVersion, found: Standing
) -> None:
    first, *others = found.work.claims
    shorter = replace(found.work, claims=tuple(one for one in others if one.id != "2"))
    kept = read_back(corrected(snapshot, found, replace(shorter, claims=(first,))))
    assert ox.Triple(claim(1), SAYS, ox.Literal("more of 1")) in kept
    assert not any(triple.subject == claim(2) for triple in kept)


def test_there_is_nothing_to_correct_where_there_is_no_record(snapshot: OpenVersion) -> None:
    assert standing(snapshot, "made-none") is None


def test_what_no_sheet_can_say_is_not_made_into_one(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.begin(agent="tests", reason="no record") as new:
        new.bulk_load(f"<a:s> <a:p> <a:o> {NAME} .\n".encode())
    with home.open() as opened, pytest.raises(SourceError, match="no coding sheet can say"):
        standing(opened, SLUG)


def test_changes_name_the_field_whatever_stands_before_it(found: Standing) -> None:
    claims = found.sheet["claims"]
    assert isinstance(claims, list)
    turned = {**found.sheet, "claims": [*reversed(claims)], "issue": "7"}
    assert [(one.where, one.before, one.after) for one in changes(found.sheet, turned)] == [
        (("Issue",), None, "7")
    ]
