"""Signing in and out, and changing a password."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

import msgspec
from flask import current_app, g, make_response, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kg.accounts import User, Users
from kg.audit import Entry, record
from kg.errors import StoreError
from server.answering import Answering
from server.paces import Pace
from server.replies import asker
from server.review.entrance import (
    BLUEPRINT,
    VISIT,
    Kept,
    bake,
    cookie_name,
    door,
    page,
    seen,
    signed_in,
)
from server.sessions import LONGEST, Session, Sessions, form_token

__all__: list[str] = []


@BLUEPRINT.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response:
    """Let somebody in by name and password."""
    after = _local(request.values.get("next", ""))
    if request.method == "GET":
        return redirect(after, 303) if seen() else door("sign_in.html", after=after)
    kept, name = _kept(), request.form.get("name", "").strip().lower()[:80]
    form = "signed_out.html" if kept else "sign_in.html"
    visit, sent = request.cookies.get(VISIT, ""), request.form.get("token", "")
    if not visit or not hmac.compare_digest(sent.encode(), form_token(visit).encode()):
        message = "The form was too old. Nothing is wrong: send this one."
        return door(form, 403, message=message, name=name, after=after, kept=kept)
    user = _who(name, request.form.get("password", ""))
    if user is None:
        message = "No user has this name and this password."
        return door(form, 403, message=message, name=name, after=after, kept=kept)
    session = _begin(user)
    if kept:  # the token of the new session is in the page, so that what was typed can go on
        return _admit(session, make_response(render_template("review/resend.html", kept=kept)))
    return _admit(session, redirect(after, 303))


@BLUEPRINT.post("/sign-out")
def sign_out() -> Response:
    """End the session: its cookie is good for nothing from now on."""
    session = seen()
    if session:
        current_app.extensions["sessions"].end(session.number)
        _put_on_record(session.user.name, "sign out", "signed-out")
    response = redirect(url_for("review.sign_in"), 303)
    bake(response, cookie_name(), "", 0)
    return response


@BLUEPRINT.route("/password", methods=["GET", "POST"])
def password() -> Response:
    """Change the password of who is signed in; every session of theirs ends but this one."""
    user = signed_in()
    if request.method == "GET":
        return page("password.html")
    if _who(user.name, request.form.get("old", "")) is None:
        return page("password.html", message="That is not the password that you have now.")
    new = request.form.get("new", "")
    if new != request.form.get("again", ""):
        return page("password.html", message="The new password was typed in two ways.")
    users: Users = current_app.extensions["users"]
    try:
        changed = users.change(user.name, password=new)
    except StoreError as error:
        return page("password.html", message=f"{error}.")
    _put_on_record(user.name, "change the password", "changed")
    return _admit(_begin(changed), redirect(url_for("review.reviews"), 303))


def _who(name: str, given: str) -> User | None:
    """Return whose password it is; guessing costs a client its budget, and soon has to wait."""
    answering: Answering = current_app.extensions["answering"]
    users: Users = current_app.extensions["users"]
    client = asker().client
    for pace, key in zip(_paces(), (client, name), strict=True):
        pace.take(key)
    answering.budgets.begin(client)
    user = None
    try:
        user = users.holder(name, given)
    finally:
        answering.budgets.end(client, seconds=0.1, is_error=user is None)
    if user is None:
        _put_on_record("nobody", f"sign in as {name!r}", "refused")
    return user


def _paces() -> tuple[Pace, Pace]:
    """Return how often one client may try to sign in, and how often one name may be tried."""
    found: tuple[Pace, Pace] | None = current_app.extensions.get("signing")
    if found is None:
        found = (Pace(120, "attempts to sign in"), Pace(300, "attempts to sign in by this name"))
        current_app.extensions["signing"] = found
    return found


def _begin(user: User) -> Session:
    """Begin a session under a new number, whatever cookie came with the request."""
    sessions: Sessions = current_app.extensions["sessions"]
    if before := seen():
        sessions.end(before.number)
    g.session = session = sessions.begin(user)
    _put_on_record(user.name, "sign in", "signed-in")
    return session


def _admit(session: Session, response: Response) -> Response:
    bake(response, cookie_name(), session.number, int(LONGEST.total_seconds()))
    bake(response, VISIT, "", 0)
    return response


def _kept() -> Kept | None:
    """Return the form that was sent when nobody was signed in, if it goes to the bench."""
    try:
        found = msgspec.json.decode(request.form.get("kept", ""), type=Kept)
    except msgspec.DecodeError:
        return None
    return found if _local(found.path) == found.path else None


def _local(address: str) -> str:
    """Return an address of the bench; one of another site leads to the list of reviews."""
    parts = urlsplit(address)
    is_here = not parts.scheme and not parts.netloc and parts.path.startswith("/review")
    return address if is_here and "\\" not in address else url_for("review.reviews")


def _put_on_record(who: str, what: str, outcome: str) -> None:
    address = request.remote_addr or "unknown"
    home = current_app.extensions["answering"].home.path
    record(home, Entry(who=who, what=what, outcome=outcome, address=address))
