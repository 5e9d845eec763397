"""Coding: the publications of a review, and the form in which each coder codes them."""

from __future__ import annotations

from sqlite3 import Connection

from flask import jsonify, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kg.anchors import find
from kg.bibliographies import Reference
from kg.errors import CoveError, ReviewError
from kg.forms import Choice, Sheet, form_of
from kg.records import Claim, Work
from kg.review.asides import asides, set_aside, take_back
from kg.review.coding import (
    ADJUDICATION,
    Coded,
    Draft,
    begun,
    coded_work,
    coded_works,
    draft,
    examined,
    finish,
    keep_text,
    may_compare,
    reopen,
    save,
    take,
)
from kg.review.decisions import decided
from kg.review.members import Role
from kg.review.protocols import Stage
from kg.review.records import reference, references
from kg.suggestions import Suggestion
from kg.thesaurus import entries
from server.problems import ProblemError
from server.review.cases import setting_of, told_cases
from server.review.entrance import BLUEPRINT, Desk, entered, page
from server.review.typed import Typed, act, get_ready, said_of, typed

__all__ = ["show_draft"]


@BLUEPRINT.route("/<slug>/coding", methods=["GET", "POST"])
@entered(Role.READER)
def coding(desk: Desk) -> Response:
    """List the publications that are coded, and take up another."""
    message = ""
    if request.method == "POST":
        try:
            number = _take(desk)
        except ReviewError as error:
            message = f"{error}."
        else:
            return redirect(url_for("review.code", slug=desk.slug, number=number), 303)
    with desk.reading() as db:
        works = coded_works(db)
        comparable = {one.number for one in works if may_compare(db, one.number, desk.name)}
        waiting, aside = waiting_records(db, works), asides(db)
    return page(
        "coding/works.html",
        desk,
        message=message,
        works=works,
        comparable=comparable,
        waiting=waiting,
        asides=aside,
        form=request.form,
    )


@BLUEPRINT.route("/<slug>/coding/<int:number>", methods=["GET", "POST"])
@entered(Role.REVIEWER)
def code(desk: Desk, number: int) -> Response:
    """Show one's own coding of a publication, and keep what is typed."""
    return show_draft(desk, number, is_adjudication=False)


@BLUEPRINT.route("/<slug>/coding/<int:number>/adjudication", methods=["GET", "POST"])
@entered(Role.ADJUDICATOR)
def adjudicate(desk: Desk, number: int) -> Response:
    """Show the coding in which all agree, and keep what is typed."""
    with desk.reading() as db:
        if not may_compare(db, number, desk.name):
            raise ProblemError("not-a-member", "Coders are still at this publication.")
    return show_draft(desk, number, is_adjudication=True)


@BLUEPRINT.post("/<slug>/coding/<int:number>/aside")
@entered(Role.OWNER)
def aside(desk: Desk, number: int) -> Response:
    """Set the coding of somebody aside, as when they have left, or take it back."""
    coder = request.form.get("coder", "")
    with desk.writing() as writing:
        if request.form.get("do") == "take-back":
            take_back(writing, number, coder)
        else:
            set_aside(writing, number, coder, reason=request.form.get("reason", ""))
    return redirect(url_for("review.coding", slug=desk.slug), 303)


@BLUEPRINT.post("/<slug>/coding/<int:number>/text")
@entered(Role.REVIEWER)
def coding_text(desk: Desk, number: int) -> Response:
    """Keep the text that passages are selected in."""
    with desk.writing() as writing:
        keep_text(writing, number, request.form.get("text", ""))
    return redirect(url_for("review.code", slug=desk.slug, number=number, _anchor="text"), 303)


