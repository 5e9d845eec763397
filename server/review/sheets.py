"""Sheets: a review's coding in a spreadsheet, down and up again."""

from __future__ import annotations

from io import BytesIO
from pathlib import PurePath

from flask import current_app, make_response, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kg.errors import CoveError, ReviewError
from kg.review.members import Role
from kg.review.sheets import write_sheet
from server.answering import Answering
from server.errands import Errands, import_sheet
from server.review.entrance import BLUEPRINT, Desk, entered, page

__all__: list[str] = []


@BLUEPRINT.get("/<slug>/coding/sheet.xlsx")
@entered(Role.REVIEWER)
def sheet_down(desk: Desk) -> Response:
    """Send the workbook: every publication that is coded, with one's own coding so far."""
    stream = BytesIO()
    with desk.reading() as db:
        write_sheet(db, desk.name, stream)
    response = make_response(stream.getvalue())
    response.mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response.headers.set("Content-Disposition", "attachment", filename=f"{desk.slug}.xlsx")
    return response


@BLUEPRINT.post("/<slug>/coding/sheet")
@entered(Role.REVIEWER)
def sheet_up(desk: Desk) -> Response:
    """Take a filled-in workbook, and tell what became of each row."""
    answering: Answering = current_app.extensions["answering"]
    request.max_content_length = answering.settings.write_bytes + 65_536
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise ReviewError("no file came with the form; choose one")
        name = PurePath(sent.filename.replace("\\", "/")).name[:200]
        errands: Errands = current_app.extensions["errands"]
        path = desk.project.journal.path
        number = errands.run(import_sheet, path, desk.name, name, sent.read())
    except CoveError as error:
        return page("coding/sheet.html", desk, message=f"{error}.", sent=None)
    return redirect(url_for("review.sheet_told", slug=desk.slug, number=number), 303)


@BLUEPRINT.get("/<slug>/coding/sheets/<int:number>")
@entered(Role.REVIEWER)
def sheet_told(desk: Desk, number: int) -> Response:
    """Tell what became of the rows of a workbook."""
    with desk.reading() as db:
        entry = desk.project.journal.entry(db, number)
    return page("coding/sheet.html", desk, sent=entry.event if entry else None)
