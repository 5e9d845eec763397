"""The timeline: claims and works by year, apart by the values of a facet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template
from markupsafe import Markup

from kg.questions import Answer, Row
from server.forms import Field, fields_of
from server.pictures.marks import Mark
from server.pictures.years import draw_years
from server.problems import ProblemError
from server.reading import Version
from server.tables import opened_address
from server.views import Given, add_view, asked, data_of, number_of, pictures_of

__all__ = ["BLUEPRINT", "Page"]

BLUEPRINT = Blueprint("timeline", __name__)

_QUESTION = "claims-over-time"
_OWN = ("count",)
_COUNTS = ("claims", "works")
_MOST_ROWS = 16


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of the timeline shows."""

    fields: tuple[Field, ...]
    given: Given
    count: str
    picture: Markup | None
    rows: Mapping[int, Mapping[str, Mark]]
    values: tuple[str, ...]
    left_out: int
    caution: str
    query: str
    version: Version


def _page(version: Version, given: Given) -> bytes:
    found = asked(version, _QUESTION, given, own=_OWN)
    marks, left_out = _marks(found, version, _counted(given))
    rows: dict[int, dict[str, Mark]] = {}
    for mark in sorted(marks, key=lambda each: -int(each.x)):
        rows.setdefault(int(mark.x), {})[mark.y] = mark
    theirs = {name: text for name, text in given.items() if name not in _OWN}
    page = Page(
        fields_of(found.question, version, theirs, None),
        given,
        _counted(given),
        # our own XML, in which all text is escaped
        Markup(draw_years(marks, title="Timeline")) if marks else None,  # noqa: S704
        rows,
        tuple(dict.fromkeys(mark.y for mark in marks)),
        left_out,
        found.question.header.caution,
        found.query,
        version,
    )
    return render_template("timeline/timeline.html", page=page).encode()


def _picture(version: Version, given: Given) -> str:
    found = asked(version, _QUESTION, given, own=_OWN)
    marks, _ = _marks(found, version, _counted(given))
    return draw_years(marks, title="Timeline")


def _counted(given: Given) -> str:
    count = given.get("count", "claims")
    if count not in _COUNTS:
        message = f"count={count[:50]!r} is nothing to count; use claims or works."
        raise ProblemError("malformed-request", message)
    return count


def _marks(found: Answer, version: Version, count: str) -> tuple[list[Mark], int]:
    """Return the marks of the values with most, largest first, and how many values have none."""
    sums: Counter[str] = Counter()
    for row in found.rows:
        sums[str(row["valueLabel"])] += number_of(row, count)
    order = {name: place for place, (name, _) in enumerate(sums.most_common(_MOST_ROWS))}
    kept = [row for row in found.rows if str(row["valueLabel"]) in order]
    kept.sort(key=lambda row: (order[str(row["valueLabel"])], number_of(row, "year")))
    return [_mark(found, row, version, count) for row in kept], len(sums) - len(order)


def _mark(found: Answer, row: Row, version: Version, count: str) -> Mark:
    value = number_of(row, count)
    address = opened_address(found, row, count, version)
    return Mark(str(row["year"]), str(row["valueLabel"]), value, address)


add_view(
    BLUEPRINT,
    "/timeline",
    {"html": _page, **pictures_of(_picture), **data_of(_QUESTION, own=_OWN)},
)
