"""Benchmarks of the server: what it answers in a second, beside others on the same data."""

from server.benching.crawls import Crawl, crawl
from server.benching.loads import Load, Measured, measure
from server.benching.peers import PEERS, running
from server.benching.reports import Row, compare, report
from server.benching.soaks import Soak, soak

__all__ = [
    "PEERS",
    "Crawl",
    "Load",
    "Measured",
    "Row",
    "Soak",
    "compare",
    "crawl",
    "measure",
    "report",
    "running",
    "soak",
]
