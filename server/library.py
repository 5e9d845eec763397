"""Query files of the pages, read from the library once."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["page_query"]


@cache
def page_query(name: str) -> str:
    """Return the text of queries/pages/<name>.rq."""
    return files("queries").joinpath("pages", f"{name}.rq").read_text(encoding="utf-8")
