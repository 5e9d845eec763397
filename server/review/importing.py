"""Importing: a file that a database exports, and the account of what became of it."""

from __future__ import annotations

from pathlib import PurePath

from flask import current_app, make_response, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kg.errors import CoveError, ReviewError
from kg.review.members import Role
from kg.review.records import Imported, imported
from kg.review.searches import find, searches
from kg.review.updates import delta
from server.answering import Answering
from server.config import Settings
from server.errands import Errands, import_export
from server.review.entrance import BLUEPRINT, Desk, entered, page

__all__: list[str] = []


@BLUEPRINT.route("/<slug>/import", methods=["GET", "POST"])
@entered(Role.REVIEWER)
def importing(desk: Desk) -> Response:
    """Take a file in, and show its account."""
    message, chosen = "", request.values.get("search", "")
    if request.method == "POST":
        try:
            number = _take_in(desk)
        except CoveError as error:
            message = f"{error}"
        else:
            return redirect(url_for("review.account", slug=desk.slug, number=number), 303)
    with desk.reading() as db:
        found = searches(db)
    if not found:
        return redirect(url_for("review.review_searches", slug=desk.slug, _anchor="record"), 303)
    number = int(chosen[:12]) if chosen.isdecimal() else found[-1].number
    most = _settings().write_bytes >> 20
    return page("importing.html", desk, message=message, found=found, chosen=number, most=most)


@BLUEPRINT.get("/<slug>/imports/<int:number>")
@entered(Role.READER)
def account(desk: Desk, number: int) -> Response:
    """Show what became of each record of a file."""
    with desk.reading() as db:
        made = _one(imported(db), number)
        found = find(db, made.search)
        return page("account.html", desk, made=made, search=found, delta=delta(db, number))


@BLUEPRINT.get("/<slug>/imports/<int:number>/file")
@entered(Role.READER)
def imported_file(desk: Desk, number: int) -> Response:
    """Send the file as it was imported."""
    with desk.reading() as db:
        made = _one(imported(db), number)
        content = desk.project.journal.file(db, made.digest)
    response = make_response(content or b"")
    response.mimetype = "application/octet-stream"
    response.headers.set("Content-Disposition", "attachment", filename=_plain(made.name))
    return response


def _take_in(desk: Desk) -> int:
    """Read the file in a process of its own, and keep it whole or not at all."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise ReviewError("no file came with the form; choose one")
    search = request.form.get("search", "")
    if not search.isdecimal():
        raise ReviewError("choose the search that the file comes from")
    name = PurePath(sent.filename.replace("\\", "/")).name[:200]
    errands: Errands = current_app.extensions["errands"]
    path, wanted = desk.project.journal.path, (int(search[:12]), name, sent.read())
    return errands.run(import_export, path, desk.name, *wanted)


def _one(imports: list[Imported], number: int) -> Imported:
    found = next((each for each in imports if each.number == number), None)
    if found is None:
        raise ReviewError(f"there is no import {number} in this review")
    return found


def _plain(name: str) -> str:
    return "".join(c if c.isalnum() or c in "._- " else "_" for c in name) or "import"


def _settings() -> Settings:
    answering: Answering = current_app.extensions["answering"]
    return answering.settings
