"""Proposing: concepts that coders miss."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kg.errors import ReviewError
from kg.review.members import Role
from kg.review.proposals import Proposal, proposals, propose
from kg.thesaurus import entries
from server.review.entrance import BLUEPRINT, Desk, entered, page

__all__: list[str] = []


@BLUEPRINT.route("/<slug>/concepts", methods=["GET", "POST"])
@entered(Role.READER)
def concepts(desk: Desk) -> Response:
    """List the concepts that are proposed, and propose another."""
    message = ""
    if request.method == "POST":
        form = {name: " ".join(request.form.get(name, "").split()) for name in _FIELDS}
        try:
            with desk.writing() as writing:
                propose(writing, Proposal(**form))
        except ReviewError as error:
            message = f"{error}."
        else:
            return redirect(url_for("review.concepts", slug=desk.slug), 303)
    with desk.reading() as db:
        found = proposals(db)
    known, form = entries(), request.values
    return page("coding/concepts.html", desk, message=message, found=found, known=known, form=form)


_FIELDS = ("label", "definition", "broader")
