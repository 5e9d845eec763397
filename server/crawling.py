"""What crawlers read first: robots.txt and the sitemap."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template

from server.answering import Answering
from server.descriptions import publishing
from server.linking import marked
from server.problems import ProblemError
from server.roots import rooted, site_root
from server.sitemaps import part_of_sitemap, parts_of_sitemap

__all__ = ["BLUEPRINT"]

BLUEPRINT = Blueprint("crawling", __name__)

_XML = "application/xml"


@BLUEPRINT.route("/robots.txt")
def robots() -> Response:
    """Keep crawlers to the pages that cost little: not queries, not old versions."""
    body = render_template("crawling/robots.txt", root=site_root())
    response = Response(body, mimetype="text/plain")
    response.headers["Cache-Control"] = "public, max-age=86400"
    response.vary.add("Host")
    return response


@BLUEPRINT.route("/sitemap.xml")
def index() -> Response:
    """List the parts of the sitemap; the first to ask has it made."""
    answering: Answering = current_app.extensions["answering"]
    number = answering.version()
    parts = parts_of_sitemap(answering.home, number)
    if not parts:
        publishing().make("sitemap", number)
        parts = parts_of_sitemap(answering.home, number)
    changed = answering.home.info(number).created
    places = [path.stem for path in parts]
    body = render_template("crawling/sitemap.xml", root=site_root(), places=places, changed=changed)
    return _answer(body.encode(), number)


@BLUEPRINT.route("/sitemap-<int:place>.xml")
def part(place: int) -> Response:
    """Answer with one part of the sitemap."""
    answering: Answering = current_app.extensions["answering"]
    number = answering.version()
    body = part_of_sitemap(answering.home, number, place)
    if body is None:
        raise ProblemError("not-found", f"The sitemap has no part {place}; see /sitemap.xml.")
    return _answer(rooted(body), number)


def _answer(body: bytes, number: int) -> Response:
    response = marked(body, number, _XML, is_pinned=False)
    response.vary.add("Host")
    return response
