"""Typologies: each as the grid that its owner drew, with the evidence in its cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template
from markupsafe import Markup
from rdflib import URIRef

from kg.namespaces import COVE, DCTERMS
from kg.questions import Answer, Row
from server.forms import Field, fields_of
from server.pictures.marks import Mark
from server.pictures.matrix import draw_matrix
from server.reading import Value, Version
from server.tables import opened_address
from server.views import Given, Maker, add_view, asked, data_of, number_of, pictures_of

__all__ = ["BLUEPRINT", "Box", "Comparison", "Crossing", "Grid", "Overview", "Placing", "Type"]

BLUEPRINT = Blueprint("typologies", __name__)

_TYPES, _CELLS, _CASE, _CROSSED = (
    "typology-types",
    "typology-cells",
    "types-of-case",
    "typologies-crossed",
)
_COUNTS = ("processes", "stated", "inferred", "cases", "claims", "open")
_MOST_NAMED = 6  # processes that a cell names


@dataclass(frozen=True, slots=True)
class Type:
    """A type of a typology with its evidence."""

    type: Value
    is_provisional: bool
    processes: int
    stated: int
    inferred: int
    claims: int
    opens: str | None
    claims_open: str | None


@dataclass(frozen=True, slots=True)
class Box:
    """A cell of a grid: the type that stands there, if it has a name, and its evidence."""

    row: str
    column: str
    type: Value | None
    counts: Mapping[str, int]
    opens: Mapping[str, str | None]
    named: tuple[Mapping[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """What the list of typologies shows: those that place processes, and the others."""

    placing: Mapping[Value, tuple[Type, ...]]
    others: Mapping[Value, tuple[Type, ...]]
    grids: frozenset[str]
    caution: str
    query: str
    version: Version


@dataclass(frozen=True, slots=True)
class Grid:
    """What the page of one typology shows."""

    scheme: Value
    description: str
    boxes: tuple[Box, ...]
    types: tuple[Type, ...]
    axes: tuple[Value, ...]
    cautions: tuple[str, ...]
    query: str
    version: Version

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns in their order."""
        return tuple(dict.fromkeys(box.column for box in self.boxes))

    @property
    def rows(self) -> Mapping[str, tuple[Box, ...]]:
        """Return the boxes of each row."""
        found: dict[str, tuple[Box, ...]] = {}
        for box in self.boxes:
            found[box.row] = (*found.get(box.row, ()), box)
        return found


