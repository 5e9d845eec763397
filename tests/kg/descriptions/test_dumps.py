"""Dumps are whole, the same bytes for the same data, and go when they are old."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.descriptions import DUMPS, dumps_of, make_dumps
from kg.errors import StoreError
from kg.store import Home

QUADS = b"""\
<http://e.org/b> <http://e.org/p> "line\\nfeed \\u0085 and \\u2028" <http://e.org/g> .
<http://e.org/a> <http://e.org/p> "x"@en <http://e.org/g> .
<http://e.org/a> <http://e.org/p> <http://e.org/b> <http://e.org/f> .
"""
FORMS = {"cove.nq.gz": ox.RdfFormat.N_QUADS, "cove.trig.gz": ox.RdfFormat.TRIG}


def made(path: Path, *, quads: bytes = QUADS) -> Home:
    home = Home(path)
    with home.begin(agent="tests", reason="some quads") as new:
        new.bulk_load(quads)
    return home


@pytest.mark.parametrize("name", DUMPS)
def test_a_dump_holds_what_the_version_holds(tmp_path: Path, name: str) -> None:
    home = made(tmp_path)
    [dump] = [each for each in make_dumps(home, 1) if each.name == name]
    with home.open(1) as snapshot:
        expected = set(snapshot.quads_for_pattern(None, None, None))
    found = ox.parse(gzip.decompress(dump.path.read_bytes()), format=FORMS[name])
    assert set(found) == expected
    assert len(expected) == 3


def test_equal_data_make_equal_files(tmp_path: Path) -> None:
    one = made(tmp_path / "one")
    other = made(tmp_path / "other", quads=b"".join(reversed(QUADS.splitlines(keepends=True))))
    sums = [[dump.sha256 for dump in make_dumps(home, 1)] for home in (one, other)]
    assert sums[0] == sums[1]
    assert len(sums[0]) == 2


def test_n_quads_are_sorted_graph_by_graph(tmp_path: Path) -> None:
    dump = make_dumps(made(tmp_path), 1)[0]
    lines = gzip.decompress(dump.path.read_bytes()).split(b"\n")
    assert [line.rpartition(b"<")[2] for line in lines[:-1]] == [
        b"http://e.org/f> .",
        b"http://e.org/g> .",
        b"http://e.org/g> .",
    ]
    assert lines[1] < lines[2]


def test_checksums_and_sizes_are_those_of_the_files(tmp_path: Path) -> None:
    home = made(tmp_path)
    for dump in make_dumps(home, 1):
        data = dump.path.read_bytes()
        assert (dump.sha256, dump.size) == (hashlib.sha256(data).hexdigest(), len(data))
    lines = (tmp_path / "dumps" / "000001" / "SHA256SUMS").read_text().splitlines()
    assert [line.partition("  ")[2] for line in lines] == list(DUMPS)


def test_dumps_that_are_there_are_not_made_again(tmp_path: Path) -> None:
    home = made(tmp_path)
    assert dumps_of(home, 1) == ()
    first = make_dumps(home, 1)
    before = first[0].path.stat().st_mtime_ns
    assert make_dumps(home, 1) == first
    assert first[0].path.stat().st_mtime_ns == before


def test_old_dumps_go_and_those_of_releases_stay(tmp_path: Path) -> None:
    home = made(tmp_path)
    for number in (2, 3, 4):
        with home.begin(agent="tests", reason="one more") as new:
            new.bulk_load(b'<http://e.org/a> <http://e.org/p> "%d" <http://e.org/g> .' % number)
    home.release(1, "1.0")
    for number in (1, 2, 3, 4):
        make_dumps(home, number)
    assert [n for n in (1, 2, 3, 4) if dumps_of(home, n)] == [1, 3, 4]


def test_a_failed_dump_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = made(tmp_path)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ox, "serialize", full)
    with pytest.raises(StoreError, match="No space left"):
        make_dumps(home, 1)
    assert list((tmp_path / "dumps").iterdir()) == []
    assert dumps_of(home, 1) == ()
