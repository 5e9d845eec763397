"""The entrance of the bench: who comes in, to which review, in which role, with which forms.

Every page of a review is a view under `entered`, which is given the desk to work at. Every form
is posted with the token of its session (`{{ form_token() }}` writes the field), checked before
any view runs. A program comes with a bearer token instead, made for the name of a user; no other
site can send that header, so its forms need no field, and a cookie beside it counts for nothing.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import wraps
from sqlite3 import Connection

import msgspec
from flask import Blueprint, current_app, g, make_response, render_template, request, url_for
from markupsafe import Markup
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from kg.accounts import Role as AccountRole
from kg.accounts import User, Users
from kg.review import Project, Projects, Writing
from kg.review.members import Role, role_of
from kg.review.protocols import protocol
from server.accounts import authorised
from server.problems import ProblemError
from server.sessions import COOKIES, Session, Sessions, form_token

__all__ = [
    "BLUEPRINT",
    "VISIT",
    "Desk",
    "Kept",
    "bake",
    "cookie_name",
    "door",
    "entered",
    "page",
    "projects",
    "seen",
    "signed_in",
]

BLUEPRINT = Blueprint("review", __name__, url_prefix="/review")

# The pages of a review, in the order of the work: the view and what it is called.
_PAGES = (
    ("project", "Overview"),
    ("review_protocol", "Protocol"),
    ("review_searches", "Searches"),
    ("duplicates", "Duplicates"),
    ("screen", "Screen"),
    ("conflicts", "Conflicts"),
    ("reports", "Reports"),
    ("prisma", "Flow"),
    ("coding", "Coding"),
    ("agreement", "Agreement"),
    ("appraisal", "Appraisal"),
    ("publishing", "Publish"),
    ("review_members", "Members"),
    ("history", "History"),
)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
VISIT = "cove_visit"
_HERE = 3_600  # seconds that the form to sign in may lie open
_VISITOR = "review.sign_in"  # the one form of somebody who is not signed in yet
_FOR_PEOPLE = frozenset({_VISITOR, "review.sign_out", "review.password"})


class _ToTheDoor(RequestRedirect):
    """Lead to the form to sign in, and from there back."""

    code = 303


class Kept(msgspec.Struct, frozen=True):
    """A form that came when nobody was signed in: where it was sent, and what was typed."""

    path: str
    fields: list[tuple[str, str]]

    @property
    def text(self) -> str:
        """Write it, to be carried by the form to sign in."""
        return msgspec.json.encode(self).decode()


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a member works: a review, who it is, and in which role."""

    project: Project
    name: str
    role: Role

    @property
    def slug(self) -> str:
        """The name of the review in addresses."""
        return self.project.slug

    def reading(self) -> AbstractContextManager[Connection]:
        """Give the tables as of one moment."""
        return self.project.reading()

    def writing(self) -> AbstractContextManager[Writing]:
        """Let the member add events, all or none."""
        return self.project.writing(self.name)

    def may(self, role: str) -> bool:
        """Tell a template whether the member may do what asks for a role."""
        return self.role.includes(Role(role))


def projects() -> Projects:
    """Return the reviews of this home."""
    return Projects(current_app.extensions["answering"].settings.home)


def cookie_name() -> str:
    """Name the cookie of the session."""
    return COOKIES[request.is_secure]


def seen() -> Session | None:
    """Return the session of the request, None where nobody is signed in."""
    if _has_token():
        return None
    if "session" not in g:
        sessions: Sessions = current_app.extensions["sessions"]
        g.session = sessions.find(request.cookies.get(cookie_name(), ""))
    found: Session | None = g.session
    return found


def bearer() -> User | None:
    """Return the user whose token came with the request, None where none came.

    What the token is good for bounds what the user may do.
    """
    if not _has_token():
        return None
    if "bearer" not in g:
        is_reading = request.method in _SAFE
        account = authorised(AccountRole.READER if is_reading else AccountRole.REVIEWER)
        users: Users = current_app.extensions["users"]
        user = users.find(account.name)
        if user is None:
            message = f"The token is that of {account.name[:80]!r}, and no user is called so."
            raise ProblemError("not-a-member", f"{message} Make one with cove user add.")
        weaker = account.role if user.role.includes(account.role) else user.role
        g.bearer = msgspec.structs.replace(user, role=weaker)
    found: User = g.bearer
    return found


