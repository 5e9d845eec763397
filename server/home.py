"""The first page: what this is, how much there is of it, where to start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, render_template
from markupsafe import Markup

from server.answering import Answering
from server.evidence_map import small_map
from server.linking import FORMATS, marked
from server.pages import reading, version_of
from server.problems import ProblemError
from server.reading import Row, Version
from server.roots import rooted
from server.structured import Structured, of_dataset

__all__ = ["BLUEPRINT", "Page"]

BLUEPRINT = Blueprint("home", __name__)

_ABOUT = (
    "An open evidence graph of how public services and the people who use them create value "
    "together, and how they destroy it: claims coded from publications, each with its source."
)
_PANELS = ("home_counts", "home_effects", "home_newest")
_MAP = {"rows": "phase", "columns": "holder"}


@dataclass(frozen=True, slots=True)
class Page:
    """What the first page shows."""

    panels: Mapping[str, list[Row]]
    version: Version
    structured: Structured
    map: Markup | None
    map_query: Mapping[str, str]


@BLUEPRINT.route("/")
def home() -> Response:
    """Show the first page."""
    version = version_of()
    body = reading().pages.get((version.number, "home"))
    if body is None:
        answering: Answering = current_app.extensions["answering"]
        changed = answering.home.info(version.number).created.date()
        panels = {name: version.rows(name) for name in _PANELS}
        structured = of_dataset(version.number, changed, _ABOUT)
        page = Page(panels, version, structured, _map(version), _MAP)
        body = render_template("home/home.html", page=page).encode()
        if page.map or not panels["home_counts"]:  # else it is drawn the next time
            reading().pages.put((version.number, "home"), body)
    response = marked(rooted(body), version.number, FORMATS["html"], is_pinned=False)
    response.vary.add("Host")
    return response


def _map(version: Version) -> Markup | None:
    """Draw a small evidence map; the page does without where it takes too long."""
    try:
        return small_map(version, _MAP)
    except ProblemError:
        return None
