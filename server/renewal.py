"""Renewal: what this server does when a write over another engine has ended.

A home shows a version when it is whole. Behind an engine others see a change graph by graph, also
one that is refused at its end: what was answered meanwhile may be of a state that never was.
"""

from __future__ import annotations

import logging

from flask import Flask

from kg.errors import StoreError
from server.answering import Answering
from server.keeping import Keeping
from server.problems import ProblemError
from server.reading import Reading

__all__ = ["renew", "settle"]

_LOG = logging.getLogger(__name__)


def renew(app: Flask) -> bool:
    """Undo a change that was cut off, and forget what was answered; tell whether that was done."""
    answering: Answering = app.extensions["answering"]
    if not answering.settings.store:
        return True
    try:
        answering.home.put_back()
    except StoreError as error:
        _LOG.error("a change that was cut off could not be undone: %s", error)
        return False
    finally:
        answering.forget()
        kept: Keeping = app.extensions["keeping"]
        kept.answers.clear()
        reading: Reading | None = app.extensions.get("reading")
        if reading:
            reading.forget()
    return True


def settle(app: Flask) -> None:
    """Renew after a write, or raise ProblemError where a part of it is still there."""
    if not renew(app):
        message = (
            "The write was cut off, and what it had changed could not be put back yet; the "
            "operator's log says why. The next write tries again."
        )
        raise ProblemError("write-failed", message, retry_after=30)
