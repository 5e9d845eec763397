"""One line of JSON about each request, under the id that its client may name."""

from __future__ import annotations

import json
import logging
import re
import time
from uuid import uuid4

from flask import Flask, Response, current_app, g, request

from server.metrics import Metrics

__all__ = ["log_requests", "write_log"]

_LOG = logging.getLogger("cove.access")
_SLOW_LOG = logging.getLogger("cove.slow")
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def log_requests(app: Flask) -> None:
    """Count and log every request of an application; call it before other hooks are added."""
    app.extensions["metrics"] = Metrics()
    app.before_request(_begin)
    app.after_request(_end)


def write_log(level: str) -> None:
    """Write what is logged to standard error, the requests as they are: JSON and nothing else."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    for log in (_LOG, _SLOW_LOG):
        log.handlers[:] = [handler]
        log.propagate = False
        log.setLevel(level.upper())
    logging.getLogger("server").setLevel(level.upper())


def _begin() -> None:
    g.began = time.perf_counter()
    asked = request.headers.get("X-Request-Id", "")
    # A stranger's id goes into a header and a log: nothing that could break either is taken.
    g.request_id = asked if _ID.fullmatch(asked) else uuid4().hex


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.began
    metrics: Metrics = current_app.extensions["metrics"]
    metrics.count(request.method, response.status_code, seconds)
    response.headers["X-Request-Id"] = g.request_id
    if _LOG.isEnabledFor(logging.INFO):
        _LOG.info("%s", _line(response, seconds))
    return response


def _line(response: Response, seconds: float) -> str:
    """Write a request as JSON, which escapes what could begin another line."""
    return json.dumps(
        {
            "id": g.request_id,
            "client": request.remote_addr,
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "bytes": response.content_length,
            "milliseconds": round(seconds * 1_000, 1),
        }
    )
