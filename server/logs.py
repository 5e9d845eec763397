"""One line of JSON about each request, under the id that its client may name."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

__all__ = ["log_request", "write_log"]

_LOG = logging.getLogger("cove.access")
_SLOW_LOG = logging.getLogger("cove.slow")


def write_log(level: str) -> None:
    """Write what is logged to standard error, the requests as they are: JSON and nothing else."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    for log in (_LOG, _SLOW_LOG):
        log.handlers[:] = [handler]
        log.propagate = False
        log.setLevel(level.upper())
    logging.getLogger("server").setLevel(level.upper())


def log_request(
    environ: WSGIEnvironment, status: str, headers: Iterable[tuple[str, str]], seconds: float
) -> None:
    """Log a request that is answered, as JSON, which escapes what could begin another line."""
    if not _LOG.isEnabledFor(logging.INFO):
        return
    size = next((value for name, value in headers if name == "Content-Length"), None)
    line = {
        "id": environ["cove.request_id"],
        "client": environ.get("REMOTE_ADDR"),
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"].encode("latin-1", "replace").decode(errors="replace"),
        "status": int(status[:3]),
        "bytes": int(size) if size else None,
        "milliseconds": round(seconds * 1_000, 1),
    }
    _LOG.info("%s", json.dumps(line))
