"""Imports and votes that are killed, at any moment: all of each is there, or nothing."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.review import Project
from kg.review.records import imported, references
from kg.review.screening import VoteCast

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has neither fork nor SIGKILL")

CHILD = str(Path(__file__).with_name("crash_child.py"))
KILLS = 12
SEED = 20261127
LENGTH = 400


@pytest.fixture(scope="module")
def parent() -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, CHILD]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as started:
        yield started
        assert started.stdin is not None
        started.stdin.close()


def killed(parent: subprocess.Popen[bytes], project: Project, what: str, moment: float) -> int:
    """Kill a child so many seconds after its first acknowledgement; return the last one."""
    assert parent.stdin is not None
    assert parent.stdout is not None
    parent.stdin.write(f"{project.journal.path} {what}\n".encode())
    parent.stdin.flush()
    text = b""
    while text.count(b"\n") < 2:
        text += os.read(parent.stdout.fileno(), 65_536)
    deadline = time.monotonic() + moment
    while (left := deadline - time.monotonic()) > 0:
        if select.select([parent.stdout], [], [], left)[0]:
            text += os.read(parent.stdout.fileno(), 65_536)
    os.kill(int(text.split()[0]), signal.SIGKILL)
    while not text.endswith(b"dead\n"):
        text += os.read(parent.stdout.fileno(), 65_536)
    return int(text.split()[-2])


@pytest.mark.parametrize("what", ["import", "vote"])
def test_what_is_killed_loses_nothing_and_leaves_nothing_half(
    filled: Project, parent: subprocess.Popen[bytes], what: str
) -> None:
    moments = random.Random(SEED)  # noqa: S311 - moments, not secrets
    for _ in range(KILLS):
        acknowledged = killed(parent, filled, what, moments.uniform(0, 0.1))
        with filled.reading() as db:
            last = filled.journal.last(db)
            assert last >= acknowledged, "what was acknowledged is there"
            if what == "vote":
                entry = filled.journal.entry(db, acknowledged)
                assert entry is not None
                assert isinstance(entry.event, VoteCast)
                continue
            numbers = [each.number for each in imported(db)]
            assert acknowledged in numbers
            assert last == numbers[-1] + LENGTH, "an import is whole"
            assert len(references(db)) == 10 + LENGTH * (len(numbers) - 1)
    assert filled.journal.check() == []
