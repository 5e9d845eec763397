"""Whatever bytes come, a reader answers with readings and errors, one line each."""

import json
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import SourceError
from kg.ingest import corpus
from kg.readers import READERS, WRITERS, Reading, read_stream
from kg.readers.documents import FORMATS
from kg.records import Work
from kg.store.terms import engine_quads
from kg.triples import record_graph, to_triples

UNHURRIED = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def look_at(content: bytes, suffix: str) -> list[Reading | SourceError]:
    found = list(read_stream(BytesIO(content), suffix, source="made"))
    for one in found:
        if isinstance(one, SourceError):
            assert "\n" not in str(one)
            assert len(str(one)) < 1000
        else:
            # what is read can be written as triples
            assert list(to_triples(one.work))
    return found


@pytest.mark.parametrize("suffix", sorted(READERS))
@UNHURRIED
@given(content=st.binary(max_size=300))
def test_any_bytes(suffix: str, content: bytes) -> None:
    look_at(content, suffix)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@UNHURRIED
@given(value=JSON)
def test_any_json(value: object) -> None:
    found = look_at(json.dumps(value).encode(), ".jsonl")
    assert found
    assert all(isinstance(one, SourceError) for one in found)


def ways(part: object, way: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items = part.items() if isinstance(part, dict) else ()
    items = enumerate(part) if isinstance(part, list) else items
    return [way, *(more for step, inner in items for more in ways(inner, (*way, step)))]


MADE = json.loads((Path(__file__).parent / "made.json").read_text(encoding="utf-8"))
WAYS = [way for way in ways(MADE) if way]


@settings(UNHURRIED, max_examples=300)
@given(way=st.sampled_from(WAYS), value=JSON)
def test_any_value_in_any_place_of_a_sheet(way: tuple[str | int, ...], value: object) -> None:
    sheet = json.loads(json.dumps(MADE))
    part = sheet
    for step in way[:-1]:
        part = part[step]
    part[way[-1]] = value
    assert look_at(json.dumps(sheet).encode(), ".jsonl")


# Where a file is cut, how much of it goes, and what comes there: bytes, or the piece twice.
CUTS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 30), st.none() | st.binary(max_size=6)),
    min_size=1,
    max_size=4,
)
Cuts = list[tuple[float, int, bytes | None]]


def damaged(content: bytes, cuts: Cuts) -> bytes:
    for place, length, put in cuts:
        start = int(place * len(content))
        piece = 2 * content[start : start + length] if put is None else put
        content = content[:start] + piece + content[start + length :]
    return content


# Not a fixture: hypothesis writes out the arguments of an example that fails.
LINES = corpus().read_bytes().splitlines()


@settings(UNHURRIED, max_examples=150)
@given(number=st.integers(1, 270), cuts=CUTS)
def test_damaged_lines_of_the_corpus(number: int, cuts: Cuts) -> None:
    # The first line is whole: damage there may look like another encoding of the whole file.
    lines = [LINES[271], damaged(LINES[number], cuts), LINES[0]]
    last = look_at(b"\n".join(lines), ".jsonl")[-1]
    assert isinstance(last, Reading), str(last)
    assert last.work.id == json.loads(LINES[0])["id"]


def write_rdf(works: list[Work], suffix: str) -> bytes:
    quads = engine_quads((*t, record_graph(work.id)) for work in works for t in to_triples(work))
    format_ = FORMATS[suffix]
    some = quads if format_.supports_datasets else (quad.triple for quad in quads)
    return ox.serialize(some, format=format_)


@cache
def files() -> dict[str, bytes]:
    """Return the made work as a file of each format; not a fixture either, for it is large."""
    (made,) = look_at(json.dumps(MADE).encode(), ".jsonl")
    assert isinstance(made, Reading), str(made)
    found = {suffix: write_rdf([made.work], suffix) for suffix in FORMATS}
    for suffix, writer in WRITERS.items():
        stream = BytesIO()
        writer([made.work], stream)
        found[suffix] = stream.getvalue()
    return found


@pytest.mark.parametrize("suffix", sorted(READERS))
@settings(UNHURRIED, max_examples=25)
@given(cuts=CUTS)
def test_damaged_files(suffix: str, cuts: Cuts) -> None:
    assert look_at(damaged(files()[suffix], cuts), suffix)


def test_a_long_name_inside_a_workbook_is_cut() -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml" + "a" * 5000, "<a/>")
    whole = stream.getvalue()
    (error,) = look_at(whole.replace(b"a" * 5000, b"b" * 5000, 1), ".xlsx")
    assert str(error).startswith("made: is no workbook: File name in directory")
