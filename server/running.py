"""Queries that run now: an administrator lists them, and ends one."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify

from kg.accounts import Role
from server.accounts import attempt
from server.answering import Answering
from server.problems import ProblemError

__all__ = ["BLUEPRINT"]

BLUEPRINT = Blueprint("running", __name__)


@BLUEPRINT.route("/operations/queries")
def queries() -> Response:
    """List the queries that run, the oldest first."""
    with attempt(Role.ADMIN, "list the queries that run") as trying:
        trying.outcome = "listed"
        answering: Answering = current_app.extensions["answering"]
        response = jsonify(
            queries=[
                {
                    "id": running.number,
                    "seconds": round(running.seconds, 3),
                    "client": running.client,
                    "version": running.task.version,
                    "query": running.task.text,
                }
                for running in answering.workers.tasks()
            ]
        )
    response.headers["Cache-Control"] = "no-store"
    return response


@BLUEPRINT.route("/operations/queries/<int:number>", methods=["DELETE"])
def end(number: int) -> tuple[str, int]:
    """End a query; its client is told who did."""
    with attempt(Role.ADMIN, f"end query {number}") as trying:
        answering: Answering = current_app.extensions["answering"]
        running = answering.workers.end(number)
        if running is None:
            raise ProblemError("not-found", f"No query {number} runs now; it may be through.")
        trying.what = f"end query {number} of {running.client}: {running.task.text[:200]}"
        trying.outcome = "ended"
    return "", 204
