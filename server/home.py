"""The first page: what this is, how much there is of it, where to start."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, current_app, make_response, render_template

from server.answering import Answering
from server.pages import page_query
from server.replies import asker

__all__ = ["BLUEPRINT", "Count", "Page"]

BLUEPRINT = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class Count:
    """How many things there are of a kind."""

    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Page:
    """What the first page shows."""

    counts: list[Count]
    version: int


@BLUEPRINT.route("/")
def home() -> Response:
    """Show the first page."""
    answering: Answering = current_app.extensions["answering"]
    version = answering.version()
    rows = answering.rows(page_query("home_counts"), version, asker())
    counts = [Count(row["kind"]["value"], int(row["count"]["value"])) for row in rows]
    return make_response(render_template("home/home.html", page=Page(counts, version)))