def _has_token() -> bool:
    return request.headers.get("Authorization", "")[:7].lower() == "bearer "


def signed_in(role: AccountRole = AccountRole.READER) -> User:
    """Return who is signed in, if their account may do what asks for a role."""
    if (user := bearer()) is not None:
        return _allowed(user, role)
    session = seen()
    if session is None:
        raise _ToTheDoor(url_for("review.sign_in", next=request.full_path.rstrip("?")))
    return _allowed(session.user, role)


def _allowed(user: User, role: AccountRole) -> User:
    if not user.role.includes(role):
        message = f"{user.name} is a {user.role.value} here; this asks for a"
        raise ProblemError("not-a-member", f"{message} {role.value}, made with cove user role.")
    return user


def entered(role: Role) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Let only members with a role into a view, and give it the desk they work at.

    Who takes no part is told that there is no such review, like anybody who guesses at names.
    """

    def decorate(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def enter(slug: str, **values: object) -> Response:
            user = signed_in()
            project = projects().find(slug)
            held = None
            if project is not None:
                with project.reading() as db:
                    held = role_of(db, user.name)
            if project is None or held is None:
                raise ProblemError("not-found", f"You take part in no review {slug[:80]!r}.")
            if not held.includes(role):
                message = f"You are {held.value} in this review; this asks for {role.value}."
                raise ProblemError("not-a-member", message)
            g.desk = Desk(project, user.name, held)
            return view(g.desk, **values)

        return enter

    return decorate


def page(
    template: str, desk: Desk | None = None, *, message: str = "", **values: object
) -> Response:
    """Show a page of the bench; a message says why what was sent was not kept."""
    title = ""
    if desk is not None:
        with desk.reading() as db:
            title = protocol(db).title
    html = render_template(f"review/{template}", desk=desk, title=title, message=message, **values)
    return make_response(html, 422 if message else 200)


def door(template: str, status: int = 200, **values: object) -> Response:
    """Show a form to sign in, which belongs to the number in a cookie of its own."""
    g.visit = request.cookies.get(VISIT) or secrets.token_urlsafe(32)
    response = make_response(render_template(f"review/{template}", **values), status)
    bake(response, VISIT, g.visit, _HERE)
    return response


def bake(response: Response, name: str, value: str, seconds: int) -> None:
    """Set a cookie that no script can read and no other site's form sends; 0 seconds end it."""
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="Lax", secure=request.is_secure
    )


@BLUEPRINT.before_request
def _check_form() -> Response | None:
    """Refuse a form that another site has made, or that is older than its session."""
    if request.method in _SAFE:
        return None
    if bearer() is not None:
        if request.endpoint in _FOR_PEOPLE:
            raise ProblemError("forbidden", "A token does not sign in and changes no password.")
        _let_files_in()
        return None
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise ProblemError("stale-form", "The form was sent from another site; nothing was done.")
    if request.endpoint == _VISITOR:
        return None  # it checks the number in its own cookie
    session = seen()
    if session is None:
        return _sign_in_again()
    _let_files_in()
    if not hmac.compare_digest(request.form.get("token", "").encode(), session.token.encode()):
        raise ProblemError("stale-form", "Load the page again and send the form from there.")
    return None


def _let_files_in() -> None:
    """Let who is known send files; the limit holds before any view sees the form."""
    request.max_content_length = current_app.extensions["answering"].settings.write_bytes + 65_536


def _sign_in_again() -> Response:
    """Keep what was typed when a session ended meanwhile: it goes on once somebody signs in."""
    fields = [pair for pair in request.form.items(multi=True) if pair[0] != "token"]
    kept = Kept(request.full_path.rstrip("?"), fields)
    return door("signed_out.html", 401, kept=kept)


@BLUEPRINT.after_request
def _keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.vary.add("Cookie")
    response.vary.add("Authorization")
    return response


@BLUEPRINT.app_context_processor
def _for_templates() -> dict[str, object]:
    return {"bench_pages": _PAGES, "form_token": _form_token, "visitor": seen}


def _form_token() -> Markup:
    """Write the hidden field that every form carries."""
    session = seen()
    token = session.token if session else form_token(g.get("visit", ""))
    return Markup('<input type="hidden" name="token" value="{}">').format(token)
