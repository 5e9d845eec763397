"""Timing: how long each question takes when it is asked for the first time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter

from kg.questions.library import Question, questions
from kg.store import Table

__all__ = ["Timing", "time_questions", "timings"]

_PAGE = 100  # rows of a listing that a page asks for

Select = Callable[[str], Table]


@dataclass(frozen=True, slots=True)
class Timing:
    """How many seconds a question took, and how many rows it gave."""

    name: str
    seconds: float
    rows: int


def time_questions(select: Select) -> tuple[Timing, ...]:
    """Ask every question once with its defaults, listings for a page; the slowest comes first."""
    found = (_time(select, one) for one in questions().values())
    return tuple(sorted(found, key=lambda timing: -timing.seconds))


def timings(select: Select) -> str:
    """Write the times of all questions as lines of text, with their median and 95th percentile."""
    found = time_questions(select)
    lines = [f"{each.seconds:8.3f} s {each.rows:>7,} rows  {each.name}" for each in found]
    seconds = [each.seconds for each in found]
    p95 = quantiles(seconds, n=20)[-1]
    summary = f"{len(found)} questions: median {median(seconds):.3f} s, p95 {p95:.3f} s"
    return "\n".join([*lines, summary, ""])


def _time(select: Select, one: Question) -> Timing:
    query = one.bound(one.terms({}), most=_PAGE if one.is_listing else None)
    start = perf_counter()
    table = select(query)
    return Timing(one.name, perf_counter() - start, len(table))
