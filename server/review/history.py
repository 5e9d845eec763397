"""The history of a review: every event, the newest first."""

from __future__ import annotations

import msgspec
from flask import request
from werkzeug.wrappers import Response

from kg.review import Entry, Event
from kg.review.members import Role
from server.review.entrance import BLUEPRINT, Desk, entered, page

__all__: list[str] = []

_LENGTH = 100
_LONGEST = 200


@BLUEPRINT.get("/<slug>/history")
@entered(Role.READER)
def history(desk: Desk) -> Response:
    """Show what was done, a hundred events at a time, the newest first."""
    asked = request.args.get("before", "")
    journal = desk.project.journal
    with desk.reading() as db:
        newest = journal.last(db)
        before = min(int(asked[:12]), newest + 1) if asked.isdecimal() else newest + 1
        entries = journal.history(db, after=max(0, before - 1 - _LENGTH), most=_LENGTH)
    entries = [entry for entry in reversed(entries) if entry.number < before]
    first = entries[-1].number if entries else 0
    is_later = before <= newest
    return page("history.html", desk, entries=entries, before=first, later=is_later, told=_told)


def _told(entry: Entry[Event]) -> str:
    """Return the beginning of what an event holds."""
    text = msgspec.json.encode(entry.event).decode()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