@dataclass(frozen=True, slots=True)
class Placing:
    """What one typology makes of one process."""

    type: Value | None
    basis: str
    why: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the page of one case under rival typologies shows."""

    case: Value
    processes: Mapping[Value, Mapping[str, tuple[Placing, ...]]]
    schemes: tuple[Value, ...]
    fields: tuple[Field, ...]
    caution: str
    query: str
    version: Version


@dataclass(frozen=True, slots=True)
class Crossing:
    """What the page of two typologies crossed shows."""

    one: Value
    other: Value
    counts: Mapping[tuple[str, str], tuple[int, str | None]]
    types: tuple[Value, ...]
    rivals: tuple[Value, ...]
    picture: Markup | None
    frameworks: tuple[Value, ...]
    caution: str
    query: str
    version: Version


def _taken(form: str) -> Maker:
    """Return what makes the data of one typology: its cells, or its types where it has none."""

    def make(version: Version, given: Given) -> bytes:
        name = _CELLS if asked(version, _CELLS, given).rows else _TYPES
        return data_of(name)[form](version, given)

    return make


def _list(version: Version, given: Given) -> bytes:
    found = asked(version, _TYPES, given)
    placing: dict[Value, tuple[Type, ...]] = {}
    others: dict[Value, tuple[Type, ...]] = {}
    for iri, rows in _by(found.rows, "scheme").items():
        types = tuple(_type(found, row, version) for row in rows)
        kept = placing if any(each.processes for each in types) else others
        kept[version.thing(iri)] = types
    grids = frozenset(
        scheme.iri or ""
        for scheme in (*placing, *others)
        if version.objects(scheme.iri or "", COVE.rowProperty)
    )
    page = Overview(placing, others, grids, found.question.header.caution, found.query, version)
    return render_template("typologies/typologies.html", page=page).encode()


def _grid(version: Version, given: Given) -> bytes:
    types = asked(version, _TYPES, given)
    found = asked(version, _CELLS, given)
    iri = str(found.terms["framework"])
    named = _named(version, iri)
    descriptions = version.objects(iri, DCTERMS.description)
    page = Grid(
        version.thing(iri),
        getattr(descriptions[0].object, "value", "") if descriptions else "",
        tuple(_box(found, row, version, named) for row in found.rows),
        tuple(_type(types, row, version) for row in types.rows),
        tuple(
            version.thing(str(getattr(quad.object, "value", "")))
            for axis in (COVE.rowProperty, COVE.columnProperty)
            for quad in version.objects(iri, axis)
        ),
        (found.question.header.caution, types.question.header.caution),
        found.query if found.rows else types.query,
        version,
    )
    return render_template("typologies/typology.html", page=page).encode()


def _named(version: Version, iri: str) -> Mapping[str, dict[str, Mapping[str, Value]]]:
    """Return the processes of each type, with case and work."""
    found: defaultdict[str, dict[str, Mapping[str, Value]]] = defaultdict(dict)
    for row in version.rows("typology_processes", node=URIRef(iri)):
        values = {name: value for name, value in row.items() if value is not None}
        found[values["type"].iri or ""][values["process"].iri or ""] = values
    return found


def _box(
    found: Answer,
    row: Row,
    version: Version,
    named: Mapping[str, dict[str, Mapping[str, Value]]],
) -> Box:
    first, second = (named.get(str(row[name]), {}) for name in ("first", "second"))
    both = [values for process, values in first.items() if process in second]
    return Box(
        row=str(row["rowLabel"]),
        column=str(row["columns"]),
        type=version.thing(str(row["type"])) if row["type"] else None,
        counts={name: number_of(row, name) for name in _COUNTS},
        opens={name: opened_address(found, row, name, version) for name in _COUNTS},
        named=tuple(both[:_MOST_NAMED]),
    )


def _type(found: Answer, row: Row, version: Version) -> Type:
    return Type(
        version.thing(str(row["type"])),
        row["status"] == "Provisional",
        number_of(row, "processes"),
        number_of(row, "stated"),
        number_of(row, "inferred"),
        number_of(row, "claims"),
        opened_address(found, row, "processes", version),
        opened_address(found, row, "claims", version),
    )


def _compare(version: Version, given: Given) -> bytes:
    found = asked(version, _CASE, given)
    processes = {
        version.thing(process): {
            scheme: tuple(_placing(row, version) for row in placed)
            for scheme, placed in _by(rows, "scheme").items()
        }
        for process, rows in _by(found.rows, "process").items()
    }
    page = Comparison(
        version.thing(str(found.terms["case"])),
        processes,
        tuple(version.thing(iri) for iri in _by(found.rows, "scheme")),
        fields_of(found.question, version, given, None),
        found.question.header.caution,
        found.query,
        version,
    )
    return render_template("typologies/compare.html", page=page).encode()


def _placing(row: Row, version: Version) -> Placing:
    if not row["type"]:
        return Placing(None, str(row["basis"]), {})
    why = {
        "subject": str(row["bearer"]),
        "predicate": str(COVE.classifiedAs),
        "object": str(row["type"]),
    }
    return Placing(version.thing(str(row["type"])), str(row["basis"]), why)


def _cross(version: Version, given: Given) -> bytes:
    found = asked(version, _CROSSED, given)
    frameworks = {
        version.thing(str(row["scheme"])): None
        for row in asked(version, _TYPES, {}).rows
        if row["processes"]
    }
    page = Crossing(
        version.thing(str(found.terms["one"])),
        version.thing(str(found.terms["other"])),
        {
            (str(row["type"]), str(row["rival"])): (
                number_of(row, "processes"),
                opened_address(found, row, "processes", version),
            )
            for row in found.rows
        },
        tuple(version.thing(iri) for iri in _by(found.rows, "type")),
        tuple(version.thing(iri) for iri in sorted(_by(found.rows, "rival"))),
        # our own XML, in which all text is escaped
        Markup(_drawn(found, version)) if found.rows else None,  # noqa: S704
        tuple(frameworks),
        found.question.header.caution,
        found.query,
        version,
    )
    return render_template("typologies/crossing.html", page=page).encode()


def _crossed(version: Version, given: Given) -> str:
    return _drawn(asked(version, _CROSSED, given), version)


def _drawn(found: Answer, version: Version) -> str:
    """Draw the pairs of types under the names that their owners gave, without the owners."""
    marks = [
        Mark(
            str(row["typeLabel"]).partition(" (")[0],
            str(row["rivalLabel"]).partition(" (")[0],
            number_of(row, "processes"),
            opened_address(found, row, "processes", version),
        )
        for row in found.rows
    ]
    return draw_matrix(marks, title="Two typologies crossed")


def _by(rows: Iterable[Row], name: str) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(str(row[name]), []).append(row)
    return found


add_view(BLUEPRINT, "/typologies", {"html": _list, **data_of(_TYPES)})
add_view(BLUEPRINT, "/typologies/compare", {"html": _compare, **data_of(_CASE)}, name="compare")
add_view(
    BLUEPRINT,
    "/typologies/crossing",
    {"html": _cross, **pictures_of(_crossed), **data_of(_CROSSED)},
    name="crossing",
)
add_view(
    BLUEPRINT,
    "/typologies/<framework>",
    {"html": _grid, **{form: _taken(form) for form in ("csv", "json", "rq")}},
    name="typology",
)
