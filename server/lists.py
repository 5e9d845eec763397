"""Lists of the things of one kind, and of the concept schemes."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, make_response, render_template, request, url_for
from rdflib import Literal
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from server.kinds import LISTED
from server.pages import version_of
from server.reading import Row

__all__ = ["BLUEPRINT", "Listing"]

BLUEPRINT = Blueprint("lists", __name__)

_LENGTH = 100
_KINDS = ",".join(LISTED)


@dataclass(frozen=True, slots=True)
class Listing:
    """What the list of one kind of thing shows."""

    kind: str
    rows: list[Row]
    after: str | None


@BLUEPRINT.route(f"/<any({_KINDS}):kind>/")
def things(kind: str) -> Response:
    """List the things of a kind, a hundred at a time."""
    version = version_of()
    start = f"{version.addresses.base}{kind}/"
    after = Literal(start + request.args.get("after", ""))
    rows = version.rows("thing_list", type=LISTED[kind], after=after)
    last = rows[_LENGTH - 1]["thing"] if len(rows) > _LENGTH else None
    following = (last.iri or "").removeprefix(start) if last else None
    page = Listing(kind, rows[:_LENGTH], following)
    return make_response(render_template("lists/things.html", page=page))


@BLUEPRINT.route("/scheme/")
def schemes() -> Response:
    """List the concept schemes: the typologies, then the lists of codes."""
    rows = version_of().rows("scheme_list")
    return make_response(render_template("lists/schemes.html", rows=rows))


@BLUEPRINT.route(f"/<any({_KINDS},scheme):kind>")
def without_slash(kind: str) -> Response:
    """Lead to the list of a kind."""
    address = url_for("lists.schemes") if kind == "scheme" else url_for("lists.things", kind=kind)
    return redirect(address, 308)
