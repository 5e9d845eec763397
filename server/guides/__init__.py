"""Guides: the coding sheet, and ten minutes for each kind of person, in Markdown beside this."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import pairwise
from types import MappingProxyType

from flask import Blueprint, Response, make_response, render_template
from markdown_it import MarkdownIt
from markupsafe import Markup

__all__ = ["BLUEPRINT", "GUIDES", "source"]

BLUEPRINT = Blueprint("guides", __name__)

GUIDES: Mapping[str, str] = MappingProxyType(
    {
        "researcher": "For a researcher: ask, read, cite",
        "reviewer": "For a reviewer: from an export to published evidence",
        "developer": "For a developer: build on the data",
        "coding": "The coding sheet",
    }
)
"""The guides with their titles, in the order in which a newcomer needs them."""

_NAMES = ",".join(GUIDES)
_NOTEBOOK = "notebook.ipynb"


@BLUEPRINT.route("/guide")
def guides() -> Response:
    """List the guides."""
    return make_response(render_template("guides/guides.html", guides=GUIDES))


@BLUEPRINT.route(f"/guide/<any({_NAMES}):name>")
def guide(name: str) -> Response:
    """Show one guide."""
    text = _rendered(name)
    return make_response(render_template("guides/guide.html", name=name, text=text, guides=GUIDES))


@BLUEPRINT.route(f"/guide/{_NOTEBOOK}")
def notebook() -> Response:
    """Answer with the notebook."""
    response = make_response(files(__name__).joinpath(_NOTEBOOK).read_bytes())
    response.mimetype = "application/x-ipynb+json"
    response.headers["Content-Disposition"] = f'attachment; filename="cove-{_NOTEBOOK}"'
    return response


def source(name: str) -> str:
    """Return a guide as it was written, in Markdown."""
    return files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8")


@cache
def _rendered(name: str) -> Markup:
    """Turn a guide into HTML, with an anchor at each heading; HTML in it shows as text."""
    markdown = MarkdownIt("js-default")
    tokens = markdown.parse(source(name))
    for heading, words in pairwise(tokens):
        if heading.type == "heading_open":
            heading.attrSet("id", _anchor(words.content))
        elif heading.type in {"fence", "code_block"}:
            # A block that is wider than the page scrolls, also by keyboard.
            heading.attrSet("tabindex", "0")
    return Markup(markdown.renderer.render(tokens, markdown.options, {}))  # noqa: S704  # ours


def _anchor(words: str) -> str:
    """Make the name of a heading's anchor.

    >>> _anchor("3. Read what a number counts")
    'read-what-a-number-counts'
    """
    return re.sub(r"[^a-z]+", "-", words.lower()).strip("-")
