"""Benchmarks: made records shaped like the corpus, and what the product does with them."""

from kg.bench.generator import Generator
from kg.bench.history import HISTORY, Measure, exponent, keep, machine, read_history, slides
from kg.bench.importing import CORPUS, measure_imports
from kg.bench.reports import report
from kg.bench.telling import multiples, tell

__all__ = [
    "CORPUS",
    "HISTORY",
    "Generator",
    "Measure",
    "exponent",
    "keep",
    "machine",
    "measure_imports",
    "multiples",
    "read_history",
    "report",
    "slides",
    "tell",
]
