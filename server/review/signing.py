"""Signing in and out, and changing a password."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from flask import current_app, g, make_response, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kg.accounts import User, Users
from kg.audit import Entry, record
from kg.errors import StoreError
from server.answering import Answering
from server.paces import Pace
from server.replies import asker
from server.review.entrance import BLUEPRINT, cookie_name, page, seen, signed_in
from server.sessions import LONGEST, Sessions, form_token

__all__: list[str] = []

_VISIT = "cove_visit"
_HERE = 600  # seconds that the form to sign in may lie open


@BLUEPRINT.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response:
    """Let somebody in by name and password."""
    after = _local(request.values.get("next", ""))
    if request.method == "GET":
        return redirect(after, 303) if seen() else _form(after)
    visit = request.cookies.get(_VISIT, "")
    sent = request.form.get("token", "")
    if not visit or not hmac.compare_digest(sent.encode(), form_token(visit).encode()):
        return _form(after, "The form was too old. Nothing is wrong: send this one.", status=403)
    name = request.form.get("name", "").strip().lower()[:80]
    user = _who(name, request.form.get("password", ""))
    if user is None:
        return _form(after, "No user has this name and this password.", name=name, status=403)
    return _let_in(user, redirect(after, 303))


@BLUEPRINT.post("/sign-out")
def sign_out() -> Response:
    """End the session: its cookie is good for nothing from now on."""
    session = seen()
    if session:
        current_app.extensions["sessions"].end(session.number)
        _put_on_record(session.user.name, "sign out", "signed-out")
    response = redirect(url_for("review.sign_in"), 303)
    _bake(response, cookie_name(), "", 0)
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
    return _let_in(changed, redirect(url_for("review.reviews"), 303))


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


def _let_in(user: User, response: Response) -> Response:
    """Begin a session under a new number, whatever cookie came with the request."""
    sessions: Sessions = current_app.extensions["sessions"]
    if before := seen():
        sessions.end(before.number)
    session = sessions.begin(user)
    _put_on_record(user.name, "sign in", "signed-in")
    longest = int(LONGEST.total_seconds())
    _bake(response, cookie_name(), session.number, longest)
    _bake(response, _VISIT, "", 0)
    return response


def _form(after: str, message: str = "", *, name: str = "", status: int = 200) -> Response:
    g.visit = request.cookies.get(_VISIT) or secrets.token_urlsafe(32)
    html = render_template("review/sign_in.html", message=message, name=name, after=after)
    response = make_response(html, status)
    _bake(response, _VISIT, g.visit, _HERE)
    return response


def _bake(response: Response, name: str, value: str, seconds: int) -> None:
    """Set a cookie that no script can read and no other site's form sends; 0 seconds end it."""
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="Lax", secure=request.is_secure
    )


def _local(address: str) -> str:
    """Return an address of the bench; one of another site leads to the list of reviews."""
    parts = urlsplit(address)
    is_here = not parts.scheme and not parts.netloc and parts.path.startswith("/review")
    return address if is_here and "\\" not in address else url_for("review.reviews")


def _put_on_record(who: str, what: str, outcome: str) -> None:
    address = request.remote_addr or "unknown"
    home = current_app.extensions["answering"].home.path
    record(home, Entry(who=who, what=what, outcome=outcome, address=address))
