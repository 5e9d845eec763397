"""Definitions: what each demands, and which processes count, fail or stay undecided under it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from flask import Blueprint, render_template

from kg.questions import Answer, Row
from server.reading import Value, Version
from server.tables import opened_address
from server.views import Given, add_view, asked, data_of, number_of

__all__ = ["BLUEPRINT", "Page", "Rival"]

BLUEPRINT = Blueprint("definitions", __name__)

_QUESTION = "definitions-tested"
_COUNTS = ("meeting", "failing", "undecided")


@dataclass(frozen=True, slots=True)
class Rival:
    """A definition with the features it demands, and its counts with what they open."""

    definition: Value
    concept: Value
    is_provisional: bool
    demands: frozenset[str]
    counts: tuple[tuple[int, str | None], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of the definitions shows."""

    rivals: tuple[Rival, ...]
    features: tuple[Value, ...]
    titles: tuple[str, ...]
    caution: str
    query: str
    version: Version


def _page(version: Version, given: Given) -> bytes:
    found = asked(version, _QUESTION, given)
    features: dict[str, Value] = {}
    demands: defaultdict[str, set[str]] = defaultdict(set)
    for row in version.rows("definitions_features"):
        definition, feature = row["definition"], row["feature"]
        if definition and feature:
            features[feature.iri or ""] = feature
            demands[definition.iri or ""].add(feature.iri or "")
    most = sorted(features, key=lambda iri: -sum(iri in each for each in demands.values()))
    page = Page(
        tuple(_rival(found, row, version, demands[str(row["definition"])]) for row in found.rows),
        tuple(features[iri] for iri in most),
        tuple(found.column(name).title for name in _COUNTS),
        found.question.header.caution,
        found.query,
        version,
    )
    return render_template("definitions/definitions.html", page=page).encode()


def _rival(found: Answer, row: Row, version: Version, demands: set[str]) -> Rival:
    return Rival(
        version.thing(str(row["definition"])),
        version.thing(str(row["concept"])),
        row["status"] == "Provisional",
        frozenset(demands),
        tuple(
            (number_of(row, name), opened_address(found, row, name, version)) for name in _COUNTS
        ),
    )


add_view(BLUEPRINT, "/definitions", {"html": _page, **data_of(_QUESTION)})
