"""Counts of what the server did, in the text format of Prometheus."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable

from flask import Blueprint, Response, current_app

from server.answering import Answering

__all__ = ["BLUEPRINT", "Metrics"]

BLUEPRINT = Blueprint("metrics", __name__)

_MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "QUERY"})


class Metrics:
    """What was asked so far, by method and status, and how long it took."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._buckets = [0] * len(_BOUNDS)
        self._seconds = 0.0

    def count(self, method: str, status: int, seconds: float) -> None:
        """Count one request; a method that no address has is counted as OTHER."""
        known = method if method in _METHODS else "OTHER"
        with self._lock:
            self._requests[known, status] += 1
            self._seconds += seconds
            for place, bound in enumerate(_BOUNDS):
                if seconds <= bound:
                    self._buckets[place] += 1
                    break

    def lines(self) -> Iterable[str]:
        """Give the counts as lines of the text format."""
        with self._lock:
            requests, buckets = dict(self._requests), list(self._buckets)
            seconds = self._seconds
        yield "# TYPE cove_requests_total counter"
        for (method, status), count in sorted(requests.items()):
            yield f'cove_requests_total{{method="{method}",status="{status}"}} {count}'
        yield "# TYPE cove_request_seconds histogram"
        held = 0
        for bound, count in zip(_BOUNDS, buckets, strict=True):
            held += count
            yield f'cove_request_seconds_bucket{{le="{bound}"}} {held}'
        total = sum(requests.values())
        yield f'cove_request_seconds_bucket{{le="+Inf"}} {total}'
        yield f"cove_request_seconds_sum {seconds:.6f}"
        yield f"cove_request_seconds_count {total}"


@BLUEPRINT.route("/metrics")
def metrics() -> Response:
    """Give every count to the operator's monitoring."""
    counts: Metrics = current_app.extensions["metrics"]
    answering: Answering = current_app.extensions["answering"]
    lines = [*counts.lines(), *_state(answering)]
    response = Response("\n".join(lines) + "\n", content_type=_MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


def _state(answering: Answering) -> Iterable[str]:
    workers, cache = answering.workers, answering.cache
    for name, kind, value in (
        ("cove_workers", "gauge", len(workers.pids())),
        ("cove_queries_running", "gauge", workers.running),
        ("cove_workers_ended_total", "counter", workers.ended),
        ("cove_cache_answers", "gauge", len(cache)),
        ("cove_cache_bytes", "gauge", cache.held),
        ("cove_clients", "gauge", len(answering.budgets)),
    ):
        yield f"# TYPE {name} {kind}"
        yield f"{name} {value}"
