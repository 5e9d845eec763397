"""Fork a process for each line of input, which commits until it is killed.

A line holds the path of a home and the number of the step at which the child kills itself,
0 for never, -1 for right after the swap; a step is a call that changes what is on the disk,
of the many that sync a file every sixth. An acknowledgement is
printed only when a commit has returned. The parent of the children opens no database,
so that they start with everything imported and nothing else.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rdflib import Literal, Namespace

from kg.store import Home

EX = Namespace("https://example.org/")
GRAPHS = 5


def say(words: str) -> None:
    os.write(1, f"{words}\n".encode())


def commit(home: Home) -> int:
    with home.begin(agent="child", reason="one more") as candidate:
        number = (candidate.version or 0) + 1
        values = [Literal(number + n) for n in range(20)]
        candidate.replace(EX[f"g{number % GRAPHS}"], [(EX.s, EX.p, value) for value in values])
    if candidate.committed is None or candidate.committed.number != number:
        raise AssertionError(number)
    return number


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def counted(call: Callable[..., Any], state: list[int], *, every: int = 1) -> Callable[..., Any]:
    calls = 0

    def step(*arguments: Any, **keywords: Any) -> Any:
        nonlocal calls
        calls += 1
        state[0] -= calls % every == 0
        if state[0] == 0:
            die()
        return call(*arguments, **keywords)

    return step


def replace_and_die(source: Any, target: Any) -> None:
    is_swap = Path(target).name == "current" and Path(source).read_text() != "0\n"
    Path(source).rename(target)
    if is_swap:
        die()


def work(path: str, step: int) -> None:
    home = Home(path)
    if not step:
        while True:
            say(f"ack {commit(home)}")
    if step < 0:
        os.replace = replace_and_die
    else:
        state = [step]
        for module, name in ((os, "replace"), (os, "mkdir"), (shutil, "rmtree")):
            setattr(module, name, counted(getattr(module, name), state))
        os.fsync = counted(os.fsync, state, every=6)
    say(f"ack {commit(home)}")


def main() -> None:
    for line in sys.stdin:
        path, step = line.rsplit(maxsplit=1)
        child = os.fork()
        if child == 0:
            try:
                work(path, int(step))
            finally:
                os._exit(0)
        say(f"pid {child}")
        os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    main()
