"""Benchmarks: made records shaped like the corpus, and what the product does with them."""

from kg.bench.generator import Generator

__all__ = ["Generator"]
