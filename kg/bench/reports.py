"""Reports: figures as a table, and what they say of growth and of the bars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.bench.history import Measure, exponent

__all__ = ["report"]

_GROWING = (
    ("import", "works"),
    ("import, of a processor", "works"),
    ("one record", "quads"),
    ("one record, of a processor", "quads"),
)


def report(measures: Sequence[Measure]) -> str:
    """Write figures as a table, then how they grow, then how peers compare."""
    lines = [f"{'what':26} {'by':26} {'works':>8} {'quads':>12} {'':>12}"]
    lines += [
        f"{each.what:26} {each.by:26} {each.works:8,} {each.quads or '':>12} "
        f"{each.value:9,.3f} {each.unit}"
        for each in measures
    ]
    return "\n".join([*lines, *_growth(measures), *_peers(measures)])


def _growth(measures: Sequence[Measure]) -> Iterator[str]:
    for what, size in _GROWING:
        found = [each for each in measures if each.what == what and each.by == "cove"]
        if len({getattr(each, size) for each in found}) > 1:
            power = exponent((getattr(e, size) for e in found), (e.value for e in found))
            yield f"{what} grows with {size} to the power {power:.2f}"


def _peers(measures: Sequence[Measure]) -> Iterator[str]:
    ours = {(each.what, each.works): each for each in measures if each.by == "cove"}
    for each in measures:
        own = ours.get((each.what, each.works))
        if each.by != "cove" and own is not None and own.value:
            yield f"{each.by}: {each.value / own.value:,.1f} times the time of cove ({each.what})"
