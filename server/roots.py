"""The root: where a client sees this site, written into documents that are made only once."""

from __future__ import annotations

import re

from flask import request

from server.problems import ProblemError

__all__ = ["STAND_IN", "rooted", "site_root"]

STAND_IN = "https://site.invalid/"
"""What stands in a finished document for the root; RFC 2606 §2 keeps it from ever being one."""

_ROOT = re.compile(
    r"https?://[A-Za-z0-9.\-]+(:\d+)?/([A-Za-z0-9._~\-]+/)*|https?://\[[0-9a-f:]+\](:\d+)?/"
)


def site_root() -> str:
    """Return the address that the client used for this site, or refuse one that is none.

    It comes from the Host header, which a stranger writes, and goes into RDF and XML.
    """
    root = request.url_root
    if not _ROOT.fullmatch(root):
        raise ProblemError("malformed-request", "The Host header names no host; correct it.")
    return root


def rooted(document: bytes) -> bytes:
    """Write the root into a finished document."""
    return document.replace(STAND_IN.encode(), site_root().encode())
