"""What the pages of the product share: the version they show, and their parameters."""

from __future__ import annotations

import re

from flask import current_app, request

from server.answering import Answering
from server.problems import ProblemError
from server.reading import Reading, Version

__all__ = ["is_iri", "page_number", "reading", "version_of"]

_NO_IRI = re.compile(r'[<>"{}|^`\\\x00-\x20]')


def reading() -> Reading:
    """Return the versions that the pages of this application are made from."""
    extensions = current_app.extensions
    if "reading" not in extensions:
        answering: Answering = extensions["answering"]
        extensions["reading"] = Reading(answering.home, answering.settings.base)
    found: Reading = extensions["reading"]
    return found


def version_of(number: int | None = None) -> Version:
    """Return the version that a page is made from: the one it names, or the newest."""
    answering: Answering = current_app.extensions["answering"]
    return reading().version(answering.held(number), is_pinned=number is not None)


def is_iri(text: str) -> bool:
    """Tell whether a text may stand in an IRI.

    >>> is_iri("https://example.org/a"), is_iri("https://example.org/a b")
    (True, False)
    """
    return _NO_IRI.search(text) is None


def page_number() -> int:
    """Return the number of the page that is asked for, 1 where none is."""
    text = request.args.get("page", "1")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= 1_000_000:
        raise ProblemError("malformed-request", f"page={text[:50]!r} is no number of a page.")
    return int(text)
