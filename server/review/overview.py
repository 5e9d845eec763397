"""The overview of a review: how far it is, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from sqlite3 import Connection

from werkzeug.wrappers import Response

from kg.review.appraisals import findings
from kg.review.coding import coded_works
from kg.review.decisions import Progress, progress
from kg.review.duplicates import suspects
from kg.review.members import Role, members
from kg.review.protocols import Protocol, protocol
from kg.review.publications import agreed, judged_anew
from kg.review.screening import next_items
from kg.review.searches import searches
from server.review.coding import waiting_records
from server.review.entrance import BLUEPRINT, Desk, entered, page

__all__ = ["Step"]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that a member can do next, and why it is time."""

    endpoint: str
    what: str
    why: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


@BLUEPRINT.get("/<slug>/")
@entered(Role.READER)
def project(desk: Desk) -> Response:
    """Show how far a review is, and what its member can do next."""
    with desk.reading() as db:
        plan, far = protocol(db), progress(db)
        steps = [*_setting_up(db, desk, plan), *_working(db, desk, far)]
        counts = db.execute("SELECT COUNT(*), COUNT(DISTINCT item) FROM items").fetchone()
        values = {"people": members(db), "searches": searches(db), "counts": counts}
    return page("project.html", desk, plan=plan, steps=steps, far=far, **values)


def _setting_up(db: Connection, desk: Desk, plan: Protocol) -> list[Step]:
    steps = []
    if desk.may("owner") and not plan.has_criteria:
        why = "Reviewers decide by the question and the criteria."
        steps.append(Step("review_protocol", "Write the question and the criteria", why))
    if desk.may("owner") and plan.votes == 2 and len(members(db)) == 1:
        steps.append(Step("review_members", "Add the second reviewer", "Two votes decide."))
    if desk.may("reviewer"):
        found = searches(db)
        if not found:
            why = "Word for word, with its hits."
            steps.append(Step("review_searches", "Record the first search", why))
        for each in found:
            if not each.records:
                what = f"Import what the search of {each.search.name} found"
                steps.append(Step("importing", what, values={"search": each.number}))
    return steps


def _working(db: Connection, desk: Desk, far: list[Progress]) -> list[Step]:
    if not desk.may("reviewer") or not far[0].all:
        return []
    steps = []
    row = db.execute(
        "SELECT (SELECT MAX(number) FROM imports),"
        " (SELECT MAX(number) FROM events WHERE kind = 'duplicates-sought')"
    ).fetchone()
    if not row[1] or row[1] < row[0]:
        why = "Nobody has since the last import."
        steps.append(Step("duplicates", "Look for duplicates", why))
    if asked := len(suspects(db)):
        steps.append(Step("duplicates", f"Say which of {asked} suspects are duplicates"))
    for each in far:
        if next_items(db, each.stage, desk.name):
            what, why = f"Screen by {each.stage.label}", f"{each.open:,} are not decided."
            steps.append(Step("screening", what, why, {"stage": each.stage.value}))
    disputed = sum(each.states.get("conflict", 0) for each in far)
    if disputed and desk.may("adjudicator"):
        what = "Settle the conflict" if disputed == 1 else f"Settle {disputed:,} conflicts"
        steps.append(Step("conflicts", what))
    steps += _coding(db, desk)
    if not any(each.open for each in far) and far[-1].states.get("included"):
        steps.append(Step("prisma", "See the flow diagram", "Everything is decided."))
    return steps


def _coding(db: Connection, desk: Desk) -> Iterator[Step]:
    works = coded_works(db)
    mine = [
        one for one in works if not dict(one.coders).get(desk.name, False) and not one.is_agreed
    ]
    if left := len(waiting_records(db, works)) + len(mine):
        yield Step(
            "coding", "Code what is included", f"{left:,} publications are not coded by you."
        )
    disputed = [one for one in works if one.is_ready and len(one.coders) > 1 and not one.is_agreed]
    if disputed and desk.may("adjudicator"):
        yield Step("coding", "Agree on codings", f"{len(disputed):,} wait for it.")
    standing = agreed(db)
    if standing and not findings(db):
        why = "No finding is rated yet."
        yield Step("appraisal", "Appraise the studies and rate what they say together", why)
    if desk.may("owner") and (any(one.is_new for one in standing) or judged_anew(db)):
        yield Step("publishing", "Publish what is agreed")
