"""Countries: where the evidence comes from, as a map with its table."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from markupsafe import Markup

from kg.questions import Answer, Row
from server.forms import Field, fields_of
from server.pictures import draw
from server.reading import Value, Version
from server.tables import opened_address
from server.views import Given, add_view, asked, data_of, number_of, pictures_of

__all__ = ["BLUEPRINT", "Country", "Page"]

BLUEPRINT = Blueprint("countries", __name__)

_QUESTION = "evidence-by-country"
_COUNTS = ("works", "claims", "creating", "destroying")


@dataclass(frozen=True, slots=True)
class Country:
    """A country with its counts, each with what it opens."""

    country: Value
    code: str
    counts: tuple[tuple[int, str | None], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of the countries shows."""

    fields: tuple[Field, ...]
    given: Given
    picture: Markup | None
    countries: tuple[Country, ...]
    titles: tuple[str, ...]
    caution: str
    query: str
    version: Version


def _page(version: Version, given: Given) -> bytes:
    found = asked(version, _QUESTION, given)
    page = Page(
        fields_of(found.question, version, given, None),
        given,
        # our own XML, in which all text is escaped
        Markup(_drawn(found, version)) if found.rows else None,  # noqa: S704
        tuple(_country(found, row, version) for row in found.rows),
        tuple(found.column(name).title for name in _COUNTS),
        found.question.header.caution,
        found.query,
        version,
    )
    return render_template("countries/countries.html", page=page).encode()


def _country(found: Answer, row: Row, version: Version) -> Country:
    counts = tuple(
        (number_of(row, name), opened_address(found, row, name, version)) for name in _COUNTS
    )
    return Country(version.thing(str(row["country"])), str(row["code"]), counts)


def _picture(version: Version, given: Given) -> str:
    return _drawn(asked(version, _QUESTION, given), version)


def _drawn(found: Answer, version: Version) -> str:
    return draw(found, lambda row, name: opened_address(found, row, name, version)) or ""


add_view(BLUEPRINT, "/countries", {"html": _page, **pictures_of(_picture), **data_of(_QUESTION)})
