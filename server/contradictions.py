"""Contradictions: where claims disagree, what differs, and the argument as a map."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template
from markupsafe import Markup

from kg.questions import Answer, Row, question
from server.argdown import write_argdown, write_map
from server.forms import Field, fields_of
from server.pictures.argument import Point, Side, draw_argument
from server.reading import Value, Version
from server.tables import opened_address
from server.views import Given, add_view, asked, data_of, number_of, pictures_of

__all__ = ["BLUEPRINT", "Argument", "Clash", "Overview", "Pairs"]

BLUEPRINT = Blueprint("contradictions", __name__)

_ALL, _PAIRS, _CLAIMS, _COMPARED = (
    "disagreements",
    "disagreeing-pairs",
    "proposition-evidence",
    "sides-compared",
)
_SIDES: Mapping[str, str] = {
    "increases": "Increases",
    "decreases": "Decreases",
    "no-effect": "No effect",
    "mixed": "Mixed",
}
_CLASHES = (("increases", "decreases"), ("increases", "no-effect"), ("decreases", "no-effect"))
_SAID = ("proposition", "oneWay", "otherWay")
_DIMENSIONS = ("sector", "country", "phase", "design", "actors", "reading")
_MOST_CLASHES, _MOST_PAIRS, _MOST_COMPARED = (
    60,
    60,
    2_000,
)  # pairs that a page shows, and that are worth comparing


@dataclass(frozen=True, slots=True)
class Clash:
    """A proposition on which two sides say different things."""

    proposition: Value
    one: Value
    ones: int
    ones_open: str | None
    other: Value
    others: int
    others_open: str | None
    pairs: int
    differing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """What the list of contradictions shows."""

    clashes: tuple[Clash, ...]
    opposite: int
    milder: int
    fields: tuple[Field, ...]
    given: Given
    summary: str
    caution: str
    query: str
    version: Version


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of claims of two sides, and how many there are in all."""

    one: str
    other: str
    rows: tuple[Mapping[str, Value], ...]
    count: int
    opens: Mapping[str, str]
    sides: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Argument:
    """What the page of one proposition shows."""

    proposition: Value
    sides: tuple[Side, ...]
    picture: Markup
    claims: tuple[Mapping[str, Value], ...]
    pairs: tuple[Pairs, ...]
    dimensions: tuple[str, ...]
    caution: str
    query: str
    version: Version


def _list(version: Version, given: Given) -> bytes:
    found = asked(version, _ALL, given)
    opposite = sum(str(row["otherWay"]).endswith("/decreases") for row in found.rows)
    page = Overview(
        tuple(_clash(found, row, version) for row in found.rows[:_MOST_CLASHES]),
        opposite,
        len(found) - opposite,
        fields_of(found.question, version, given, None),
        given,
        found.question.header.description,
        found.question.header.caution,
        found.query,
        version,
    )
    return render_template("contradictions/contradictions.html", page=page).encode()


def _clash(found: Answer, row: Row, version: Version) -> Clash:
    return Clash(
        version.thing(str(row["proposition"])),
        version.thing(str(row["oneWay"])),
        number_of(row, "ones"),
        opened_address(found, row, "ones", version),
        version.thing(str(row["otherWay"])),
        number_of(row, "others"),
        opened_address(found, row, "others", version),
        number_of(row, "pairs"),
        tuple(
            str(each["dimension"])
            for each in _sides_compared(version, {name: str(row[name]) for name in _SAID})
            if each["verdict"] == "differ"
        ),
    )


def _sides_compared(version: Version, of: Given) -> tuple[Row, ...]:
    return asked(version, _COMPARED, of).rows


def _argument(version: Version, given: Given) -> bytes:
    found = asked(version, _CLAIMS, given)
    sides = _sides(found, version)
    proposition = version.thing(str(found.terms["proposition"]))
    sizes = {side.code: len(side.points) for side in sides}
    page = Argument(
        proposition,
        sides,
        # our own XML, in which all text is escaped
        Markup(draw_argument(proposition.text, sides, title="Argument map")),  # noqa: S704
        tuple(_shown(row, version) for row in found.rows),
        tuple(
            _pairs(version, given, one, other, sizes[one] * sizes[other])
            for one, other in _CLASHES
            if one in sizes and other in sizes
        ),
        _DIMENSIONS,
        question(_PAIRS).header.caution,
        found.query,
        version,
    )
    return render_template("contradictions/argument.html", page=page).encode()


def _pairs(version: Version, given: Given, one: str, other: str, count: int) -> Pairs:
    parameters = {**given, "oneWay": one, "otherWay": other}
    sides = _sides_compared(version, parameters)
    if count > _MOST_COMPARED:
        return Pairs(_SIDES[one], _SIDES[other], (), count, parameters, sides)
    found = asked(version, _PAIRS, parameters)
    rows = tuple(_shown(row, version) for row in found.rows[:_MOST_PAIRS])
    return Pairs(_SIDES[one], _SIDES[other], rows, count, parameters, sides)


def _sides(found: Answer, version: Version) -> tuple[Side, ...]:
    by_code: dict[str, list[Point]] = {code: [] for code in _SIDES}
    for row in found.rows:
        point = Point(
            str(row["workLabel"]),
            f"{row['design']} · {row['readLevel']}",
            str(row["statement"]),
            version.thing(str(row["claim"])).address,
        )
        by_code.setdefault(str(row["way"]).rpartition("/")[2], []).append(point)
    proposition = str(found.terms["proposition"])
    return tuple(
        Side(code, name, tuple(by_code[code]), _opens(version, proposition, code))
        for code, name in _SIDES.items()
        if by_code[code]
    )


def _opens(version: Version, proposition: str, direction: str) -> str:
    slug = proposition.rpartition("/")[2]
    start = version.addresses.start
    return f"{start}/questions/claims?proposition={slug}&direction={direction}"


def _shown(row: Row, version: Version) -> Mapping[str, Value]:
    """Show the values of a row: things by their labels, the rest as it is."""
    return {
        name: version.thing(value)
        if isinstance(value, str) and value.startswith(version.addresses.base)
        else Value("" if value is None else str(value))
        for name, value in row.items()
    }


def _picture(version: Version, given: Given) -> str:
    found = asked(version, _CLAIMS, given)
    words = version.label(str(found.terms["proposition"]))
    return draw_argument(words, _sides(found, version), title="Argument map")


def _argdown(version: Version, given: Given) -> bytes:
    found = asked(version, _CLAIMS, given)
    words = version.label(str(found.terms["proposition"]))
    return write_argdown(words, found).encode()


def _json(version: Version, given: Given) -> bytes:
    found = asked(version, _CLAIMS, given)
    words = version.label(str(found.terms["proposition"]))
    return json.dumps(write_map(words, found), ensure_ascii=False, indent=1).encode()


add_view(BLUEPRINT, "/contradictions", {"html": _list, **data_of(_ALL)})
add_view(
    BLUEPRINT,
    "/contradictions/<proposition>",
    {
        "html": _argument,
        **pictures_of(_picture),
        **data_of(_CLAIMS),
        "json": _json,
        "argdown": _argdown,
    },
    name="argument",
)
