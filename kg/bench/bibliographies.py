"""Made bibliographies: exports of several databases that overlap, and said to be made.

Titles and abstracts have the words of the corpus in another order. A third of the records are of a
work that is there before, in the manner of another database: capitals, initials, an abbreviated
journal, no DOI, an abstract that is cut off or missing.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from kg.bench.generator import Generator
from kg.bibliographies import read_references
from kg.duplicates import examine
from kg.records import Work

__all__ = ["Measured", "Spent", "made_bibliography", "measure"]

_Result = TypeVar("_Result")
_AGAIN = 1 / 3
_ENDS = ("ER  - \r\n\r\n", "ER  -\r\n\r\n")


class Spent(NamedTuple):
    """Seconds by the clock, and those that the processor worked for us."""

    wall: float
    processor: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What was done with a made bibliography, and how much memory in bytes."""

    records: int
    read: int
    repeated: int
    clusters: int
    maybe: int
    importing: Spent
    comparing: Spent
    memory: int


def made_bibliography(records: int, *, seed: int = 1) -> tuple[bytes, int]:
    """Make a RIS file, and tell how many of its records are of a work that is there before."""
    chance = random.Random(f"{seed} bibliography")  # noqa: S311  # no secret
    generator = Generator(seed=seed)
    lines: list[str] = []
    before: list[int] = []
    repeated = 0
    for number in range(1, records + 1):
        is_again = bool(before) and chance.random() < _AGAIN
        repeated += is_again
        if is_again:
            # a work that was exported twice is not exported a third time
            work = generator.work(before.pop(chance.randrange(len(before))))
            lines += _by_another(work, chance)
        else:
            before.append(number)
            lines += _by_one(generator.work(number))
        lines.append(chance.choice(_ENDS))
    return "".join(lines).encode("utf-8-sig"), repeated


def _by_one(work: Work) -> Iterator[str]:
    """Write a work as one database does: whole."""
    yield from (_line("TY", "JOUR"), _line("TI", work.title))
    yield from (_line("AU", f"{author.family}, Mary A") for author in work.authors)
    yield _line("T2", work.container or "Made journal of made works")
    yield from (_line("PY", f"{work.year}/05/"), _line("VL", work.volume), _line("IS", work.issue))
    first, _, last = (work.pages or "").replace("\u2013", "-").partition("-")
    yield from (_line("SP", first), _line("EP", last), _line("DO", work.doi))
    yield from (_line("AB", _abstract(work)), _line("AB", "Copyright of Made is the property of x"))
    yield from (_line("KW", word) for word in work.title.split()[-4:])


def _by_another(work: Work, chance: random.Random) -> Iterator[str]:
    """Write a work as another database does: in capitals, abbreviated, with gaps."""
    title = work.title.upper() if chance.random() < 0.3 else work.title
    yield from (_line("TY", "JOUR"), _line("T1", title))
    yield from (_line("A1", f"{author.family} M.A.") for author in work.authors)
    yield _line("JF", work.container or "Made J. Made Works")
    yield from (_line("Y1", f"{work.year}//"), _line("VL", work.volume))
    yield _line("SP", work.pages)
    if chance.random() < 0.6:
        yield _line("L3", work.doi)
    if chance.random() < 0.7:
        yield _line("N2", _abstract(work)[:800])


def _abstract(work: Work) -> str:
    return " ".join(claim.statement for claim in work.claims)[:1800]


def _line(tag: str, value: str | None) -> str:
    return f"{tag}  - {value}\r\n" if value else ""


def measure(records: int, *, seed: int = 1) -> Measured:
    """Import a made bibliography and find its duplicates."""
    content, repeated = made_bibliography(records, seed=seed)
    (references, account), importing = _timed(lambda: read_references(content, "made.ris"))
    findings, comparing = _timed(lambda: examine(references))
    unit = 1 if sys.platform == "darwin" else 1024
    return Measured(
        records=records,
        read=account.read,
        repeated=repeated,
        clusters=len(findings.clusters),
        maybe=len(findings.maybe),
        importing=importing,
        comparing=comparing,
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit,
    )


def _timed(do: Callable[[], _Result]) -> tuple[_Result, Spent]:
    wall, processor = time.perf_counter(), time.process_time()
    result = do()
    return result, Spent(time.perf_counter() - wall, time.process_time() - processor)
