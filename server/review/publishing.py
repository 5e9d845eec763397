"""Publishing: what is agreed goes into the public dataset, and what was published is mended."""

from __future__ import annotations

from flask import current_app, make_response, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kg.errors import CoveError
from kg.review.describing import review_iri
from kg.review.exporting import EXPORTS
from kg.review.exporting import export as exported
from kg.review.members import Role
from kg.review.publications import agreed, judged_anew, publications, published
from server.answering import Answering
from server.errands import Errands, publish_review
from server.problems import ProblemError
from server.renewal import settle
from server.review.entrance import BLUEPRINT, Desk, entered, page

__all__: list[str] = []


@BLUEPRINT.route("/<slug>/publish", methods=["GET", "POST"])
@entered(Role.READER)
def publishing(desk: Desk) -> Response:
    """Show what is public and what could be, and let an owner publish it."""
    message = ""
    if request.method == "POST":
        try:
            _publish(desk)
        except CoveError as error:
            message = f"{error}"
        else:
            return redirect(url_for("review.publishing", slug=desk.slug), 303)
    with desk.reading() as db:
        standing, there, anew = agreed(db), published(db), judged_anew(db)
        made = [
            (desk.project.journal.entry(db, one[0]), *one) for one in reversed(publications(db))
        ]
    return page(
        "publishing.html",
        desk,
        message=message,
        standing=standing,
        there=there,
        anew=anew,
        made=made,
        iri=str(review_iri(desk.slug)),
        reason=request.form.get("reason", ""),
        exports=EXPORTS,
    )


@BLUEPRINT.get("/<slug>/export/<name>")
@entered(Role.READER)
def export(desk: Desk, name: str) -> Response:
    """Send the review in a format that others read."""
    content = exported(desk.project, name)
    if content is None:
        raise ProblemError("not-found", f"There is no export {name[:80]!r}.")
    response = make_response(content)
    response.mimetype = "application/octet-stream"
    response.headers.set("Content-Disposition", "attachment", filename=f"{desk.slug}-{name}")
    return response


def _publish(desk: Desk) -> None:
    answering: Answering = current_app.extensions["answering"]
    errands: Errands = current_app.extensions["errands"]
    withdrawn = tuple(request.form.getlist("withdraw"))
    slugs = None if not withdrawn else ()
    settings, reason = answering.settings, request.form.get("reason", "")
    given = (settings.home, settings.store, desk.slug, desk.name, reason, slugs, withdrawn)
    try:
        # What is published has passed the review: no stranger's text is read here.
        errands.run(publish_review, *given, has_network=bool(settings.store))
    finally:
        settle(current_app)
