"""The evidence map: any two facets crossed, as picture, table, data and query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Blueprint, render_template
from markupsafe import Markup

from kg.identifiers import mint
from kg.namespaces import SKOS
from kg.questions import Answer, Row, question
from server.forms import Field, fields_of
from server.pictures.evidence_map import Bubble, Cell, draw_map
from server.problems import ProblemError
from server.reading import Version
from server.tables import opened_address
from server.views import Given, Maker, add_view, asked, data_of, number_of, pictures_of

__all__ = ["BLUEPRINT", "Page", "small_map"]

BLUEPRINT = Blueprint("evidence_map", __name__)

_QUESTION = "evidence-map"
_MOST_ROWS, _MOST_COLUMNS = 25, 16  # keeps the page below 300 kB
# For each way to colour the map its columns with their names; the first two point opposite ways.
_SEGMENTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "effect": {
            "creating": "creates value",
            "destroying": "destroys value",
            "mixing": "mixed value",
            "unchanging": "no effect on value",
            "recovering": "recovers value",
        },
        "link": {
            "increasing": "increases",
            "decreasing": "decreases",
            "varying": "mixed",
            "nothing": "no effect",
        },
    }
)
_TOP_OF = ox.NamedNode(str(SKOS.topConceptOf))
_SCHEME = "cove"  # whose top concepts are the branches
_OWN = ("by",)
_SIDES = ("rows", "columns")
_SMALL = (5, 6)  # the rows and columns of a map beside other things


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of the map shows: the map, or addresses of maps by branch of concepts."""

    fields: tuple[Field, ...]
    given: Mapping[str, str]
    by: str
    query: str
    names: tuple[str, ...]
    rows: Mapping[str, tuple[Cell, ...]]
    left_out: tuple[int, int]
    picture: Markup | None
    states: Mapping[str, int]
    caution: str
    version: Version
    branches: Mapping[str, str] = field(default_factory=dict)

    @property
    def parameters(self) -> str:
        """What was asked, as an address has it."""
        return urlencode({**self.given, "by": self.by})

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns of the table."""
        return tuple(cell.column for cell in next(iter(self.rows.values()), ()))


def _page(version: Version, given: Given) -> bytes:
    side = next((side for side in _SIDES if _is_of_all_concepts(given, side)), None)
    if side:
        return _choice_of_branch(version, given, side)
    found, by = _asked(version, given)
    shown, left_out = _shown(found, by, version, most=(_MOST_ROWS, _MOST_COLUMNS))
    rows: dict[str, tuple[Cell, ...]] = {}
    for cell in shown:
        rows[cell.row] = (*rows.get(cell.row, ()), cell)
    page = Page(
        fields_of(found.question, version, _questions(given), None),
        _questions(given),
        by,
        found.query,
        tuple(_SEGMENTS[by].values()),
        rows,
        left_out,
        # our own XML, in which all text is escaped
        Markup(_drawn(shown, by)) if shown else None,  # noqa: S704
        Counter(_state(row, by) for row in found.rows),
        found.question.header.caution,
        version,
    )
    return render_template("evidence_map/map.html", page=page).encode()


def _is_of_all_concepts(given: Given, side: str) -> bool:
    return given.get(side) == "concept" and not given.get(f"{side}Under")


def _choice_of_branch(version: Version, given: Given, side: str) -> bytes:
    """Let the visitor choose a branch: a map with hundreds of concepts at a side shows nothing."""
    one, asked_with = question(_QUESTION), _questions(given)
    scheme = ox.NamedNode(str(mint("scheme", _SCHEME)))
    tops = version.snapshot.quads_for_pattern(None, _TOP_OF, scheme, ox.DefaultGraph())
    things = [
        version.thing(top.subject.value) for top in tops if isinstance(top.subject, ox.NamedNode)
    ]
    branches = {}
    for thing in sorted(things, key=lambda each: each.text):
        chosen = urlencode({**given, f"{side}Under": thing.code})
        branches[thing.text] = f"{version.addresses.start}/map?{chosen}"
    page = Page(
        fields_of(one, version, asked_with, None),
        asked_with,
        _by(given),
        one.bound(one.terms(asked_with)),
        names=(),
        rows={},
        left_out=(0, 0),
        picture=None,
        states={},
        caution=one.header.caution,
        version=version,
        branches=branches,
    )
    return render_template("evidence_map/map.html", page=page).encode()


def _picture(version: Version, given: Given) -> str:
    found, by = _asked(version, given)
    return _drawn(_shown(found, by, version, most=(_MOST_ROWS, _MOST_COLUMNS))[0], by)


def _drawn(shown: list[Cell], by: str) -> str:
    return draw_map(shown, tuple(_SEGMENTS[by].values()), title="Evidence map")


def _asked(version: Version, given: Given) -> tuple[Answer, str]:
    by = _by(given)
    return asked(version, _QUESTION, _questions(given)), by


def _by(given: Given) -> str:
    by = given.get("by", "effect")
    if by not in _SEGMENTS:
        message = f"by={by[:50]!r} is no way to draw the map; use effect or link."
        raise ProblemError("malformed-request", message)
    return by


def _questions(given: Given) -> dict[str, str]:
    """Return what the question is asked with: a branch of concepts is one of concepts."""
    asked_with = {name: text for name, text in given.items() if name not in _OWN}
    return asked_with | {side: "concept" for side in _SIDES if asked_with.get(f"{side}Under")}


def _cell(found: Answer, row: Row, version: Version, by: str) -> Cell:
    def address(name: str) -> str | None:
        return opened_address(found, row, name, version)

    bubbles = tuple(
        Bubble(place, name, number_of(row, column), address(column))
        for place, (column, name) in enumerate(_SEGMENTS[by].items())
        if number_of(row, column)
    )
    return Cell(
        str(row["rowLabel"]),
        str(row["columnLabel"]),
        number_of(row, "claims"),
        number_of(row, "works"),
        address("claims"),
        address("works"),
        bubbles,
        _state(row, by),
    )


def _state(row: Row, by: str) -> str:
    """Say what is remarkable about a cell."""
    if not number_of(row, "claims"):
        return "gap"
    one, other, *_ = _SEGMENTS[by]
    if number_of(row, one) and number_of(row, other):
        return "both"
    return "single" if number_of(row, "works") == 1 else ""


def small_map(version: Version, given: Given) -> Markup | None:
    """Draw the middle of a map, for a page beside other things; None where there is nothing."""
    found, by = _asked(version, given)
    shown, _ = _shown(found, by, version, most=_SMALL)
    # our own XML, in which all text is escaped
    return Markup(_drawn(shown, by)) if shown else None  # noqa: S704


def _shown(
    found: Answer, by: str, version: Version, *, most: tuple[int, int]
) -> tuple[list[Cell], tuple[int, int]]:
    """Make the cells of the rows and columns with most claims, and count those left out of each."""
    rows: Counter[str] = Counter()
    columns: Counter[str] = Counter()
    for row in found.rows:
        rows[str(row["rowLabel"])] += number_of(row, "claims")
        columns[str(row["columnLabel"])] += number_of(row, "claims")
    kept_rows = {name for name, _ in rows.most_common(most[0])}
    kept_columns = {name for name, _ in columns.most_common(most[1])}
    kept = [
        _cell(found, row, version, by)
        for row in found.rows
        if row["rowLabel"] in kept_rows and row["columnLabel"] in kept_columns
    ]
    return kept, (len(rows) - len(kept_rows), len(columns) - len(kept_columns))


def _data(make: Maker) -> Maker:
    return lambda version, given: make(version, _questions(given))


add_view(
    BLUEPRINT,
    "/map",
    {
        "html": _page,
        **pictures_of(_picture),
        **{form: _data(make) for form, make in data_of(_QUESTION).items()},
    },
)
