"""What operators ask: is it alive, is it ready."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify

from kg.errors import StoreError
from server.answering import Answering
from server.engine import Task
from server.negotiation import ROWS
from server.preparing import Preparing
from server.problems import ProblemError

__all__ = ["BLUEPRINT"]

BLUEPRINT = Blueprint("operations", __name__)

_SECONDS = 5.0
_PROBE = "ASK {}"


@BLUEPRINT.route("/health")
@BLUEPRINT.route("/health/ready")
def ready() -> tuple[Response, int]:
    """Tell whether a query would be answered now, by answering one."""
    answering: Answering = current_app.extensions["answering"]
    try:
        version = answering.version()
        probe = Task(_PROBE, ROWS["json"], version)
        answering.workers.run(probe, seconds=_SECONDS, patience=_SECONDS)
    except (ProblemError, StoreError) as error:
        return jsonify(status="not ready", reason=str(error)), 503
    return (
        jsonify(
            status="ready",
            version=version,
            workers={
                "running": answering.workers.running,
                "ended": answering.workers.ended,
                "isolated": answering.workers.is_isolated,
            },
            prepared=_prepared(),
            cache={"answers": len(answering.cache), "bytes": answering.cache.held},
        ),
        200,
    )


def _prepared() -> int:
    """Return the version whose heavy pages are made already, 0 where none is."""
    preparing: Preparing | None = current_app.extensions.get("preparing")
    return preparing.prepared if preparing else 0


@BLUEPRINT.route("/health/live")
def live() -> tuple[Response, int]:
    """Tell that the process answers."""
    return jsonify(status="live"), 200
