"""Correcting: the form in which a curator mends a record of the dataset.

The guard of the bench holds here as well: a form carries the token of its session, and what was
typed is kept when nobody is signed in any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import current_app, make_response, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kg.accounts import Role, User
from kg.audit import Entry, record
from kg.errors import CoveError, SourceError
from kg.forms import (
    Change,
    Choice,
    Message,
    Sheet,
    Standing,
    changes,
    corrected,
    examine,
    form_of,
    standing,
)
from kg.ingest import Mode
from kg.records import Claim, Work
from kg.thesaurus import entries
from server.answering import Answering
from server.orders import Document, Done, Expectation, GraphOrder, Writing
from server.pages import version_of
from server.problems import ProblemError
from server.reading import Version
from server.replies import asker
from server.review.cases import setting_of
from server.review.entrance import BLUEPRINT, signed_in
from server.review.typed import act, said_of, typed
from server.writers import Writer

__all__ = ["Correction"]

_LONGEST = 500  # characters of a reason
_CHANGED = (
    "The record has changed since you opened it, and nothing was written. What you typed is all "
    "here. Look below at what differs from the record as it is now, and send it again."
)


@dataclass(slots=True)
class Correction:
    """What the page shows: the record as it stands, what was typed, and what comes of it."""

    slug: str
    standing: Standing
    version: Version
    sheet: Sheet
    said: Mapping[str, list[dict[str, str]]] = field(default_factory=dict)
    changes: tuple[Change, ...] | None = None
    tag: str = ""
    message: str = ""
    violations: tuple[str, ...] = ()
    status: int = 200
    way: str = ""

    def is_open(self, *ways: str) -> bool:
        """Tell whether something is to mend at a part, or was just done to it."""
        at = [self.way, *(way for way, said in self.said.items() if _is_to_mend(said))]
        return any(one == way or one.startswith(f"{way}.") for one in at for way in ways)


@BLUEPRINT.route("/records/<slug>", methods=["GET", "POST"])
def correct(slug: str) -> Response:
    """Show a record as a form, what a correction changes, and keep it."""
    user = signed_in(Role.CURATOR)
    version = version_of()
    found = _standing(version, slug)
    if request.method == "GET":
        return _page(Correction(slug, found, version, found.sheet, tag=found.digest))
    sent = typed(request.form, "")
    page = Correction(slug, found, version, {**sent.sheet, "id": slug})
    page.tag = request.form.get("tag", "")
    try:
        page.way, _ = act(sent, setting_of=setting_of)
    except CoveError as error:
        page.message, page.status = f"{error}.", 422
    page.sheet = {**sent.sheet, "id": slug}
    if sent.action not in {"look", "save"}:
        return _page(page)
    done = _kept(page, user) if _is_well(page, sent.action) else None
    if done is None:
        return _page(page)
    return redirect(url_for("review.correct", slug=slug, kept=done.version), 303)


def _is_to_mend(said: list[dict[str, str]]) -> bool:
    return any(one["kind"] != "warning" for one in said)


def _standing(version: Version, slug: str) -> Standing:
    try:
        found = standing(version.snapshot, slug)
    except SourceError as error:
        raise ProblemError("not-supported", f"{error}.") from error
    if found is None:
        raise ProblemError("not-found", f"There is no record {slug[:80]!r}; look in the works.")
    return found


def _is_well(page: Correction, action: str) -> bool:
    """Say of a correction what there is to say, and tell whether it is to be kept."""
    examined = examine(page.sheet)
    page.said = said_of(examined.messages)
    page.changes = changes(page.standing.sheet, page.sheet)
    has_moved = page.tag != page.standing.digest
    page.tag = page.standing.digest  # from here on the difference is to this
    reason = request.form.get("reason", "").strip()
    if has_moved:
        page.message, page.status = _CHANGED, 412
    elif action == "look":
        return False
    elif examined.violations:
        page.message = "Nothing was written: mend what is marked below first."
    elif not page.changes:
        page.message = "Nothing was written: nothing differs from the record as it is."
    elif not reason or len(reason) > _LONGEST:
        message = Message("reason", f"say why, in at most {_LONGEST} characters", is_violation=True)
        page.said = {**page.said, **said_of([message])}
        page.message = "Nothing was written: say why the record is corrected."
    else:
        return True
    page.status = page.status if has_moved else 422
    return False


def _kept(page: Correction, user: User) -> Done | None:
    """Write a correction as the next version; None where it was refused, which the page says."""
    answering: Answering = current_app.extensions["answering"]
    writer: Writer = current_app.extensions["writer"]
    work = examine(page.sheet).work
    assert work is not None  # noqa: S101  # nothing forbids one
    document = corrected(page.version.snapshot, page.standing, work)
    order = GraphOrder(
        Writing(user.name, request.form["reason"].strip(), answering.settings.base),
        str(page.standing.graph),
        (Document(document, "application/n-triples"),),
        Mode.REPLACE,
        Expectation(match=frozenset({page.tag})),
    )
    client = asker().client
    answering.budgets.begin(client)
    done: Done | None = None
    try:
        done = writer.run(order)
    except ProblemError as problem:
        _refused(page, problem)
    finally:
        seconds = done.seconds if done else 0.0
        answering.budgets.end(client, seconds=seconds, is_error=False)
        outcome = "written" if done else f"refused ({page.status})"
        _put_on_record(page, user, outcome, done.version if done else None)
    return done


def _refused(page: Correction, problem: ProblemError) -> None:
    """Let the page say why the writer refused, with what is true by now."""
    page.message, page.status = str(problem), int(problem.status)
    page.violations = tuple(map(str, problem.members.get("violations", ())))  # type: ignore[arg-type]  # a list of lines
    if problem.kind == "precondition-failed":
        page.version = version_of()
        page.standing = _standing(page.version, page.slug)
        page.changes = changes(page.standing.sheet, page.sheet)
        page.tag, page.message = page.standing.digest, _CHANGED


def _put_on_record(page: Correction, user: User, outcome: str, version: int | None) -> None:
    entry = Entry(
        who=f"{user.name} ({user.role.value})",
        what=f"correct <{page.standing.graph}>",
        outcome=outcome,
        address=request.remote_addr or "unknown",
        version=version,
        detail=page.message[:500],
    )
    record(current_app.extensions["answering"].home.path, entry)


def _page(page: Correction) -> Response:
    concepts = {
        entry.code: Choice(entry.code, entry.label, entry.definition)
        for entry in entries().values()
    }
    kept = request.args.get("kept", "")
    html = render_template(
        "review/correcting.html",
        page=page,
        message=page.message,
        form=form_of(Work),
        claim_form=form_of(Claim),
        form_of=form_of,
        concepts=concepts,
        open_at=request.values.get("at", ""),
        kept=kept if kept.isdecimal() and len(kept) < 10 else "",
        reason=request.form.get("reason", ""),
    )
    return make_response(html, page.status)