def show_draft(desk: Desk, number: int, *, is_adjudication: bool) -> Response:
    """Answer for the form: a page, or what is said of the draft where a script asks."""
    get_ready()
    coder = ADJUDICATION if is_adjudication else desk.name
    message, way = "", ""
    suggested: tuple[Suggestion, ...] = ()
    if request.method == "POST":
        text = _text(desk, number)
        sent = typed(request.form, text)
        try:
            way, suggested = act(sent, setting_of=setting_of)
            _keep(desk, number, sent, is_adjudication=is_adjudication)
        except CoveError as error:
            message = f"{error}."
        if request.accept_mimetypes.best == "application/json":
            said = said_of(examined(sent.sheet, sent.anchors).messages)
            return jsonify(said=said, message=message)
        if not message and sent.action in {"done", "reopen"}:
            return redirect(url_for("review.coding", slug=desk.slug), 303)
        if message:
            return _page(desk, number, coder, sent=sent, message=message)
    return _page(desk, number, coder, way=way, suggested=suggested)


def _take(desk: Desk) -> int:
    record, slug = request.form.get("record", ""), request.form.get("id", "").strip()
    with desk.writing() as writing:
        if record.isdecimal():
            number = int(record[:12])
            return take(writing, record=number, reference=reference(writing.db, number))
        title = " ".join(request.form.get("title", "").split())
        return take(writing, sheet={"id": slug, "title": title} if title else {"id": slug})


def _keep(desk: Desk, number: int, sent: Typed, *, is_adjudication: bool) -> None:
    """Keep what was typed first, so that it stays where what the button asks cannot be done."""
    if sent.action == "reopen":
        with desk.writing() as writing:
            reopen(writing, number, is_adjudication=is_adjudication)
        return
    with desk.writing() as writing:
        save(
            writing,
            number,
            sent.sheet,
            anchors=sent.anchors,
            is_adjudication=is_adjudication,
            sent=sent.sent,
        )
    if sent.action == "done":
        note = request.form.get("note_of_adjudication", "").strip()
        with desk.writing() as writing:
            finish(writing, number, is_adjudication=is_adjudication, note=note)


def _page(  # noqa: PLR0913  # what was typed, and what is said of it
    desk: Desk,
    number: int,
    coder: str,
    *,
    sent: Typed | None = None,
    message: str = "",
    way: str = "",
    suggested: tuple[Suggestion, ...] = (),
) -> Response:
    with desk.reading() as db:
        one, kept = _found(db, number, coder)
        sheet: Sheet = kept.sheet if kept else begun(db, number)
    anchors = kept.anchors if kept else {}
    if sent is not None:
        sheet, anchors = sent.sheet, sent.anchors
    said = said_of(examined(sheet, anchors).messages) if kept or sent else {}
    text = _text(desk, number)
    return page(
        "coding/draft.html",
        desk,
        message=message,
        one=one,
        kept=kept,
        sheet=sheet,
        anchors=anchors,
        places={id_: find(text, anchor) for id_, anchor in anchors.items()} if text else {},
        said=said,
        text=text,
        way=way,
        suggested=suggested,
        form=form_of(Work),
        claim_form=form_of(Claim),
        form_of=form_of,
        concepts=_concepts(),
        known=list(told_cases(request.form.get("find_case", ""))),
        is_adjudication=coder == ADJUDICATION,
    )


def _found(db: Connection, number: int, coder: str) -> tuple[Coded, Draft | None]:
    try:
        return coded_work(db, number), draft(db, number, coder)
    except ReviewError as error:
        raise ProblemError("not-found", f"{error}.") from error


def _text(desk: Desk, number: int) -> str:
    with desk.reading() as db:
        digest = _found(db, number, ADJUDICATION)[0].text
        content = desk.project.journal.file(db, digest) if digest else None
    return content.decode() if content else ""


def _concepts() -> dict[str, Choice]:
    return {
        entry.code: Choice(entry.code, entry.label, entry.definition)
        for entry in entries().values()
    }


def waiting_records(db: Connection, works: list[Coded]) -> list[tuple[int, str]]:
    """Return the publications that belong to the review and were not taken up, with titles."""
    taken = {one.record for one in works}
    items = decided(db, Stage.FULL_TEXT, "included")
    read = references(db, [item for item in items if item not in taken])
    return [(number, f"{_short(one)}: {one.title}"[:160]) for number, one in read.items()]


def _short(read: Reference) -> str:
    names = [name.family or name.literal for name in read.author]
    return f"{names[0] if names else '?'} {read.year or ''}".strip()
