"""Screening: one record at a time, by keyboard or not, and the conflicts that are left."""

from __future__ import annotations

from dataclasses import dataclass
from sqlite3 import Connection

from flask import current_app, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kg.bibliographies import Reference
from kg.errors import ReviewError
from kg.review.decisions import decided, progress
from kg.review.duplicates import item_of, records_of, whole
from kg.review.members import Role
from kg.review.protocols import Stage, protocol
from kg.review.ranking import ASSUMPTIONS, RecordsRanked, ranked
from kg.review.screening import (
    Verdict,
    Vote,
    next_items,
    settle,
    state_of,
    stop,
    vote,
    votes_on,
)
from server.errands import Errands, rank_left
from server.problems import ProblemError
from server.review.entrance import BLUEPRINT, Desk, entered, page

__all__: list[str] = []

_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Card:
    """An item as a reviewer sees it."""

    item: int
    records: tuple[int, ...]
    reference: Reference
    state: str | None
    votes: list[Vote]
    mine: Vote | None


@BLUEPRINT.route("/<slug>/screen/<stage>", methods=["GET", "POST"])
@entered(Role.READER)
def screening(desk: Desk, stage: str) -> Response:
    """Show the next record to judge, and take the vote on it."""
    at, message = _stage(stage), ""
    if request.method == "POST":
        try:
            judged = _judge(desk, at)
        except ReviewError as error:
            message = f"{error}."
        else:
            following = url_for("review.screening", slug=desk.slug, stage=stage, last=judged)
            return redirect(following, 303)
    with desk.reading() as db:
        plan = protocol(db)
        if at not in plan.stages:
            raise ProblemError("not-found", f"This review does not screen by {at.label}.")
        item = _wanted(db, desk, at)
        card = _card(db, item, at, desk.name) if item else None
        done = _of_mine(db, at, desk.name)
        (far,) = (each for each in progress(db) if each.stage is at)
    last = _number(request.args.get("last", ""))
    values = {"stage": at, "plan": plan, "card": card, "far": far, "done": done, "last": last}
    return page("screening.html", desk, message=message, is_last=at is plan.stages[-1], **values)


@BLUEPRINT.get("/<slug>/screen")
@entered(Role.READER)
def screen(desk: Desk) -> Response:
    """Lead to the first stage at which the reviewer has something to judge."""
    with desk.reading() as db:
        stages = protocol(db).stages
        mine = (stage for stage in stages if next_items(db, stage, desk.name))
        stage = next(mine, stages[0])
    return redirect(url_for("review.screening", slug=desk.slug, stage=stage.value), 303)


@BLUEPRINT.route("/<slug>/conflicts", methods=["GET", "POST"])
@entered(Role.READER)
def conflicts(desk: Desk) -> Response:
    """Show what reviewers do not agree on, and let an adjudicator settle it."""
    message = ""
    if request.method == "POST":
        try:
            _settle(desk)
        except ReviewError as error:
            message = f"{error}."
        else:
            return redirect(url_for("review.conflicts", slug=desk.slug), 303)
    with desk.reading() as db:
        plan = protocol(db)
        found = [
            (stage, [_card(db, item, stage, desk.name) for item in items[:_AT_ONCE]], len(items))
            for stage in plan.stages
            if (items := decided(db, stage, "conflict"))
        ]
    return page("conflicts.html", desk, message=message, found=found, plan=plan)


@BLUEPRINT.route("/<slug>/ranking", methods=["GET", "POST"])
@entered(Role.READER)
def ranking(desk: Desk) -> Response:
    """Show the order of what is left and how much it may miss; rank again, or stop there."""
    message = ""
    if request.method == "POST":
        try:
            _rank_or_stop(desk)
        except ReviewError as error:
            message = f"{error}."
        else:
            return redirect(url_for("review.ranking", slug=desk.slug), 303)
    errands: Errands = current_app.extensions["errands"]
    with desk.reading() as db:
        stage = protocol(db).stages[0]
        found, far = ranked(db, stage), progress(db)[0]
        first = [(item, whole(db, item)) for item in _first(db, stage, found)]
    errand = errands.state(f"{desk.slug} ranking")
    values = {"found": found, "far": far, "first": first, "errand": errand, "stage": stage}
    return page("ranking.html", desk, message=message, assumptions=ASSUMPTIONS, **values)


def _rank_or_stop(desk: Desk) -> None:
    with desk.reading() as db:
        stage = protocol(db).stages[0]
    if request.form.get("do") == "stop":
        with desk.writing() as writing:
            stop(writing, stage, request.form.get("reason", ""))
        return
    if not desk.may("reviewer"):
        raise ReviewError("ranking asks for a reviewer")
    errands: Errands = current_app.extensions["errands"]
    path = desk.project.journal.path
    errands.start(f"{desk.slug} ranking", rank_left, path, desk.name, stage)


def _first(db: Connection, stage: Stage, found: tuple[int, RecordsRanked] | None) -> list[int]:
    order = found[1].order if found else ()
    left = set(decided(db, stage, "waiting")) | set(decided(db, stage, "started"))
    return [item for item in order if item in left][:10]


def _stage(text: str) -> Stage:
    try:
        return Stage(text)
    except ValueError as error:
        raise ProblemError("not-found", f"There is no stage {text[:50]!r}.") from error


def _judge(desk: Desk, stage: Stage) -> int:
    record = _number(request.form.get("record", ""))
    verdict, reason = _verdict()
    with desk.writing() as writing:
        vote(writing, record, stage, verdict, reason=reason, note=request.form.get("note", ""))
    return record


def _settle(desk: Desk) -> None:
    record, stage = _number(request.form.get("record", "")), request.form.get("stage", "")
    verdict, reason = _verdict()
    with desk.writing() as writing:
        note = request.form.get("note", "")
        settle(writing, record, _stage(stage), verdict, reason=reason, note=note)


def _verdict() -> tuple[Verdict, str]:
    """Read the button, and the reason where it is one to exclude."""
    text = request.form.get("verdict", "")
    if text not in {each.value for each in Verdict}:
        raise ReviewError("choose include or exclude")
    verdict = Verdict(text)
    chosen = request.form.get("other", "").strip() or request.form.get("reason", "").strip()
    return verdict, chosen if verdict is Verdict.EXCLUDE else ""


def _wanted(db: Connection, desk: Desk, stage: Stage) -> int | None:
    """Return the item that is asked for, or the next that the reviewer has to judge."""
    sent = request.form.get("record", "") or request.args.get("item", "")
    if number := _number(sent):
        return item_of(db, number)
    found = next_items(db, stage, desk.name) if desk.may("reviewer") else []
    return found[0] if found else None


def _card(db: Connection, item: int, stage: Stage, name: str) -> Card:
    votes = votes_on(db, item, stage, to=name)
    mine = next((each for each in votes if each.reviewer == name and not each.is_ruling), None)
    state = state_of(db, item, stage)
    return Card(item, records_of(db, item), whole(db, item), state, votes, mine)


def _of_mine(db: Connection, stage: Stage, name: str) -> int:
    row = db.execute(
        "SELECT COUNT(DISTINCT item) FROM votes JOIN items USING (record)"
        " WHERE stage = ? AND reviewer = ?",
        (stage.value, name),
    ).fetchone()
    return int(row[0])


def _number(text: str) -> int:
    return int(text[:12]) if text.isascii() and text.isdigit() else 0
