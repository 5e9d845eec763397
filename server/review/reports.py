"""Reports: the documents of what passed screening, had or not, and the studies they are of."""

from __future__ import annotations

from dataclasses import dataclass

from flask import make_response, request
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kg.bibliographies import Reference
from kg.errors import ReviewError
from kg.review.duplicates import whole
from kg.review.members import Role
from kg.review.protocols import Stage
from kg.review.reports import Report, miss, name_study, report_of, retrieve, study_of
from server.problems import ProblemError
from server.review.entrance import BLUEPRINT, Desk, entered, page

__all__: list[str] = []

_LENGTH = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A report in the list."""

    item: int
    state: str
    reference: Reference
    report: Report | None
    study: tuple[int, str] | None


@BLUEPRINT.route("/<slug>/reports", methods=["GET", "POST"])
@entered(Role.READER)
def reports(desk: Desk) -> Response:
    """Show the reports that are sought, and take down what became of each."""
    message = ""
    if request.method == "POST":
        try:
            _note(desk)
        except ReviewError as error:
            message = f"{error}."
        else:
            return redirect(request.full_path.rstrip("?"), 303)
    asked = request.args.get("after", "")
    after = int(asked[:12]) if asked.isascii() and asked.isdigit() else 0
    with desk.reading() as db:
        rows = db.execute(
            "SELECT item, state FROM decisions WHERE stage = ? AND item > ? ORDER BY item LIMIT ?",
            (Stage.FULL_TEXT.value, after, _LENGTH + 1),
        ).fetchall()
        lines = [
            Line(item, state, whole(db, item), report_of(db, item), study_of(db, item))
            for item, state in rows[:_LENGTH]
        ]
    following = rows[_LENGTH - 1][0] if len(rows) > _LENGTH else None
    return page("reports.html", desk, message=message, lines=lines, after=following)


@BLUEPRINT.get("/<slug>/reports/<int:item>/file")
@entered(Role.READER)
def report_file(desk: Desk, item: int) -> Response:
    """Send the document of a report to who takes part: it is kept here and never published."""
    with desk.reading() as db:
        found = report_of(db, item)
        content = desk.project.journal.file(db, found.file) if found and found.file else None
    if content is None:
        raise ProblemError("not-found", f"No document of record {item} is kept here.")
    response = make_response(content)
    is_pdf = content.startswith(b"%PDF-")
    response.mimetype = "application/pdf" if is_pdf else "application/octet-stream"
    name = f"report-{item}.pdf" if is_pdf else f"report-{item}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _note(desk: Desk) -> None:
    form, sent = request.form, request.files.get("file")
    records = [int(each[:12]) for each in form.getlist("records") if each.isdecimal()]
    with desk.writing() as writing:
        match form.get("do", ""):
            case "retrieve":
                content = sent.read() if sent else b""
                for record in records[:1]:
                    retrieve(writing, record, source=form.get("source", ""), content=content)
            case "miss":
                for record in records[:1]:
                    miss(writing, record, form.get("reason", ""))
            case "study":
                name_study(writing, records, form.get("title", ""))
            case _:
                raise ReviewError("choose what is to be noted of the report")
