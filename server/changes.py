"""Versions of the dataset and what changed between them, as pages, patches and a feed."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, render_template

from kg.store.history import VersionInfo
from server.answering import Answering
from server.problems import ProblemError

__all__ = ["BLUEPRINT"]

BLUEPRINT = Blueprint("changes", __name__)

_MOST = 200
_PATCH = "application/gzip"


@BLUEPRINT.route("/versions")
def versions() -> Response:
    """List the versions, the newest first."""
    return make_response(render_template("changes/versions.html", versions=_newest()))


@BLUEPRINT.route("/changes")
def feed() -> Response:
    """Answer with the newest changes as an Atom feed."""
    response = make_response(render_template("changes/feed.xml", versions=_newest()))
    response.mimetype = "application/atom+xml"
    return response


@BLUEPRINT.route("/version/<int:number>")
def version(number: int) -> Response:
    """Show who made a version, when, why and what it changed."""
    answering: Answering = current_app.extensions["answering"]
    info = answering.home.info(answering.version(number))
    return make_response(render_template("changes/version.html", info=info))


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


def _newest() -> list[VersionInfo]:
    answering: Answering = current_app.extensions["answering"]
    current = answering.version()
    return [answering.home.info(n) for n in range(current, max(0, current - _MOST), -1)]
