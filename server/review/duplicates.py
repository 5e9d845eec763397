"""Duplicates: what a program merged, what it asks about, and what people say."""

from __future__ import annotations

from dataclasses import dataclass
from sqlite3 import Connection

from flask import current_app, request
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kg.bibliographies import Reference
from kg.errors import ReviewError
from kg.review.duplicates import Item, Suspect, deny, merge, merged_items, split, suspects
from kg.review.members import Role
from kg.review.records import references
from server.errands import Errands, seek_duplicates
from server.review.entrance import BLUEPRINT, Desk, entered, page

__all__: list[str] = []

_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Side:
    """Records side by side."""

    what: Item | Suspect
    records: dict[int, Reference]


@BLUEPRINT.route("/<slug>/duplicates", methods=["GET", "POST"])
@entered(Role.READER)
def duplicates(desk: Desk) -> Response:
    """Show what is merged and what is asked, and let reviewers merge and split."""
    errands: Errands = current_app.extensions["errands"]
    name, message = f"{desk.slug} duplicates", ""
    if request.method == "POST":
        try:
            _change(desk, errands, name)
        except ReviewError as error:
            message = f"{error}."
        else:
            return redirect(request.full_path.rstrip("?"), 303)
    asked = request.args.get("after", "")
    after = int(asked[:12]) if asked.isascii() and asked.isdigit() else 0
    with desk.reading() as db:
        found = merged_items(db, after=after, most=_AT_ONCE + 1)
        values = {
            "asked": [_side(db, each) for each in suspects(db, most=_AT_ONCE)],
            "merged": [_side(db, each) for each in found[:_AT_ONCE]],
            "after": found[_AT_ONCE - 1].number if len(found) > _AT_ONCE else None,
            "counts": _counts(db),
        }
    return page("duplicates.html", desk, message=message, errand=errands.state(name), **values)


def _change(desk: Desk, errands: Errands, name: str) -> None:
    records = [int(each[:12]) for each in request.form.getlist("records") if each.isdecimal()]
    reason, do = request.form.get("reason", "").strip()[:300], request.form.get("do", "")
    if do == "seek":
        if not desk.may("reviewer"):
            raise ReviewError("looking for duplicates asks for a reviewer")
        errands.start(name, seek_duplicates, desk.project.journal.path, desk.name)
        return
    with desk.writing() as writing:
        if do == "merge":
            merge(writing, records, reason)
        elif do == "split":
            split(writing, records, reason)
        elif do == "deny":
            deny(writing, records, reason)
        else:
            raise ReviewError("choose what is to be done with the records")


def _side(db: Connection, what: Item | Suspect) -> Side:
    return Side(what, references(db, what.records))


def _counts(db: Connection) -> dict[str, int]:
    row = db.execute(
        "SELECT COUNT(*), COUNT(DISTINCT item), (SELECT COUNT(*) FROM suspects),"
        " (SELECT MAX(number) FROM events WHERE kind = 'duplicates-sought') FROM items"
    ).fetchone()
    return {"records": row[0], "items": row[1], "suspects": row[2], "sought": row[3] or 0}
