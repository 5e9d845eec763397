"""The first page: what this is, how much there is of it, where to start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, render_template

from server.linking import FORMATS, marked
from server.pages import reading, version_of
from server.reading import Row, Version

__all__ = ["BLUEPRINT", "Page"]

BLUEPRINT = Blueprint("home", __name__)

_PANELS = ("home_counts", "home_effects", "home_newest")


@dataclass(frozen=True, slots=True)
class Page:
    """What the first page shows."""

    panels: Mapping[str, list[Row]]
    version: Version


@BLUEPRINT.route("/")
def home() -> Response:
    """Show the first page."""
    version = version_of()
    body = reading().pages.get((version.number, "home"))
    if body is None:
        page = Page({name: version.rows(name) for name in _PANELS}, version)
        body = render_template("home/home.html", page=page).encode()
        reading().pages.put((version.number, "home"), body)
    return marked(body, version.number, FORMATS["html"], is_pinned=False)
