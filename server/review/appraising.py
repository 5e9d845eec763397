"""Appraising: studies by an instrument, and the confidence in the findings of the review."""

from __future__ import annotations

import pyoxigraph as ox
from flask import request, url_for
from rdflib import URIRef
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kg.anchors import Anchor
from kg.appraisal import (
    COMPONENTS,
    Answer,
    Appraisal,
    Assessment,
    Concern,
    Confidence,
    Finding,
    Instrument,
    instruments,
)
from kg.codes import resolve
from kg.errors import ReviewError
from kg.forms import Sheet
from kg.namespaces import SKOS
from kg.review.appraisals import appraisals, appraise, findings, rate
from kg.review.coding import coded_works
from kg.review.exporting import EXPORTS
from kg.review.members import Role
from kg.review.publications import agreed
from server.pages import version_of
from server.problems import ProblemError
from server.review.entrance import BLUEPRINT, Desk, entered, page

__all__: list[str] = []


@BLUEPRINT.get("/<slug>/appraisal")
@entered(Role.READER)
def appraisal(desk: Desk) -> Response:
    """Show how studies are appraised and findings rated."""
    with desk.reading() as db:
        studies = coded_works(db)
        done, rated = appraisals(db), findings(db)
    shown = {"studies": studies, "done": done, "rated": rated, "components": COMPONENTS}
    shown["has_document"] = "findings.docx" in EXPORTS
    return page("appraisal/all.html", desk, message="", instruments=instruments(), **shown)


@BLUEPRINT.route("/<slug>/appraisal/<study>/<instrument>", methods=["GET", "POST"])
@entered(Role.REVIEWER)
def appraise_study(desk: Desk, study: str, instrument: str) -> Response:
    """Show the items of an instrument for a study, and keep the answers."""
    tool, message = instruments().get(instrument), ""
    with desk.reading() as db:
        is_there = study in {one.slug for one in coded_works(db)}
        mine = [one.appraisal for one in appraisals(db) if one.agent == desk.name]
    if tool is None or not is_there:
        raise ProblemError("not-found", "There is no such study or instrument in this review.")
    kept = next((a for a in mine if (a.study, a.instrument) == (study, instrument)), None)
    if request.method == "POST":
        kept = _appraisal(tool, study)
        try:
            with desk.writing() as writing:
                appraise(writing, kept)
        except ReviewError as error:
            message = f"{error}."
        else:
            return redirect(url_for("review.appraisal", slug=desk.slug), 303)
    said = {answer.item: answer for answer in kept.answers} if kept else {}
    shown = {"study": study, "tool": tool, "said": said, "kept": kept}
    return page("appraisal/study.html", desk, message=message, **shown)


@BLUEPRINT.route("/<slug>/findings/<int:number>", methods=["GET", "POST"])
@entered(Role.REVIEWER)
def rate_finding(desk: Desk, number: int) -> Response:
    """Show the worksheet of a finding, 0 for a new one, and keep its rating."""
    message = ""
    with desk.reading() as db:
        kept = next((one.finding for one in findings(db) if one.number == number), None)
        studies = coded_works(db)
        done = appraisals(db)
        about = {each.one.slug: _facts(each.draft.sheet) for each in agreed(db)}
    if number and kept is None:
        raise ProblemError("not-found", f"There is no finding {number} in this review.")
    if request.method == "POST":
        kept = _finding()
        try:
            with desk.writing() as writing:
                rate(writing, kept, number=number)
        except ReviewError as error:
            message = f"{error}."
        else:
            return redirect(url_for("review.appraisal", slug=desk.slug), 303)
    judged = {one.component: one for one in kept.components} if kept else {}
    shown = {"kept": kept, "judged": judged, "studies": studies, "done": done, "about": about}
    shown["asks"] = {name: _definition(resolve("cerqual-component", name)) for name in COMPONENTS}
    choices = {"concerns": list(Concern), "levels": list(Confidence), "components": COMPONENTS}
    return page("appraisal/finding.html", desk, message=message, **shown, **choices)


def _facts(sheet: Sheet) -> str:
    """Say what adequacy and relevance are judged by: design, participants, where the cases are."""
    study, cases = sheet.get("study"), sheet.get("cases")
    told: list[str] = []
    if isinstance(study, dict):
        told.append(str(study.get("design", "")).replace("-", " "))
        if count := study.get("participants"):
            told.append(f"{count} participants")
    for case in cases if isinstance(cases, list) else ():
        if isinstance(case, dict):
            sector = str(case.get("sector", "")).replace("-", " ")
            places = case.get("countries")
            where = ", ".join(map(str, places)) if isinstance(places, list) else ""
            told.append(f"{sector} {where}".strip())
    return "; ".join(dict.fromkeys(filter(None, told)))


def _definition(concept: URIRef) -> str:
    found = version_of().objects(str(concept), SKOS.definition)
    return next((one.object.value for one in found if isinstance(one.object, ox.Literal)), "")


def _appraisal(tool: Instrument, study: str) -> Appraisal:
    form = request.form
    answers = []
    for item in (item for group in tool.groups for item in group.items):
        if answer := form.get(f"answer.{item.id}", ""):
            quote = form.get(f"quote.{item.id}", "").strip()
            support = form.get(f"support.{item.id}", "").strip()[:2_000]
            anchor = Anchor(quote[:300]) if quote else None
            answers.append(Answer(item.id, answer[:40], support, anchor))
    overall = form.get("overall", "")[:40] if tool.has_overall else ""
    return Appraisal(tool.id, study, tuple(answers), overall)


def _finding() -> Finding:
    form = request.form
    components = tuple(
        Assessment(name, Concern(concern), form.get(f"why.{name}", "").strip()[:2_000])
        for name in COMPONENTS
        if (concern := form.get(f"concern.{name}", "")) in _CONCERNS
    )
    level = form.get("confidence", "")
    return Finding(
        form.get("text", "").strip()[:2_000],
        tuple(name[:120] for name in form.getlist("studies")[:1_000]),
        components,
        Confidence(level) if level in _LEVELS else Confidence.HIGH,
        form.get("explanation", "").strip()[:4_000],
    )


_CONCERNS = frozenset(one.value for one in Concern)
_LEVELS = frozenset(one.value for one in Confidence)
