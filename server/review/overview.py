"""The overview of a review: how far it is, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from sqlite3 import Connection

from werkzeug.wrappers import Response

from kg.review.members import Role, members
from kg.review.protocols import Protocol, protocol
from kg.review.searches import searches
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
        plan = protocol(db)
        steps = list(_steps(db, desk, plan))
    return page("project.html", desk, plan=plan, steps=steps)


def _steps(db: Connection, desk: Desk, plan: Protocol) -> list[Step]:
    steps = []
    if desk.may("owner") and not plan.has_criteria:
        why = "Reviewers decide by the question and the criteria."
        steps.append(Step("review_protocol", "Write the question and the criteria", why))
    if desk.may("owner") and plan.votes == 2 and len(members(db)) == 1:
        steps.append(Step("review_members", "Add the second reviewer", "Two votes decide."))
    if desk.may("reviewer") and not searches(db):
        steps.append(
            Step("review_searches", "Record the first search", "Word for word, with hits.")
        )
    return steps
