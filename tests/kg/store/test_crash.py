"""A commit that is killed, at any moment, many times."""

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
from rdflib import Literal, Namespace

from kg.store import Home

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has neither fork nor SIGKILL")

EX = Namespace("https://example.org/")
GRAPHS = 5
KILLS = 60
SEED = 20261123


class Children:
    """Start committing children and read what they say."""

    def __init__(self) -> None:
        program = str(Path(__file__).with_name("crash_child.py"))
        self.process = subprocess.Popen(
            [sys.executable, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._text = b""

    def start(self, home: Home, step: int = 0) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{home.path} {step}\n".encode())
        self.process.stdin.flush()

    def lines(self, deadline: float) -> Iterator[list[str]]:
        """Give each line as its words, until the deadline on the monotonic clock."""
        assert self.process.stdout is not None
        while True:
            while b"\n" in self._text:
                line, _, self._text = self._text.partition(b"\n")
                yield line.decode().split()
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                return
            more = os.read(self.process.stdout.fileno(), 65536)
            if not more:
                return
            self._text += more

    def run(
        self, home: Home, *, step: int = 0, commits: int = 0, kill_after: float | None = None
    ) -> int:
        """Let a child commit until it dies; return the last acknowledged version.

        It is killed so many seconds after it has begun to commit the next one of so many.
        """
        self.start(home, step)
        pid = acknowledged = heard = 0
        deadline = time.monotonic() + 60
        while True:
            for words in self.lines(deadline):
                if words[0] == "dead":
                    return acknowledged
                if words[0] == "pid":
                    pid = int(words[1])
                else:
                    acknowledged = int(words[1])
                    heard += 1
                if kill_after is not None and pid and heard >= commits:
                    break
            else:
                pytest.fail("the child hangs")
            moment = time.monotonic() + (kill_after or 0)
            for words in self.lines(moment):
                acknowledged = int(words[1])
            os.kill(pid, signal.SIGKILL)
            kill_after, deadline = None, time.monotonic() + 60

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    started = Children()
    yield started
    started.close()


def assert_holds_exactly(home: Home, number: int) -> None:
    """Compare with what the child writes: version n puts n … n+19 into graph n modulo 5."""
    assert home.check() == []
    with home.open() as store:
        assert store.version == number
        rows = store.select("SELECT ?g ?o { GRAPH ?g { ?s ?p ?o } }")
        found = {(row["g"], row.value("o")) for row in rows}
        in_default = len(store.select("SELECT DISTINCT ?o { ?s ?p ?o }"))
    expected = {
        (EX[f"g{n % GRAPHS}"], n + k)
        for n in range(max(1, number - GRAPHS + 1), number + 1)
        for k in range(20)
    }
    assert found == expected
    assert in_default == len({value for _, value in expected})


def commit_again(home: Home) -> int:
    with home.begin(agent="test", reason="after the crash") as candidate:
        number = (candidate.version or 0) + 1
        values = [Literal(number + n) for n in range(20)]
        candidate.replace(EX[f"g{number % GRAPHS}"], [(EX.s, EX.p, value) for value in values])
    assert list((home.path / "candidates").iterdir()) == [], "left-overs are swept"
    return number


def test_a_commit_killed_at_any_moment_loses_nothing(home: Home, children: Children) -> None:
    moments = random.Random(SEED)  # noqa: S311 - moments, not secrets
    acknowledged = current = with_leftovers = 0
    commit_again(home)
    started = time.monotonic()
    commit_again(home)
    longest = 1.2 * (time.monotonic() - started)
    for kill in range(KILLS):
        moment = moments.uniform(0, longest)
        commits = moments.choice((0, 0, 1))
        heard = children.run(home, commits=commits, kill_after=moment)
        acknowledged = heard or acknowledged
        with_leftovers += any((home.path / "candidates").iterdir())
        current = home.current() or 0
        assert current >= acknowledged, "what was acknowledged is there"
        assert_holds_exactly(home, current)
        if kill % 4 == 0:
            current = acknowledged = commit_again(home)
    assert home.check(deep=True) == []
    assert with_leftovers >= KILLS // 4, "most kills hit a commit under way"
    assert current > KILLS // 2, "children did commit in between"


@pytest.mark.parametrize("versions", [0, 7], ids=["first version", "later version"])
def test_a_commit_killed_at_each_of_its_steps_loses_nothing(
    tmp_path: Path, children: Children, versions: int
) -> None:
    outcomes = []
    acknowledged = step = 0
    while not acknowledged:
        step += 1
        home = Home(tmp_path / f"home-{step}" if not versions else tmp_path / "home")
        while (home.current() or 0) < versions:
            commit_again(home)
        before = home.current() or 0
        acknowledged = children.run(home, step=step)
        after = home.current() or 0
        assert after in {before, before + 1}
        assert not acknowledged or acknowledged == after
        outcomes.append(after - before)
        if after:
            assert_holds_exactly(home, after)
        assert_holds_exactly(home, commit_again(home))
    assert home.check(deep=True) == []
    assert len(outcomes) > 10, "a commit has many steps"
    assert outcomes[0] == 0, "the first step is before the swap"
    assert outcomes[-1] == 1


def test_a_commit_killed_after_the_swap_is_kept(home: Home, children: Children) -> None:
    for number in (1, 3, 5):
        assert children.run(home, step=-1) == 0, "it dies before it acknowledges"
        assert_holds_exactly(home, number)
        assert commit_again(home) == number + 1
    assert home.check(deep=True) == []
