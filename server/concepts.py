"""Concepts: the tree of a scheme with its evidence, and the index of names from A to Z."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from string import ascii_uppercase

from flask import Blueprint, render_template

from kg.questions import Answer, Row
from server.reading import Value, Version
from server.tables import opened_address
from server.views import Given, add_view, asked, data_of, number_of

__all__ = ["BLUEPRINT", "LETTERS", "Branch", "Index", "Name", "Tree"]

BLUEPRINT = Blueprint("concepts", __name__)

LETTERS = (*ascii_uppercase, "#")
"""The parts of the index of names, the last for other signs."""

_TREE, _INDEX = "concept-tree", "concept-index"
_MOST_DEEP = 12
_PROVISIONAL = "Provisional"


@dataclass(frozen=True, slots=True)
class Branch:
    """A concept of the tree with what is below it; `is_again` where it stood before."""

    concept: Value
    also: str
    is_provisional: bool
    claims: int
    opens: str | None
    below: tuple[Branch, ...]
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class Tree:
    """What the page of the tree shows."""

    branches: tuple[Branch, ...]
    scheme: Value
    count: int
    provisional: int
    caution: str
    query: str
    version: Version


@dataclass(frozen=True, slots=True)
class Name:
    """A name in the index, and the concept that it leads to."""

    text: str
    concept: Value
    scheme: Value
    is_preferred: bool
    is_provisional: bool
    senses: int


@dataclass(frozen=True, slots=True)
class Index:
    """What a page of the index shows."""

    letter: str
    letters: tuple[str, ...]
    names: tuple[Name, ...]
    query: str
    version: Version


def _page(version: Version, given: Given) -> bytes:
    found = asked(version, _TREE, given)
    rows = {str(row["concept"]): row for row in found.rows}
    page = Tree(
        _grown(found, version),
        version.thing(str(found.terms["scheme"])),
        len(rows),
        sum(row["status"] == _PROVISIONAL for row in rows.values()),
        found.question.header.caution,
        found.query,
        version,
    )
    return render_template("concepts/concepts.html", page=page).encode()


def _grown(found: Answer, version: Version) -> tuple[Branch, ...]:
    """Grow the branches; what stands below several concepts is unfolded once."""
    below: defaultdict[str, list[Row]] = defaultdict(list)
    for row in found.rows:
        below[str(row["above"] or "")].append(row)
    seen: set[str] = set()

    def branch(row: Row, depth: int) -> Branch:
        iri = str(row["concept"])
        is_again = iri in seen
        seen.add(iri)
        rows = [] if is_again or depth > _MOST_DEEP else below[iri]
        return Branch(
            version.thing(iri),
            str(row["also"] or ""),
            row["status"] == _PROVISIONAL,
            number_of(row, "claims"),
            opened_address(found, row, "claims", version),
            tuple(branch(each, depth + 1) for each in rows),
            is_again and bool(below[iri]),
        )

    return tuple(branch(row, 1) for row in below[""])


def _index(version: Version, given: Given) -> bytes:
    letter = given.get("letter", "A").upper()[:1]
    found = asked(version, _INDEX, {**given, "letter": letter})
    names = tuple(_name(row, version) for row in found.rows)
    page = Index(letter, LETTERS, names, found.query, version)
    return render_template("concepts/index.html", page=page).encode()


def _name(row: Row, version: Version) -> Name:
    return Name(
        str(row["name"]),
        version.thing(str(row["concept"])),
        version.thing(str(row["scheme"])),
        bool(row["isPreferred"]),
        row["status"] == _PROVISIONAL,
        number_of(row, "senses"),
    )


add_view(BLUEPRINT, "/concepts", {"html": _page, **data_of(_TREE)})
add_view(BLUEPRINT, "/concepts/index", {"html": _index, **data_of(_INDEX)}, name="index")
