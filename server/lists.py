"""Lists of the things of one kind, and of the concept schemes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as BaseResponse

from server.kinds import LISTED
from server.linking import FORMATS, marked
from server.pages import reading, version_of
from server.reading import Value, Version

__all__ = ["BLUEPRINT", "Listing"]

BLUEPRINT = Blueprint("lists", __name__)

_LENGTH = 100
_KINDS = ",".join(LISTED)


@dataclass(frozen=True, slots=True)
class Listing:
    """What the list of one kind of thing shows: some of so many."""

    kind: str
    things: tuple[Value, ...]
    first: int
    count: int
    after: str | None


@BLUEPRINT.route(f"/<any({_KINDS}):kind>/")
def things(kind: str) -> Response:
    """List the things of a kind, a hundred at a time."""
    version, after = version_of(), request.args.get("after", "")
    return _finished(version, (kind, after), lambda: _listed(version, kind, after))


@BLUEPRINT.route("/scheme/")
def schemes() -> Response:
    """List the concept schemes: the typologies, then the lists of codes."""
    version = version_of()
    return _finished(
        version,
        ("scheme", ""),
        lambda: render_template("lists/schemes.html", rows=version.rows("scheme_list")),
    )


def _listed(version: Version, kind: str, after: str) -> str:
    iris, start = version.members(LISTED[kind]), f"{version.addresses.base}{kind}/"
    place = bisect_right(iris, start + after)
    shown = iris[place : place + _LENGTH]
    is_more = place + _LENGTH < len(iris)
    page = Listing(
        kind,
        tuple(map(version.thing, shown)),
        place + 1,
        len(iris),
        shown[-1].removeprefix(start) if is_more else None,
    )
    return render_template("lists/things.html", page=page)


def _finished(version: Version, name: tuple[str, str], make: Callable[[], str]) -> Response:
    """Answer with a list that is made once for each version."""
    key = (version.number, "list", name)
    body = reading().pages.get(key)
    if body is None:
        body = make().encode()
        reading().pages.put(key, body)
    return marked(body, version.number, FORMATS["html"], is_pinned=False)


@BLUEPRINT.route(f"/<any({_KINDS},scheme):kind>")
def without_slash(kind: str) -> BaseResponse:
    """Lead to the list of a kind."""
    address = url_for("lists.schemes") if kind == "scheme" else url_for("lists.things", kind=kind)
    return redirect(address, 308)
