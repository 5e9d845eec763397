"""Comparing: two codings side by side, what all agree on, and how far coders agree."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kg.errors import ReviewError
from kg.records import Claim
from kg.review.coding import ADJUDICATION, coded_work, coded_works, draft, drafts, may_compare, save
from kg.review.differences import agreement_of, codings, line_up, merge
from kg.review.members import Role
from server.problems import ProblemError
from server.review.entrance import BLUEPRINT, Desk, entered, page

__all__: list[str] = []

_SHOWN = tuple(name for name in Claim.__struct_fields__ if name not in {"id", "statement"})


@BLUEPRINT.route("/<slug>/coding/<int:number>/compare", methods=["GET", "POST"])
@entered(Role.REVIEWER)
def compare(desk: Desk, number: int) -> Response:
    """Show the codings side by side, and begin the adjudication with what is picked."""
    with desk.reading() as db:
        if not may_compare(db, number, desk.name):
            message = "What others made of a publication is shown when your own coding is done."
            raise ProblemError("not-a-member", message)
        one, done = coded_work(db, number), drafts(db, number)
        agreed = draft(db, number, ADJUDICATION)
    works = codings(done)
    rows, message = line_up(works), ""
    if request.method == "POST":
        try:
            sheet, anchors = merge(done, _base(len(done)), _choices(len(rows), len(done)))
            with desk.writing() as writing:
                save(writing, number, sheet, anchors=anchors, is_adjudication=True)
        except ReviewError as error:
            message = f"{error}."
        else:
            return redirect(url_for("review.adjudicate", slug=desk.slug, number=number), 303)
    shown = {"one": one, "done": done, "works": works, "rows": rows, "agreed": agreed}
    return page("coding/compare.html", desk, message=message, fields=_SHOWN, said=_said, **shown)


@BLUEPRINT.get("/<slug>/agreement")
@entered(Role.READER)
def agreement(desk: Desk) -> Response:
    """Show how far coders agree, over the publications that two have done."""
    with desk.reading() as db:
        double = [
            drafts(db, one.number)
            for one in coded_works(db)
            if one.is_ready and len(one.coders) > 1
        ]
    coders = sorted({one.coder for done in double for one in done})
    found = agreement_of(double, coders) if double else None
    return page("coding/agreement.html", desk, found=found, coders=coders)


def _base(most: int) -> int:
    text = request.form.get("base", "0")
    return int(text) if text.isdecimal() and int(text[:3]) < most else 0


def _choices(rows: int, most: int) -> dict[int, int | None]:
    choices: dict[int, int | None] = {}
    for row in range(rows):
        text = request.form.get(f"row.{row}", "")
        if text == "none":
            choices[row] = None
        elif text.isdecimal() and int(text[:3]) < most:
            choices[row] = int(text)
    return choices


def _said(claim: Claim, field: str) -> str:
    """Write what a claim has in a field."""
    value = getattr(claim, field)
    if value in (None, (), False):
        return ""
    if isinstance(value, tuple):
        return "; ".join(_part(one) for one in value)
    return _part(value)


def _part(value: object) -> str:
    names = getattr(value, "__struct_fields__", None)
    if names is None:
        return "yes" if value is True else str(value)
    return " ".join(str(getattr(value, name)) for name in names if getattr(value, name) is not None)
