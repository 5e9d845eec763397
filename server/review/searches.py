"""Searches: what was searched, when, with which words; and the files that came from each."""

from __future__ import annotations

from datetime import date

from flask import request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kg.errors import ReviewError
from kg.review.members import Role
from kg.review.records import imported
from kg.review.searches import Search, Source, correct, find, last_round, record, searches
from server.review.entrance import BLUEPRINT, Desk, entered, page

__all__: list[str] = []


@BLUEPRINT.route("/<slug>/searches", methods=["GET", "POST"])
@entered(Role.READER)
def review_searches(desk: Desk) -> Response:
    """Show the searches, and let a reviewer record one."""
    form, message = Search(""), ""
    if request.method == "POST":
        form = _search()
        try:
            with desk.writing() as writing:
                number = record(writing, form)
        except ReviewError as error:
            message = f"{error}."
        else:
            return redirect(url_for("review.importing", slug=desk.slug, search=number), 303)
    with desk.reading() as db:
        shown = {"found": searches(db), "imports": imported(db), "last": last_round(db)}
    return page("searches.html", desk, message=message, form=form, sources=list(Source), **shown)


@BLUEPRINT.route("/<slug>/searches/<int:number>", methods=["GET", "POST"])
@entered(Role.REVIEWER)
def review_search(desk: Desk, number: int) -> Response:
    """Let a reviewer correct what was recorded of a search."""
    with desk.reading() as db:
        form, last, message = find(db, number), last_round(db), ""
    if request.method == "POST":
        form = _search()
        try:
            with desk.writing() as writing:
                correct(writing, number, form)
        except ReviewError as error:
            message = f"{error}."
        else:
            return redirect(url_for("review.review_searches", slug=desk.slug), 303)
    values = {"number": number, "form": form, "last": last, "sources": list(Source)}
    return page("search.html", desk, message=message, **values)


def _search() -> Search:
    """Read the form; the search string stays as it was typed, line by line."""
    form = request.form
    source = form.get("source", "")
    return Search(
        " ".join(form.get("name", "").split()),
        source=Source(source) if source in {each.value for each in Source} else Source.DATABASE,
        interface=form.get("interface", "").strip()[:200],
        day=_day(form.get("day", "")),
        string=form.get("string", "").replace("\r\n", "\n").strip("\n"),
        hits=_count(form.get("hits", "")),
        note=form.get("note", "").strip(),
        round=_count(form.get("round", "")) or 1,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _count(text: str) -> int | None:
    plain = text.strip().replace(",", "").replace(" ", "")
    return int(plain[:9]) if plain.isascii() and plain.isdigit() else None
