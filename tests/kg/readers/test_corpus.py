"""The corpus is read whole, and survives each format."""

import os
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import msgspec
import pyoxigraph as ox
import pytest

from kg.readers import WRITERS, Reading, read, read_stream
from kg.readers.documents import FORMATS
from kg.records import Work, to_sheet
from kg.store.terms import engine_quads
from kg.triples import natural_order, record_graph, to_triples

_Record = TypeVar("_Record", bound=msgspec.Struct)
GIVEN = Path(os.environ.get("COVE_EVIDENCE", Path(__file__).parents[4] / "shared" / "evidence"))


def works_of(stream: bytes, suffix: str) -> list[Work]:
    found = list(read_stream(BytesIO(stream), suffix, source=f"corpus{suffix}"))
    assert not [str(one) for one in found if not isinstance(one, Reading)]
    return [one.work for one in found if isinstance(one, Reading)]


def in_order(works: Iterable[Work]) -> list[Work]:
    """Put what has no order in RDF into one: works, codes in a field, parts with an id."""
    return sorted((sort(work) for work in works), key=lambda work: work.id)


def sort(record: _Record) -> _Record:
    changed = {}
    for field in msgspec.structs.fields(type(record)):
        value = getattr(record, field.name)
        if isinstance(value, msgspec.Struct):
            changed[field.name] = sort(value)
        elif isinstance(value, tuple) and value and isinstance(value[0], str):
            changed[field.name] = tuple(sorted(value))
        elif isinstance(value, tuple) and value:
            items = [sort(item) for item in value]
            if field.name in {"cases", "processes", "claims"}:
                items.sort(key=lambda item: natural_order(item.id))
            elif field.name == "links":
                items.sort(key=lambda item: (item.type, item.to))
            changed[field.name] = tuple(items)
    return msgspec.structs.replace(record, **changed)


def test_every_line_of_the_corpus_is_a_record(corpus_bytes: bytes, corpus: list[Work]) -> None:
    assert len(corpus) == len(corpus_bytes.splitlines()) >= 270


def test_the_reader_changes_nothing(corpus_bytes: bytes, corpus: list[Work]) -> None:
    assert corpus == [msgspec.json.decode(line, type=Work) for line in corpus_bytes.splitlines()]


@pytest.mark.skipif(not GIVEN.is_dir(), reason=f"{GIVEN} is not there; set COVE_EVIDENCE")
def test_the_evidence_as_given_is_read_too() -> None:
    found = list(read(GIVEN / "evidence.jsonl"))
    assert len(found) == 280
    assert not [str(one) for one in found if not isinstance(one, Reading)]


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_sheets_come_back_as_they_were(suffix: str, corpus: list[Work], work: Work) -> None:
    stream = BytesIO()
    WRITERS[suffix]([*corpus, work], stream)
    assert works_of(stream.getvalue(), suffix) == [*corpus, work]


@pytest.mark.parametrize("suffix", sorted(FORMATS))
def test_rdf_comes_back_as_the_same_records(suffix: str, corpus: list[Work], work: Work) -> None:
    some = [*corpus[::7], work]
    assert len(some) > 35
    stream = serialise(some, FORMATS[suffix])
    assert in_order(works_of(stream, suffix)) == in_order(some)


def test_the_whole_corpus_comes_back_from_n_quads(corpus: list[Work]) -> None:
    stream = serialise(corpus, ox.RdfFormat.N_QUADS)
    again = works_of(stream, ".nq")
    assert in_order(again) == in_order(corpus)
    assert len({to_sheet(one) for one in again}) == len(corpus)


def serialise(works: Iterable[Work], format_: ox.RdfFormat) -> bytes:
    quads = list(
        engine_quads(
            (*triple, record_graph(work.id)) for work in works for triple in to_triples(work)
        )
    )
    triples = quads if format_.supports_datasets else [quad.triple for quad in quads]
    return ox.serialize(triples, format=format_)
