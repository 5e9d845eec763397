"""Versions of the dataset and what changed between them, as pages, data, patches and a feed."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, current_app, make_response, render_template, request

from kg.descriptions import About, entry
from kg.store.history import VersionInfo
from server.answering import Answering
from server.descriptions import written
from server.linking import FORMATS, linked, marked
from server.negotiation import choose
from server.pages import page_number
from server.problems import ProblemError
from server.roots import STAND_IN, rooted

__all__ = ["BLUEPRINT", "Part"]

BLUEPRINT = Blueprint("changes", __name__)

_LENGTH = 100  # versions on a page
_FEED = "application/atom+xml"
_PATCH = "application/gzip"
_SUFFIXES = ",".join(FORMATS)


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the versions, the newest first, and the pages of those before and after them."""

    versions: tuple[VersionInfo, ...]
    count: int
    later: int | None
    earlier: int | None


@BLUEPRINT.route("/versions")
def versions() -> Response:
    """List the versions, the newest first, a hundred at a time."""
    html = render_template("changes/versions.html", part=_part())
    return marked(html.encode(), _newest(), FORMATS["html"], is_pinned=False)


@BLUEPRINT.route("/changes")
def feed() -> Response:
    """Answer with the changes as an Atom feed, the newest first, a hundred at a time."""
    body = render_template("changes/feed.xml", part=_part())
    return _hosted(marked(body.encode(), _newest(), _FEED, is_pinned=False))


@BLUEPRINT.route("/version/<int:number>")
@BLUEPRINT.route(f"/version/<int:number>.<any({_SUFFIXES}):suffix>")
def version(number: int, suffix: str | None = None) -> Response:
    """Tell who made a version, when, why and what it changed."""
    answering: Answering = current_app.extensions["answering"]
    info = answering.home.info(answering.version(number))
    media_type = choose(request.accept_mimetypes, FORMATS, asked=suffix, first=FORMATS["html"])
    if media_type == FORMATS["html"]:
        html = render_template("changes/version.html", info=info, newest=_newest())
        body = html.encode()
    else:
        body = rooted(written(entry(About(info, STAND_IN)), media_type))
    path = f"version/{number}"
    response = marked(body, number, media_type, is_pinned=False)
    return _hosted(linked(response, f"/{path}", answering.settings.base + path))


@BLUEPRINT.route("/version/<int:number>/patch")
def patch(number: int) -> Response:
    """Answer with the RDF Patch that made a version."""
    answering: Answering = current_app.extensions["answering"]
    path = answering.home.patch_path(answering.version(number))
    if not path.is_file():
        raise ProblemError("not-found", f"The patch of version {number} is not here.")
    response = make_response(path.read_bytes())
    response.mimetype = _PATCH
    response.headers["Content-Disposition"] = f'attachment; filename="cove-{number}.rdfp.gz"'
    return response


def _newest() -> int:
    answering: Answering = current_app.extensions["answering"]
    return answering.version()


def _part() -> Part:
    """Return the versions of the page that is asked for."""
    answering: Answering = current_app.extensions["answering"]
    count, page = _newest(), page_number()
    first = count - (page - 1) * _LENGTH
    if first < 1:
        raise ProblemError("not-found", f"There is no page {page} of {count:,} versions.")
    last = max(first - _LENGTH + 1, 1)
    found = tuple(answering.home.info(number) for number in range(first, last - 1, -1))
    return Part(found, count, page - 1 if page > 1 else None, page + 1 if last > 1 else None)


def _hosted(response: Response) -> Response:
    """Say that the document names the host that it was asked of."""
    response.vary.add("Host")
    return response
