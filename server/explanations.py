"""The pages that the types of problem documents lead to: what each means, what to do."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from server.problems import KINDS, ProblemError

__all__ = ["BLUEPRINT"]

BLUEPRINT = Blueprint("explanations", __name__)


@BLUEPRINT.route("/problems/")
def problems() -> Response:
    """List every kind of problem that a client can meet."""
    return make_response(render_template("explanations/problems.html", kinds=KINDS))


@BLUEPRINT.route("/problems/<kind>")
def problem(kind: str) -> Response:
    """Explain one kind of problem."""
    if kind not in KINDS:
        raise ProblemError("not-found", f"There is no problem {kind[:50]!r}; see /problems/.")
    page = render_template("explanations/problem.html", name=kind, kind=KINDS[kind])
    return make_response(page)
