"""History: what was measured, one line each, kept so that a slide shows."""

from __future__ import annotations

import os
import platform
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from math import log
from pathlib import Path
from statistics import linear_regression, median

import msgspec

from kg.errors import SourceError
from kg.store.history import software

__all__ = ["HISTORY", "Measure", "exponent", "keep", "machine", "read_history", "slides"]

HISTORY = Path("bench") / "history.jsonl"
"""Where the history lies, below the folder of the graph."""

_SLIDE = 1.5  # times the median of what was measured before


class Measure(msgspec.Struct, frozen=True, omit_defaults=True):
    """One figure: of which benchmark, what, by whom, at which size."""

    bench: str
    what: str
    value: float
    unit: str
    by: str = "cove"
    works: int = 0
    quads: int = 0
    when: str = ""
    software: str = ""
    machine: str = ""

    @property
    def kind(self) -> tuple[str, str, str, int, str]:
        """What two figures share that can be compared."""
        return self.bench, self.what, self.by, self.works, self.machine


def machine() -> str:
    """Name the kind of machine: processors, system, Python."""
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} x {platform.machine()}, {system}"


def keep(path: Path, measures: Iterable[Measure]) -> None:
    """Add figures to a history, with when, where and by which software they were made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    lines = [
        msgspec.json.encode(
            msgspec.structs.replace(each, when=now, software=software(), machine=machine())
        )
        for each in measures
    ]
    with path.open("ab") as file:
        file.write(b"".join(line + b"\n" for line in lines))


def read_history(path: Path) -> list[Measure]:
    """Read a history, the oldest first; nothing where there is none."""
    found = []
    lines = path.read_bytes().splitlines() if path.exists() else []
    for number, line in enumerate(lines, 1):
        try:
            found.append(msgspec.json.decode(line, type=Measure))
        except msgspec.DecodeError as error:
            what = f"is no figure: {error}; take the line out"
            raise SourceError(what, source=str(path), line=number) from error
    return found


def slides(history: Iterable[Measure]) -> Iterator[str]:
    """Say of which kinds the newest figure is much above the median of those before it."""
    kinds: defaultdict[tuple[str, str, str, int, str], list[Measure]] = defaultdict(list)
    for each in history:
        kinds[each.kind].append(each)
    for found in kinds.values():
        *before, newest = found
        usual = median(each.value for each in before) if before else 0.0
        if usual and newest.value > _SLIDE * usual:
            size = f" at {newest.works:,} works" if newest.works else ""
            yield (
                f"{newest.bench}: {newest.what} of {newest.by}{size} took {newest.value:.4g} "
                f"{newest.unit}, {newest.value / usual:.1f} times the {usual:.4g} of before"
            )


def exponent(sizes: Iterable[float], values: Iterable[float]) -> float:
    """Fit the power of the size that a value grows with: 1 is in proportion, 0 not at all.

    >>> round(exponent([1, 10, 100], [2, 20, 200]), 3), round(exponent([1, 10], [3, 3]), 3)
    (1.0, 0.0)
    """
    return linear_regression([log(size) for size in sizes], [log(each) for each in values]).slope
