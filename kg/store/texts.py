"""The texts of `queries/store`: what the software itself asks a store, and tells it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["text_of"]


@cache
def text_of(name: str) -> str:
    """Return the query or update of a file, without the lines that describe it."""
    lines = (files("queries") / "store" / name).read_text("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("#+"))
