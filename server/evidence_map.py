"""The evidence map: any two facets crossed, as picture, table, data and query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from kg.errors import ParameterError
from kg.questions import Answer, Row, question
from kg.questions.writers import WRITERS
from server.asking import answered, refused
from server.forms import Field, fields_of
from server.linking import marked
from server.negotiation import choose
from server.pages import reading, version_of
from server.pictures.evidence_map import Bubble, Cell, draw_map
from server.problems import ProblemError
from server.reading import Version
from server.tables import opened_address

__all__ = ["BLUEPRINT", "FORMATS", "Page"]

BLUEPRINT = Blueprint("evidence_map", __name__)

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "html": "text/html",
        "svg": "image/svg+xml",
        "csv": "text/csv",
        "json": "application/json",
    }
)
"""The suffixes of the map, each with its media type."""

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
_SUFFIXES = ",".join(FORMATS)


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of the map shows."""

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

    @property
    def parameters(self) -> str:
        """What was asked, as an address has it."""
        return urlencode({**self.given, "by": self.by})

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns of the table."""
        return tuple(cell.column for cell in next(iter(self.rows.values()), ()))


@BLUEPRINT.route("/map")
@BLUEPRINT.route(f"/map.<any({_SUFFIXES}):suffix>")
@BLUEPRINT.route("/version/<int:number>/map")
@BLUEPRINT.route(f"/version/<int:number>/map.<any({_SUFFIXES}):suffix>")
def evidence_map(suffix: str | None = None, number: int | None = None) -> Response:
    """Cross two facets of the evidence."""
    version = version_of(number)
    media_type = choose(request.accept_mimetypes, FORMATS, asked=suffix, first="text/html")
    given = {name: text for name, text in request.args.items() if text}
    by = given.pop("by", "effect")
    if by not in _SEGMENTS:
        message = f"by={by[:50]!r} is no way to draw the map; use effect or link."
        raise ProblemError("malformed-request", message)
    key = (version.number, version.addresses, "map", media_type, by, urlencode(given))
    body = reading().pages.get(key)
    if body is None:
        try:
            found = answered(version, question(_QUESTION), given)
        except ParameterError as error:
            raise refused(error) from error
        body = _body(found, version, media_type, given, by)
        reading().pages.put(key, body)
    return marked(body, version.number, media_type, is_pinned=bool(number))


def _body(
    found: Answer, version: Version, media_type: str, given: Mapping[str, str], by: str
) -> bytes:
    for name in ("csv", "json"):
        if media_type == FORMATS[name]:
            return WRITERS[name](found)
    names = tuple(_SEGMENTS[by].values())
    cells = [_cell(found, row, version, by) for row in found.rows]
    shown, left_out = _shown(cells)
    title = "Evidence map"
    if media_type == FORMATS["svg"]:
        return draw_map(shown, names, title=title, is_file=True).encode()
    # the picture is our own XML, in which all text is escaped
    drawn = Markup(draw_map(shown, names, title=title)) if shown else None  # noqa: S704
    rows: dict[str, tuple[Cell, ...]] = {}
    for cell in shown:
        rows[cell.row] = (*rows.get(cell.row, ()), cell)
    page = Page(
        fields_of(found.question, version, given, None),
        given,
        by,
        found.query,
        names,
        rows,
        left_out,
        drawn,
        Counter(cell.state for cell in cells),
        found.question.header.caution,
        version,
    )
    return render_template("evidence_map/map.html", page=page).encode()


def _cell(found: Answer, row: Row, version: Version, by: str) -> Cell:
    def number(name: str) -> int:
        return int(row[name] or 0)

    def address(name: str) -> str | None:
        return opened_address(found, row, name, version)

    bubbles = tuple(
        Bubble(place, name, number(column), address(column))
        for place, (column, name) in enumerate(_SEGMENTS[by].items())
        if number(column)
    )
    claims, works = number("claims"), number("works")
    state = "single" if works == 1 else ""
    if {0, 1} <= {bubble.shape for bubble in bubbles}:
        state = "both"
    return Cell(
        str(row["rowLabel"]),
        str(row["columnLabel"]),
        claims,
        works,
        address("claims"),
        address("works"),
        bubbles,
        state if claims else "gap",
    )


def _shown(cells: list[Cell]) -> tuple[list[Cell], tuple[int, int]]:
    """Keep the rows and columns with most claims, and count how many are left out of each."""
    rows: Counter[str] = Counter()
    columns: Counter[str] = Counter()
    for cell in cells:
        rows[cell.row] += cell.claims
        columns[cell.column] += cell.claims
    kept_rows = {name for name, _ in rows.most_common(_MOST_ROWS)}
    kept_columns = {name for name, _ in columns.most_common(_MOST_COLUMNS)}
    kept = [cell for cell in cells if cell.row in kept_rows and cell.column in kept_columns]
    return kept, (len(rows) - len(kept_rows), len(columns) - len(kept_columns))
